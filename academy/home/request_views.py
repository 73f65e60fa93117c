"""Ask for missing hours, object to hours on notice, and read the evidence of a request."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.activities.models import Shift
from academy.core.bodies import takes_files
from academy.core.files import private_file
from academy.core.http import form_page
from academy.core.kept_forms import typed_before
from academy.core.links import link_to
from academy.core.refusals import Refusal, add_to_form
from academy.core.text import prose
from academy.families.belongings import people_with_right
from academy.families.http import find_person, log_people_found, log_people_shown
from academy.home import my_requests, requests
from academy.home.forms import MakeUpForm, ObjectionForm
from academy.hours.forms import scanned_times
from academy.hours.models import Evidence, MakeUp, RecordState, ServiceRecord
from academy.hours.services import make_ups, objections
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right

# The field of the form beside which a refusal stands.
FIELD_OF = {
    "needs_witness": "witness",
    "needs_evidence": "evidence",
    "bad_evidence": "evidence",
    "quota_full": "evidence",
    "no_room": "evidence",
    "beyond_plan": "left",
    "times_reversed": "left",
}


@login_required
@never_cache
@require_GET
def show_unrecorded_shifts(request: HttpRequest) -> HttpResponse:
    """Show the community's latest shifts in which the volunteer has no hours, to choose the missing one."""
    person = _requested_person(request)
    _log_shown(request, person)
    title = prose(request.GET.get("q", ""))
    shifts = requests.unrecorded_shifts(person, timezone.now(), title)
    waiting = my_requests.waiting_at(person.volunteer, [shift.pk for shift in shifts])
    context = {"person": person, "shifts": [(shift, waiting.get(shift.pk)) for shift in shifts], "typed": title}
    return render(request, "home/missing.html", context)


