"""The pages of an accident record: for the leader's phone, and for staff (A5)."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.accidents import accounts, reports, services
from academy.accidents.forms import (
    MOST_PHOTOS,
    PHOTO_INPUT,
    AccountForm,
    CloseForm,
    FamilyForm,
    InsurerForm,
    PlatformForm,
)
from academy.accidents.models import Accident, AccidentPhoto, Entry
from academy.accidents.photos import MOST_BYTES
from academy.activities.belongings import leads
from academy.activities.models import Activity
from academy.checkin.rosters import rosters_of
from academy.core import practice
from academy.core.bodies import takes_files
from academy.core.files import send_file
from academy.core.http import form_page
from academy.core.kept_forms import typed_before, typed_now_or_before
from academy.core.refusals import Refusal, add_to_form
from academy.families.http import log_people_shown
from academy.insurance.cover import policy_on
from academy.paper.http import pdf_response
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right

_NOTES: dict[str, type[InsurerForm | FamilyForm | CloseForm]] = {
    Entry.Kind.INSURER: InsurerForm,
    Entry.Kind.PLATFORM: PlatformForm,
    Entry.Kind.FAMILY: FamilyForm,
    Entry.Kind.CLOSED: CloseForm,
}
_FIELDS = {"nothing_said": "what", "in_the_future": "happened_at", "other_community": "hurt"}


@login_required
@never_cache
@require_GET
def list_accidents(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the records of an activity; without any, go to the form."""
    activity = _activity_or_404(request, activity_id)
    standings = accounts.of_activity(activity)
    if not standings:
        return redirect("accidents:record", activity.pk)
    for one in standings:
        _log_look(request, one)
    return render(request, "accidents/list.html", {"activity": activity, "standings": standings})


