"""The back office's pages of sign-ups: who takes part, sign a person up, withdraw them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.activities import placing
from academy.activities.cards import Places, places_in
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.sign_up_forms import SignUpForActivityForm, SignUpForPersonForm, WithdrawForm
from academy.activities.waiting.models import WaitingEntry
from academy.activities.waiting.selectors import text_to_send, waiting_at
from academy.core.look import period
from academy.core.refusals import Refusal, add_to_form
from academy.core.rights import RightRequiredMixin
from academy.core.signals import objects_shown
from academy.core.verbs import verbs_for
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


class SignUpPage(RightRequiredMixin, WagtailAdminTemplateMixin):
    """Mixin for pages about sign-ups, for staff who run activities in the community."""

    right = Right.RUN_ACTIVITIES
    kwargs: dict[str, Any]

    @cached_property
    def at(self) -> dt.datetime:
        return timezone.now()

    def activity_or_404(self) -> Activity:
        activities = Activity.objects.planned().in_communities(self.communities)
        return get_object_or_404(activities.select_related("community"), pk=self.kwargs["pk"])

    def trail(self) -> list[tuple[str, Any]]:
        """Return the pages above this one: address and name."""
        raise NotImplementedError

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = [{"url": url, "label": name} for url, name in self.trail()]
        return [*self.breadcrumbs_items, *above, self._here()]

    def _here(self) -> dict[str, Any]:
        return {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}

    def show(self, people: Any) -> None:
        """Log that these people were shown (N4)."""
        objects_shown.send(sender=Volunteer, request=self.request, objects=list(people))


class SignUpFormPage(SignUpPage, FormView):  # type: ignore[type-arg]  # generic in its stubs only
    """Mixin for pages whose form signs somebody up, or withdraws them."""

    template_name = "core/admin/form.html"
    act: Any = ""
    lead: Any = ""

    def get_page_title(self) -> Any:
        return self.act

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(act=self.act, lead=self.lead, back=self.get_success_url(), **kwargs)

    def answer(
        self, form: Any, outcome: Any, said: str, *, field: str, fields: dict[str, str] | None = None
    ) -> HttpResponse:
        """Go on with a message, or show the refusal at the field that it speaks of."""
        if isinstance(outcome, Refusal):
            add_to_form(form, outcome, fields, field=field)
            response: HttpResponse = self.form_invalid(form)
            return response
        messages.success(self.request, said)
        return redirect(self.get_success_url())


# Pages of an activity

_OF_PERSON = (
    *("suspended", "minor_not_allowed", "minors_late", "needs_consent", "needs_agreement", "needs_course"),
    *("needs_qualification", "needs_tier", "too_young", "too_old", "age_unknown"),
    *("already_signed_up", "already_waiting", "other_community"),
)
FIELDS = dict.fromkeys(_OF_PERSON, "volunteer")


def pages_of(activity: Activity) -> list[tuple[str, Any]]:
    """Return the pages above those of the activity's sign-ups: address and name."""
    return [
        (reverse("activity:index"), _("Activities")),
        (reverse("activity:edit", args=[activity.pk]), activity.title),
    ]


@dataclass(frozen=True)
class ShiftPeople:
    """A shift with its places, the sign-ups of those who take part, and who waits for a place."""

    shift: Shift
    places: list[Places]
    sign_ups: list[SignUp]
    may_withdraw: bool
    waits: list[tuple[WaitingEntry, str]]  # with the text to send to the person


class ActivitySignUps(SignUpPage, TemplateView):
    """Page that lists who is signed up, shift by shift."""

    template_name = "activities/admin/sign_ups.html"
    page_title = _("Sign-ups")
    header_icon = "group"

    @cached_property
    def activity(self) -> Activity:
        return self.activity_or_404()

    def trail(self) -> list[tuple[str, Any]]:
        return pages_of(self.activity)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        activity = self.activity
        shifts = list(activity.shifts.order_by("starts_at"))
        places = places_in(shifts, people=())
        found: dict[int, list[SignUp]] = defaultdict(list)
        sign_ups = SignUp.objects.filter(shift__activity=activity, cancelled_at=None).select_related(
            "volunteer__merged_into", "role", "signed_up_by__volunteer"
        )
        for sign_up in sign_ups.order_by("signed_up_at", "pk"):
            found[sign_up.shift_id].append(sign_up)
        waits = waiting_at(shifts)
        self.show(sign_up.volunteer.stays for some in found.values() for sign_up in some)
        self.show(entry.volunteer.stays for some in waits.values() for entry in some)
        user = user_of(self.request)
        return super().get_context_data(
            activity=activity,
            verbs=[verb for verb in verbs_for(activity, user) if verb.url != self.request.path],
            parts=[
                ShiftPeople(
                    shift,
                    places[shift.pk],
                    found[shift.pk],
                    self.at < shift.starts_at,
                    [(entry, text_to_send(entry)) for entry in waits.get(shift.pk, [])],
                )
                for shift in shifts
            ],
            **kwargs,
        )

    def get_page_subtitle(self) -> str:
        return str(self.activity)


