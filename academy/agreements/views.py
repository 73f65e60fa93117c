"""A volunteer's agreements: read, sign, read again; the photo of a signed sheet."""

from pathlib import PurePath

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.agreements import printing, services
from academy.agreements.models import Agreement, Signature
from academy.core import practice
from academy.core.files import private_file
from academy.core.http import form_page, safe_next
from academy.core.refusals import Refusal, add_to_form
from academy.core.signals import objects_shown
from academy.families.belongings import people_of
from academy.families.http import chosen_person
from academy.paper.http import pdf_response
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


class SignForm(forms.Form):
    agrees = forms.BooleanField(
        label=gettext_lazy("I have read all of it, and I agree."),
        error_messages={"required": gettext_lazy("Tick the box if you agree. Without it, nothing is signed.")},
    )


@login_required
@never_cache
@require_GET
def show_mine(request: HttpRequest) -> HttpResponse:
    """Show the texts of the community, and which of them the person has signed."""
    people = people_of(user_of(request))
    person = chosen_person(request, people)
    texts = services.texts_for(person) if person else []
    return render(request, "agreements/mine.html", {"person": person, "people": people, "texts": texts})


@login_required
@never_cache
@form_page
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version, and sign it for the user or a person whom the user acts for; then go on to `next`."""
    people = people_of(user_of(request))
    person = chosen_person(request, people)
    agreement = _readable(pk, person)
    form = SignForm(request.POST if request.method == "POST" else None, label_suffix="")
    back = safe_next(request)
    if request.method == "POST" and form.is_valid():
        answer = services.sign(agreement=agreement, volunteer=person, by=user_of(request), at=timezone.now())
        if isinstance(answer, Signature):
            said = _("Signed. You can read the text again here at any time.")
            messages.success(request, _("Signed. Now take the place.") if back else said)
            return redirect(back or f"{reverse('agreements:mine')}?who={person.number}")
        if answer.code == "new_version" and (newest := services.agreement_in_force(agreement.community_id)):
            messages.warning(request, str(answer))
            return redirect(f"{reverse('agreements:sign', args=[newest.pk])}?{request.GET.urlencode()}")
        add_to_form(form, answer, field="agrees")
    signature = Signature.objects.of(person).filter(agreement=agreement).first()
    is_current = agreement in Agreement.objects.in_force(agreement.community_id)
    context = {
        "agreement": agreement,
        "person": person,
        "people": people,
        "is_own": person.user_id == user_of(request).pk,
        "signature": signature,
        "is_current": is_current,
        "form": form,
        "next": back,
    }
    return render(request, "agreements/sign.html", context)


@login_required
@require_GET
def send_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the text as a sheet to sign, with the person's name and number."""
    person = chosen_person(request, people_of(user_of(request)))
    agreement = _readable(pk, person)
    answer = printing.print_pdf(agreement=agreement, volunteers=[person], at=timezone.now())
    if isinstance(answer, Refusal):
        messages.warning(request, str(answer))
        return redirect("agreements:mine")
    return pdf_response(answer, f"{agreement}.pdf")


@login_required
@require_GET
def send_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the photo of a signed sheet to the person who signed it, and to staff who manage people there."""
    user = user_of(request)
    signatures = Signature.objects.exclude(file="").select_related("volunteer__merged_into", "agreement__community")
    signature = get_object_or_404(signatures, pk=pk)
    person = signature.volunteer.stays
    if person.pk not in {one.pk for one in people_of(user)}:
        if not user.has_right(Right.MANAGE_PEOPLE, signature.agreement.community):
            raise Http404
        objects_shown.send(sender=Volunteer, request=request, objects=[person])
    practice.show(request, signature.agreement.community_id)
    return private_file(request, signature.file, f"{signature.agreement}{PurePath(str(signature.file.name)).suffix}")


def _readable(pk: int, person: Volunteer) -> Agreement:
    """Return the published version of the person's community."""
    return get_object_or_404(Agreement.objects.published(), pk=pk, community=person.community_id)
