"""Tokens of the links with which a person sets a password."""

from typing import Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from academy.people.logins import homes_opened
from academy.people.models import User


class LinkTokens(EmailAwarePasswordResetTokenGenerator):
    """A link opens no more than when it was made (ADR 36).

    It ends with a new duty, with a person of another community, and with “sign out everywhere”.
    """

    def _make_hash_value(self, user: User, timestamp: Any) -> str:
        value: str = super()._make_hash_value(user, timestamp)
        duties = sorted(user.duties.values_list("pk", flat=True))
        return f"{value}|{duties}|{sorted(homes_opened(user))}|{user.sign_outs}"
