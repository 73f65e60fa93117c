"""A volunteer's own certificates: make one for a period, look at it, save it, pass it on."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.certificates import addresses, file_signers, printing, printouts, services
from academy.certificates.awards import offered_awards
from academy.certificates.certifiable import CertifiableHours, certifiable_hours
from academy.certificates.contents import NOTHING_EFFECTIVE
from academy.certificates.forms import PeriodForm
from academy.certificates.models import Certificate
from academy.certificates.statements import years_of
from academy.core.refusals import Refusal, add_to_form
from academy.families.belongings import people_with_right
from academy.paper.http import pdf_response
from academy.paper.pictures import page_count, page_png
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.profiles.models import Profile

YEARS_SHOWN = 2


@login_required
@never_cache
@require_GET
def my(request: HttpRequest) -> HttpResponse:
    """Show the reader's certificates, and offer a new one of each unit with effective hours (P1)."""
    people = _people_of(request)
    with_document = _with_document(people)
    return _list(request, people, [(hours, _form(hours, with_document)) for hours in certifiable_hours(people)])


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Issue a certificate over the hours that a unit has recorded for the volunteer in the chosen period.

    A refusal stands in the form, which keeps its dates.
    """
    people, now = _people_of(request), timezone.now()
    found = certifiable_hours(people)
    wanted = request.POST.get("who"), request.POST.get("issuer")
    chosen = next((one for one in found if (one.volunteer.number, str(one.issuer.pk)) == wanted), None)
    if chosen is None:
        messages.error(request, str(NOTHING_EFFECTIVE))
        return redirect("certificates:my")
    with_document = _with_document(people)
    form = _form(chosen, with_document, request.POST)
    if form.is_valid():
        answer = services.issue(
            issuer=chosen.issuer,
            volunteer=chosen.volunteer,
            period_from=form.cleaned_data["period_from"],
            period_to=form.cleaned_data["period_to"],
            school=form.cleaned_data["school"],
            school_class=form.cleaned_data["school_class"],
            with_document=form.cleaned_data.get("with_document", False),
            by=user_of(request),
            at=now,
        )
        if isinstance(answer, Certificate):
            messages.success(request, _("Certificate %(number)s is ready.") % {"number": answer.number})
            return redirect("certificates:show", answer.number)
        add_to_form(form, answer, field="period")
    return _list(request, people, [(one, form if one is chosen else _form(one, with_document)) for one in found])


def _form(hours: CertifiableHours, with_document: set[int], data: QueryDict | None = None) -> PeriodForm:
    return PeriodForm(
        data,
        since=hours.since,
        today=timezone.localdate(),
        has_document=hours.volunteer.pk in with_document,
        auto_id=f"{hours.volunteer.pk}-{hours.issuer.pk}-%s",  # several forms stand on one page
    )


def _with_document(people: list[Volunteer]) -> set[int]:
    """Return the ids of the people whose ID number is kept."""
    kept = Profile.objects.filter(volunteer__in=people).exclude(document="")
    return set(kept.values_list("volunteer", flat=True))


def _list(
    request: HttpRequest, people: list[Volunteer], rows: Sequence[tuple[CertifiableHours, PeriodForm]]
) -> HttpResponse:
    certificates = (
        Certificate.objects.of_all(people)
        .select_related("issuer", "volunteer", "closure__replacement")
        .order_by("-issued_at", "-pk")
    )
    context = {
        "people": people,
        "rows": rows,
        "with_two_units": len({hours.issuer.pk for hours, _form in rows}) > 1,
        "awards": offered_awards(people, certificates, at=timezone.now()),
        "statements": [(person, year) for person in people for year in years_of(person)[:YEARS_SHOWN]],
        "certificates": certificates,
    }
    return render(request, "certificates/my.html", context)


@login_required
@never_cache
@require_GET
def show(request: HttpRequest, number: str) -> HttpResponse:
    """Show the certificate as a picture, with the ways to save it and to pass it on.

    Its pictures log the look at an ID number.
    """
    certificate, now = _own(request, number), timezone.now()
    answer = printing.render(certificate, at=now)
    context = {
        "certificate": certificate,
        "signer": file_signers.signer_of(certificate.issuer, at=now),
        "closure": getattr(certificate, "closure", None),
        "refusal": answer if isinstance(answer, Refusal) else None,
        "pages": [] if isinstance(answer, Refusal) else range(1, page_count(answer) + 1),
        "verify_url": addresses.page_url(certificate.code),
    }
    return render(request, "certificates/show.html", context)


@login_required
@never_cache
@require_GET
def picture(request: HttpRequest, number: str, page: int) -> HttpResponse:
    """Send a page of the certificate as PNG, since WeChat opens no PDF; with `?save` as a download."""
    certificate, now = _own(request, number), timezone.now()
    answer = printing.render(certificate, at=now)
    if isinstance(answer, Refusal) or not 1 <= page <= page_count(answer):
        raise Http404
    if "save" in request.GET:
        _note(request, certificate)
    else:
        printouts.note_look(certificate=certificate, page=request.path, by=user_of(request), at=now)
    headers = {
        "Content-Disposition": str(content_disposition_header("save" in request.GET, f"{number}-{page}.png")),
        "Cache-Control": "no-store",
    }
    return HttpResponse(page_png(answer, page), content_type="image/png", headers=headers)


@login_required
@never_cache
@require_GET
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Send the certificate as PDF."""
    certificate = _own(request, number)
    answer = printing.render(certificate, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("certificates:my")
    _note(request, certificate)
    file = file_signers.signed(answer, issuer=certificate.issuer, at=timezone.now())
    if file.notice:
        messages.warning(request, str(file.notice))
    return pdf_response(file.content, f"{certificate.number}.pdf")


def _note(request: HttpRequest, certificate: Certificate) -> None:
    """Note that the reader saved the certificate."""
    user = user_of(request)
    way = printouts.own_way(certificate, user)
    printouts.note(certificates=[certificate], way=way, page=request.path, by=user, at=timezone.now())


def _own(request: HttpRequest, number: str) -> Certificate:
    own = Certificate.objects.of_all(_people_of(request))
    related = ("volunteer__merged_into", "issuer", "closure__replacement")
    return get_object_or_404(own.select_related(*related), number=number)


def _people_of(request: HttpRequest) -> list[Volunteer]:
    """Return the login's own volunteer, and the people for whom it may print."""
    return people_with_right(user_of(request), Right.PRINT_CERTIFICATE)
