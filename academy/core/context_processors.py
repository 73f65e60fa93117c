from django.conf import settings
from django.http import HttpRequest

from academy.core.http import page_of
from academy.core.look import elder_mode

_TABS = ("academy", "activities", "my")


def _tab(path: str) -> str:
    """Return the tab of `path`: its first part after a language prefix, or an empty text."""
    parts = [part for part in path.split("/") if part]
    if parts and parts[0] in dict(settings.LANGUAGES):
        parts = parts[1:]
    if not parts:
        return "home"
    return parts[0] if parts[0] in _TABS else ""


def look(request: HttpRequest) -> dict[str, str]:
    """Return the context that `base.html` needs on every page: elder mode, the tab and the page's address.

    A view may set another `tab` in its own context.
    """
    return {"elder": elder_mode(request), "tab": _tab(request.path), "here": page_of(request)}
