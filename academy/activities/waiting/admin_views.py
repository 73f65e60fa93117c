"""The back office's pages of the waiting list: put a person on it, take them off."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Role, Shift
from academy.activities.sign_up_views import PersonForActivity, SignUpFormPage, pages_of
from academy.activities.waiting import services
from academy.activities.waiting.models import WaitingEntry
from academy.people.http import user_of
from academy.people.models import Volunteer


class PutOnWaitingList(PersonForActivity):
    """Page that puts a person on the waiting list of a full role."""

    act = _("Put on the waiting list")
    lead = _("Only who asked you to (R8). When a place is free, the person says yes in time, or the next is asked.")
    done = _("%(name)s waits for a place: %(when)s.")

    def place(self, person: Volunteer, shift: Shift, role: Role) -> Any:
        return services.put_in(volunteer=person, shift=shift, role=role, by=user_of(self.request), at=self.at)


class TakeOffWaitingList(SignUpFormPage):
    """Page that takes a person off the waiting list."""

    act = _("Take off the list")
    lead = _("A place that is kept for this person is offered to the next. Take off only who asked you to.")
    form_class = forms.Form

    @cached_property
    def entry(self) -> WaitingEntry:
        entries = WaitingEntry.objects.open().filter(shift__activity__community__in=self.communities)
        found = entries.select_related("shift__activity__community", "role", "volunteer__merged_into")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def form_valid(self, form: forms.Form) -> HttpResponse:
        outcome = services.take_out(entry=self.entry, by=user_of(self.request), at=self.at)
        said = gettext("Off the waiting list: %(what)s.") % {"what": self.entry}
        return self.answer(form, outcome, said, field="__all__")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.show([self.entry.volunteer.stays])
        return super().get_context_data(**kwargs)

    def trail(self) -> list[tuple[str, Any]]:
        return [*pages_of(self.entry.shift.activity), (self.get_success_url(), _("Sign-ups"))]

    def get_page_subtitle(self) -> str:
        return str(self.entry)

    def get_success_url(self) -> str:
        return reverse("activity_sign_ups", args=[self.entry.shift.activity_id])
