"""The back office's pages of a person's details, and the volunteer's own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.http import form_page
from academy.core.links import link_to
from academy.core.meanwhile import NoticesChanges
from academy.core.refusals import Refusal, add_to_form
from academy.core.rights import RightRequiredMixin, right_required
from academy.core.signals import objects_shown
from academy.people.http import user_of
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.services import volunteers
from academy.profiles import selectors
from academy.profiles.forms import ContactForm, DetailsForm, IdentityForm
from academy.profiles.services import details, identity, keeping_documents
from academy.profiles.services.details import CONTACT
from academy.profiles.services.identity import Wish


def _person_or_404(user: User, pk: int, right: Right) -> Volunteer:
    people = Volunteer.objects.present().filter(community__in=user.communities_for(right))
    return get_object_or_404(people.select_related("community"), pk=pk)


class DetailsView(NoticesChanges, RightRequiredMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """The form of a person's details, in sections. It saves under a lock of the volunteer's row."""

    right = Right.MANAGE_PEOPLE
    model = Volunteer
    pk_url_kwarg = "pk"
    form_class = DetailsForm
    template_name = "profiles/admin/details.html"
    page_title = gettext_lazy("Details")
    header_icon = "user"
    object: Volunteer
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        response = super().dispatch(request, *args, **kwargs)
        objects_shown.send(sender=Volunteer, request=request, objects=[self.object])
        return response

    def get_object(self) -> Volunteer:
        return _person_or_404(user_of(self.request), self.kwargs["pk"], self.right)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        kept = selectors.shown_document(details.profile_of(self.object))
        return {**super().get_form_kwargs(), "community": self.object.community, "kept": kept}

    def get_initial(self) -> dict[str, Any]:
        return selectors.initial_of(self.object)

    def get_success_url(self) -> str:
        return link_to("person", self.object.pk)

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        by, at, data = user_of(self.request), timezone.now(), form.cleaned_data
        answer: Any = None
        if data.get("document_deleted"):
            keeping_documents.delete_document(volunteer=self.object, by=by, at=at)
        elif data["document_number"]:
            answer = keeping_documents.keep_document(
                volunteer=self.object,
                kind=data["document_type"],
                number=data["document_number"],
                evidence=data["document_evidence"],
                by=by,
                at=at,
            )
        if isinstance(answer, Refusal):
            add_to_form(form, answer, field="document_number")
            return self.form_invalid(form)
        changes = form.changes
        if data["document_number"] and not data.get("document_deleted"):
            del changes["sex"]  # the number has decided
        answer = details.save_details(volunteer=self.object, changes=changes, by=by, at=at)
        if isinstance(answer, Refusal):
            add_to_form(form, answer)
            return self.form_invalid(form)
        messages.success(self.request, _("The details of %(object)s are saved.") % {"object": self.object})
        return redirect(self.get_success_url())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        people = capfirst(str(Volunteer._meta.verbose_name_plural))
        return [
            *self.breadcrumbs_items,
            {"url": reverse("volunteer:index"), "label": people},
            {"url": self.get_success_url(), "label": self.object.name},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back=self.get_success_url(), **kwargs)


@right_required(Right.SEE_DOCUMENTS)
@never_cache
@require_http_methods(["GET", "POST"])
def show_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the whole ID number is needed; on POST, show it once and log the look (V2)."""
    user = user_of(request)
    volunteer = _person_or_404(user, pk, Right.SEE_DOCUMENTS)
    profile = details.profile_of(volunteer)
    if not profile.document:
        raise Http404
    number: str | Refusal = ""
    if request.method == "POST":
        number = keeping_documents.show_document(volunteer=volunteer, page=request.path, by=user, at=timezone.now())
    objects_shown.send(sender=Volunteer, request=request, objects=[volunteer])
    context = {
        "page_title": _("ID number"),
        "page_subtitle": str(volunteer),
        "header_icon": "view",
        "volunteer": volunteer,
        "profile": profile,
        "masked": selectors.shown_document(profile),
        "number": "" if isinstance(number, Refusal) else number,
        "refusal": number if isinstance(number, Refusal) else None,
        "back": link_to("person", volunteer.pk),
    }
    return render(request, "profiles/admin/document.html", context)


@login_required
@never_cache
@form_page
def edit_contact(request: HttpRequest) -> HttpResponse:
    """Show volunteers their own contact, and change it on POST."""
    user = user_of(request)
    volunteer = user.own_volunteer
    if volunteer is None:
        return redirect(link_to("settings"))
    profile = details.profile_of(volunteer)
    initial = {"phone": volunteer.phone, "body": details.body_of(profile)}
    initial |= {name: getattr(profile, name) for name in CONTACT}
    form = ContactForm(request.POST or None, initial=initial)
    if form.is_valid() and _saved(form, volunteer, user):
        messages.success(request, _("Your contact is saved."))
        return redirect(link_to("settings"))
    return render(request, "profiles/contact.html", {"form": form, "volunteer": volunteer})


def _saved(form: forms.Form, volunteer: Volunteer, user: User) -> bool:
    data, at = form.cleaned_data, timezone.now()
    if data["phone"] != volunteer.phone:
        answer = volunteers.correct_volunteer(
            volunteer=volunteer,
            name=volunteer.name,
            phone=data["phone"],
            birth_date=volunteer.birth_date,
            by=user,
            at=at,
        )
        if isinstance(answer, Refusal):
            add_to_form(form, answer, field="phone")
            return False
    changes = {name: data[name] for name in (*CONTACT, "body")}
    saved = details.save_details(volunteer=volunteer, changes=changes, by=user, at=at)
    if isinstance(saved, Refusal):
        add_to_form(form, saved)
    return not isinstance(saved, Refusal)


@login_required
@never_cache
@form_page
def ask_for_identity(request: HttpRequest) -> HttpResponse:
    """Show what the roll has of name and document; on POST, ask that it be changed."""
    user = user_of(request)
    volunteer = user.own_volunteer
    if volunteer is None:
        return redirect(link_to("settings"))
    waiting = details.open_request_of(volunteer)
    form = IdentityForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        wish = Wish(data["name"], data["document_type"], data["document_number"])
        now = timezone.now()
        answer = identity.ask_for_change(volunteer=volunteer, wish=wish, reason=data["reason"], by=user, at=now)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Your request is sent. Show the document at the desk; staff then answer it."))
            return redirect(link_to("my_requests"))
        fields = {"bad_name": "name", "document_alone": "document_type"}
        add_to_form(form, answer, fields, field="document_number" if data["document_number"] else None)
    context = {
        "form": form,
        "volunteer": volunteer,
        "document": selectors.shown_document(details.profile_of(volunteer)),
        "waiting": waiting,
    }
    return render(request, "profiles/identity.html", context)
