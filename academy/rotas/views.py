"""The public rota: the dates to come with their places; for those who take part, one tap to skip one."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.activities import services as activities
from academy.core import practice
from academy.core.http import posted_id, read_ids
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.families import agency_services
from academy.families.belongings import people_of
from academy.families.http import log_people_shown
from academy.people.models import User, Volunteer
from academy.rotas import pattern, posters, selectors, words
from academy.rotas.models import Series, StandingPlace
from academy.rotas.services import standing
from academy.rotas.services.standing import Stands

AHEAD_SHOWN = dt.timedelta(days=183)


@never_cache
@require_safe
def show_rota(request: HttpRequest, pk: int) -> HttpResponse:
    """Show `/standing/<id>/`: who may come when, the places left, and the visitor's own dates."""
    return _render(request, _series(request, pk))


@require_POST
def stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the user, or a person whom the user acts for, stand in every week."""
    series = _series(request, pk)
    if not isinstance(request.user, User):
        return redirect_to_login(_url(series))
    volunteer = _chosen(request)
    weekdays = pattern.bits_of(one for one in read_ids(request.POST.getlist("weekday")) if one < 7)
    now = timezone.now()
    answer = standing.stand_in(series=series, volunteer=volunteer, weekdays=weekdays, by=request.user, at=now)
    if isinstance(answer, Refusal):
        return _render(request, series, refusal=answer, refused=volunteer)
    _log(volunteer, request.user, agency_services.SIGNED_UP, series.title, now)
    messages.success(request, _in_words(answer))
    return redirect(_url(series))


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End a standing place of the user, or of a person whom the user acts for."""
    series = _series(request, pk)
    if not isinstance(request.user, User):
        return redirect_to_login(_url(series))
    mine = StandingPlace.objects.in_force().of_all(people_of(request.user)).filter(series=series)
    place = get_object_or_404(
        mine.select_related("volunteer__merged_into", "series__community"), pk=posted_id(request, "place")
    )
    now = timezone.now()
    answer = standing.stop_standing_in(place=place, by=request.user, at=now)
    if isinstance(answer, Refusal):
        return _render(request, series, refusal=answer)
    _log(place.volunteer, request.user, agency_services.GAVE_BACK, series.title, now)
    messages.success(request, _("It has ended, and the places to come are free again. Thank you for all the times."))
    return redirect(_url(series))


@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back one date; the others stay."""
    series = _series(request, pk)
    if not isinstance(request.user, User):
        return redirect_to_login(_url(series))
    now = timezone.now()
    mine = standing.places_to_come(series, people_of(request.user), at=now)
    place = next((one for one in mine if one.pk == posted_id(request, "sign_up")), None)
    if place is None:
        raise Http404
    answer = activities.cancel_sign_up(sign_up=place, by=request.user, at=now)
    if isinstance(answer, Refusal):
        return _render(request, series, refusal=answer)
    _log(place.volunteer, request.user, agency_services.GAVE_BACK, str(place.shift), now)
    messages.success(request, _("Skipped: %(when)s. The other dates stay.") % {"when": period(place.shift)})
    return redirect(_url(series))


@never_cache
@require_safe
def come(request: HttpRequest, key: str) -> HttpResponse:
    """Redirect from the poster to the gate of the date that takes place; else show which comes next.

    A poster whose code was renewed opens no check-in, and says where to go instead.
    """
    series, now = posters.find_by_poster(key), timezone.now()
    if series is None:
        series = posters.find_by_retired_poster(key)
        if series is None:
            raise Http404
        practice.show(request, series.community_id)
        note = _("This poster was replaced: its code no longer works. Scan the new one, or ask the leader.")
        return _render(request, series, note=note, status=410)
    if (address := posters.gate_now(series, at=now)) is not None:
        return redirect(address)
    practice.show(request, series.community_id)
    following = posters.next_start(series, at=now)
    note = _("Nobody can check in here now.")
    if following is not None:
        note = _("Nobody can check in here now. The next date is %(when)s.") % {"when": period(following)}
    return _render(request, series, note=note)


def _render(
    request: HttpRequest,
    series: Series,
    *,
    refusal: Refusal | None = None,
    refused: Volunteer | None = None,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    now, people = timezone.now(), people_of(request.user)
    today = timezone.localdate(now)
    rows = selectors.rota_of(series, since=today, until=today + AHEAD_SHOWN, at=now, people=people)
    # Days that are not open yet would only repeat the pattern.
    rows = [row for row in rows if not row.is_over and (row.activity is not None or row.is_left_out or row.is_holiday)]
    opened = [row.day for row in rows if row.activity is not None]
    stand_in = selectors.standing_in(series)
    ours = {person.pk for person in people}
    mine = [place for place in stand_in if place.volunteer.stays.pk in ours]
    takes_part = bool(mine) or any(row.mine for row in rows)
    if takes_part:
        log_people_shown(request, [one.volunteer.stays for row in rows for one in row.sign_ups])
    leader = series.leader.stays
    context: dict[str, Any] = {
        "series": series,
        "months": selectors.in_months([row for row in rows if not opened or row.day <= opened[-1]]),
        "people": people,
        "mine": mine,
        "may_stand_in": [one for one in people if one.pk not in {place.volunteer.stays.pk for place in mine}],
        "weekdays": [choice for choice in words.weekday_choices() if series.weekdays >> choice[0] & 1],
        "is_over": series.last_day is not None and series.last_day < today,
        # Those who take part read with whom; the names stay masked, as on the wall (K6).
        "takes_part": takes_part,
        "leader": leader.name if takes_part else leader.masked_name,
        "note": note,
        "refusal": refusal,
        "refused": refused,
    }
    return render(request, "rotas/rota.html", context, status=409 if refusal else status)


def _series(request: HttpRequest, pk: int) -> Series:
    found = Series.objects.select_related("community", "leader__merged_into", "issuer")
    series: Series = get_object_or_404(found, pk=pk)
    practice.show(request, series.community_id)
    return series


def _chosen(request: HttpRequest) -> Volunteer:
    people = people_of(request.user)
    wanted = posted_id(request, "volunteer") if "volunteer" in request.POST or not people else people[0].pk
    volunteer = next((person for person in people if person.pk == wanted), None)
    if volunteer is None:
        raise Http404
    return volunteer


def _in_words(answer: Stands) -> str:
    said = _("%(name)s stands in %(every)s. If a date does not suit you, skip it here with one tap.")
    return said % {"name": answer.place.volunteer.name, "every": answer.place.weekdays_in_words}


def _log(volunteer: Volunteer, by: User, act: str, what: str, at: dt.datetime) -> None:
    agency_services.log_act(volunteer=volunteer, by=by, act=act, what=what, at=at)


def _url(series: Series) -> str:
    return reverse("rotas:rota", args=[series.pk])
