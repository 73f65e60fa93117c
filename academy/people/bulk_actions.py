"""Bulk actions for the volunteers chosen in the list: print cards and slips, record consents."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, npgettext

from academy.core.refusals import Refusal, add_to_form
from academy.core.sentences import join_sentences
from academy.core.viewsets import CommunityBulkAction
from academy.paper.http import pdf_response
from academy.people import cards, slips
from academy.people.form_fields import FREE_KINDS
from academy.people.http import user_of
from academy.people.models import Consent, User, Volunteer
from academy.people.names import alphabetical
from academy.people.roll import as_listed
from academy.people.services import consents
from academy.people.works import FEW, MANY_CONSENTS, PrintingCards, PrintingSlips, RecordingConsents, order_for
from academy.works import services as works
from academy.works.kinds import Kind
from academy.works.views import work_url


def print_slips_url(volunteer: Volunteer | None = None) -> str:
    """Return the address that prints slips: for one person, or for all people of the user's communities."""
    return bulk_url("print_slips", volunteer)


def print_cards_url(volunteer: Volunteer | None = None) -> str:
    """Return the address that prints check-in cards: for one person, or for all people."""
    return bulk_url("print_cards", volunteer)


def bulk_url(action: str, volunteer: Volunteer | None) -> str:
    """Return the address of a bulk action: for one person, or for all people of the user's communities."""
    return reverse("wagtail_bulk_action", args=["people", "volunteer", action]) + (
        f"?id={volunteer.pk}" if volunteer else "?id=all"
    )


def _begin(
    kind: type[Kind], people: list[Volunteer], order: dict[str, Any], *, by: User, at: dt.datetime
) -> HttpResponse:
    """Begin a work for each community of these people, and redirect to it."""
    homes = defaultdict(list)
    for person in people:
        homes[person.community].append(person)
    begun = [
        works.begin(kind=kind, community=home, order={**order_for(members), **order}, total=len(members), by=by, at=at)
        for home, members in homes.items()
    ]
    return redirect(work_url(begun[0]) if len(begun) == 1 else "works")