class PersonForActivity(SignUpFormPage):
    """Page of an activity with a form that chooses a person, a shift and a role, for subclasses."""

    form_class = SignUpForActivityForm
    done: Any  # the sentence after the act, with `name` and `when`

    @cached_property
    def activity(self) -> Activity:
        return self.activity_or_404()

    def trail(self) -> list[tuple[str, Any]]:
        return [*pages_of(self.activity), (self.get_success_url(), _("Sign-ups"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        shifts = self.activity.shifts.filter(starts_at__gt=self.at).select_related("activity").order_by("starts_at")
        return {**super().get_form_kwargs(), "user": user_of(self.request), "shifts": shifts}

    def place(self, person: Volunteer, shift: Shift, role: Role) -> Any:
        """Call the service, and return what it answers."""
        raise NotImplementedError

    def form_valid(self, form: SignUpForActivityForm) -> HttpResponse:
        (shift, role), person = form.cleaned_data["place"], form.cleaned_data["volunteer"]
        said = str(self.done) % {"name": person, "when": period(shift)}
        return self.answer(form, self.place(person, shift, role), said, field="place", fields=FIELDS)

    def get_page_subtitle(self) -> str:
        return str(self.activity)

    def get_success_url(self) -> str:
        return reverse("activity_sign_ups", args=[self.activity.pk])


class SignUpForActivity(PersonForActivity):
    """Page that signs a person up for the activity."""

    template_name = "activities/admin/sign_up_activity.html"
    act = _("Sign somebody up")
    lead = _("Sign up only who asked you to: nobody is signed up against their will (R8).")
    done = _("%(name)s has a place: %(when)s.")

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if "why" in self.request.POST:
            del form.fields["place"]  # the question is about all of them
        return form

    def form_valid(self, form: SignUpForActivityForm) -> HttpResponse:
        if "why" in self.request.POST:
            return redirect("why_not", self.activity.pk, form.cleaned_data["volunteer"].pk)
        return super().form_valid(form)

    def place(self, person: Volunteer, shift: Shift, role: Role) -> Any:
        return placing.sign_up(volunteer=person, shift=shift, role=role, by=user_of(self.request), at=self.at)


# Pages of a person


def _pages_of_person(person: Volunteer) -> list[tuple[str, Any]]:
    return [
        (reverse("volunteer:index"), _("Volunteers")),
        (reverse("volunteer:edit", args=[person.pk]), str(person)),
    ]


class SignUpForPerson(SignUpFormPage):
    """Page with a person's coming sign-ups, and the coming shifts for which they can be signed up."""

    template_name = "activities/admin/sign_up_person.html"
    act = _("Sign up")
    lead = _("Sign up only who asked you to: nobody is signed up against their will (R8).")
    form_class = SignUpForPersonForm
    page_title = _("Sign up and withdraw")

    @cached_property
    def person(self) -> Volunteer:
        people = Volunteer.objects.present().in_communities(self.communities)
        return get_object_or_404(people, pk=self.kwargs["pk"])

    @cached_property
    def sign_ups(self) -> list[SignUp]:
        coming = SignUp.objects.of(self.person).filter(cancelled_at=None, shift__starts_at__gt=self.at)
        return list(coming.select_related("shift__activity", "role").order_by("shift__starts_at"))

    def trail(self) -> list[tuple[str, Any]]:
        return _pages_of_person(self.person)

    def shifts(self) -> QuerySet[Shift]:
        """Return the coming shifts of the community in which the person has no place yet."""
        open_ones = Activity.objects.published().filter(community=self.person.community_id, cancelled_at=None)
        coming: QuerySet[Shift] = Shift.objects.filter(activity__in=open_ones, starts_at__gt=self.at)
        coming = coming.select_related("activity")
        return coming.exclude(pk__in=[one.shift_id for one in self.sign_ups]).order_by("starts_at", "pk")

    def get_page_title(self) -> Any:
        return self.page_title

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "shifts": self.shifts()}

    def form_valid(self, form: SignUpForPersonForm) -> HttpResponse:
        shift, role = form.cleaned_data["place"]
        outcome = placing.sign_up(volunteer=self.person, shift=shift, role=role, by=user_of(self.request), at=self.at)
        said = gettext("%(name)s has a place: %(when)s.") % {"name": self.person, "when": period(shift)}
        return self.answer(form, outcome, said, field="place")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(person=self.person, sign_ups=self.sign_ups, **kwargs)
        self.show([self.person])
        return {**context, "back": reverse("volunteer:edit", args=[self.person.pk])}

    def get_page_subtitle(self) -> str:
        return str(self.person)

    def get_success_url(self) -> str:
        return reverse("volunteer_sign_ups", args=[self.person.pk])


class Withdraw(SignUpFormPage):
    """Page that gives a person's place back."""

    act = _("Withdraw")
    lead = _("The place is free for others at once. Withdraw only who asked you to.")
    form_class = WithdrawForm

    @cached_property
    def sign_up(self) -> SignUp:
        sign_ups = SignUp.objects.filter(shift__activity__community__in=self.communities, cancelled_at=None)
        found = sign_ups.select_related("shift__activity__community", "volunteer__merged_into")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def form_valid(self, form: WithdrawForm) -> HttpResponse:
        outcome = placing.withdraw(
            sign_up=self.sign_up, reason=form.cleaned_data["reason"], by=user_of(self.request), at=self.at
        )
        return self.answer(form, outcome, gettext("Withdrawn: %(what)s.") % {"what": self.sign_up}, field="reason")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.show([self.sign_up.volunteer.stays])
        return super().get_context_data(**kwargs)

    def trail(self) -> list[tuple[str, Any]]:
        if self.from_person:
            return _pages_of_person(self.sign_up.volunteer.stays)
        return [*pages_of(self.sign_up.shift.activity), (self.get_success_url(), _("Sign-ups"))]

    @property
    def from_person(self) -> bool:
        """True if the reader came from the person's page and goes back there."""
        return self.request.GET.get("from") == "person"

    def get_page_subtitle(self) -> str:
        return str(self.sign_up)

    def get_success_url(self) -> str:
        if self.from_person:
            return reverse("volunteer_sign_ups", args=[self.sign_up.volunteer.stays.pk])
        return reverse("activity_sign_ups", args=[self.sign_up.shift.activity_id])
