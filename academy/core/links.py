"""Name pages of upper layers: each layer registers its pages, and the layers below link to them by name.

A service that sends a message about a record links to `record`; which app shows records is that app's business.
"""

from typing import Any

from django.urls import reverse

_URL_NAMES: dict[str, str] = {}


def register(**url_names: str) -> None:
    """Register pages, each by its name and its URL name; called once, when the app that owns them is ready."""
    _URL_NAMES.update(url_names)


def link_to(page: str, *args: Any) -> str:
    """Return the path of a registered page."""
    return reverse(_URL_NAMES[page], args=args)


def registered() -> dict[str, str]:
    """Return the URL name of each registered page."""
    return dict(_URL_NAMES)