class Printing(CommunityBulkAction):
    """Bulk action that prints for people in the order of their names; for many, in the background."""

    models = [Volunteer]
    kind: type[Kind]

    def allowed(self) -> Any:
        return (
            super().allowed().filter(merged_into=None, left_as="", erased_at=None).select_related("community", "user")
        )

    def printable(self, people: list[Volunteer]) -> tuple[list[Volunteer], list[tuple[Volunteer, Refusal]]]:
        """Return who is printed, and those left out with the reason."""
        raise NotImplementedError

    def print_now(self, people: list[Volunteer], at: dt.datetime) -> bytes | Refusal:
        raise NotImplementedError

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        people, others = super().get_actionable_objects()
        return sorted(people, key=lambda person: (alphabetical(person.name), person.number)), others

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        people = [entry["item"] for entry in context["items"]]
        if len(people) > FEW:  # the work's page names those left out
            return {**context, "many": True, "count": len(people)}
        may, left_out = self.printable(people)
        return {**context, "people": may, "count": len(may), "left_out": left_out}

    def chosen(self, people: list[Volunteer]) -> list[Volunteer]:
        """Return the people whom the form chooses among these."""
        return people

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse | None:
        people, at = self.chosen(objects), timezone.now()
        if len(people) > FEW:
            return _begin(self.kind, people, {}, by=user_of(self.request), at=at)
        answer = self.print_now(people, at)
        if isinstance(answer, Refusal):
            assert self.cleaned_form is not None
            add_to_form(self.cleaned_form, answer)
            refused: HttpResponse = self.form_invalid(self.cleaned_form)
            return refused
        name = people[0].name if len(people) == 1 else str(timezone.localdate(at))
        return pdf_response(answer, f"{self.kind.file_name}_{name}.pdf", as_attachment=True)

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` answers")


class PrintCards(Printing):
    """Bulk action that prints check-in cards as PDF. An issued card is printed again and stays valid."""

    display_name = _("Print check-in cards")
    action_type = "print_cards"
    aria_label = _("Print check-in cards for those chosen")
    template_name = "people/admin/print_cards.html"
    kind = PrintingCards

    def printable(self, people: list[Volunteer]) -> tuple[list[Volunteer], list[tuple[Volunteer, Refusal]]]:
        return cards.printable(people)

    def print_now(self, people: list[Volunteer], at: dt.datetime) -> bytes | Refusal:
        return cards.print_pdf(volunteers=people, by=user_of(self.request), at=at)


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


class WhoseSlipsForm(forms.Form):
    """Form that asks for whom slips are printed: most people who have signed in need none."""

    whose = forms.ChoiceField(label=_("For whom?"), required=False, initial="all", widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: list[Volunteer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        new = len(_never_signed_in(people))
        field: Any = self.fields["whose"]
        field.choices = [
            (
                "all",
                npgettext("everybody chosen", "%(n)s person", "all %(n)s people", len(people)) % {"n": len(people)},
            ),
            ("new", _("only those who have never signed in: %(n)s") % {"n": new}),
        ]
        if 0 < new < len(people):
            field.initial = "new"


def _never_signed_in(people: list[Volunteer]) -> list[Volunteer]:
    return [person for person in people if person.user is None or person.user.last_login is None]


class PrintSlips(Printing):
    """Bulk action that prints new slips as PDF. A new slip replaces the person's earlier slip."""

    display_name = _("Print sign-in slips")
    action_type = "print_slips"
    aria_label = _("Print sign-in slips for those chosen")
    template_name = "people/admin/print_slips.html"
    kind = PrintingSlips

    def printable(self, people: list[Volunteer]) -> tuple[list[Volunteer], list[tuple[Volunteer, Refusal]]]:
        return slips.printable(people, by=user_of(self.request))

    def get_form_class(self) -> type[forms.Form]:
        """Return the form; it asks about a lost phone if one person is chosen.

        A mistake must not sign all people out.
        """
        people, _left_out = self.get_actionable_objects()
        return WhySlipForm if len(people) == 1 else WhoseSlipsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        people, _left_out = self.get_actionable_objects()
        return kwargs if len(people) == 1 else {**kwargs, "people": people}

    def chosen(self, people: list[Volunteer]) -> list[Volunteer]:
        assert self.cleaned_form is not None
        return _never_signed_in(people) if self.cleaned_form.cleaned_data.get("whose") == "new" else people

    def print_now(self, people: list[Volunteer], at: dt.datetime) -> bytes | Refusal:
        assert self.cleaned_form is not None
        phone_lost = self.cleaned_form.cleaned_data.get("why") == "phone_lost"
        return slips.print_pdf(volunteers=people, phone_lost=phone_lost, by=user_of(self.request), at=at)


class ConsentsForm(forms.Form):
    """Form for one consent of many people, with one evidence."""

    kind = forms.ChoiceField(
        label=_("Consent"),
        choices=[(kind.value, capfirst(kind.label)) for kind in (*FREE_KINDS, Consent.Kind.TELEPHONE)],
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
        people = super().allowed().filter(merged_into=None, erased_at=None).select_related("community")
        # “Everybody in the list” are those whom its filters leave: no other person has consented.
        return as_listed(people, self.request, self.next_url) if "all" in self.request.GET.getlist("id") else people

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse:
        assert self.cleaned_form is not None
        said = {name: self.cleaned_form.cleaned_data[name] for name in ("kind", "evidence")}
        by, at = user_of(self.request), timezone.now()
        if len(objects) > MANY_CONSENTS:
            return _begin(RecordingConsents, objects, said, by=by, at=at)
        recorded = consents.record_consents(volunteers=objects, **said, by=by, at=at)
        left_out = len(objects) - len(recorded)
        done = ngettext(
            "The consent of %(count)s person is recorded.",
            "The consent of %(count)s people is recorded.",
            len(recorded),
        ) % {"count": len(recorded)}
        if left_out:
            more = ngettext(
                "%(count)s is left out: they had consented before, or are minors, whose guardian consents as well.",
                "%(count)s are left out: they had consented before, or are minors, whose guardian consents as well.",
                left_out,
            ) % {"count": left_out}
            done = join_sentences([done, more])
        messages.success(self.request, done)
        return redirect(self.next_url)

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` records the consents")
