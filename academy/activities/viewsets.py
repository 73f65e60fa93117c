"""Back-office screens for activities: one form plans an activity, and services publish and cancel it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.generic import View
from wagtail.admin import messages as admin_messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.views import generic
from wagtail.admin.views.generic import PermissionCheckedMixin

from academy.activities import changing, concerned, invitations, plans, private_details, services
from academy.activities.exports import PLAN
from academy.activities.forms import ActivityForm, RoleForm, RoleRows, RowsPanel, ShiftForm, ShiftRows
from academy.activities.listing import COLUMNS, ActivityFilterSet, ActivityIndexView, state_of
from academy.activities.models import Activity, PlanChange
from academy.activities.needs.forms import NEEDS_PANEL, TERMS_PANEL
from academy.activities.signals import ask_what_is_left
from academy.core.actions import ActionView, Refusable
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.core.signals import objects_shown
from academy.core.spreadsheets import ExportColumn
from academy.core.verbs import next_verb
from academy.core.viewsets import CommunityViewSet
from academy.paper.http import png_response
from academy.people.http import user_of
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.selectors import deciders

PUBLISHED = _("“%(object)s” is published.")
PUBLISHED_LATE = _(
    "%(object)s is published, but late: a shift has begun. The people who confirm its hours see that, and who "
    "published it (C1)."
)


def done_of(activity: Activity) -> Any:
    """Return the sentence after the publication."""
    late = any(shift.is_published_late for shift in activity.shifts.all())
    return (PUBLISHED_LATE if late else PUBLISHED) % {"object": activity}


def buttons_after(activity: Activity, request: HttpRequest) -> list[Any]:
    """Return the next act as a button beside a message."""
    verb = next_verb(activity, request.user)
    return [admin_messages.button(verb.url, verb.label)] if verb else []


def what_is_left(activity: Activity) -> list[str]:
    """Return in sentences what the apps above still ask for, such as a filing (A1)."""
    answers: Any = ask_what_is_left.send(sender=Activity, activity=activity)
    return [sentence for _receiver, found in answers for sentence in found]


class PublishView(ActionView):
    act = _("Publish")
    lead = _("People can then see it, sign up and check in.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = join_sentences([self.lead, *what_is_left(self.object)])
        return super().get_context_data(**kwargs) | {"lead": lead}

    def perform(self, form: Any) -> Refusal | HttpResponse:
        answer = services.publish_activity(activity=self.object, by=self.request.user, at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        admin_messages.success(self.request, done_of(answer), buttons=buttons_after(answer, self.request))
        return redirect(self.get_success_url())


class CancelView(ActionView):
    act = _("Cancel the activity")
    lead = _("Sign-ups stay on record. Its codes tell people that it is cancelled. You cannot undo this.")
    done = _("%(object)s is cancelled.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        answer = services.cancel_activity(activity=self.object, by=self.request.user, at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead: Any = self.lead
        if people := concerned.people_in(concerned.to_come(self.object, timezone.now())):
            objects_shown.send(sender=Volunteer, request=self.request, objects=people)
            lead = _("%(people)s They get a message. %(lead)s") % {"people": concerned.in_words(people), "lead": lead}
        return super().get_context_data(**kwargs) | {"lead": lead, "back_label": _("Do not cancel; go back")}


class InvitationView(PermissionCheckedMixin, View):
    """The picture that invites people to a published activity."""

    model: Any = None
    pk_url_kwarg = "pk"
    permission_required = "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        activity = get_object_or_404(Activity.objects.select_related("community", "cover"), pk=pk)
        answer = invitations.draw(activity=activity, at=timezone.now())
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect("activity:edit", activity.pk)
        return png_response(answer, f"{activity.title}.png")


def whom_to_ask(community: Community, user: User) -> str:
    """Return the sentence that names the people who may decide about a request of `user`."""
    names = "、".join(map(str, deciders(community, besides=user)))
    return str(ASK % {"names": names} if names else NONE_TO_ASK)


class SavedByService(Refusable):
    """Mixin for the forms of an activity: the service stores it, with all that hangs on its plan.

    A second button publishes it in the same step.
    """

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        form.publishes = self.publishes
        return form

    @property
    def publishes(self) -> bool:
        """True if the button was “save and publish”."""
        return "publish" in self.request.POST

    def serve(self, form: Any) -> Activity | Refusal:
        reason, now, user = form.cleaned_data.get("reason", ""), timezone.now(), user_of(self.request)
        with transaction.atomic():
            answer: Any = changing.save_activity(activity=form.save(commit=False), reason=reason, by=user, at=now)
            if isinstance(answer, Refusal):
                return answer
            if "private" in form.data:  # a page of the release before has no such field
                text = form.cleaned_data["private"]
                private_details.write(activity=answer.activity, text=text, by=user, at=now)
            published: Any = None
            if self.publishes:
                published = services.publish_activity(activity=answer.activity, by=user, at=now)
            if isinstance(published, Refusal):
                transaction.set_rollback(True)
                return published
        if answer.waiting is not None:
            messages.warning(self.request, join_sentences([WAITING, whom_to_ask(answer.activity.community, user)]))
        for sentence in what_is_left(answer.activity) if self.publishes else ():
            messages.warning(self.request, sentence)
        if form.people_to_tell:
            messages.info(self.request, TOLD % {"count": len(form.people_to_tell)})
        saved: Activity = answer.activity
        return saved

    def form_invalid(self, form: Any) -> HttpResponse:
        view: Any = self
        if form.asks:
            view.produced_error_message = ASKS
            objects_shown.send(sender=Volunteer, request=self.request, objects=form.people_to_tell)
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response

    def get_success_url(self) -> str:
        view: Any = self
        return reverse("activity:edit", args=[view.object.pk])

    def get_success_message(self, *args: Any) -> Any:
        view: Any = self
        return done_of(view.object) if self.publishes else super().get_success_message(*args)  # type: ignore[misc]

    def get_success_buttons(self) -> list[Any]:
        view: Any = self
        return buttons_after(view.object, self.request)


WAITING = _("More of a shift that has begun might count: that part waits for a second person (H4).")
ASK = _("Ask %(names)s: it stands on their page “To be decided”.")
NONE_TO_ASK = _("No second person is named here: ask the administrator to give somebody the duty of the approver.")
ASKS = _("Nothing is saved yet: please answer the question first.")
TOLD = ngettext_lazy(
    "%(count)s person who has signed up got a message.", "%(count)s people who have signed up got a message.", "count"
)


class PlannedByForm(SavedByService):
    """Mixin for the forms of a new activity."""

    template_name = "activities/admin/create.html"
    submit_button_label = _("Plan it")
    submit_button_active_label = _("Saving…")
    success_message = _("%(object)s is planned. Publish it when everything is right.")
    error_message = _("Nothing is saved yet: the fields below say what is missing.")


class ActivityCreateView(PlannedByForm, generic.CreateView):
    pass


class ActivityAgainView(PlannedByForm, generic.CopyView):
    """The form for the same activity again, on the same weekday in the week after, or in the coming one.

    It is saved as every new activity.
    """

    def get_initial_form_instance(self) -> None:
        return None  # a new activity

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        activity = get_object_or_404(Activity.objects.planned(), pk=self.kwargs["pk"])
        form.take_over(activity, weeks=plans.weeks_to_next(activity, at=timezone.now()))
        return form


IMPORTED_STAYS = _("This activity comes from an earlier list and cannot be changed. Ask to correct the record.")


class ActivityEditView(SavedByService, generic.EditView):
    """The form of an activity, with the change of plan that waits for a second person.

    An imported activity is not changed, so that it still agrees with its list.
    """

    template_name = "activities/admin/edit.html"
    success_message = _("“%(object)s” is saved.")
    error_message = PlannedByForm.error_message

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        by = user_of(self.request)
        form.initial["private"] = private_details.read(activity=self.object, by=by, at=timezone.now()) or ""
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = PlanChange.objects.open().filter(activity=self.object).select_related("asked_by__volunteer").first()
        changes = plans.describe_change(waiting.before, waiting.after) if waiting else []
        whom = whom_to_ask(self.object.community, user_of(self.request)) if waiting else ""
        return super().get_context_data(waiting_change=waiting, changes=changes, whom_to_ask=whom, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.get_object().imported:
            return super().dispatch(request, *args, **kwargs)
        messages.error(request, IMPORTED_STAYS)
        return redirect("activity:index")


PUBLISHED_STAYS = _("A published activity cannot be deleted, only cancelled: its scans and sign-ups stay on record.")


class ActivityDeleteView(generic.DeleteView):
    """The deletion of an activity. A published activity is only cancelled: people may have its poster."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.published_at is None:
            return super().dispatch(request, *args, **kwargs)
        messages.error(request, PUBLISHED_STAYS)
        return redirect("activity:edit", self.object.pk)


