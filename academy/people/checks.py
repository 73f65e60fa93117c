from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from academy.people.services import master_keys


@register()
def check_master_keys(**kwargs: Any) -> list[CheckMessage]:
    """Stop every command that starts with a wrong `PERSONAL_DATA_KEY`."""
    if complaint := master_keys.complaint():
        return [Error(complaint, hint="See “The key to personal data” in docs/operations.md.", id="people.E001")]
    return []


@register(Tags.security, deploy=True)
def check_proxies_are_counted(**kwargs: Any) -> list[CheckMessage]:
    """Warn if all visitors behind the proxy share its address: one would slow down the others."""
    if settings.FILES_BY != "proxy" or settings.ALLAUTH_TRUSTED_PROXY_COUNT > 0:
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is 0, and a proxy sends the files: limits and logs take its address for every visitor's.",
            hint="Set how many proxies of yours write X-Forwarded-For: 1 behind either file of deploy/.",
            id="people.W001",
        )
    ]
