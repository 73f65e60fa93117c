"""The back office's form for a preparation session of an activity (H8)."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from academy.activities.clock_fields import PlannedClockField, PlannedDateField
from academy.activities.forms import moment_of
from academy.activities.models import Activity
from academy.activities.sign_up_views import SignUpFormPage, pages_of
from academy.core.refusals import Refusal
from academy.people.http import user_of
from academy.proposals.preparing import plan_session


class SessionForm(forms.Form):
    date = PlannedDateField(label=_("Date"), help_text=_("As 12-12 or tomorrow"))
    starts = PlannedClockField(label=_("Begins"), help_text=_("900 is 9:00"))
    ends = PlannedClockField(label=_("Ends"), help_text=_("900 is 9:00"))
    place = forms.CharField(
        label=_("Place"), max_length=100, required=False, help_text=_("Empty: where the activity takes place.")
    )


class PlanPreparation(SignUpFormPage):
    """Plan and publish a session in which the people of an activity prepare it."""

    form_class = SessionForm
    act = _("Plan a preparation session")
    lead = _(
        "People sign up and check in as everywhere. All sessions of one activity together count two hours at most, or "
        "what your rules say (H8)."
    )

    @cached_property
    def activity(self) -> Activity:
        return self.activity_or_404()

    def get_page_subtitle(self) -> str:
        return self.activity.title

    def trail(self) -> list[tuple[str, Any]]:
        return pages_of(self.activity)

    def get_success_url(self) -> str:
        return reverse("activity:edit", args=[self.activity.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        outcome = plan_session(
            activity=self.activity,
            starts_at=moment_of(data["date"], data["starts"]),
            ends_at=moment_of(data["date"], data["ends"]),
            place=data["place"].strip(),
            by=user_of(self.request),
            at=self.at,
        )
        said = "" if isinstance(outcome, Refusal) else _("“%(title)s” is open for sign-up.") % {"title": outcome.title}
        return self.answer(form, outcome, said, field="date")
