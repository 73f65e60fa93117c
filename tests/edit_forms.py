"""Edit forms of the back office, read and sent as a browser does."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

Form = dict[str, list[str]]


def read(response: Any) -> Form:
    """Return what a browser would send if the form of this page were sent unchanged."""
    form = read_form(response)
    assert "meanwhile" in form, "the page has no edit form"
    return form


def read_form(response: Any) -> Form:
    """Return the same of a page with any form of an object, a new one too."""
    soup = _soup(response)
    token = soup.find("input", {"name": "meanwhile"})
    return _inputs(token.find_parent("form") if token else soup.find("form", {"id": "w-editor-form"}))


def read_phone_form(response: Any) -> Form:
    """Return the same of a page outside of the back office whose form carries marks (ADR 161)."""
    assert response.status_code in (200, 409)
    token = _soup(response).find("input", {"name": "opened"})
    assert token is not None, "the page's form carries no marks"
    return _inputs(token.find_parent("form"))


def _soup(response: Any) -> BeautifulSoup:
    soup = BeautifulSoup(response.content, "html.parser")
    for template in soup.find_all(["template", "script"]):
        template.decompose()
    return soup


def _inputs(form: Any) -> Form:
    assert form is not None, "the page has no form"
    sent: Form = {}
    for one in form.find_all(["input", "select", "textarea"]):
        name, kind = one.get("name"), one.get("type", "")
        if not name or one.has_attr("disabled") or kind in ("submit", "button", "file"):
            continue
        if kind in ("checkbox", "radio") and not one.has_attr("checked"):
            continue
        if one.name == "select":
            values = [option.get("value", "") for option in one.find_all("option") if option.has_attr("selected")]
        else:
            usual = "on" if kind in ("checkbox", "radio") else ""
            values = [one.get("value", usual) if one.name == "input" else one.text.removeprefix("\n")]
        sent.setdefault(name, []).extend(values)
    return sent


def opened(client: Client, address: str) -> Form:
    response = client.get(address)
    assert response.status_code == 200
    return read(response)


def send(client: Client, address: str, form: Form, **changes: str) -> Any:
    return client.post(address, form | {name.replace("__", "-"): [value] for name, value in changes.items()})


def asked(response: Any) -> dict[str, tuple[str, str, str]]:
    """Return the lines that the page asks about: what is stored, what was sent, and the suggestion."""
    assert response.status_code == 200
    return {
        one.label: ("\n".join(one.stored), "\n".join(one.mine), one.suggestion)
        for one in response.context["meanwhile"]["differences"]
    }


def edit(name: str, pk: int) -> str:
    return reverse(f"{name}:edit", args=[pk])
