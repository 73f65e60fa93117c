"""Ask a minor's guardian (`/my/guardian/`); the page of their link and its PDFs (`/g/<code>/`) (N2)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.certificates import file_signers, printing, printouts
from academy.core import practice
from academy.core.bodies import takes_files
from academy.core.http import form_page, posted_id, read_id
from academy.core.kept_forms import typed_before
from academy.core.links import public_address
from academy.core.refusals import Refusal, add_to_form
from academy.families import agency_services, guardian_services, guardians
from academy.families.belongings import people_of
from academy.families.http import find_person, log_people_shown
from academy.families.models import GuardianLink
from academy.home import guardian_pages, requests
from academy.home.guardian_forms import AnswerForm, AskForm, PaperForm
from academy.paper.codes import qr_svg
from academy.paper.http import pdf_response
from academy.people import ages
from academy.people.http import user_of
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import Right

MISSING_STATUS = {"unknown_link": 404}
EXTRA = {  # off by default, in words for the guardian
    Consent.Kind.GUARDIAN_NOTICE: gettext_lazy("The child's hours in the public notice"),
    Consent.Kind.GUARDIAN_PHOTOS: gettext_lazy("Photos with the child in public"),
}


@takes_files
@login_required
@never_cache
@sensitive_post_parameters("phone")
@form_page
def ask_guardian(request: HttpRequest) -> HttpResponse:
    """Make a link for a guardian's phone.

    The minor, an agent, staff or a leader may do so; 404 for others. Staff who keep the roll also store a form that was
    signed on paper, and close links.
    """
    user, now = user_of(request), timezone.now()
    asked = _person_to_ask_about(request)
    person = asked.volunteer
    log_people_shown(request, [person])
    keeps_roll = user.may(Right.MANAGE_PEOPLE, person.community_id)
    act = request.POST.get("act", "ask") if request.method == "POST" else ""
    options: dict[str, Any] = {"community_id": person.community_id, "at": now}
    begin = {"activity": read_id(request.GET.get("activity")), **typed_before(request)}
    form = AskForm(request.POST if act == "ask" else None, initial=begin, **options)
    paper = PaperForm(
        *((request.POST, request.FILES) if act == "paper" else ()), initial=begin, prefix="paper", **options
    )
    context: dict[str, Any] = {"asked": asked, "person": person, "form": form, "keeps_roll": keeps_roll}
    if act == "ask" and form.is_valid():
        answer = _make_link(person, form, user)
        if isinstance(answer, Refusal):
            add_to_form(form, answer, {"childs_own_phone": "phone"})
        else:
            return render(request, "home/guardian_link.html", {**context, **answer})
    refusal = guardian_services.cannot_ask(person, day=timezone.localdate(now))
    if act == "paper" and keeps_roll and refusal is None and paper.is_valid():
        stored = _store_paper(person, paper, user)
        if not isinstance(stored, Refusal):
            messages.success(request, _("The guardian's consent is recorded."))
            return redirect(request.get_full_path())
        paper.add_error("form", str(stored))
    if act == "close" and keeps_roll:
        link = get_object_or_404(GuardianLink.objects.of(person), pk=posted_id(request, "link"))
        guardian_services.close_link(link=link, by=user, at=now)
        messages.success(request, _("The link is closed. Consents that it gave stay until they are withdrawn."))
        return redirect(request.get_full_path())
    context |= {
        "refusal": refusal,
        "paper": paper if keeps_roll else None,
        "consented": guardian_pages.consented(person, at=now),
        "links": GuardianLink.objects.of(person).live(now).order_by("-pk") if keeps_roll else [],
        "accompanied": guardians.is_accompanied(person, timezone.localdate(now)),
    }
    return render(request, "home/guardian_ask.html", context)


@never_cache
@sensitive_post_parameters("code")
@form_page
def guardian_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the guardian's page, or ask for the consent first. Chat apps fetch links, so only a POST acts."""
    now = timezone.now()
    if (known := guardian_services.link_with(code)) is not None:
        practice.show(request, known.person.community_id)
    link = guardian_services.find_link(code, at=now)
    if isinstance(link, Refusal):
        return _refused(request, link)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    sensitive = guardians.is_accompanied(link.person, timezone.localdate(now))
    answers = act in ("yes", "no")
    form = AnswerForm(
        request.POST if answers else None, says_yes=act == "yes", sensitive=sensitive, initial={"name": link.name}
    )
    if act and (not answers or form.is_valid()):
        outcome = _answer(request, code, form, act) if answers else _change(request, link, code, act)
        if isinstance(outcome, Refusal) and outcome.code == "wrong_digits":
            add_to_form(form, outcome, field="digits")
            return _show_page(request, link, code, form, sensitive)
        if isinstance(outcome, Refusal):
            messages.warning(request, str(outcome))
        return redirect("home:guardian", code)
    return _show_page(request, link, code, form, sensitive)


