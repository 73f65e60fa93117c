"""Columns about people in the exports of lists (ADR 69)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.spreadsheets import ExportColumn
from academy.people.models import Consent, Volunteer


def person_columns(path: str = "volunteer") -> list[ExportColumn]:
    """Return number and name of the person at `path`: of a merged entry, those of the entry that stays."""
    return [
        ExportColumn(f"{path}.stays.number", _("volunteer number")),
        ExportColumn(f"{path}.stays.name", pgettext_lazy("of a person", "name")),
    ]


def consents_of(people: Sequence[Volunteer]) -> Mapping[int, list[Consent]]:
    """Return the consents in force today, by the ids of the people."""
    latest: dict[tuple[int, str], Consent] = {}
    found = Consent.objects.of_all(people).with_person().order_by("recorded_at", "pk")
    for consent in found:
        latest[consent.person, consent.kind] = consent
    in_force: dict[int, list[Consent]] = {person.pk: [] for person in people}
    today = timezone.localdate()
    for (person, _kind), consent in sorted(latest.items()):
        if consent.is_in_force(today):
            in_force[person].append(consent)
    return in_force


def _kinds_in_words(consents: Sequence[Consent]) -> list[str]:
    return [consent.get_kind_display() for consent in consents]


def _consent_column(kind: str, label: Any) -> ExportColumn:
    """Return a column of yes and no, as the import of a list reads it."""

    def is_in_force(consents: Sequence[Consent]) -> bool:
        return any(consent.kind == kind for consent in consents)

    return ExportColumn(f"consent_{kind}", label, is_in_force, consents_of)


def _yes(moment: Any) -> bool:
    return moment is not None


ROLL = [
    ExportColumn("number"),
    ExportColumn("name"),
    ExportColumn("phone"),
    ExportColumn("birth_date"),
    "community",
    ExportColumn("registered_at", _("registered on"), lambda person: timezone.localdate(person.registered_at)),
    ExportColumn("suspended_at", _("suspended"), lambda person: _yes(person.suspended_at)),
    ExportColumn("left_as", _("off the roll"), lambda person: person.get_left_as_display()),
    ExportColumn("provisional", _("marked at the gate")),
    ExportColumn("consents", _("consents in force"), _kinds_in_words, consents_of),
    _consent_column(Consent.Kind.REGISTRATION, _("Consent to the roll")),
    _consent_column(Consent.Kind.PUBLIC_NOTICE, _("Consent to the public notice")),
    _consent_column(Consent.Kind.PHOTOS, _("Consent to photos")),
    _consent_column(Consent.Kind.MESSAGES, _("Consent to messages")),
    _consent_column(Consent.Kind.DOCUMENT, _("Consent to keeping the ID number")),
]
