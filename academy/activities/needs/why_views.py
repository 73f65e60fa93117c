"""The page “why can't they?” of the back office: one person beside each role, and the exception."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from academy.activities.cards import Places, places_in
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.needs import exceptions
from academy.activities.needs.exception_models import NeedException
from academy.activities.needs.reasons import Reason, Wording
from academy.activities.needs.suitability import Suitability
from academy.activities.sign_up_views import SignUpFormPage, SignUpPage, pages_of
from academy.core.refusals import Refusal, add_to_form
from academy.families import guardians
from academy.people.http import user_of
from academy.people.models import Volunteer


@dataclass(frozen=True)
class RoleLine:
    """A role in a coming shift: reasons against it, those that an exception has lifted, the places."""

    shift: Shift
    role: Role
    left: int
    reasons: list[Reason]
    lifted: list[Reason]
    has_place: bool = False
    exception: int | None = None  # the id of the one that holds

    @property
    def is_open(self) -> bool:
        """True if the person can be signed up now."""
        return bool(not self.reasons and self.left and not self.has_place)

    @property
    def may_except(self) -> bool:
        return bool(self.reasons) and all(one.is_liftable for one in self.reasons)


class ExceptionForm(forms.Form):
    """The form of an exception: for which role, and why."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why it is right this time"),
        max_length=exceptions.REASON_LENGTH,
        help_text=_("For example: a nurse for 20 years. It is logged, and stands in the decision."),
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(str(one.pk), one.name) for one in roles]
        if len(roles) == 1:
            role.initial = str(roles[0].pk)


class WhyNot(SignUpPage, FormView):  # type: ignore[type-arg]  # generic in its stubs only
    """Page that says for each role why a person cannot take it, with the links that lead on (T3)."""

    template_name = "activities/admin/why_not.html"
    page_title = _("Why can't they sign up?")
    header_icon = "help"
    form_class = ExceptionForm

    @cached_property
    def activity(self) -> Activity:
        return self.activity_or_404()

    @cached_property
    def person(self) -> Volunteer:
        people = Volunteer.objects.present().filter(community=self.activity.community_id)
        return get_object_or_404(people, pk=self.kwargs["person_pk"])

    @cached_property
    def lines(self) -> list[RoleLine]:
        """The roles of each coming shift, for this person."""
        return list(self._lines())

    def _lines(self) -> Iterator[RoleLine]:
        shifts = list(self.activity.shifts.filter(starts_at__gt=self.at).order_by("starts_at"))
        seats = places_in(shifts, people=())
        roles = {one.role.pk: one.role for some in seats.values() for one in some}
        suitability = Suitability(self.activity, people=[self.person], roles=list(roles.values()))
        given = NeedException.objects.of(self.person).accepted().filter(role__activity=self.activity, revoked=None)
        self._given = dict(given.values_list("role", "pk"))
        mine = SignUp.objects.of(self.person).filter(shift__in=shifts, cancelled_at=None)
        seated = set(mine.values_list("shift", flat=True))
        for shift in shifts:
            shift.activity = self.activity
            for one in seats[shift.pk]:
                yield self._line(suitability, shift, one, shift.pk in seated)

    def _line(self, suitability: Suitability, shift: Shift, one: Places, has_place: bool) -> RoleLine:
        missing = suitability.unmet_needs(self.person, shift, one.role)
        bare = suitability.unmet_needs(self.person, shift, one.role, excepted=False)
        wording = Wording(suitability, self.person, shift, one.role, for_staff=True)
        lifted = wording.reasons([lack for lack in bare if lack not in missing])
        given = self._given.get(one.role.pk)
        return RoleLine(shift, one.role, one.left, wording.reasons(missing), lifted, has_place, given)

    def trail(self) -> list[tuple[str, Any]]:
        return [*pages_of(self.activity), (self.sign_ups_url, _("Sign-ups"))]

    def get_page_subtitle(self) -> str:
        return f"{self.person} · {self.activity}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "roles": self.roles_to_open}

    @cached_property
    def roles_to_open(self) -> list[Role]:
        """The roles that an exception would open."""
        return list({line.role.pk: line.role for line in self.lines if line.may_except}.values())

    def form_valid(self, form: ExceptionForm) -> HttpResponse:
        role_pk = int(form.cleaned_data["role"])
        line = next(one for one in self.lines if one.may_except and one.role.pk == role_pk)
        line.role.activity = self.activity
        outcome = exceptions.make(
            volunteer=self.person,
            shift=line.shift,
            role=line.role,
            reason=form.cleaned_data["reason"],
            by=user_of(self.request),
            at=self.at,
        )
        if isinstance(outcome, Refusal):
            add_to_form(form, outcome, {"needs_reason": "reason"})
            response: HttpResponse = self.form_invalid(form)
            return response
        said = gettext("%(name)s can take the role “%(role)s” now: sign them up.")
        messages.success(self.request, said % {"name": self.person.name, "role": line.role.name})
        return redirect("why_not", self.activity.pk, self.person.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.show([self.person])
        return super().get_context_data(
            act=_("Make the exception"),
            activity=self.activity,
            person=self.person,
            lines=self.lines,
            can_open=bool(self.roles_to_open),
            accompanied=guardians.is_accompanied(self.person, self.today),
            asked=NeedException.objects.of(self.person).open().filter(role__activity=self.activity).first(),
            sign_up_url=reverse("volunteer_sign_ups", args=[self.person.pk]),
            back=self.sign_ups_url,
            **kwargs,
        )

    @property
    def today(self) -> dt.date:
        """The local date."""
        return timezone.localdate(self.at)

    @property
    def sign_ups_url(self) -> str:
        """The page above: who takes part."""
        return reverse("activity_sign_ups", args=[self.activity.pk])


class RevocationForm(forms.Form):
    """The form of a revocation: why."""

    reason = forms.CharField(
        label=_("Why it holds no longer"),
        max_length=exceptions.REASON_LENGTH,
        help_text=_("The person reads it. It is logged, too."),
    )


class RevokeException(SignUpFormPage):
    """Page that takes an exception for a role back (T3)."""

    act = _("Revoke the exception")
    lead = _(
        "Places of this role to come go back at once, unless the person has by now what the role asks for. You can "
        "make the exception again."
    )
    form_class = RevocationForm

    @cached_property
    def exception(self) -> NeedException:
        given = NeedException.objects.accepted().filter(role__activity__community__in=self.communities)
        found = given.select_related("role__activity__community", "volunteer__merged_into")
        exception: NeedException = get_object_or_404(found, pk=self.kwargs["pk"])
        return exception

    def form_valid(self, form: RevocationForm) -> HttpResponse:
        outcome = exceptions.revoke(
            exception=self.exception, reason=form.cleaned_data["reason"], by=user_of(self.request), at=self.at
        )
        said = gettext("The exception is revoked: %(what)s.") % {"what": self.exception}
        return self.answer(form, outcome, said, field="reason")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.show([self.exception.volunteer.stays])
        return super().get_context_data(**kwargs)

    def trail(self) -> list[tuple[str, Any]]:
        return [*pages_of(self.exception.role.activity), (self.get_success_url(), WhyNot.page_title)]

    def get_page_subtitle(self) -> str:
        return f"{self.exception.volunteer.stays} · {self.exception}"

    def get_success_url(self) -> str:
        return reverse("why_not", args=[self.exception.role.activity_id, self.exception.volunteer.stays.pk])
