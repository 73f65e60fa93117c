"""People who could get a certificate of a kind in a period, and who could not with the reason."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from academy.advancement.models import Commendation, StarRating
from academy.certificates import eligibility
from academy.certificates.awards import Award, awards_of_each
from academy.certificates.contents import NOT_ISSUER, NOTHING_EFFECTIVE
from academy.certificates.models import Certificate
from academy.core.refusals import Refusal
from academy.designs.models import PaperKind
from academy.hours.day_limits import refuse_excess
from academy.hours.models import ServiceRecord
from academy.learning.award_models import Attendance, TierAward
from academy.learning.models import CourseCompletion, Enrolment
from academy.paper.pdf import unprintable
from academy.people.models import Issuer, Volunteer
from academy.people.names import alphabetical

NOTHING_OF_THIS_KIND = Refusal("nothing_of_this_kind", _("Nothing of this kind is recorded in the period."))
UNPRINTABLE_NAME = _("Issue it all the same: it is printed once the name has another character.")

# The facts behind a kind of award, for a first look at everybody.
_FACTS: dict[str, tuple[Any, ...]] = {
    PaperKind.COMPLETION: (Attendance, CourseCompletion, Enrolment),
    PaperKind.TIER: (TierAward,),
    PaperKind.STARS: (StarRating,),
    PaperKind.COMMENDATION: (Commendation,),
}


@dataclass(frozen=True)
class Candidate:
    """A person, and one certificate of the kind that they could get, or the reason why not."""

    volunteer: Volunteer
    subject: str = ""  # of an award; of service its minutes stand in `minutes`
    minutes: int = 0
    source: str = ""
    refusal: Refusal | None = None
    standing: str = ""  # the number of a valid certificate of the same kind and period, or fact
    warning: Refusal | None = None  # it can be issued, and not printed

    @property
    def qualifies(self) -> bool:
        """True if a certificate can be issued."""
        return self.refusal is None


def candidates(
    people: Iterable[Volunteer], *, issuer: Issuer, kind: str, period: tuple[dt.date, dt.date], at: dt.datetime
) -> list[Candidate]:
    """Return a line for each certificate that these people could get, or person without; by pinyin."""
    by_pk = {person.pk: person for person in people}
    find = _of_service if kind == PaperKind.SERVICE else _of_awards
    found = find(by_pk, issuer, kind, period, at)
    return sorted(found, key=lambda one: (alphabetical(one.volunteer.name), one.volunteer.number, one.source))


def awards_in(
    people: Sequence[Volunteer], *, kind: str, period: tuple[dt.date, dt.date], at: dt.datetime
) -> dict[int, list[Award]]:
    """Return the awards of this kind whose day is in the period, by the id of the person."""
    first, last = period
    found = awards_of_each(people, at=at, kinds=[kind])
    return {person: [one for one in awards if one.day and first <= one.day <= last] for person, awards in found.items()}


def _of_service(
    people: dict[int, Volunteer], issuer: Issuer, kind: str, period: tuple[dt.date, dt.date], at: dt.datetime
) -> list[Candidate]:
    """Return the candidates for service certificates, in few statements for everybody."""
    records = ServiceRecord.objects.of_all(people.values()).filter(date__range=period)
    facts: dict[int, list[eligibility.Facts]] = defaultdict(list)
    rows = records.effective().with_person().values_list("person", "pk", "date", "category", "minutes", "issuer")
    for person, pk, date, category, minutes, issuer_id in rows:
        facts[person].append(eligibility.Facts(pk, date, category, "effective", minutes, issuer_id))
    crowded = (
        records.settled().with_person().order_by().values("person", "date").annotate(n=Count("pk")).filter(n__gt=1)
    )
    # A day with one record holds no more than its limit.
    in_excess = {pk: refuse_excess(people[pk], *period) for pk in {row["person"] for row in crowded} if pk in people}
    standing = _standing(people, issuer, kind, period)
    limits: dict[str, Any] = {"issuer_id": issuer.pk, "period_from": period[0], "period_to": period[1]}

    def find(pk: int, person: Volunteer) -> Candidate:
        own = facts[pk]
        if code := eligibility.why_not(own, **limits):
            return Candidate(person, refusal=NOT_ISSUER if code == NOT_ISSUER.code else NOTHING_EFFECTIVE)
        if refusal := in_excess.get(pk):
            return Candidate(person, refusal=refusal)
        minutes = sum(one.minutes for one in own if eligibility.may_stand(one, **limits))
        return Candidate(person, minutes=minutes, standing=standing.get((pk, ""), ""), warning=_warning(person))

    return [find(pk, person) for pk, person in people.items()]


def _of_awards(
    people: dict[int, Volunteer], issuer: Issuer, kind: str, period: tuple[dt.date, dt.date], at: dt.datetime
) -> list[Candidate]:
    # Those of the community, not a list of the people: it may be long.
    there = Volunteer.objects.filter(Q(community=issuer.community_id) | Q(merged_into__community=issuer.community_id))
    found = (model.objects.filter(volunteer__in=there) for model in _FACTS[kind])
    rows = set(chain.from_iterable(one.values_list("volunteer", flat=True) for one in found))
    merged = dict(Volunteer.objects.filter(merged_into__in=people).values_list("pk", "merged_into"))
    with_facts = {merged.get(pk, pk) for pk in rows}
    standing = _standing(people, issuer, kind, None)
    asked = [person for pk, person in people.items() if pk in with_facts]
    awards = awards_in(asked, kind=kind, period=period, at=at) if asked else {}

    def find(pk: int, person: Volunteer) -> list[Candidate]:
        return [
            Candidate(
                person,
                subject=one.subject,
                source=one.source,
                refusal=one.refusal,
                standing="" if one.refusal else standing.get((pk, one.source), ""),
                warning=None if one.refusal else _warning(person),
            )
            for one in awards.get(pk, [])
        ] or [Candidate(person, refusal=NOTHING_OF_THIS_KIND)]

    return [one for pk, person in people.items() for one in find(pk, person)]


def _standing(
    people: dict[int, Volunteer], issuer: Issuer, kind: str, period: tuple[dt.date, dt.date] | None
) -> dict[tuple[int, str], str]:
    """Return the numbers of the valid certificates of this kind, by person and fact."""
    valid = Certificate.objects.of_all(people.values()).filter(issuer=issuer, kind=kind, closure=None)
    if period is not None:
        valid = valid.filter(period_from=period[0], period_to=period[1])
    rows = valid.with_person().order_by("pk").values_list("person", "source", "number")
    return {(person, source): number for person, source, number in rows}


def _warning(person: Volunteer) -> Refusal | None:
    return unprintable(person.name, advice=UNPRINTABLE_NAME)