@never_cache
@require_GET
def send_certificate(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Send a certificate of the child as PDF, to a guardian whose consent is in force (P1)."""
    now = timezone.now()
    link = guardian_services.find_link(code, at=now)
    if isinstance(link, Refusal):
        return _refused(request, link)
    offered = guardian_pages.certificates(link.person) if guardian_pages.opens(link, at=now) else []
    certificate = next((one for one in offered if one.number == number), None)
    if certificate is None:
        raise Http404
    answer = printing.render(certificate, at=now)
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("home:guardian", code)
    by = request.user if isinstance(request.user, User) else None
    printouts.note(certificates=[certificate], way=printouts.Way.FAMILY, page="/g/", by=by, at=now)
    file = file_signers.signed(answer, issuer=certificate.issuer, at=now)
    if file.notice:
        messages.warning(request, str(file.notice))
    return pdf_response(file.content, f"{certificate.number}.pdf")


def _show_page(request: HttpRequest, link: GuardianLink, code: str, form: AnswerForm, sensitive: bool) -> HttpResponse:
    now, person = timezone.now(), link.person
    has_answer = guardian_pages.has_answer(link, day=timezone.localdate(now))
    answered = link.answered_at is not None
    consented = guardian_pages.consented(person, at=now)
    opens = guardian_pages.opens(link, at=now)
    context = {
        "guardian": link,
        "person": person,
        "code": code,
        "activity": guardian_pages.asked_activity(link),
        "until": guardian_services.end_of_year(now),
        "accompanied": sensitive,
        "form": form if form.is_bound or not answered or not has_answer else None,
        "answered": answered,
        "today": guardian_pages.today(person, at=now) if opens else [],
        "coming": guardian_pages.coming(person, at=now) if opens else [],
        "certificates": guardian_pages.certificates(person) if opens else [],
        "consented": [one for one in consented if not one.is_extra],
        "extra": [
            (kind.value, words, any(one.consent.kind == kind for one in consented)) for kind, words in EXTRA.items()
        ],
        "grown_up_on": _eighteenth(person),
    }
    return render(request, "home/guardian.html", context)


def _answer(request: HttpRequest, code: str, form: AnswerForm, act: str) -> GuardianLink | Refusal:
    outcome = guardian_services.answer(
        code=code,
        granted=act == "yes",
        name=form.cleaned_data["name"],
        relation=form.relation_in_words,
        digits=form.cleaned_data["digits"],
        notice=form.cleaned_data["notice"],
        photos=form.cleaned_data["photos"],
        signed_in_as=request.user if isinstance(request.user, User) else None,
        at=timezone.now(),
    )
    if not isinstance(outcome, Refusal):
        said = _("Thank you. Your consent is recorded.") if act == "yes" else _("Your no is recorded.")
        messages.success(request, said)
    return outcome


def _change(request: HttpRequest, link: GuardianLink, code: str, act: str) -> Any:
    """Withdraw a consent, turn notice or photos on or off, or give a place back."""
    now = timezone.now()
    if link.answered_at is None:
        raise Http404
    if act == "withdraw":
        activity_id = posted_id(request, "activity")
        if activity_id is None and request.POST.get("activity"):
            raise Http404
        outcome = guardian_services.withdraw(code=code, activity_id=activity_id, at=now)
        if not isinstance(outcome, Refusal):
            messages.success(request, _("Your consent is withdrawn. Places that it no longer covers are given back."))
        return outcome
    if act == "extra" and (kind := request.POST.get("kind")) in EXTRA:
        on = request.POST.get("on") == "1"
        return guardian_services.change_extra(code=code, kind=str(kind), granted=on, at=now)
    if act == "cancel":
        places = SignUp.objects.of(link.person).filter(cancelled_at=None).select_related("shift__activity")
        place = get_object_or_404(places, pk=posted_id(request, "sign_up"))
        cancelled = activities.cancel_sign_up(sign_up=place, by=None, at=now)
        if not isinstance(cancelled, Refusal):
            agency_services.log_guardians_act(volunteer=link.person, what=str(place.shift), at=now)
            messages.success(request, _("The place is given back."))
        return cancelled
    raise Http404


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"refusal": refusal}
    return render(request, "home/guardian_refused.html", context, status=MISSING_STATUS.get(refusal.code, 200))


def _make_link(person: Volunteer, form: AskForm, user: User) -> dict[str, Any] | Refusal:
    """Make the link, and return what its page shows: the address is shown once and not stored."""
    data = form.cleaned_data
    answer = guardian_services.ask_guardian(
        volunteer=person,
        name=data["name"],
        phone=data["phone"],
        activity_id=form.activity_id,
        by=user,
        at=timezone.now(),
    )
    if isinstance(answer, Refusal):
        return answer
    link, code = answer
    address = public_address(reverse("home:guardian", args=[code]))
    text = _("%(child)s would like to volunteer. As the guardian, please read and answer here: %(link)s")
    return {
        "guardian": link,
        "address": address,
        "svg": qr_svg(address),
        "text": text % {"child": person.masked_name, "link": address},
        "activity": data["activity"],
    }


def _store_paper(person: Volunteer, paper: PaperForm, user: User) -> Consent | Refusal:
    data = paper.cleaned_data
    with translation.override(settings.LANGUAGE_CODE):
        evidence = _("signed form of %(name)s, photographed at the desk") % {"name": data["name"]}
    return guardian_services.record_at_desk(
        volunteer=person,
        granted=True,
        evidence=evidence,
        activity_id=paper.activity_id,
        form=data["form"],
        by=user,
        at=timezone.now(),
    )


def _eighteenth(person: Volunteer) -> Any:
    birth_date = person.birth_date
    return ages.birthday(birth_date, ages.ADULT) if birth_date else None


def _person_to_ask_about(request: HttpRequest) -> requests.Person:
    """Return the minor that `?who=` names, by default the user; 404 for others than those who may ask."""
    user, number = user_of(request), request.GET.get("who", "")
    people = people_of(user)
    minors = [person for person in people if ages.is_minor(person.birth_date, timezone.localdate())]
    if own := find_person(people if number or not minors else minors, number or None, user=user):
        return requests.Person(own, own.name)
    staffed = user.communities_for(Right.MANAGE_PEOPLE)
    at_desk = Volunteer.objects.present().filter(number=number, community__in=staffed).first()
    if at_desk is not None:
        return requests.Person(at_desk, at_desk.name, at_desk=True)
    person = requests.find_asked_for(user, number, at=timezone.now())
    if person is None or person.is_beyond:  # a leader asks for the people of their own activities alone
        raise Http404
    return person
