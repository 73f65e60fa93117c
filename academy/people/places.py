"""Addresses of our pages in words, for those who read from where somebody looked."""

from functools import lru_cache
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

_FIRST_PARTS = {
    "lead": _("the leader's page"),
    "my": _("pages of one person"),
    "decisions": _("Decisions"),
    "c": _("the check-in page"),
    "scan": _("the staff scanner"),
    "activities": _("Activities"),
    "notice": _("the public notice"),
    "accidents": _("an accident record"),
    "certificates": _("Certificates"),
    "rules": _("a trial of the rules"),
}
_OTHER = _("another page")


@lru_cache(maxsize=512)
def place_of(path: str) -> Any:
    """Return the page at this address in words, such as “Volunteers” for each page of the roll."""
    first = path.strip("/").partition("/")[0]
    if first != "admin":
        return _FIRST_PARTS.get(first, _OTHER)
    try:
        view = resolve(path).func
    except Resolver404:
        return _OTHER
    view_class: Any = getattr(view, "view_class", None)
    model = getattr(view, "view_initkwargs", {}).get("model") or getattr(view_class, "model", None)
    if model is not None:
        return capfirst(model._meta.verbose_name_plural)
    return getattr(view_class, "page_title", "") or _("the back office")
