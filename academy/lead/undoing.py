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
from academy.checkin.services import undoing
from academy.core import formats
from academy.core.http import read_ids, safe_next
from academy.core.refusals import Refusal
from academy.core.undo_messages import add_success
from academy.decisions.second_person import own_people
from academy.people.http import user_of
from academy.people.models import Volunteer

KINDS_OF_SCANS = ("scan", "newcomer")
MOST_AT_ONCE = 1000  # scans or claims of one act: a sheet has two scans for each row


@dataclass(frozen=True)
class Act:
    """Scans that a tap made, or claims (ids) that it declined. Written ``scan:0b7c…`` or ``claim:12,13``.

    `newcomer`: the person was registered with the scan, and stays registered.
    """

    scans: tuple[UUID, ...] = ()
    claims: tuple[int, ...] = ()
    newcomer: bool = False

    @property
    def is_small(self) -> bool:
        """Return whether a button may carry it."""
        return len(self.claims or self.scans) <= MOST_AT_ONCE

    def __str__(self) -> str:
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
        messages.success(request, outcome)
    return redirect(safe_next(request) or reverse("lead:activity", args=[activity.pk]))


def take_back(request: HttpRequest, activity: Activity, act: Act) -> str | Refusal:
    """Take the act back. Return the sentence about it, or the refusal.

    Raises `Http404` for an id of another activity.
    """
    now = timezone.now()
    if act.claims:
        reopened = undoing.reopen_claims(activity=activity, claims=act.claims, by=user_of(request), at=now)
        if isinstance(reopened, Refusal):
            return reopened
        text = ngettext("%(count)d request waits again.", "%(count)d requests wait again.", reopened)
        return text % {"count": reopened}
    scans = Scan.objects.filter(pk__in=act.scans, checkpoint__activity=activity)
    found = list(scans.select_related("checkpoint__activity", "volunteer__merged_into"))
    if len(found) != len({*act.scans}):
        raise Http404
    waiting = undoing.annul_scans(scans=found, by=user_of(request), at=now)
    if isinstance(waiting, Refusal):
        return waiting
    return " ".join([_sentence(found, newcomer=act.newcomer), *map(_sentence_of_claim, waiting)])


def _sentence_of_scan(scan: Scan) -> str:
    """Return the sentence that this scan is taken back."""
    if scan.direction == Direction.IN:
        text = _("%(name)s: the check-in at %(time)s is taken back.")
    else:
        text = _("%(name)s: the check-out at %(time)s is taken back. They are here again.")
    time = formats.clock(timezone.localtime(scan.happened_at))
    return text % {"name": scan.known_volunteer.stays.name, "time": time}


def _sentence(scans: list[Scan], *, newcomer: bool) -> str:
    person = scans[0].known_volunteer.stays
    if newcomer:
        return _(
            "%(name)s: the check-in is taken back. The registration stays; if it is wrong, tell the social worker."
        ) % {"name": person.name}
    if scans[0].method != Method.PAPER:
        return _sentence_of_scan(scans[0])
    rows = len(scans) // 2
    if rows == 1:
        return _("%(name)s: the times are taken back.") % {"name": person.name}
    return ngettext("%(count)d row is taken back.", "%(count)d rows are taken back.", rows) % {"count": rows}


def _sentence_of_claim(claim: Claim) -> str:
    return _("The request of “%(name)s” waits again.") % {"name": claim.name}
