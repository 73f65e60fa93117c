"""Messages with an act: a line that says what was done, beside a button that takes it back."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_MARK = "undo"


def add_success(request: HttpRequest, text: str, *, address: str, act: str) -> None:
    """Show `text` on the next page; its button posts `act` to `address`. Without an act, it has no button.

    The message is signed or in the session, but not the button's post: the address judges each act again.
    """
    messages.success(request, text, extra_tags=f"{_MARK} {address} {act}" if act else "")


def act_of(message: Message) -> dict[str, str] | None:
    """Return the `address` and `act` of a message's button; None for a message without one."""
    match (message.extra_tags or "").split(" "):
        case [mark, address, act] if mark == _MARK:
            return {"address": address, "act": act}
    return None
