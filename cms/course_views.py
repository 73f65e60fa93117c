"""The pages on which a course is submitted, and reviewed, together with its lessons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from academy.core.http import posted_ids
from academy.core.refusals import Refusal
from academy.core.rights import RightRequiredMixin
from academy.people.http import user_of
from academy.people.permissions import Right
from cms import submitting
from cms.models import CoursePage


class CourseView(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Base of a page about one course; 404 for a user without the right to its pages."""

    header_icon = "doc-full-inverse"
    refusal: Refusal | None = None

    def may(self, permissions: Any) -> bool:
        """Return whether these permissions for the course's page suffice."""
        raise NotImplementedError

    @cached_property
    def course_page(self) -> CoursePage:
        found: CoursePage = get_object_or_404(CoursePage, pk=self.kwargs["pk"], alias_of=None)
        if not self.may(found.permissions_for_user(self.request.user)):
            raise Http404
        return found

    def get_page_subtitle(self) -> str:
        return str(self.course_page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}
        return [*super().get_breadcrumbs_items(), here]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(course_page=self.course_page, refusal=self.refusal, **kwargs)

    def refuse(self, refusal: Refusal) -> HttpResponse:
        self.refusal = refusal
        return self.render_to_response(self.get_context_data())


class SubmitCourseView(CourseView):
    """List the pages of a course with where they stand; a POST submits the ticked ones."""

    right = Right.WRITE_COURSES
    page_title = _("Submit the course")
    template_name = "cms/admin/course_submit.html"

    def may(self, permissions: Any) -> bool:
        return bool(permissions.can_edit())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        answer = submitting.submit_course(
            course_page=self.course_page, pages=posted_ids(self.request, "page"), by=user_of(request)
        )
        if isinstance(answer, Refusal):
            return self.refuse(answer)
        sentence = ngettext("%(n)s page is submitted for review.", "%(n)s pages are submitted for review.", answer)
        messages.success(request, sentence % {"n": answer})
        return redirect("wagtailadmin_explore", self.course_page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts, chosen = submitting.parts_of(self.course_page), posted_ids(self.request, "page")
        sent = self.request.method == "POST"
        rows = [(part, part.page.pk in chosen if sent else part.is_chosen) for part in parts]
        return super().get_context_data(rows=rows, can_submit=any(part.can_submit for part in parts), **kwargs)


class ReviewCourseView(CourseView):
    """List the submitted pages of a course; a POST publishes the ticked ones or sends them back."""

    right = Right.PUBLISH_COURSES
    page_title = _("Review the course")
    template_name = "cms/admin/course_review.html"

    def may(self, permissions: Any) -> bool:
        return bool(permissions.can_publish())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        approve = "approve" in request.POST
        answer = submitting.decide_course(
            course_page=self.course_page,
            states=posted_ids(self.request, "state"),
            approve=approve,
            comment=request.POST.get("comment", ""),
            finish="finish" in request.POST,
            by=user_of(request),
        )
        if isinstance(answer, Refusal):
            return self.refuse(answer)
        sentence = (
            ngettext("%(n)s page is approved and published.", "%(n)s pages are approved and published.", answer)
            if approve
            else ngettext("%(n)s page is sent back.", "%(n)s pages are sent back.", answer)
        )
        messages.success(request, sentence % {"n": answer})
        return redirect("wagtailadmin_home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        states = submitting.waiting_for(course_page=self.course_page, user=user_of(self.request))
        pages = Page.objects.in_bulk([int(state.workflow_state.object_id) for state in states])
        chosen, sent = posted_ids(self.request, "state"), self.request.method == "POST"
        rows = [
            (state, pages[int(state.workflow_state.object_id)], state.pk in chosen if sent else True)
            for state in states
        ]
        comment = self.request.POST.get("comment", "")
        can_finish = submitting.can_be_finished(self.course_page, states=states)
        finish = "finish" in self.request.POST if sent else True
        return super().get_context_data(rows=rows, comment=comment, can_finish=can_finish, finish=finish, **kwargs)
