"""The rules of `core.text` at both ends: what a browser sends, and every text field of our models.

A model names the rule of a field in `plain_as`; its other fields follow `prose`:

    plain_as = {"name": tidy_name, "phone": tidy_phone}

No model asks for this: `make_fields_plain` changes the class of each text field as Django prepares the model. Rows that
are read keep what they hold: a hash over a stored fact stays true.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.db import DatabaseError, models, transaction
from django.db.models import lookups
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from academy.core.text import prose

_CONTROLS = re.compile("[\x00-\x1f\x7f]")
OURS = ("academy", "cms", "demo")


class PlainField(models.Field):  # type: ignore[type-arg]  # generic in its stubs only
    """A text field that validates, stores and searches text by its rule."""

    plain: Callable[[str], str] = staticmethod(prose)

    def to_python(self, value: Any) -> Any:
        return self._plain(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        return self._plain(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        plain = self._plain(value)
        if plain is not value:
            setattr(model_instance, self.attname, plain)
        return plain

    def _plain(self, value: Any) -> Any:
        return self.plain(value) if isinstance(value, str) else value


class _Typed(lookups.BuiltinLookup):
    """A lookup that searches for the plain form of what was typed; Django itself prepares no pattern."""

    def get_prep_lookup(self) -> Any:
        value = super().get_prep_lookup()
        field = self.lhs.output_field
        return field.plain(value) if isinstance(value, str) and isinstance(field, PlainField) else value


_PATTERNS: tuple[type[Any], ...] = (
    lookups.IExact,
    lookups.Contains,
    lookups.IContains,
    lookups.StartsWith,
    lookups.IStartsWith,
    lookups.EndsWith,
    lookups.IEndsWith,
)
for _lookup in _PATTERNS:
    PlainField.register_lookup(type(_lookup.__name__, (_Typed, _lookup), {"__module__": __name__}))


@cache
def _plain_class(field_class: type[Any]) -> type[Any]:
    # Under the name of its base: for migrations it is that field.
    names = {"__module__": field_class.__module__, "__qualname__": field_class.__qualname__}
    return type(field_class.__name__, (PlainField, field_class), names)


def make_fields_plain(sender: type[models.Model], **kwargs: Any) -> None:
    """Make each text field of a model of ours a `PlainField`; a receiver of `class_prepared`."""
    if sender.__module__.partition(".")[0] not in OURS:
        return
    rules = getattr(sender, "plain_as", {})
    for field in sender._meta.local_fields:
        if isinstance(field, models.CharField | models.TextField):
            plain: Any = field
            plain.__class__ = _plain_class(type(plain))  # type: ignore[arg-type]  # mypy takes a class as unhashable
            plain.plain = rules.get(field.name, prose)


class PlainTextMiddleware:
    """Give views plain texts, so that forms judge what is stored and searches find it.

    Passwords stay as they are typed. A file and a JSON body are left to those who read them; so is rich text of
    Wagtail's editor, which marks bold words and links by their places. An address whose variable parts hold a control
    character is not found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(_CONTROLS.search(part) for part in (*args, *kwargs.values()) if isinstance(part, str)):
            raise Http404
        request.GET = _plain_query(request.GET)
        if request.method == "POST":
            request.POST = _plain_query(request.POST)


class PlainCookiesMiddleware:
    """Drop cookies with a control character before the session is read: PostgreSQL refuses such text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: text for name, text in request.COOKIES.items() if not _CONTROLS.search(text)}
        return self.get_response(request)


def _plain_query(query: Any) -> Any:
    plain = QueryDict(mutable=True, encoding=query.encoding)
    for name, values in query.lists():
        plain.setlist(name, values if "password" in name else [_plain_value(value) for value in values])
    plain._mutable = False
    return plain


def _plain_value(value: str) -> str:
    return value if value.startswith("{") and '"entityMap"' in value else prose(value)


# Rows of earlier releases


def make_rows_plain(model: Any, rules: Mapping[str, Callable[[str], str]]) -> list[int]:
    """Make these fields of all rows plain, for a migration; `model` is the migration's own.

    Returns the keys of rows that stay as they are: a constraint allows the plain form once, or it is too long.
    """
    kept = []
    for row in model.objects.order_by("pk").only(*rules).iterator():
        stored = {name: getattr(row, name) for name in rules}
        changes = {name: plain for name, text in stored.items() if text and (plain := rules[name](text)) != text}
        if not changes:
            continue
        try:
            with transaction.atomic():
                model.objects.filter(pk=row.pk).update(**changes)
        except DatabaseError:
            kept.append(row.pk)
    return kept
