"""Bulk actions for the volunteers chosen in the list: print cards and slips, record consents."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from academy.core.refusals import Refusal, add_to_form
from academy.core.viewsets import CommunityBulkAction
from academy.paper.http import pdf_response
from academy.people import cards, slips
from academy.people.http import user_of
from academy.people.models import Consent, Volunteer
from academy.people.roll import as_listed
from academy.people.services import consents
from academy.people.services import slips as people_slips


def print_slips_url(volunteer: Volunteer | None = None) -> str:
    """Return the address that prints slips: for one person, or for all people of the user's communities."""
    return _bulk_url("print_slips", volunteer)


def print_cards_url(volunteer: Volunteer | None = None) -> str:
    """Return the address that prints check-in cards: for one person, or for all people."""
    return _bulk_url("print_cards", volunteer)


def _bulk_url(action: str, volunteer: Volunteer | None) -> str:
    return reverse("wagtail_bulk_action", args=["people", "volunteer", action]) + (
        f"?id={volunteer.pk}" if volunteer else "?id=all"
    )


class PrintCards(CommunityBulkAction):
    """Bulk action that prints check-in cards as PDF. An issued card is printed again and stays valid."""

    display_name = _("Print check-in cards")
    action_type = "print_cards"
    aria_label = _("Print check-in cards for those chosen")
    template_name = "people/admin/print_cards.html"
    models = [Volunteer]

    def allowed(self) -> Any:
        return super().allowed().filter(merged_into=None).select_related("community")

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse | None:
        answer = cards.print_pdf(volunteers=objects, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            assert self.cleaned_form is not None
            add_to_form(self.cleaned_form, answer)
            refused: HttpResponse = self.form_invalid(self.cleaned_form)
            return refused
        return pdf_response(answer, "check-in-cards.pdf", as_attachment=True)

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` returns the cards")


class WhySlipForm(forms.Form):
    """Form that asks why a slip is printed: a lost phone must not stay signed in."""

    why = forms.ChoiceField(
        label=_("Why do you print?"),
        choices=[
            ("sign_in", _("to sign in; other devices stay signed in")),
            ("phone_lost", _("a phone is lost or sold: sign out everywhere at once")),
        ],
        initial="sign_in",
        widget=forms.RadioSelect,
    )


class PrintSlips(CommunityBulkAction):
    """Bulk action that prints new slips as PDF. A new slip replaces the person's earlier slip."""

    display_name = _("Print sign-in slips")
    action_type = "print_slips"
    aria_label = _("Print sign-in slips for those chosen")
    template_name = "people/admin/print_slips.html"
    models = [Volunteer]

    def allowed(self) -> Any:
        return super().allowed().filter(merged_into=None).select_related("community", "user")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        volunteers = [entry["item"] for entry in context["items"]]
        left_out = [person for person in volunteers if people_slips.cannot_have_slip(person, by=user_of(self.request))]
        return {**context, "printable": len(volunteers) - len(left_out), "left_out": left_out}

    def get_form_class(self) -> type[forms.Form]:
        """Return the form; it asks about a lost phone if one person is chosen.

        A mistake must not sign all people out.
        """
        people, _left_out = self.get_actionable_objects()
        return WhySlipForm if len(people) == 1 else forms.Form

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse | None:
        assert self.cleaned_form is not None
        phone_lost = self.cleaned_form.cleaned_data.get("why") == "phone_lost"
        answer = slips.print_pdf(volunteers=objects, phone_lost=phone_lost, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            assert self.cleaned_form is not None
            add_to_form(self.cleaned_form, answer)
            refused: HttpResponse = self.form_invalid(self.cleaned_form)
            return refused
        return pdf_response(answer, "sign-in-slips.pdf", as_attachment=True)

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` returns the slips")


class ConsentsForm(forms.Form):
    """Form for one consent of many people, with one evidence."""

    kind = forms.ChoiceField(
        label=_("Consent"),
        choices=[(kind.value, kind.label) for kind in (Consent.Kind.PUBLIC_NOTICE, Consent.Kind.TELEPHONE)],
        initial=Consent.Kind.PUBLIC_NOTICE,
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label=_("How they consented"),
        max_length=200,
        help_text=_("For example: list signed at the meeting of 10 January 2026, kept in folder 3."),
    )


class RecordConsents(CommunityBulkAction):
    """Bulk action that records one consent of the chosen people, who gave it together."""

    display_name = _("Record a consent")
    action_type = "record_consents"
    aria_label = _("Record a consent of those chosen")
    template_name = "people/admin/record_consents.html"
    models = [Volunteer]
    form_class = ConsentsForm
    action_priority = 30

    def allowed(self) -> Any:
        people = super().allowed().filter(merged_into=None)
        # “Everybody in the list” are those whom its filters leave: no other person has consented.
        return as_listed(people, self.request, self.next_url) if "all" in self.request.GET.getlist("id") else people

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse:
        assert self.cleaned_form is not None
        data = self.cleaned_form.cleaned_data
        recorded = consents.record_consents(
            volunteers=objects,
            kind=data["kind"],
            evidence=data["evidence"],
            by=user_of(self.request),
            at=timezone.now(),
        )
        left_out = len(objects) - len(recorded)
        said = ngettext(
            "The consent of %(count)s person is recorded.",
            "The consent of %(count)s people is recorded.",
            len(recorded),
        ) % {"count": len(recorded)}
        if left_out:
            said += " " + ngettext(
                "%(count)s is left out: they had consented before, or are minors, whose guardian consents as well.",
                "%(count)s are left out: they had consented before, or are minors, whose guardian consents as well.",
                left_out,
            ) % {"count": left_out}
        messages.success(self.request, said)
        return redirect(self.next_url)

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` records the consents")
