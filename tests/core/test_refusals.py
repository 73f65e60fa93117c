import dataclasses

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from academy.core.refusals import Refusal


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


def test_a_refusal_is_not_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Refusal("too_late", "Too late.").code = "too_early"  # type: ignore[misc]
