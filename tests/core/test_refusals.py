import dataclasses

import pytest
from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy

from academy.core.refusals import Refusal, add_to_form


def test_a_refusal_is_a_value_and_no_exception():
    assert not issubclass(Refusal, BaseException)


def test_its_code_stays_while_its_sentence_is_read_in_each_language():
    refusal = Refusal("too_late", gettext_lazy("Sunday"))

    with translation.override("zh-hans"):
        chinese = str(refusal)
    with translation.override("en"):
        assert str(refusal) == "Sunday"
    assert chinese == "星期日"
    assert refusal.code == "too_late"


def test_a_refusal_is_found_again_in_each_language():
    refusal = Refusal("too_late", gettext_lazy("Sunday"))
    faults = {refusal: "odd"}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert faults[refusal] == "odd"


def test_a_refusal_is_not_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Refusal("too_late", "Too late.").code = "too_early"  # type: ignore[misc]


def test_a_form_shows_a_refusal_beside_the_field_of_its_code_else_beside_the_default():
    class TimeForm(forms.Form):
        left = forms.CharField(required=False)
        day = forms.CharField(required=False)

    for fields, field, shown_at in (
        ({"too_late": "left"}, "day", "left"),
        (None, "day", "day"),
        (None, None, "__all__"),
    ):
        form = TimeForm({})
        add_to_form(form, Refusal("too_late", "Too late."), fields, field=field)

        assert form.errors.as_data()[shown_at][0].code == "too_late"
        assert form.errors[shown_at] == ["Too late."]
