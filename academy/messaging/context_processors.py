from collections.abc import Callable

from django.http import HttpRequest

from academy.messaging.services import count_unread
from academy.people.models import User


def unread(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """Return the number of unread messages for the tab bar; a page without tabs takes no statement."""
    user = getattr(request, "user", None)  # a preview may have none
    return {"unread_messages": lambda: count_unread(user) if isinstance(user, User) else 0}
