"""Back-office screens for activities: one form plans an activity, and services publish and cancel it."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from academy.activities import changing, plans, services
from academy.activities.exports import PLAN
from academy.activities.models import Activity, PlanChange, Shift
from academy.core import formats
from academy.core.actions import ActionView, Refusable
from academy.core.forms import CommunityModelForm
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.core.spreadsheets import ExportColumn
from academy.core.viewsets import CommunityViewSet
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.people.pictures import own_pictures


class ActivityForm(CommunityModelForm):
    """An activity with its shifts, breaks and roles."""

    reason = forms.CharField(
        label=_("Why the plan of a past shift changes"),
        max_length=200,
        required=False,
        help_text=_("Only if more counts of a shift that has begun. A second person then decides (H4)."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.published_at is None:
            del self.fields["reason"]
        if not self.instance.pk:
            for name in ("issuer", "organiser"):
                self._suggest(name)

    def _suggest(self, name: str) -> None:
        """Fill in the recording unit when the community has only one, as most have."""
        issuers = self.fields["issuer"].queryset
        if issuers.count() == 1:
            self.initial.setdefault(name, issuers.get().pk if name == "issuer" else issuers.get().name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        cover, community = self.cleaned_data.get("cover"), self.cleaned_data.get("community")
        if cover is not None and community is not None and not own_pictures(community).filter(pk=cover.pk).exists():
            self.add_error("cover", str(changing.FOREIGN_COVER))
        return cleaned

    def is_valid(self) -> bool:
        return super().is_valid() and not self._removes_needed_rows()

    def _removes_needed_rows(self) -> bool:
        needed = [
            row.instance
            for name in ("shifts", "roles")
            for row in self.formsets[name].deleted_forms
            if row.instance.pk and _is_needed(row.instance)
        ]
        for thing in needed:
            self.add_error(None, _("“%(name)s” stays: people have signed up for it.") % {"name": thing})
        return bool(needed)


def _is_needed(thing: models.Model) -> bool:
    """Return whether sign-ups, scans or records protect `thing` from being deleted."""
    try:
        Collector(using=DEFAULT_DB_ALIAS).collect([thing])
    except models.ProtectedError:
        return True
    return False


class PublishView(ActionView):
    act = _("Publish")
    lead = _("People can then see it, sign up and check in.")
    done = _("%(object)s is published. Print its poster now.")
    done_late = _(
        "%(object)s is published, but late: a shift has begun. The people who confirm its hours see that, and who "
        "published it (C1)."
    )

    def perform(self, form: Any) -> Refusal | None:
        answer = services.publish_activity(activity=self.object, by=self.request.user, at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        if any(shift.is_published_late for shift in answer.shifts.all()):
            self.done = self.done_late
        return None


class CancelView(ActionView):
    act = _("Cancel the activity")
    lead = _("Sign-ups stay on record. Its codes tell people that it is cancelled. You cannot undo this.")
    done = _("%(object)s is cancelled.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        answer = services.cancel_activity(activity=self.object, by=self.request.user, at=timezone.now())
        return answer if isinstance(answer, Refusal) else None


class ActivityIndexView(generic.IndexView):
    def get_base_queryset(self) -> models.QuerySet[Activity]:
        first = Shift.objects.filter(activity=models.OuterRef("pk")).order_by("starts_at").values("starts_at")[:1]
        planned = super().get_base_queryset().planned()
        activities: models.QuerySet[Activity] = planned.select_related("leader", "community")
        return activities.annotate(first_start=models.Subquery(first))


class SavedByService(Refusable):
    """Mixin for the forms of an activity: the service stores it, with all that hangs on its plan."""

    def serve(self, form: Any) -> Activity | Refusal:
        reason = form.cleaned_data.get("reason", "")
        answer = changing.save_activity(
            activity=form.save(commit=False), reason=reason, by=user_of(self.request), at=timezone.now()
        )
        if isinstance(answer, Refusal):
            return answer
        if answer.waiting is not None:
            messages.warning(self.request, WAITING)
        return answer.activity


WAITING = _("More of a shift that has begun would count: that part waits for a second person (H4).")


class ActivityCreateView(SavedByService, generic.CreateView):
    success_message = _("%(object)s is planned. Publish it when everything is right.")

    def get_success_url(self) -> str:
        return reverse("activity:edit", args=[self.object.pk])


IMPORTED_STAYS = _("This activity comes from an earlier list and cannot be changed. Ask to correct the record.")


class ActivityEditView(SavedByService, generic.EditView):
    """The form of an activity, with the change of plan that waits for a second person.

    An imported activity is not changed, so that it still agrees with its list.
    """

    template_name = "activities/admin/edit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = PlanChange.objects.open().filter(activity=self.object).select_related("asked_by__volunteer").first()
        changes = plans.describe_change(waiting.before, waiting.after) if waiting else []
        return super().get_context_data(waiting_change=waiting, changes=changes, **kwargs)

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


def starts_of(activity: Activity) -> str:
    """Return when the first shift begins, for the list."""
    start: dt.datetime | None = getattr(activity, "first_start", None)
    if start is None:
        return ""
    local = timezone.localtime(start)
    return f"{formats.day(local, current_language(), weekday=True, year=True)} {formats.clock(local)}"


def state_of(activity: Activity) -> Any:
    if activity.cancelled_at is not None:
        return _("cancelled")
    return _("published") if activity.published_at is not None else _("draft")


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
    list_display = [
        "title",
        Column("first_start", label=_("starts"), accessor=starts_of, sort_key="first_start"),
        "kind",
        "place",
        "leader",
        Column("state", label=_("state"), accessor=state_of),
        "community",
    ]
    list_filter = ["kind", "subject", "community", "dangerous"]
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
    ordering = "-id"
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("title"), FieldPanel("kind")]),
                FieldPanel("place"),
                FieldPanel("service_content"),
            ],
            heading=_("Activity and place"),
        ),
        MultiFieldPanel([FieldPanel("subject"), FieldPanel("cover")], heading=_("Subject and picture")),
        InlinePanel(
            "shifts",
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("walk_ins"),
                InlinePanel(
                    "breaks", [FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")])], label=_("Break")
                ),
            ],
            label=_("Shift"),
            heading=_("Shifts"),
            min_num=1,
        ),
        InlinePanel(
            "roles",
            [FieldRowPanel([FieldPanel("name"), FieldPanel("counts_as"), FieldPanel("capacity")])],
            label=_("Role"),
            heading=_("Roles"),
            min_num=1,
        ),
        MultiFieldPanel(
            [
                FieldPanel("community"),
                FieldPanel("leader"),
                FieldRowPanel([FieldPanel("organiser"), FieldPanel("issuer")]),
            ],
            heading=_("Who is responsible"),
        ),
        MultiFieldPanel([FieldPanel("dangerous"), FieldPanel("insurance")], heading=_("Safety")),
        FieldPanel("reason"),
    ]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("publish/<int:pk>/", self.construct_view(PublishView), name="publish"),
            path("cancel/<int:pk>/", self.construct_view(CancelView), name="cancel"),
        ]
