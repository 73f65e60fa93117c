"""Take back what one tap of the leader did: the same act, sentence and checks on every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin.models import Claim, Direction, Method, Scan
from academy.checkin.services import leading, undoing
from academy.core import formats
from academy.core.http import read_ids, safe_next
from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.core.undo_messages import add_success
from academy.decisions.second_person import own_people
from academy.lead.selectors import Presence
from academy.people.http import user_of
from academy.people.models import Volunteer

KINDS_OF_SCANS = ("scan", "newcomer")
MOST_AT_ONCE = 1000  # scans or claims of one act: a sheet has two scans for each row


@dataclass(frozen=True)
class Act:
    """Scans that a tap made, or claims (ids) that it declined. Written ``scan:0b7c…`` or ``claim:12,13``.

    `newcomer`: the person was registered with the scan, and stays registered. `everybody_out`: the act that checked
    everybody out, by one of its scans.
    """

    scans: tuple[UUID, ...] = ()
    claims: tuple[int, ...] = ()
    newcomer: bool = False
    everybody_out: UUID | None = None

    @property
    def is_small(self) -> bool:
        """Return whether a button may carry it."""
        return len(self.claims or self.scans) <= MOST_AT_ONCE

    def __str__(self) -> str:
        if self.everybody_out:
            return f"out:{self.everybody_out}"
        kind = "claim" if self.claims else "newcomer" if self.newcomer else "scan"
        return f"{kind}:{','.join(map(str, self.claims or self.scans))}"


def read_act(text: str) -> Act | None:
    """Return the act that a button posted; None for any other text."""
    kind, _colon, ids = text.partition(":")
    parts = ids.split(",")
    if len(parts) > MOST_AT_ONCE:
        return None
    if kind == "claim":
        numbers = read_ids(parts)
        return Act(claims=tuple(numbers)) if len(numbers) == len(parts) else None
    try:
        if kind == "out":
            return Act(everybody_out=UUID(ids))
        return Act(tuple(UUID(part) for part in parts), newcomer=kind == "newcomer") if kind in KINDS_OF_SCANS else None
    except ValueError:
        return None


def say_done(request: HttpRequest, activity: Activity, text: str, act: Act | None) -> None:
    """Show `text` on the next page, with the button that takes `act` back.

    Without an act, or for a huge one, there is no button.
    """
    sent = str(act) if act and act.is_small else ""
    add_success(request, text, address=reverse("lead:undo", args=[activity.pk]), act=sent)


def others_of(request: HttpRequest, people: Iterable[Volunteer]) -> list[Volunteer]:
    """Return those of `people` (with `merged_into`) whose scans are not the user's own matter."""
    people = list(people)
    own = own_people(user_of(request), people)
    return [person for person in people if person.stays.pk not in own]


def check_outs(request: HttpRequest, presence: Presence) -> dict[int, Act]:
    """Return the act that takes a check-out back, by the id of each person with such an act."""
    last = {person.pk: visits[-1] for person, visits in presence.gone}
    found = undoing.check_outs_to_take_back(last.values(), by=user_of(request), at=timezone.now())
    return {pk: Act((found[visit.pk].pk,)) for pk, visit in last.items() if visit.pk in found}


@login_required
@require_POST
def undo(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Take back the act in `act`, and return to the page in `next` with a message."""
    activity = led_activity(request, activity_id)
    act = read_act(request.POST.get("act", ""))
    if act is None:
        raise Http404
    outcome = take_back(request, activity, act)
    if isinstance(outcome, Refusal):
        messages.warning(request, str(outcome))
    else:
        messages.success(request, outcome.sentence)
        for sentence in outcome.refused:
            messages.warning(request, sentence)
    return redirect(safe_next(request) or reverse("lead:activity", args=[activity.pk]))


@dataclass(frozen=True)
class TakeBackResult:
    """The sentence about an act taken back, and one about each person whose scans stay."""

    sentence: str
    refused: tuple[str, ...] = ()


def take_back(request: HttpRequest, activity: Activity, act: Act) -> TakeBackResult | Refusal:
    """Take the act back. Return the sentences about it, or the refusal if all of it stays.

    Raises `Http404` for an id of another activity.
    """
    now, user = timezone.now(), user_of(request)
    if act.claims:
        reopened = undoing.reopen_claims(activity=activity, claims=act.claims, by=user, at=now)
        if isinstance(reopened, Refusal):
            return reopened
        text = ngettext("%(count)d request waits again.", "%(count)d requests wait again.", reopened)
        return TakeBackResult(text % {"count": reopened})
    if act.everybody_out:
        found = leading.scans_of_everybody_out(activity=activity, scan_id=act.everybody_out, by=user)
        if not found:
            return leading.NOTHING_TO_TAKE_BACK
    else:
        scans = Scan.objects.filter(pk__in=act.scans, checkpoint__activity=activity)
        found = list(scans.select_related("checkpoint__activity", "volunteer__merged_into"))
        if len(found) != len({*act.scans}):
            raise Http404
    undone = undoing.annul_scans(scans=found, by=user, at=now)
    if isinstance(undone, Refusal):
        return undone
    return TakeBackResult(
        join_sentences([_sentence(act, undone), *map(_sentence_of_claim, undone.claims)]),
        tuple(
            _("%(name)s: %(sentence)s") % {"name": person.name, "sentence": refusal}
            for person, refusal in undone.refused
        ),
    )


def _sentence_of_scan(scan: Scan) -> str:
    """Return the sentence that this scan is taken back."""
    if scan.direction == Direction.IN:
        text = _("%(name)s: the check-in at %(time)s is taken back.")
    else:
        text = _("%(name)s: the check-out at %(time)s is taken back. They are here again.")
    time = formats.clock(timezone.localtime(scan.happened_at))
    return text % {"name": scan.known_volunteer.stays.name, "time": time}


def _sentence(act: Act, undone: undoing.UndoResult) -> str:
    scans, count = undone.scans, len(undone.people)
    if act.everybody_out:
        text = ngettext(
            "Taken back: %(count)d person is in again.", "Taken back: %(count)d people are in again.", count
        )
        return text % {"count": count}
    person = scans[0].known_volunteer.stays
    if act.newcomer:
        return _(
            "%(name)s: the check-in is taken back. The registration stays; if it is wrong, tell the social worker."
        ) % {"name": person.name}
    if scans[0].method != Method.PAPER:
        return _sentence_of_scan(scans[0])
    if count == 1:
        return _("%(name)s: the times are taken back.") % {"name": person.name}
    return ngettext("%(count)d row is taken back.", "%(count)d rows are taken back.", count) % {"count": count}


def _sentence_of_claim(claim: Claim) -> str:
    return _("The request of “%(name)s” waits again.") % {"name": claim.name}
