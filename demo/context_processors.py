from typing import Any

from django.http import HttpRequest

from demo import accounts


def sign_ins(request: HttpRequest) -> dict[str, Any]:
    """The demonstration's sign-ins, for the sign-in page."""
    return {"demo_accounts": accounts.ACCOUNTS, "demo_password": accounts.PASSWORD}
