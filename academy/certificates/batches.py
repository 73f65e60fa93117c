"""Issue certificates of many people in the background, and print those that exist."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.certificates import awarding, services
from academy.certificates.batch_models import Batch, BatchedCertificate
from academy.certificates.candidates import awards_in
from academy.certificates.models import Certificate
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.designs import services as designs
from academy.designs.models import PaperKind
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import Right
from academy.works.kinds import Line

BEGIN = "certificates.batch"
LATELY = dt.timedelta(hours=1)

NOBODY_CHOSEN = Refusal("nobody_chosen", _("Nobody was chosen. Tick at least one person who qualifies."))

NOT_ON_ROLL = Refusal("not_on_roll", _("This person is no longer on the roll."))


@transaction.atomic
def begin_batch(
    *,
    issuer: Issuer,
    kind: str,
    period: tuple[dt.date, dt.date],
    people: Iterable[Volunteer],
    key: str,
    design: str = "",
    by: User,
    at: dt.datetime,
) -> Batch | Refusal:
    """Store what is to be issued, with the template in its present version; `key` is that of the form.

    Return the batch that the same form began before. Refuses with `not_allowed`, `bad_period` and `nobody_chosen`.
    """
    if not by.has_right(Right.ISSUE_CERTIFICATES, issuer.community):
        return services.NOT_ALLOWED
    if not period[0] <= period[1] <= timezone.localdate(at):
        return services.BAD_PERIOD
    chosen = [person.pk for person in people if person.community_id == issuer.community_id]
    if not chosen:
        return NOBODY_CHOSEN
    batch = Batch(
        community=issuer.community,
        issuer=issuer,
        key=key,
        kind=kind,
        period_from=period[0],
        period_to=period[1],
        people=chosen,
        design=designs.frozen_for(issuer, kind, name=design),
        begun_at=at,
        begun_by=by,
    )
    is_new = insert_if_absent(batch)
    stored = Batch.objects.select_related("community", "issuer").get(key=key)
    if stored.begun_by_id != by.pk or stored.community_id != issuer.community_id:
        return services.NOT_ALLOWED
    if is_new:
        log(stored, BEGIN, user=by, timestamp=at)
    return stored


def issue_batch(
    *, batch: Batch, by: User, at: dt.datetime, tell: Callable[[int], None] = lambda done: None
) -> list[Line] | Refusal:
    """Issue the certificates of a batch, each in its own transaction. Return who was left out and why.

    A second run goes on with those that are missing. Refuses with `not_allowed`.
    """
    if not by.has_right(Right.ISSUE_CERTIFICATES, batch.community):
        return services.NOT_ALLOWED
    people = Volunteer.objects.present().filter(community=batch.community).in_bulk(batch.people)
    left_out = []
    for done, pk in enumerate(batch.people, 1):
        person = people.get(pk)
        if person is None:
            left_out.append(Line(_number_of(pk), str(NOT_ON_ROLL)))
        else:
            left_out += _issue_for(batch, person, by, at)
        tell(done)
    return left_out


def _number_of(pk: int) -> str:
    return str(Volunteer.objects.values_list("number", flat=True).get(pk=pk))


@transaction.atomic
def _issue_for(batch: Batch, person: Volunteer, by: User, at: dt.datetime) -> list[Line]:
    """Issue what the batch owes this person. A run beside this one waits, and finds it issued."""
    # V3: read again, since the name may have been erased since the batch began.
    person = Volunteer.objects.select_for_update(no_key=True).get(pk=person.pk)
    period = (batch.period_from, batch.period_to)
    sources = [""]
    if batch.kind != PaperKind.SERVICE:
        awards = awards_in([person], kind=batch.kind, period=period, at=at)
        sources = [one.source for one in awards.get(person.pk, [])]
    own = Certificate.objects.of(person)
    done = set(own.filter(batched__batch=batch).values_list("source", flat=True))
    return [
        Line(str(person), str(refusal))
        for source in sources
        if source not in done and (refusal := _issue_one(batch, person, source, by, at)) is not None
    ]


def _issue_one(batch: Batch, person: Volunteer, source: str, by: User, at: dt.datetime) -> Refusal | None:
    held = set(Certificate.objects.of(person).values_list("pk", flat=True))
    if batch.kind == PaperKind.SERVICE:
        answer = services.issue(
            issuer=batch.issuer,
            volunteer=person,
            period_from=batch.period_from,
            period_to=batch.period_to,
            look=batch.design,
            by=by,
            at=at,
        )
    else:
        answer = awarding.issue_award(
            volunteer=person, source=source, issuer=batch.issuer, look=batch.design, by=by, at=at
        )
    if isinstance(answer, Refusal):
        return answer
    BatchedCertificate.objects.create(batch=batch, certificate=answer, was_there=answer.pk in held)
    return None


def certificates_of(batch: Batch) -> "QuerySet[Certificate]":
    """Return the certificates of a batch."""
    return Certificate.objects.filter(batched__batch=batch)


def others_at_it(
    *, issuer: Issuer, kind: str, period: tuple[dt.date, dt.date], by: User, at: dt.datetime
) -> list[Batch]:
    """Return the batches of the same certificates that other logins began in the last hour."""
    same = Batch.objects.filter(
        issuer=issuer, kind=kind, period_from=period[0], period_to=period[1], begun_at__gt=at - LATELY
    )
    begun = same.exclude(begun_by=by).select_related("begun_by__volunteer")
    return list(begun.annotate(done=Count("items")))


def missing_from(batch: Batch) -> int:
    """Return how many people of a batch have no certificate from it yet."""
    people = certificates_of(batch).with_person().order_by().values("person").distinct()  # type: ignore[attr-defined]
    return len(batch.people) - int(people.count())