@takes_files
@login_required
@never_cache
@form_page
def ask_make_up(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Ask for a make-up entry or a correction of a volunteer's hours at a shift (K8, K9)."""
    person = _requested_person(request)
    volunteer = person.volunteer
    records = ServiceRecord.objects.of(volunteer)
    known = Q(activity__published_at__isnull=False) | Q(activity__imported=True, pk__in=records.values("shift"))
    shift = get_object_or_404(Shift.objects.select_related("activity__community").filter(known), pk=shift_id)
    if not make_ups.may_ask(user_of(request), volunteer=volunteer, shift=shift):
        raise Http404
    record = requests.record_at(volunteer, shift)
    is_make_up = make_ups.choose_way(volunteer=volunteer, shift=shift, at=timezone.now()) == MakeUp.Way.MAKE_UP
    form = MakeUpForm(
        request.POST or None,
        request.FILES or None,
        shift=shift,
        needs_witness=is_make_up,
        user=user_of(request),
        initial=scanned_times(volunteer, shift),
        typed=typed_before(request),
    )
    if record is None:
        form.fields["absent"].widget = HiddenInput()  # no record to take back
    if request.method == "POST" and form.is_valid():
        came, left = form.times or (None, None)
        witness = form.cleaned_data["witness"]
        if witness is not None:
            log_people_found(request, [witness])
        answer = make_ups.ask_make_up(
            volunteer=volunteer,
            shift=shift,
            came_at=came,
            left_at=left,
            reason=form.cleaned_data["reason"],
            witness=witness,
            evidence=form.cleaned_data["evidence"],
            by=user_of(request),
            at=timezone.now(),
        )
        if isinstance(answer, MakeUp):
            messages.success(request, _sent(person))
            return redirect(_page_after(person, record))
        add_to_form(form, answer, {code: name for code, name in FIELD_OF.items() if name in form.fields})
    _log_shown(request, person)
    context = {
        "person": person,
        "lost_files": [file.name for file in request.FILES.getlist("evidence")],
        "shift": shift,
        "record": record,
        "form": form,
        "is_make_up": is_make_up,
        "page_after": _page_after(person, record),
        "waiting": my_requests.waiting_make_up(user_of(request), volunteer, shift.pk),
        "back": request.get_full_path(),
    }
    return render(request, "home/ask.html", context)


@login_required
@never_cache
@form_page
def object_to(request: HttpRequest, record_id: int) -> HttpResponse:
    """Object to hours on notice: as a volunteer, or as staff for a person at the desk (K7)."""
    user = user_of(request)
    record = get_object_or_404(requests.open_to_objection(user), pk=record_id)
    person = _objects_at_desk(request, record)
    initial = {"objector": person.name} if person is not None else {}
    form = ObjectionForm(request.POST or None, initial={**initial, **typed_before(request)})
    if user.own_volunteer is not None and person is None:
        del form.fields["objector"]
    if request.method == "POST" and form.is_valid():
        answer = objections.object_to(
            record=record,
            reason=form.cleaned_data["reason"],
            objector=form.cleaned_data.get("objector", ""),
            by=user,
            at=timezone.now(),
        )
        if not isinstance(answer, Refusal):
            messages.success(request, _("Your objection is recorded. These hours wait until it is decided."))
            return redirect("home:my" if person is None else link_to("person", person.pk))
        add_to_form(form, answer, {"needs_objector": "objector"})
    if person is not None:
        log_people_shown(request, [person])
    context = {
        "record": record,
        "person": person,
        "form": form,
        "is_contested": record.state == RecordState.CONTESTED,
        "waiting": my_requests.own_objection(user, record),
        "back": request.get_full_path(),
    }
    return render(request, "home/object.html", context)


def _objects_at_desk(request: HttpRequest, record: ServiceRecord) -> Volunteer | None:
    """Return the record's person if staff object for somebody at the desk; else None."""
    user, person = user_of(request), record.volunteer.stays
    is_named = request.GET.get("who") == person.number and person.user_id != user.pk
    is_staff = user.may(Right.CONFIRM_HOURS, record.community_id)
    return person if is_staff and (is_named or user.own_volunteer is None) else None


@login_required
@never_cache
@require_GET
def send_evidence(request: HttpRequest, evidence_id: int) -> HttpResponseBase:
    """Send a file that supports a request, to the user who asked, the volunteer, and those who decide."""
    found = get_object_or_404(Evidence.objects.select_related("make_up__shift__activity__community"), pk=evidence_id)
    if not requests.may_see_request(user_of(request), found.make_up):
        raise Http404
    log_people_shown(request, [found.make_up.volunteer])
    return private_file(request, found.file, found.name)


def _requested_person(request: HttpRequest) -> requests.Person:
    """Return the volunteer that `?who=` names: by default the user, or a person they act for.

    Staff may name any volunteer of their community. So may a leader, by the whole number; a person who has no part in
    the leader's activities is logged, and the page hides their name (ADR 37).
    """
    user, number = user_of(request), request.GET.get("who", "")
    mine = people_with_right(user, Right.SEE_HOURS)
    if own := find_person(mine, number or None, user=user):
        return requests.Person(own, own.name)
    person = requests.find_asked_for(user, number, at=timezone.now())
    if person is None:
        raise Http404
    return person


def _log_shown(request: HttpRequest, person: requests.Person) -> None:
    log_people_shown(request, [person.volunteer])
    if person.is_beyond:
        log_people_found(request, [person.volunteer])


def _page_after(person: requests.Person, record: ServiceRecord | None) -> str:
    """Return the page that shows the request: the record for its volunteer and their family."""
    if record is not None and not person.at_desk and person.led is None:
        return reverse("home:record", args=[record.pk])
    return person.page


def _sent(person: requests.Person) -> str:
    """Return the message after a request: where its decision will stand."""
    if person.at_desk:
        sentence = _("Your request for %(name)s is sent. Another person decides it; you find its state under Requests.")
        return sentence % {"name": person.name}
    return _("Your request is sent. You will find the decision here.")
