"""The leader's pages that live: the screen, the people present, and checking everybody out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.activities.http import led_activity
from academy.checkin import posters
from academy.checkin.services import leading
from academy.core.http import posted_ids
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.lead import live_codes, selectors, standing, undoing
from academy.lead.phases import Phase, opens_next, phase_at
from academy.paper.http import pdf_response, warn_of_blanks
from academy.people import namesakes
from academy.people.http import user_of
from academy.people.models import Volunteer

LATEST_SHOWN = 5


@login_required
@never_cache
@require_GET
def show_screen(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show only the code, as large as the screen: for a tablet, a projector, or a phone held up."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    presence = selectors.presence_at(activity, at=now)
    _shifts, spans = standing.shifts_of(activity)
    context = {
        "activity": activity,
        "code": live_codes.code_now(activity, spans, now),
        "moment": live_codes.moment_of(activity, spans, presence, now),
        "opens_at": opens_next(spans, now),
        "phase": phase_at(spans, now, cancelled=activity.cancelled_at is not None),
        "typed_address": live_codes.typed_address(),
        "presence": presence,
        "latest": [person.masked_name for person in presence.latest(LATEST_SHOWN)],
        "waiting": selectors.claims_mark(activity, now)[0],
    }
    return render(request, "lead/screen.html", context)


@login_required
@never_cache
@require_GET
def fetch_live_state(request: HttpRequest, activity_id: int) -> JsonResponse:
    """Return the phase, the codes of the next minutes, the people present, and the number of open claims."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    presence = selectors.presence_at(activity, at=now)
    waiting, mark = selectors.claims_mark(activity, now)
    _shifts, spans = standing.shifts_of(activity)
    return JsonResponse(
        {
            "now": now.timestamp() * 1000,
            "codes": live_codes.codes_from(activity, spans, now),
            "cancelled": activity.cancelled_at is not None,
            "open": phase_at(spans, now) == Phase.DURING,
            "moment": live_codes.moment_of(activity, spans, presence, now),
            "counts": {"people": presence.people, "inside": len(presence.inside)},
            "people": {"mark": presence.mark},
            "latest": [person.masked_name for person in presence.latest(LATEST_SHOWN)],
            "claims": {"count": waiting, "mark": mark},
        }
    )


@login_required
@never_cache
@require_GET
def show_people(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the people of the leader's page; its script fetches this part when people come or go."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    shifts, spans = standing.shifts_of(activity)
    running = [shift for shift, span in zip(shifts, spans, strict=True) if span.opens_at <= now < span.ends_at]
    presence = selectors.presence_at(activity, at=now, expecting=running)
    log_people_shown(request, presence.everybody)
    context = {
        "activity": activity,
        "presence": presence,
        "tails": namesakes.tails(presence.everybody),
        "check_outs": undoing.check_outs(request, presence),
        "phase": phase_at(spans, now, cancelled=activity.cancelled_at is not None),
        "bar": live_codes.bar_act(activity, spans, presence, now),
    }
    return render(request, "lead/people.html", context)


@login_required
@require_POST
def check_everybody_out(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Check out the people that the form shows (C10), except those ticked as staying."""
    activity = led_activity(request, activity_id)
    shown, staying = {*posted_ids(request, "shown")}, {*posted_ids(request, "staying")}
    if not shown:
        messages.warning(
            request, _("This page was too old, so nobody was checked out. Look at the list again, then tap once more.")
        )
        return redirect("lead:activity", activity_id=activity.pk)
    people = shown - staying
    count = leading.check_everybody_out(activity=activity, people=people, by=user_of(request), at=timezone.now())
    if not count:
        messages.warning(request, _("Nobody was checked out: they had left already, or are to stay."))
    inside = selectors.presence_at(activity, at=timezone.now()).inside
    since = [visit.volunteer for visit in inside if visit.volunteer_id not in shown]
    if since:
        text = ngettext(
            "%(count)d person has just come and was not checked out: %(names)s",
            "%(count)d people have just come and were not checked out: %(names)s",
            len(since),
        )
        messages.warning(request, text % {"count": len(since), "names": _names(since)})
    return redirect("lead:activity", activity_id=activity.pk)


@login_required
@never_cache
@require_GET
def print_poster(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Print the poster with the static code, for the door."""
    activity = led_activity(request, activity_id)
    answer = posters.print_pdf(activity=activity, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("lead:activity", activity_id=activity.pk)
    warn_of_blanks(request, [str(activity.leader)])
    return pdf_response(answer, f"{activity.title}_{_('Poster')}.pdf")


def _names(people: list[Volunteer]) -> str:
    """Return the names as one text, as the reader's language joins them."""
    return pgettext("list separator", ", ").join(person.name for person in people)
