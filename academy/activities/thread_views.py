"""The back office's page that reads a thread of a chat group and signs its people up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from academy.activities import placing, thread_signing
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.sign_up_views import SignUpPage, pages_of
from academy.activities.thread_forms import LATER, NEW, OTHER, RowForm, ThreadForm
from academy.activities.thread_rows import Look, Row, look_at
from academy.core.refusals import Refusal, add_to_form
from academy.core.sentences import join_sentences
from academy.core.verbs import verbs_for
from academy.people.http import user_of
from academy.people.models import Volunteer

# The field of a row that a refusal speaks of.
_FIELDS = {"bad_name": "name", "bad_phone": "phone", "not_on_roll": "other", "several_of_this_name": "other"}


class SignUpByThread(SignUpPage, TemplateView):
    """Page with the pasted thread, its people in one look, and a button that signs the chosen ones up."""

    template_name = "activities/admin/thread.html"
    page_title = _("Paste a thread")
    header_icon = "list-ol"

    @cached_property
    def activity(self) -> Activity:
        return self.activity_or_404()

    def trail(self) -> list[tuple[str, Any]]:
        back = reverse("activity_sign_ups", args=[self.activity.pk])
        return [*pages_of(self.activity), (back, _("Sign-ups"))]

    def get_page_subtitle(self) -> str:
        return str(self.activity)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_of(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        text, (shift, role) = form.cleaned_data["thread"], form.cleaned_data["place"]
        if "save" not in request.POST:
            return self.show_look(form, look_at(text, community=self.activity.community, shift=shift))
        forms = self.save(text, shift, role)
        look = look_at(text, community=self.activity.community, shift=shift)
        return self.show_look(form, look, {key: one for key, one in forms.items() if one.errors})

    def form_of(self, data: Any = None) -> ThreadForm:
        shifts = self.activity.shifts.filter(starts_at__gt=self.at).select_related("activity").order_by("starts_at")
        return ThreadForm(data, shifts=shifts)

    def save(self, text: str, shift: Shift, role: Role) -> dict[str, RowForm]:
        """Do what the user chose for each row. Return the forms of the rows, those refused with their errors."""
        shift.activity = self.activity
        forms, done, gone = {}, 0, 0
        for row in look_at(text, community=self.activity.community, shift=shift).rows:
            form = forms[row.key] = RowForm(self.request.POST, row=row)
            if row.is_settled or not form.is_valid() or form.cleaned_data["who"] == LATER:
                continue
            outcome = self.act(row, form.cleaned_data, shift, role)
            if isinstance(outcome, Refusal) and outcome.code == "already_signed_up":
                continue
            if isinstance(outcome, Refusal):
                add_to_form(form, outcome, _FIELDS)
            elif outcome.cancelled_at:
                gone += 1
            else:
                done += 1
        self.report(done, gone)
        return forms

    def act(self, row: Row, chosen: dict[str, Any], shift: Shift, role: Role) -> SignUp | Refusal:
        """Sign the chosen person up, or withdraw them if the thread says so."""
        who, user = chosen["who"], user_of(self.request)
        companions = chosen["companions"] or 0
        if who == NEW:
            return thread_signing.sign_up_new(
                name=chosen["name"] or row.entry.name,
                phone=chosen["phone"],
                shift=shift,
                role=role,
                said=row.said,
                companions=companions,
                by=user,
                at=self.at,
            )
        person: Volunteer | Refusal
        if who == OTHER:
            person = thread_signing.find(self.activity.community, chosen["other"])
        else:
            person = next(one for one in row.people if str(one.pk) == who)
        if isinstance(person, Refusal):
            return person
        if row.entry.withdrawn:
            return thread_signing.withdraw(volunteer=person, shift=shift, by=user, at=self.at)
        return placing.sign_up(
            volunteer=person, shift=shift, role=role, by=user, at=self.at, said=row.said, companions=companions
        )

    def report(self, done: int, gone: int) -> None:
        parts = []
        if done:
            parts.append(ngettext("%(n)s person signed up.", "%(n)s people signed up.", done) % {"n": done})
        if gone:
            parts.append(ngettext("%(n)s person withdrawn.", "%(n)s people withdrawn.", gone) % {"n": gone})
        messages.success(self.request, join_sentences(parts) or gettext("Nothing was changed."))

    def show_look(self, form: ThreadForm, look: Look, refused: dict[str, RowForm] | None = None) -> HttpResponse:
        self.show(person for row in look.rows for person in row.people)
        forms = {row.key: (refused or {}).get(row.key) or RowForm(row=row) for row in look.rows}

        def with_forms(rows: list[Row]) -> list[tuple[Row, RowForm]]:
            return [(row, forms[row.key]) for row in rows]

        parts = [
            (_("To be asked"), with_forms(look.asked)),
            (_("Not on the roll"), with_forms(look.new)),
            (_("Clear"), with_forms(look.sure)),
        ]
        context = self.get_context_data(
            form=form,
            look=look,
            parts=[part for part in parts if part[1]],
            verbs=[verb for verb in verbs_for(self.activity, user_of(self.request)) if verb.url != self.request.path],
        )
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form_of())
        return super().get_context_data(activity=self.activity, back=self.trail()[-1][0], **kwargs)
