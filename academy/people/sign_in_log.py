"""The log of sign-ins: lines of the logger `academy.signin`, and Wagtail's log for known people.

A line holds the client's address and no secret: passwords are left out, typed names are masked.
"""

import logging
from typing import Any

from allauth.core import context
from django.utils import timezone
from wagtail.log_actions import log

from academy.people.http import client_address
from academy.people.models import User

logger = logging.getLogger("academy.signin")


def write(event: str, *, user: User | None = None, typed: str = "", **more: Any) -> None:
    """Write one line, `event` first. The request that is being answered gives the address."""
    values = {
        "user": user.username if user is not None else None,
        "typed": masked(typed) if typed else None,
        "address": current_address(),
        **{name: value.username if isinstance(value, User) else value for name, value in more.items()},
    }
    written = (f"{name}={str(value)!r}" for name, value in values.items() if value is not None)
    logger.info("%s %s", event, " ".join(written))


def write_of(user: User, action: str, event: str, **more: Any) -> None:
    """Write a line, and an entry of Wagtail's log by `user` about their own login."""
    write(event, user=user, **more)
    data = {"address": current_address(), **more}
    log(user, action, user=user, timestamp=timezone.now(), data=data)


def current_address() -> str | None:
    """Return the client's address of the request that is being answered; None outside a request."""
    return client_address(context.request) if context.request is not None else None


def masked(typed: str) -> str:
    """Return a typed sign-in name so that people recognise it and no other reader does.

    A phone keeps both ends. Any other text keeps two characters: it may be a password in the wrong field.
    """
    if typed.isdigit() and len(typed) >= 7:
        return f"{typed[:3]}****{typed[-4:]}"
    name, at, host = typed.partition("@")
    return f"{name[:2]}***{at}{host}"
