"""A form that was opened before somebody else saved puts no value back and overwrites none unseen."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from academy.core.opened_forms import OPENED, OpenedForm


class Contact(OpenedForm):
    name = forms.CharField(required=False)
    day = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[("a", "甲类"), ("b", "乙类")])
    told = forms.BooleanField(required=False)


STORED: dict[str, Any] = {"name": "王秀英", "day": None, "kind": "a", "told": False}
SENT = {"name": "王秀英", "day": "", "kind": "a"}


def send(stored: dict[str, Any], opened: str, **sent: str) -> Contact:
    data = QueryDict(mutable=True)
    data.update({**SENT, **sent, OPENED: opened})
    return Contact(data, initial=stored)


def marks_of(stored: dict[str, Any]) -> str:
    return str(Contact(initial=stored)[OPENED].value())


@pytest.mark.parametrize(
    "meanwhile", [{"name": "王秀芳"}, {"kind": "b"}, {"told": True}, {"name": "", "kind": "b"}], ids=repr
)
def test_what_was_left_as_it_was_keeps_what_was_stored_meanwhile(meanwhile: dict[str, Any]) -> None:
    form = send({**STORED, **meanwhile}, marks_of(STORED), day="2026-01-17")
    assert form.is_valid(), form.errors
    assert {name: form.cleaned_data[name] for name in meanwhile} == meanwhile
    assert str(form.cleaned_data["day"]) == "2026-01-17" and OPENED not in form.cleaned_data


def test_what_both_changed_is_asked_about_once_and_then_stored() -> None:
    now = {**STORED, "name": "王秀芳", "kind": "b"}
    form = send(now, marks_of(STORED), name="王秀云")
    assert "王秀芳" in str(form.errors["name"]) and list(form.errors) == ["name"]
    assert (form["name"].value(), form["kind"].value()) == ("王秀云", "b")  # the page shows what would be stored

    again = send(now, form[OPENED].value(), name="王秀云", kind="b")
    assert again.is_valid() and again.cleaned_data["name"] == "王秀云"
    third = send({**now, "name": "王秀梅"}, form[OPENED].value(), name="王秀云", kind="b")
    assert "王秀梅" in str(third.errors["name"])


def test_what_was_typed_before_is_shown_and_stored_though_it_never_was() -> None:
    shown = Contact(initial=STORED, typed={"name": "王秀云"})
    assert shown["name"].value() == "王秀云" and shown[OPENED].value() == marks_of(STORED)
    form = send(STORED, str(shown[OPENED].value()), name="王秀云")
    assert form.is_valid() and form.cleaned_data["name"] == "王秀云"
    again = Contact(initial={**STORED, "kind": "b"}, typed={"name": "王秀云", OPENED: marks_of(STORED)})
    assert again[OPENED].value() == marks_of(STORED)  # it was opened before somebody else stored the kind


@pytest.mark.parametrize("sent", [{"name": "王秀芳 "}, {"kind": "b"}])
def test_the_same_change_by_two_users_asks_nothing(sent: dict[str, str]) -> None:
    now = {**STORED, "name": "王秀芳", "kind": "b"}
    assert send(now, marks_of(STORED), **sent).is_valid()


@pytest.mark.parametrize("opened", ["", "x", "0" * 81])
def test_a_form_without_marks_is_saved_as_it_is(opened: str) -> None:
    form = send({**STORED, "name": "王秀芳"}, opened)
    assert form.is_valid() and form.cleaned_data["name"] == "王秀英"


def test_the_choice_is_named_as_people_read_it() -> None:
    form = send({**STORED, "kind": "b", "day": None}, marks_of({**STORED, "kind": ""}), kind="a")
    assert "乙类" in str(form.errors["kind"])
