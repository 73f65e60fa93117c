from typing import Any

from django.core.checks import CheckMessage, Error, register

from academy.people.services import master_keys


@register()
def check_master_keys(**kwargs: Any) -> list[CheckMessage]:
    """Stop every command that starts with a wrong `PERSONAL_DATA_KEY`."""
    if complaint := master_keys.complaint():
        return [Error(complaint, hint="See “The key to personal data” in docs/operations.md.", id="people.E001")]
    return []
