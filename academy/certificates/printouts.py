"""The log of who printed or saved whose certificate, and when."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from academy.certificates import printing
from academy.certificates.batch_models import Printout
from academy.certificates.models import Certificate
from academy.core.sql import insert_if_absent
from academy.people.models import User
from academy.people.services import personal_data

Way = Printout.Way


@transaction.atomic
def note(*, certificates: Iterable[Certificate], way: str, page: str, by: User | None, at: dt.datetime) -> None:
    """Note that `by` printed or saved these certificates, once a day for each.

    `by` is None for a guardian with a link alone, which offers no whole ID number. Printing a whole ID number is a look
    at it (V2). The volunteers of the certificates are read with them.
    """
    day = timezone.localdate(at)
    for certificate in certificates:
        insert_if_absent(Printout(certificate=certificate, by=by, way=way, day=day, at=at))
        if by is not None:
            note_look(certificate=certificate, page=page, by=by, at=at)


def note_look(*, certificate: Certificate, page: str, by: User, at: dt.datetime) -> None:
    """Log a look at the whole ID number of another person, if the certificate bears it (V2)."""
    volunteer = certificate.volunteer.stays
    if volunteer.user_id != by.pk and printing.prints_document(certificate):
        personal_data.log_view_of_document(volunteer=volunteer, page=page, by=by, at=at)


def own_way(certificate: Certificate, user: User) -> str:
    """Return whether `user` is the person of the certificate, or acts for them."""
    return Way.SELF if certificate.volunteer.stays.user_id == user.pk else Way.FAMILY
