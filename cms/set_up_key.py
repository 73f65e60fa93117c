"""The key of the first set-up, valid until the first community is founded (ADR 80).

The web server logs it at its start. It is derived from SECRET_KEY and a salt in the database, so that all workers and a
restart agree on it. Neither a reader of the database nor the public SECRET_KEY of a development machine can compute it
alone.
"""

import logging
import secrets

from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from academy.core.keys import ALPHABET, BITS_PER_CHARACTER, normalise_key, split_key
from academy.core.links import public_address
from academy.core.models import Community
from academy.people.models import User
from cms.models import FirstSetUp

CHARACTERS = 20  # 100 bits
SESSION = "first_set_up"  # the session of a browser that gave the key

logger = logging.getLogger("academy.set_up")


def is_open() -> bool:
    """Return whether this installation has no community and no login, and is no demonstration."""
    if getattr(settings, "DEMO", False):
        return False
    return not Community.objects.exists() and not User.objects.exists()


def current() -> FirstSetUp | None:
    """Return the set-up of an empty installation; create the missing row. None for any other installation."""
    if not is_open():
        return None
    row, _created = FirstSetUp.objects.get_or_create(pk=1, defaults={"salt": secrets.token_hex(32)})
    return row


def key_of(row: FirstSetUp) -> str:
    """Return the key in groups, as people type it."""
    number = int.from_bytes(salted_hmac("cms.first_set_up", row.salt, algorithm="sha256").digest())
    return split_key("".join(ALPHABET[(number >> BITS_PER_CHARACTER * place) & 31] for place in range(CHARACTERS)))


def fits(row: FirstSetUp, typed: str) -> bool:
    """Return whether the typed text is the key."""
    return constant_time_compare(normalise_key(typed), normalise_key(key_of(row)))


def mark_of(row: FirstSetUp) -> str:
    """Return what the session of a browser holds that gave the key."""
    return salted_hmac("cms.first_set_up.session", row.salt, algorithm="sha256").hexdigest()


def address_of(row: FirstSetUp) -> str:
    """Return the address that opens the set-up, with the key in it."""
    return f"{public_address(reverse('set_up:key'))}?key={key_of(row)}"


def announce() -> None:
    """Log the address with the key if this installation is empty, and its database answers."""
    try:
        row = current()
    except DatabaseError:
        return
    if row is not None:
        logger.info("This academy is empty. Set it up at %s", address_of(row))
