"""The leader confirms the hours, or asks the volunteer about a record."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from academy.activities.http import led_activity
from academy.core.http import posted_ids
from academy.core.links import link_to
from academy.core.look import lazy_day
from academy.core.refusals import Refusal
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation
from academy.hours.services.telling import HOURS
from academy.lead import selectors
from academy.lead.heads import read_head_count
from academy.messaging import services as messaging
from academy.messaging.models import Tone
from academy.people.http import user_of

QUESTION = gettext_lazy(
    "%(leader)s has a question about your check-in at “%(title)s” on %(day)s. Please call or visit."
)


@login_required
@require_POST
def confirm(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Confirm the records that wait, with the number of heads (C4). K4: never the user's own record.

    A number that differs from the people scanned is asked about first, on the leader's page.
    """
    activity = led_activity(request, activity_id)
    user, now = user_of(request), timezone.now()
    page = reverse("lead:activity", args=[activity.pk])
    typed, looked_at = request.POST.get("heads", ""), None
    heads: int | None = None
    if "record" in request.POST:
        looked_at = list(ServiceRecord.objects.filter(activity=activity, pk__in=posted_ids(request, "record")))
    else:
        waiting = confirmation.list_candidates(activity=activity, by=user, at=now)
        count = read_head_count(typed, scanned=waiting.scanned, posters=0)
        is_sure = request.POST.get("sure") == count.sure
        if count.error or (waiting.everything and count.asked is not None and not is_sure):
            return redirect(f"{page}?{urlencode({'heads': count.typed})}#confirm")
        heads = count.number
    outcome = confirmation.confirm(
        activity=activity,
        by=user,
        at=now,
        heads=heads,
        records=looked_at,
        reason=request.POST.get("reason", "")[:200],
    )
    if isinstance(outcome, Refusal):
        messages.error(request, str(outcome))
        return redirect(page)
    if outcome.ready:
        messages.success(request, _("Confirmed: %(count)s.") % {"count": len(outcome.ready)})
    uncounted = looked_at is None and heads is None and any(_is_poster(outcome, one) for one in outcome.flagged)
    said = uncounted and all(_is_poster(outcome, one) for one in outcome.flagged)
    is_short = heads is not None and heads < outcome.scanned and bool(outcome.flagged)
    for note in outcome.notes:
        if not (said and note == confirmation.FLAGGED):  # the field of the head count says it
            messages.warning(request, str(note))
    return redirect(f"{page}?heads=#confirm" if uncounted else f"{page}?short=1" if is_short else page)


@login_required
@require_POST
def ask_volunteer(request: HttpRequest, activity_id: int, record_id: int) -> HttpResponse:
    """Ask the volunteer about a record with a remark, instead of accepting it. Its hours still wait."""
    activity = led_activity(request, activity_id)
    records = ServiceRecord.objects.awaiting_confirmation().filter(activity=activity).select_related("volunteer")
    found = get_object_or_404(records, pk=record_id)
    now = timezone.now()
    words = {"leader": activity.leader.name, "title": activity.title, "day": lazy_day(found.date, now)}
    messaging.send(
        kind=HOURS,
        volunteer=found.volunteer,
        key=selectors.asked_key(found.pk),
        text=messaging.fill_in(QUESTION, **words),
        path=link_to("record", found.pk),
        tone=Tone.TODO,
        at=now,
    )
    messages.success(request, _("Your question is now on the page of %(name)s.") % {"name": found.volunteer.name})
    return redirect("lead:activity", activity_id=activity.pk)


def _is_poster(outcome: confirmation.Candidates, record: ServiceRecord) -> bool:
    """Return whether the record lacks only the head count: it rests on the poster's scans (C4)."""
    return record.remarks + outcome.suspected[record.pk] == ["static"]
