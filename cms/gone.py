"""A page or its cover was deleted while its author was writing: the answer gives the texts back."""

import json

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from academy.core import kept_forms

_FORMS = ("edit", "add")  # of Wagtail's pages; the second names the page above


def is_save(request: HttpRequest) -> bool:
    """Return whether this request saves what somebody wrote in the editor of a page."""
    match = request.resolver_match
    is_form = match is not None and match.namespace == "wagtailadmin_pages" and match.url_name in _FORMS
    return is_form and request.method == "POST"


def answer(request: HttpRequest) -> HttpResponse:
    """Return the page that says so, with the texts of the form in their order."""
    return render(request, "cms/admin/gone.html", {"texts": texts_in(request.POST)}, status=404)


def texts_in(form: QueryDict) -> list[str]:
    """Return the texts that a person wrote into the editor's form, without the marks of the editor."""
    texts = {name: [_plain(value) for value in values] for name, values in form.lists()}
    return kept_forms.readable({name: values for name, values in texts.items() if _is_written(name, values)})


def _is_written(name: str, values: list[str]) -> bool:
    # Kinds, orders and addresses are ASCII without a blank.
    return name == "title" or any(" " in value or "\n" in value or not value.isascii() for value in values)


def _plain(value: str) -> str:
    """Return the lines of a text that the editor sends as JSON; any other value as it is."""
    try:
        content = json.loads(value) if value.startswith("{") else None
        return "\n".join(block["text"] for block in content["blocks"]) if content else value
    except (ValueError, KeyError, TypeError):
        return value