class ActivityViewSet(CommunityViewSet):
    model = Activity
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.RUN_ACTIVITIES)
    base_form_class = ActivityForm
    icon = "calendar-alt"
    menu_label = _("Activities")
    menu_order = 200
    add_to_admin_menu = True
    index_view_class = ActivityIndexView
    add_view_class = ActivityCreateView
    edit_view_class = ActivityEditView
    delete_view_class = ActivityDeleteView
    list_display = ["title", *COLUMNS]
    filterset_class = ActivityFilterSet
    search_fields = ["title", "place"]
    list_export = [
        ExportColumn("title", _("activity")),
        *PLAN,
        "kind",
        "subject",
        "place",
        ExportColumn("leader.stays.name", _("activity leader")),
        ExportColumn("state", _("state"), state_of),
        "organiser",
        "issuer",
        "community",
    ]
    ordering = "-first_start"
    panels = [
        MultiFieldPanel([FieldPanel("sure_of_day"), FieldPanel("sure_to_tell")], heading=_("Please confirm")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("title"), FieldPanel("kind")]),
                FieldPanel("place"),
                FieldPanel("service_content"),
                FieldPanel("community"),
            ],
            heading=_("Activity and place"),
        ),
        RowsPanel(
            "shifts",
            [
                FieldRowPanel([FieldPanel("date"), FieldPanel("starts"), FieldPanel("ends"), FieldPanel("rests")]),
                FieldPanel("walk_ins"),
            ],
            label=_("Shift"),
            heading=_("Shifts"),
            min_num=1,
            form=ShiftForm,
            formset=ShiftRows,
        ),
        MultiFieldPanel(
            [
                FieldPanel("leader"),
                FieldPanel("volunteer_initiated"),
                FieldRowPanel([FieldPanel("organiser"), FieldPanel("issuer")]),
            ],
            heading=_("Who is responsible"),
        ),
        RowsPanel(
            "roles",
            [
                FieldRowPanel([FieldPanel("name"), FieldPanel("counts_as"), FieldPanel("capacity")]),
                FieldPanel("practicum"),
                NEEDS_PANEL,
            ],
            label=_("Role"),
            heading=_("Roles"),
            min_num=1,
            form=RoleForm,
            formset=RoleRows,
        ),
        TERMS_PANEL,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("subject"), FieldPanel("cover")])], heading=_("Subject and picture")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("dangerous"), FieldPanel("home_visit"), FieldPanel("insurance")])],
            heading=_("Safety"),
        ),
        FieldPanel("reason"),
    ]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("publish/<int:pk>/", self.construct_view(PublishView), name="publish"),
            path("cancel/<int:pk>/", self.construct_view(CancelView), name="cancel"),
            path("invitation/<int:pk>/", self.construct_view(InvitationView), name="invitation"),
            path("again/<int:pk>/", self.construct_view(ActivityAgainView, **self.get_add_view_kwargs()), name="again"),
        ]
