from django.conf import settings
from django.http import HttpRequest

from academy.core.look import elder_mode

_TABS = ("academy", "activities", "my")


def _tab(path: str) -> str:
    """The tab that `path` stands under, by its first part after a language prefix; nothing when under none."""
    parts = [part for part in path.split("/") if part]
    if parts and parts[0] in dict(settings.LANGUAGES):
        parts = parts[1:]
    if not parts:
        return "home"
    return parts[0] if parts[0] in _TABS else ""


def look(request: HttpRequest) -> dict[str, str]:
    """What `base.html` asks of every page: elder mode and the tab. A view that knows better gives its own `tab`."""
    return {"elder": elder_mode(request), "tab": _tab(request.path)}