@takes_files
@login_required
@never_cache
@form_page
def record(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the form for a new record, and store it on POST; what is missing can follow."""
    activity = _activity_or_404(request, activity_id)
    people, now = _people_of(activity), timezone.now()
    first = {"key": uuid4(), "place": activity.place, "happened_at": timezone.localtime(now)}
    form = AccountForm(
        request.POST if request.method == "POST" else None, people=people, initial=first, typed=_typed(request)
    )
    if request.method == "POST" and form.is_valid():
        answer = services.record(
            key=form.cleaned_data["key"] or uuid4(),
            activity=activity,
            account=form.account,
            hurt=list(form.cleaned_data["hurt"]),
            happened_at=form.cleaned_data["happened_at"],
            complete="complete" in request.POST,
            by=user_of(request),
            at=now,
        )
        if isinstance(answer, Accident):
            _add_photos(request, answer, now)
            messages.success(request, _("It is recorded. Look after the person first; you can add to it at any time."))
            return redirect("accidents:show", answer.pk)
        add_to_form(form, answer, _FIELDS)
    log_people_shown(request, people)
    policy = policy_on(activity, timezone.localdate(now))
    return _show_form(request, activity, form, people, policy=policy, is_new=True)


@takes_files
@login_required
@never_cache
@form_page
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form with what is known, and add an account on POST; the earlier ones stay."""
    accident = _accident_or_404(request, pk)
    standing, now = accounts.standing_of(accident), timezone.now()
    people = _people_of(accident.activity, besides=standing.latest.hurt)
    known = {name: getattr(standing.account, name) for name in standing.account.__dataclass_fields__}
    first = known | {"hurt": standing.latest.hurt, "happened_at": timezone.localtime(standing.happened_at)}
    sent = request.POST if request.method == "POST" else None
    form = AccountForm(sent, people=people, initial=first, typed=_typed(request), is_new=False)
    if request.method == "POST" and form.is_valid():
        answer = services.add_account(
            accident=accident,
            account=form.account,
            hurt=list(form.cleaned_data["hurt"]),
            happened_at=form.cleaned_data["happened_at"],
            complete="complete" in request.POST,
            by=user_of(request),
            at=now,
        )
        if isinstance(answer, Entry):
            _add_photos(request, accident, now)
            messages.success(request, _("Saved. The history keeps the earlier account."))
            return redirect("accidents:show", accident.pk)
        add_to_form(form, answer, _FIELDS)
    _log_look(request, standing)
    log_people_shown(request, people)
    return _show_form(request, accident.activity, form, people, policy=standing.policy, accident=accident)


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one record: its clock, the facts, the acts, and its history."""
    accident = _accident_or_404(request, pk)
    return _show(request, accident, {})


@login_required
@never_cache
@require_POST
def note(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Store that the insurer, the platform or the family was told, or close the record."""
    accident = _accident_or_404(request, pk)
    by, now = user_of(request), timezone.now()
    answer: Any
    if act not in _NOTES:
        raise Http404
    form = _NOTES[act](request.POST)
    if not form.is_valid():
        return _show(request, accident, {act: form})
    data = form.cleaned_data
    if act == Entry.Kind.INSURER:
        answer = services.tell_insurer(accident=accident, number=data["number"], told_at=data["told_at"], by=by, at=now)
    elif act == Entry.Kind.PLATFORM:
        answer = services.tell_platform(
            accident=accident, number=data["number"], told_at=data["told_at"], by=by, at=now
        )
    elif act == Entry.Kind.FAMILY:
        answer = services.tell_family(accident=accident, words=data["words"], told_at=data["told_at"], by=by, at=now)
    else:
        answer = services.close(accident=accident, result=data["words"], by=by, at=now)
    if isinstance(answer, Refusal):
        add_to_form(form, answer, {"needs_number": "number", "needs_words": "words", "in_the_future": "told_at"})
        return _show(request, accident, {act: form})
    messages.success(request, _("Noted."))
    return redirect("accidents:show", accident.pk)


@login_required
@never_cache
@require_GET
def send_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the record as a sheet for the insurer."""
    accident = _accident_or_404(request, pk)
    standing, now = accounts.standing_of(accident), timezone.now()
    answer = reports.print_pdf(standing=standing, at=now)
    if isinstance(answer, Refusal):
        messages.warning(request, str(answer))
        return redirect("accidents:show", pk)
    _log_look(request, standing)
    return pdf_response(answer, f"{accident.activity.title}.pdf")


@login_required
@never_cache
@require_GET
def send_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a photo of a record."""
    photo = get_object_or_404(AccidentPhoto, pk=pk)
    accident = _accident_or_404(request, photo.accident_id)
    _log_look(request, accounts.standing_of(accident))
    response = send_file(request, photo.file.path, content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store"
    return response


def _show(request: HttpRequest, accident: Accident, bound: dict[str, Any]) -> HttpResponse:
    standing, user, now = accounts.standing_of(accident), user_of(request), timezone.now()
    _log_look(request, standing)
    at_once = {"told_at": timezone.localtime(now)}
    may_close = user.has_right(Right.MANAGE_PEOPLE, accident.activity.community)
    context = {
        "activity": accident.activity,
        "accident": accident,
        "standing": standing,
        "facts": reports.facts_of(standing),
        "text": reports.text_of(standing),
        "clocks": reports.clocks_of(standing, now),
        "photos": [one for one in accident.photos.all() if one.file.storage.exists(str(one.file.name))],
        "insurer_form": bound.get("insurer") or InsurerForm(initial=at_once, label_suffix=""),
        "platform_form": bound.get("platform") or PlatformForm(initial=at_once, label_suffix=""),
        "family_form": bound.get("family") or FamilyForm(initial=at_once, label_suffix=""),
        "close_form": (bound.get("closed") or CloseForm(label_suffix="")) if may_close else None,
        "leads": leads(user, accident.activity),
    }
    return render(request, "accidents/show.html", context)


def _show_form(
    request: HttpRequest, activity: Activity, form: AccountForm, people: list[Volunteer], **more: Any
) -> HttpResponse:
    context = {
        "activity": activity,
        "form": form,
        "people": people,
        "photo_input": PHOTO_INPUT.render("photos", None),
        "most_photos": MOST_PHOTOS,
        **more,
    }
    return render(request, "accidents/form.html", context)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed before the session ended, with all people who were tapped."""
    typed = typed_before(request)
    return typed | {"hurt": typed_now_or_before(request).getlist("hurt")} if "hurt" in typed else typed


def _add_photos(request: HttpRequest, accident: Accident, now: dt.datetime) -> None:
    """Keep the photos that came with the form; say which could not be kept."""
    refused: dict[str, list[str]] = {}
    kept = 0
    for file in request.FILES.getlist("photos")[: MOST_PHOTOS + 1]:
        answer = services.add_photo(accident=accident, content=file.read(MOST_BYTES + 1), by=user_of(request), at=now)
        if isinstance(answer, Refusal):
            refused.setdefault(str(answer), []).append(str(file.name))
        else:
            kept += 1
    if kept:
        text = ngettext("%(count)d photo is kept.", "%(count)d photos are kept.", kept)
        messages.success(request, text % {"count": kept})
    for sentence, names in refused.items():
        messages.warning(request, f"{'、'.join(names)}: {sentence}")


def _activity_or_404(request: HttpRequest, activity_id: int) -> Activity:
    """Return the published activity of which the user may keep records."""
    activities = Activity.objects.published().select_related("leader__merged_into", "community")
    activity = get_object_or_404(activities, pk=activity_id)
    if not services.may_keep(user_of(request), activity, at=timezone.now()):
        raise Http404
    practice.show(request, activity.community_id)
    return activity


def _accident_or_404(request: HttpRequest, pk: int) -> Accident:
    related = ("activity__leader__merged_into", "activity__community")
    accident = get_object_or_404(Accident.objects.select_related(*related), pk=pk)
    if not services.may_keep(user_of(request), accident.activity, at=timezone.now()):
        raise Http404
    practice.show(request, accident.activity.community_id)
    return accident


def _people_of(activity: Activity, besides: list[Volunteer] | None = None) -> list[Volunteer]:
    """Return the people of the activity, with a place or a visit, each once, by number."""
    found = {row.volunteer.pk: row.volunteer for roster in rosters_of(activity) for row in roster.rows}
    found |= {one.pk: one for one in besides or []}
    return sorted(found.values(), key=lambda one: one.number)


def _log_look(request: HttpRequest, standing: accounts.Standing) -> None:
    """Log that the user read the record, and for children under 14 their names (N4)."""
    services.log_view(standing=standing, by=user_of(request), page=request.path, at=timezone.now())
    log_people_shown(request, standing.latest.hurt)
