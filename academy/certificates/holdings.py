"""Rows of this app about a person, for the copy of their data (V3)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.certificates.batch_models import BatchedCertificate, Printout
from academy.certificates.models import Certificate, Closure
from academy.certificates.statement_models import StatementAnswer
from academy.people.holding import hold, leave_out
from academy.people.services import personal_data


def _personal(certificate: Certificate) -> dict[str, Any]:
    """Return what stands on the certificate about the person, beyond its public content."""
    data = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    if not isinstance(data, dict):
        return {}
    words = {"name": _("name as printed"), "phone": _("phone as printed"), "remark": _("remark as printed")}
    words |= {"school": _("school as printed"), "school_class": _("class as printed"), "reason": _("reason as printed")}
    return {word: data[name] for name, word in words.items() if data.get(name)}


hold(
    Certificate,
    gettext_lazy("My certificates"),
    "number",
    "kind",
    "issuer",
    "period_from",
    "period_to",
    "minutes",
    "issued_at",
    order=55,
    further=_personal,
    moment="issued_at",
)
hold(
    Closure,
    gettext_lazy("Certificates revoked or replaced"),
    "certificate",
    "reason",
    "note",
    "closed_at",
    path="certificate__volunteer",
    order=56,
)
hold(
    Printout,
    gettext_lazy("When my certificates were printed"),
    "certificate",
    "day",
    "way",
    path="certificate__volunteer",
    order=56,
)
hold(
    StatementAnswer,
    gettext_lazy("My answers to yearly statements"),
    "year",
    "times",
    "minutes",
    "answered_at",
    order=57,
    moment="answered_at",
)

leave_out(BatchedCertificate, "The copy has the certificate itself.")
