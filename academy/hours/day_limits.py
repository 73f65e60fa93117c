"""Days on which settled hours exceed the limit (H4), or on which a minute stands twice (H5)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.hours import rules
from academy.hours.days import Facts, counting_parameters
from academy.hours.models import Category, DailyApproval, RecordQuerySet, ServiceRecord
from academy.hours.recount import Recount
from academy.people.models import Volunteer
from academy.rulebook.models import RuleSet

DAY_IN_EXCESS = Refusal(
    "day_in_excess",
    _("On one day, more hours stand than the rules allow (H4, H5). Decide the open correction first."),
)


def find_excess(
    records: Sequence[ServiceRecord], *, home: int, facts: Facts, approvals: Iterable[DailyApproval]
) -> dict[dt.date, str]:
    """Return the dates on which these settled records of one person hold too much, each with the clause.

    `home` is the community whose daily limits hold: "H4" where the service minutes exceed the day's limit, "H5" where a
    minute stands twice.
    """
    of_date: dict[dt.date, list[ServiceRecord]] = defaultdict(list)
    for record in records:
        if record.minutes:
            of_date[record.date].append(record)
    crowded = {date: some for date, some in of_date.items() if len(some) > 1}
    if not crowded:
        return {}
    approved: dict[dt.date, int] = {}
    for approval in approvals:
        approved[approval.date] = max(approval.minutes, approved.get(approval.date, 0))
    recount = Recount([record for some in crowded.values() for record in some])
    found = {}
    for date, some in crowded.items():
        limit = rules.day_limit(counting_parameters(facts.rule_set(home, date)).day_limit, approved.get(date, 0))
        if sum(record.minutes for record in some if record.category == Category.SERVICE) > limit:
            found[date] = "H4"
        elif _stands_twice([(record.minutes, recount.time(record)) for record in some]):
            found[date] = "H5"
    return found


def excess_of(volunteer: Volunteer, records: RecordQuerySet | None = None) -> dict[dt.date, str]:
    """Return the dates on which the settled hours of a person hold too much, each with the clause.

    A day holds its limit before and after the corrections that wait on notice. `records`: only these of them.
    """
    chosen = ServiceRecord.objects.of(volunteer) if records is None else records
    approvals = DailyApproval.objects.accepted().of(volunteer)
    after = list(chosen.settled().select_related("replaces"))
    before = [record.replaces if record.waits_to_replace and record.replaces else record for record in after]
    given: dict[str, Any] = {"home": volunteer.community_id, "facts": Facts(), "approvals": list(approvals)}
    return find_excess(after, **given) | (find_excess(before, **given) if before != after else {})


def fits(record: ServiceRecord, *, together: Collection[int]) -> bool:
    """Return whether the day holds its limit as these corrections (ids) alone take effect."""
    volunteer = record.volunteer.stays
    day = ServiceRecord.objects.settled().of(volunteer).filter(date=record.date).select_related("replaces")
    after = [one.replaces if one.waits_to_replace and one.pk not in together and one.replaces else one for one in day]
    approvals = DailyApproval.objects.accepted().of(volunteer).filter(date=record.date)
    return not find_excess(after, home=volunteer.community_id, facts=Facts(), approvals=approvals)


def refuse_excess(volunteer: Volunteer, first: dt.date, last: dt.date) -> Refusal | None:
    """Return why the hours of this period cannot be certified: more stands on a day than the rules allow."""
    records = ServiceRecord.objects.of(volunteer).filter(date__range=(first, last))
    return DAY_IN_EXCESS if excess_of(volunteer, records) else None


def all_excess() -> Iterator[tuple[int, dt.date, str]]:
    """Yield each person and date with too many settled minutes, with the clause."""
    crowded = (
        ServiceRecord.objects.settled()
        .filter(Q(minutes__gt=0) | Q(replaces__minutes__gt=0))  # a correction to no minutes may still wait
        .with_person()
        .order_by()
        .values("person", "date")
        .annotate(records=Count("pk"))
        .filter(records__gt=1)
    )
    dates: dict[int, set[dt.date]] = defaultdict(set)
    for row in crowded:
        dates[row["person"]].add(row["date"])
    for volunteer in Volunteer.objects.filter(pk__in=dates).order_by("pk").iterator():
        records = ServiceRecord.objects.of(volunteer).filter(date__in=dates[volunteer.pk])
        try:
            found = excess_of(volunteer, records)
        except (AttributeError, LookupError, TypeError, ValueError, RuleSet.DoesNotExist):
            continue  # the audit names the record that cannot be read
        for date, clause in sorted(found.items()):
            yield volunteer.pk, date, clause


def _stands_twice(claims: list[tuple[int, list[rules.Stretch]]]) -> bool:
    """Return whether two claims of minutes, or all together, need more time than they hold."""
    timed = [claim for claim in claims if claim[1]]
    return any(
        sum(minutes for minutes, _time in some) > rules.union_seconds([time for _, time in some]) // 60
        for some in [*combinations(timed, 2), timed]
        if len(some) > 1
    )
