"""The page that takes people of a list of past service onto the roll."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.core.actions import ActionView
from academy.core.refusals import Refusal
from academy.people.http import user_of
from academy.roll import acts
from academy.transfers.services import imports

SHOWN = 200  # people on the page


class PeopleForm(forms.Form):
    evidence = forms.CharField(
        label=gettext_lazy("How these people consented"),
        max_length=120,
        help_text=gettext_lazy(
            "To be on the roll (R2). For all of them, for example: forms signed in January 2026, kept in folder 3."
        ),
    )


class PeopleView(ActionView):
    """The people of the list whom the roll does not have: their consent, then the questions about each."""

    template_name = "transfers/admin/people.html"
    form_class = PeopleForm
    act = gettext_lazy("Take people onto the roll")
    lead = gettext_lazy(
        "The roll does not have these people yet. Next you see which of them may be on it under another phone; then "
        "they are registered together. Public notice, photos and messages are consents of their own: they give them "
        "later. Afterwards, import the hours. If the import is taken back, they leave the roll with it."
    )

    def perform(self, form: PeopleForm) -> Refusal | HttpResponse:
        upload, by, at = self.object, user_of(self.request), timezone.now()
        people = self.people
        if isinstance(people, Refusal):
            return people
        answer = acts.list_people(
            community=upload.community,
            name=(_("People in %(name)s") % {"name": upload.name})[:116] + ".csv",
            people=people,
            named_by=upload.sha256,
            evidence=form.cleaned_data["evidence"],
            by=by,
            at=at,
        )
        return answer if isinstance(answer, Refusal) else redirect("roll_file:check", answer.pk)

    @property
    def people(self) -> list[tuple[str, str]] | Refusal:
        run = imports.dry_run(upload=self.object, by=user_of(self.request), at=timezone.now())
        return run if isinstance(run, Refusal) else run.unknown_people or imports.NOBODY_UNKNOWN

    def get_success_url(self) -> str:
        return reverse("upload:check", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = self.people
        found = [] if isinstance(people, Refusal) else people
        return super().get_context_data(people=found[:SHOWN], count=len(found), **kwargs)
