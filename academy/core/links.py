"""Registry of pages: each app registers its pages, and the layers below link to them by name.

A service that sends a message about a record links to the page `record`, and need not know which app shows it.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

_URL_NAMES: dict[str, str] = {}


def register(**url_names: str) -> None:
    """Register pages by name and URL name. An app calls this once, in its `ready`."""
    _URL_NAMES.update(url_names)


def link_to(page: str, *args: Any) -> str:
    """Return the path of a registered page."""
    return reverse(_URL_NAMES[page], args=args)


def public_address(path: str) -> str:
    """Return the whole address of a path, for paper, codes and messages that leave the site."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def typed_address(path: str) -> str:
    """Return the whole address of a path as people type it, without the scheme."""
    return public_address(path).partition("://")[2]


def registered() -> dict[str, str]:
    """Return the URL name of each registered page."""
    return dict(_URL_NAMES)
