"""Slips and cards for many people, printed in the background, and consents of many people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.refusals import Refusal
from academy.paper.joining import joined
from academy.people import cards, slips
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.people.services import consents
from academy.people.services.slips import issue_slips
from academy.works.kinds import Job, Kind, Line, Product, register

FEW = 20  # people for whom one waits
MANY_CONSENTS = 300  # are recorded while one waits: 0.4 s; 2,000 take 2.6 s
_CHUNK = 40  # people between two signs of progress: whole sheets of eight slips, and of ten cards
NOT_WITH_OTHERS = _("Consented before, or is a minor, whose guardian consents as well.")


def order_for(volunteers: Iterable[Volunteer]) -> dict[str, Any]:
    """Return the order of a work for these people, who are printed in this order."""
    return {"volunteers": [volunteer.pk for volunteer in volunteers]}


def people_of(job: Job) -> list[Volunteer]:
    """Return the people of the order who are still on the community's roll."""
    people = Volunteer.objects.present().filter(community=job.community).select_related("community", "user")
    by_pk = people.in_bulk(job.order["volunteers"])
    return [by_pk[pk] for pk in job.order["volunteers"] if pk in by_pk]


def in_chunks(people: Sequence[Volunteer]) -> Iterator[Sequence[Volunteer]]:
    """Yield the people, as many at once as are printed between two signs of progress."""
    yield from (people[start : start + _CHUNK] for start in range(0, len(people), _CHUNK))


def _lines(left_out: Iterable[tuple[Volunteer, Refusal]]) -> list[Line]:
    return [Line(str(volunteer), str(refusal)) for volunteer, refusal in left_out]


@register
class PrintingSlips(Kind):
    """New slips. They become valid all at once, with the file."""

    slug = "people.slips"
    label = _("Print sign-in slips")
    right: ClassVar[str] = Right.MANAGE_PEOPLE
    file_name = pgettext_lazy("file name", "Sign-in slips")
    is_secret = True

    def make(self, job: Job) -> Product | Refusal:
        may, left_out = slips.printable(people_of(job), by=job.by)
        if not may:
            return slips.NOBODY
        parts: list[bytes] = []
        codes: slips.Codes = []
        for chunk in in_chunks(may):
            drawn = slips.draw(volunteers=chunk, at=job.at)
            if isinstance(drawn, Refusal):
                return drawn
            parts.append(drawn[0])
            codes += drawn[1]
            job.tell(len(codes))

        def settle() -> list[Line]:
            issued = {slip.volunteer_id for slip, _code in issue_slips(codes=codes, by=job.by, at=job.at)}
            why = _("Something changed while it was printed: this slip does not sign in. Tear it up.")
            return [Line(str(volunteer), str(why)) for volunteer, _code in codes if volunteer.pk not in issued]

        return Product(joined(parts), _lines(left_out), settle)


@register
class PrintingCards(Kind):
    """Check-in cards. Missing ones are issued sheet by sheet; an issued card stays as it is."""

    slug = "people.cards"
    label = _("Print check-in cards")
    right: ClassVar[str] = Right.MANAGE_PEOPLE
    file_name = pgettext_lazy("file name", "Check-in cards")

    def print_chunk(self, people: Sequence[Volunteer], job: Job) -> bytes | Refusal:
        """Return the sheets of some of the people."""
        return cards.print_pdf(volunteers=people, by=job.by, at=job.at)

    def make(self, job: Job) -> Product | Refusal:
        may, left_out = cards.printable(people_of(job))
        if not may:
            return cards.NOBODY
        parts: list[bytes] = []
        done = 0
        for chunk in in_chunks(may):
            answer = self.print_chunk(chunk, job)
            if isinstance(answer, Refusal):
                return answer
            parts.append(answer)
            done += len(chunk)
            job.tell(done)
        return Product(joined(parts), _lines(left_out))


@register
class PrintingWelcome(Kind):
    """Slips and then cards for new people, in one file. The slips become valid with it."""

    slug = "people.welcome"
    label = _("Print slips and cards")
    right: ClassVar[str] = Right.MANAGE_PEOPLE
    file_name = pgettext_lazy("file name", "Sign-in slips and check-in cards")
    is_secret = True

    def make(self, job: Job) -> Product | Refusal:
        people = len(people_of(job))
        made = PrintingSlips().make(replace(job, tell=lambda done: job.tell(done // 2)))
        if isinstance(made, Refusal):
            return made
        drawn = PrintingCards().make(replace(job, tell=lambda done: job.tell((people + done) // 2)))
        if isinstance(drawn, Refusal):
            return drawn
        assert made.content is not None and drawn.content is not None
        lines = list(dict.fromkeys([*made.lines, *drawn.lines]))
        return Product(joined([made.content, drawn.content]), lines, made.settle)


@register
class RecordingConsents(Kind):
    """One consent of many people, with one evidence. All are recorded at once, at the end."""

    slug = "people.consents"
    label = _("Record a consent")
    right: ClassVar[str] = Right.MANAGE_PEOPLE

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("volunteer:index")

    def make(self, job: Job) -> Product | Refusal:
        def settle() -> list[Line]:
            people = people_of(job)
            recorded = consents.record_consents(
                volunteers=people, kind=job.order["kind"], evidence=job.order["evidence"], by=job.by, at=job.at
            )
            taken = {consent.volunteer_id for consent in recorded}
            return [Line(str(person), str(NOT_WITH_OTHERS)) for person in people if person.pk not in taken]

        return Product(None, [], settle)
