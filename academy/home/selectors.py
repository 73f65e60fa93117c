"""Queries for a volunteer's own pages."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, SignUp
from academy.advancement.models import StarRating
from academy.checkin.models import Visit
from academy.core import shown_hours
from academy.core.templatetags.academy import working_day
from academy.families.models import Agency
from academy.hours import sentences
from academy.hours.models import Category, Objection, RecordState, ServiceRecord
from academy.hours.models.records import RecordQuerySet
from academy.hours.services import deadlines, totals
from academy.messaging.models import Message
from academy.messaging.services import unread_of_row
from academy.people.models import User, Volunteer
from academy.proposals.models import Proposal
from academy.units.belongings import units_of_contact

PROPOSALS_SHOWN = 3
NO_CHECK_OUT = _("There is no check-out, so no time counts yet. Say when you left.")
ROLE_MISSING = _("No role is known for you there. The leader still has to say what you did.")
OWN_OBJECTION = _("Your objection is being checked.")
CORRECTION_WAITS = _("A correction on public notice. Until %(day)s, %(hours)s hours count here.")
WHY_IT_WAITS = {
    RecordState.AWAITING_CONFIRMATION: _("The leader has not confirmed it yet."),
    RecordState.AWAITING_MAKEUP: _("A check-in or check-out is missing. Talk to the social worker."),
    RecordState.ON_NOTICE: _("On public notice."),
    RecordState.CONTESTED: _("Somebody objected. A second person checks it."),
}


def why_it_waits(record: ServiceRecord) -> Any:
    """Return why the record does not count yet, in one sentence; empty if it does not wait."""
    if record.lacks_check_out:
        return NO_CHECK_OUT
    if record.role_missing and record.state == RecordState.AWAITING_CONFIRMATION:
        return ROLE_MISSING
    if record.state == RecordState.CONTESTED and getattr(record, "is_own_objection", False):
        return OWN_OBJECTION
    old = record.replaces
    if old is not None and record.waits_to_replace and record.state == RecordState.ON_NOTICE:
        hours = shown_hours.hours(old.minutes, record.community_id)
        return CORRECTION_WAITS % {"hours": hours, "day": working_day(record.effective_on)}
    return WHY_IT_WAITS.get(RecordState(record.state), "")


def records_of(volunteer: Volunteer) -> RecordQuerySet:
    """Return the records of `volunteer`, the latest first, without withdrawn and corrected ones."""
    records: RecordQuerySet = ServiceRecord.objects.live().of(volunteer)
    records = records.annotate(is_own_objection=own_objection(volunteer))
    return records.select_related("activity", "shift", "rule_set", "replaces")


def stars_and_leading(user: User) -> dict[str, Any]:
    """Return annotations: `stars_awarded`, `unread`, `user_leads` (ever), `user_speaks`, `proposes`."""
    person = OuterRef(OuterRef("pk"))  # a subquery of rows, as in `OfPerson.of`
    rows = Volunteer.objects.filter(Q(pk=person) | Q(merged_into=person)).order_by().values("pk")
    awarded = StarRating.objects.accepted().filter(volunteer__in=rows).order_by("-stars").values("stars")[:1]
    return {
        "stars_awarded": Coalesce(Subquery(awarded), 0),
        "unread": unread_of_row(),
        "user_leads": Exists(Activity.objects.led_by(user).published()),
        "user_speaks": Exists(units_of_contact(user)),
        "proposes": Exists(Proposal.objects.filter(volunteer__in=rows)),
    }


def split_reminders(unread: Sequence[Message]) -> tuple[list[Message], list[Message], int]:
    """Return the other messages, the reminders of deadlines, and of how many activities these remind.

    The reminders of one activity alone stay among the others, the latest of them.
    """
    reminders = [one for one in unread if deadlines.find_reminded(one.key) is not None]
    others = [one for one in unread if one not in reminders]
    activities = {deadlines.find_reminded(one.key) for one in reminders}
    if len(activities) == 1:
        others = [one for one in unread if one not in reminders[1:]]
        reminders = []
    return others, reminders, len(activities)


@dataclass(frozen=True)
class Row:
    """The records of one visit, as one row: over midnight it has a record on each day."""

    records: list[ServiceRecord]  # by date

    @property
    def first(self) -> ServiceRecord:
        return self.records[0]

    @property
    def minutes(self) -> int:
        return sum(record.minutes for record in self.records)

    @property
    def counted(self) -> int:
        """The minutes in the headline; for a correction on notice, those of the record that it replaces (K4)."""
        valid = [one.replaces if one.waits_to_replace and one.replaces else one for one in self.records]
        return sum(one.minutes for one in valid if one.category == Category.SERVICE)

    @property
    def lacks_check_out(self) -> bool:
        return any(record.lacks_check_out for record in self.records)

    @property
    def is_learning(self) -> bool:
        return self.first.category == Category.TRAINING

    @property
    def states(self) -> list[tuple[str, str]]:
        """The states of the records with their words, each once."""
        return list(dict.fromkeys((record.state, record.get_state_display()) for record in self.records))

    @property
    def last_day(self) -> dt.date | None:
        """The day of the last record, if it is another day than that of the first."""
        return self.records[-1].date if len(self.records) > 1 else None

    @property
    def reasons(self) -> list[Any]:
        """The reasons why the records do not count yet, each sentence once."""
        return list(dict.fromkeys(filter(None, map(why_it_waits, self.records))))


def grouped(records: Iterable[ServiceRecord]) -> list[Row]:
    """Return the records in rows of one visit each, in the order of `records`. Takes no statement.

    Records of a volunteer's shift on adjoining days, of one category, are a visit that crossed midnight.
    """
    rows: list[list[ServiceRecord]] = []
    of_shift: dict[tuple[int, int | None, str], list[list[ServiceRecord]]] = defaultdict(list)
    for record in records:
        near = of_shift[record.volunteer_id, record.shift_id, record.category]
        row = next((row for row in near if any(abs((one.date - record.date).days) == 1 for one in row)), None)
        if row is None:
            row = []
            near.append(row)
            rows.append(row)
        row.append(record)
    return [Row(sorted(row, key=lambda record: record.date)) for row in rows]


def own_objection(volunteer: Volunteer) -> Exists:
    """Return the annotation `is_own_objection`: the volunteer objected, or a person who acts for them."""
    agents = Agency.objects.filter(volunteer=volunteer.stays).values("user")
    return _objected(Q(asked_by=volunteer.stays.user_id) | Q(asked_by__in=agents))


def objected_by(user: User) -> Exists:
    """Return the annotation `is_own_objection` of a record: this user objected."""
    return _objected(Q(asked_by__in=user.with_former_logins()))


def _objected(by: Q) -> Exists:
    return Exists(Objection.objects.open().filter(by, record=OuterRef("pk"), objector=""))


def coming_sign_ups(volunteer: Volunteer, at: dt.datetime) -> list[SignUp]:
    """Return the sign-ups for shifts that have not ended and that `volunteer` has not come to."""
    return list(
        SignUp.objects.of(volunteer)
        .filter(cancelled_at=None, shift__ends_at__gt=at, shift__activity__cancelled_at=None)
        .exclude(shift__in=Visit.objects.of(volunteer).values("shift"))
        .select_related("shift__activity", "role")
        .order_by("shift__starts_at")
    )


def proposals_of(volunteer: Volunteer) -> list[Proposal]:
    """Return the latest activities that the volunteer proposed, as /my/ shows them; drafts too."""
    found = Proposal.objects.of(volunteer).select_related("activity").prefetch_related("requests")
    return list(found[:PROPOSALS_SHOWN])


def rests_on(volunteer: Volunteer, year: int | None = None) -> list[tuple[Any, int]]:
    """Return the kinds of evidence behind effective minutes, in words; of a year, or of all."""
    return [(sentences.EVIDENCE_WORDS[word], minutes) for word, minutes in totals.minutes_by_evidence(volunteer, year)]
