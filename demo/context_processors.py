from typing import Any

from django.conf import settings
from django.http import HttpRequest

from demo import accounts


def sign_ins(request: HttpRequest) -> dict[str, Any]:
    """Return the demonstration's sign-ins for the sign-in page; none if this is no demonstration."""
    if not settings.DEMO:
        return {}
    return {
        "accounts": [
            {"name": f"{account.role} {account.name}", "login": account.phone, "password": accounts.PASSWORD}
            for account in accounts.ACCOUNTS
        ]
    }
