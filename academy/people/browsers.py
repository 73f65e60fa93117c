"""A browser's own name, in words that people recognise their device by."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# The first mark that a user agent holds decides: WeChat names its phone too, and Android names Linux.
_DEVICES: tuple[tuple[str, Any], ...] = (
    ("iPhone", _("iPhone")),
    ("iPad", _("iPad")),
    ("HarmonyOS", _("HarmonyOS phone")),
    ("Android", _("Android phone")),
    ("Windows", _("Windows computer")),
    ("Macintosh", _("Mac")),
    ("Linux", _("Linux computer")),
)
_IN_WECHAT = _("%(device)s, in WeChat")


def browser_in_words(user_agent: str) -> str:
    """Return the kind of device, and whether WeChat opened the page; people compare it with what they own."""
    device = next((name for mark, name in _DEVICES if mark in user_agent), _("another device"))
    return str(_IN_WECHAT % {"device": device} if "MicroMessenger" in user_agent else device)
