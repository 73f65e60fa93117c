"""A mail to the address that a login used before, so that a change by a stranger is noticed."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _


def tell(address: str, *, new: str, text: Any) -> bool:
    """Send `text` to the former address, unless the new one is the same. The new one is not named."""
    if not (settings.HAS_MAIL_SERVER and address) or address.casefold() == new.casefold():
        return False
    more = _("Was it not you? Then tell the service desk of your community at once.")
    EmailMessage(_("Your e-mail address was changed"), f"{text}\n\n{more}\n", to=[address]).send()
    return True
