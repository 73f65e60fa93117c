"""The back office's screens: runs, how courses are assessed, qualifications."""

from typing import Any

from django.db.models import Min, Q
from django.forms import ModelForm
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from academy.classes import selectors
from academy.classes.admin_forms import CourseRulesForm, RunForm
from academy.classes.models import CourseRun
from academy.classes.services import assessing, running
from academy.core import formats
from academy.core.actions import Refusable
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.learning import awards
from academy.learning.award_models import Qualification
from academy.learning.models import Course
from academy.people.exports import person_columns
from academy.people.http import user_of
from academy.people.permissions import Right

PLANNED = ("course", "title", "instructor", "unit", "venue", "issuer", "places", "place")


class RunCreateView(Refusable, generic.CreateView):
    success_message = _("%(object)s is planned and published. Learners can join on its page.")

    def serve(self, form: RunForm) -> CourseRun | Refusal:
        data = form.cleaned_data
        return running.plan_run(
            **{name: data[name] for name in PLANNED},
            classes=form.classes(),
            assessors=form.assessors(),
            by=user_of(self.request),
            at=timezone.now(),
        )

    def get_success_buttons(self) -> list[Any]:
        return []


class RunIndexView(generic.IndexView):
    def get_base_queryset(self) -> Any:
        runs = super().get_base_queryset().select_related("course", "instructor__merged_into", "activity")
        ahead = Q(activity__shifts__ends_at__gt=timezone.now(), activity__cancelled_at=None)
        return runs.annotate(next_start=Min("activity__shifts__starts_at", filter=ahead))


class NextClassColumn(Column):
    """The next class of a run; a word if none is left."""

    def get_value(self, instance: Any) -> str:
        start = super().get_value(instance)
        if start is None:
            return pgettext("activity", "over")
        local = timezone.localtime(start)
        return f"{formats.day(local.date(), get_language() or '', weekday=True)} {formats.clock(local)}"


class CourseRunViewSet(CommunityViewSet):
    """Runs to plan and read. Times and places are changed in the run's activity."""

    model = CourseRun
    rights = dict.fromkeys(("view", "add"), Right.RUN_ACTIVITIES)
    community_path = "activity__community"
    icon = "group"
    index_view_class = RunIndexView
    add_view_class = RunCreateView
    list_display = [
        TitleColumn("title", label=_("name of the run"), get_url=lambda run: reverse("classes:class", args=[run.pk])),
        "course",
        "instructor",
        NextClassColumn("next_start", label=_("next class"), sort_key="next_start"),
    ]
    list_filter = ["course"]
    search_fields = ["title", "course__title", "instructor__name"]
    list_export = ["title", "course", "activity", "instructor", "unit", "venue", "created_at"]

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return RunForm


class CourseRulesIndexView(generic.IndexView):
    page_title = _("Assessment of courses")

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("assessment", "stands_for")


class AssessmentColumn(Column):
    """The way in which a course is assessed in the room."""

    def get_value(self, instance: Any) -> Any:
        found = selectors.assessment_of_course(instance)
        return found.get_by_display() if found is not None else gettext("no assessment")


class CourseRulesEditView(Refusable, generic.EditView):
    success_message = _("%(object)s is saved.")
    refusal_field = None

    def serve(self, form: CourseRulesForm) -> Course | Refusal:
        data, by, at = form.cleaned_data, user_of(self.request), timezone.now()
        course = Course.objects.get(pk=form.instance.pk)
        answer = awards.set_equivalent(course=course, stands_for=data["stands_for"], by=by, at=at)
        if isinstance(answer, Refusal):
            return answer
        assessed = assessing.set_assessment(
            course=course, kind=data["kind"], items=data["items"], signatures=data["signatures"], by=by, at=at
        )
        return assessed if isinstance(assessed, Refusal) else answer


class CourseRulesViewSet(CommunityViewSet):
    """Courses as they were published: their assessment in the room, and what they stand for."""

    model = Course
    rights = dict.fromkeys(("view", "change"), Right.PUBLISH_COURSES)
    icon = "tasks"
    menu_label = _("Assessment of courses")
    index_view_class = CourseRulesIndexView
    edit_view_class = CourseRulesEditView
    list_display = [
        "title",
        AssessmentColumn("assessment", label=_("assessment in the room")),
        "tier",
        "required",
        "valid_years",
        "stands_for",
    ]
    list_filter = ["tier", "required"]
    search_fields = ["title"]
    list_export = ["title", "tier", "required", "valid_years", "stands_for"]

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return CourseRulesForm


class QualificationViewSet(CommunityViewSet):
    """Qualifications to read, those that expire first at the top."""

    model = Qualification
    rights = {"view": Right.MANAGE_PEOPLE}
    community_path = "volunteer__community"
    icon = "pick"
    list_display = ["volunteer", "course", "obtained_on", "expires_on"]
    list_filter = ["course", "expires_on"]
    search_fields = ["volunteer__name", "volunteer__number", "course__title"]
    ordering = "expires_on"
    list_export = [*person_columns(), "course", "obtained_on", "expires_on"]


class ClassesGroup(ModelViewSetGroup):
    menu_label = _("Classes")
    menu_icon = "group"
    menu_order = 250
    items = (CourseRunViewSet("run"), CourseRulesViewSet("course_rules"), QualificationViewSet("qualification"))
