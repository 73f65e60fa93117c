"""Panels of the back office's home about courses: a trainer's own, and those that wait for a review."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import (
    LockedPagesPanel,
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)
from wagtail.models import Comment, CommentReply, Page, TaskState, WorkflowState

from academy.core.rights import right_required
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import Right
from cms.models import AcademyPage, CoursePage, HomePage, LessonPage
from cms.writing import ORIGINAL

_WAGTAIL = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel, RecentEditsPanel, LockedPagesPanel)


@dataclass(frozen=True)
class Entry:
    """A page on a panel, with the course above it, who did something to it, and what they said."""

    page: Page
    course: str
    url: str
    who: str = ""
    text: str = ""
    at: Any = None
    is_locked: bool = False  # the user cannot change the page while it is reviewed


@dataclass(frozen=True)
class CourseToReview:
    """A course of which pages wait for the user's review, and these pages."""

    page: CoursePage
    entries: list[Entry]


@dataclass(frozen=True)
class OwnCourse:
    """A course that the user writes, with its state in words."""

    page: CoursePage
    state: Any
    is_urgent: bool
    can_submit: bool


class _CmsPanel(Component):
    class Media:
        css = {"all": ["css/desk.css"]}


class ReviewPanel(_CmsPanel):
    """The pages that somebody submitted and this user may publish."""

    order = 70
    template_name = "cms/admin/review.html"

    def __init__(self, entries: list[Entry]) -> None:
        self.together, alone = _by_course(entries)
        self.entries = alone

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"together": self.together, "entries": self.entries}


class CoursesPanel(_CmsPanel):
    """The courses of a trainer, what was sent back to them, and the comments that they have not answered.

    It comes first for those whose work is writing, and below the day's work for others.
    """

    order = 80
    template_name = "cms/admin/my_courses.html"

    def __init__(self, user: User, *, is_first: bool = False) -> None:
        if is_first:
            self.order = 40
        states = _own_states(user)
        pages = _pages_of(int(state.object_id) for state in states)
        self.sent_back = [
            _entry(pages, int(state.object_id), *_said(state.current_task_state))
            for state in states
            if state.status == WorkflowState.STATUS_NEEDS_CHANGES and int(state.object_id) in pages
        ]
        self.waiting = [
            _entry(pages, int(state.object_id))
            for state in states
            if state.status == WorkflowState.STATUS_IN_PROGRESS and int(state.object_id) in pages
        ]
        self.comments = _comments_for(user, locked={entry.page.pk for entry in self.waiting})
        self.courses = _own_courses(user, self.sent_back, self.waiting)

    @property
    def has_work(self) -> bool:
        return bool(self.courses or self.sent_back or self.waiting or self.comments)

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "courses": self.courses,
            "sent_back": self.sent_back,
            "waiting": self.waiting,
            "comments": self.comments,
        }


def panels_for(user: User) -> list[Component]:
    """Return the panels about courses that this user's rights ask for."""
    panels: list[Component] = []
    publishes = Right.PUBLISH_COURSES in user.rights
    if publishes and (entries := _to_review(user)):
        panels.append(ReviewPanel(entries))
    if Right.WRITE_COURSES in user.rights:
        courses = CoursesPanel(user, is_first=not publishes)
        if courses.has_work or not publishes:
            panels.append(courses)
    return panels


def is_wagtails(panel: Any) -> bool:
    """Return whether it is one of Wagtail's own panels, which name pages in its own words."""
    return isinstance(panel, _WAGTAIL)


@right_required(Right.WRITE_COURSES)
def new_course(request: HttpRequest) -> HttpResponse:
    """Redirect to the form of a new course, in the academy of the user's community."""
    writes = user_of(request).communities_for(Right.WRITE_COURSES)
    homes = HomePage.objects.filter(community__in=writes, locale__language_code=ORIGINAL, alias_of=None)
    home = homes.order_by("path").first()
    academy = AcademyPage.objects.child_of(home).first() if home else None
    if academy is None:
        return redirect("wagtailadmin_explore_root")
    return redirect("wagtailadmin_pages:add", "cms", "coursepage", academy.pk)


def _own_states(user: User) -> list[WorkflowState]:
    """Return the submissions under way that the user sent, or of pages that are theirs, the latest first."""
    kind = ContentType.objects.get_for_model(Page)
    owned = [str(pk) for pk in Page.objects.filter(owner=user).values_list("pk", flat=True)]
    mine = WorkflowState.objects.active().filter(Q(requested_by=user) | Q(object_id__in=owned))
    related = ("current_task_state__finished_by__volunteer",)
    return list(mine.filter(base_content_type=kind).select_related(*related).order_by("-created_at"))


def _said(state: TaskState | None) -> tuple[str, str]:
    """Return who decided about a submission, and the comment."""
    if state is None or state.finished_by is None:
        return "", ""
    return str(state.finished_by), state.comment


def _to_review(user: User) -> list[Entry]:
    kind = ContentType.objects.get_for_model(Page)
    waiting = TaskState.objects.reviewable_by(user).filter(workflow_state__base_content_type=kind)
    states = list(waiting.select_related("workflow_state__requested_by__volunteer").order_by("started_at"))
    pages = _pages_of(int(state.workflow_state.object_id) for state in states)
    return [
        _entry(pages, int(one.workflow_state.object_id), str(one.workflow_state.requested_by or ""), at=one.started_at)
        for one in states
        if int(one.workflow_state.object_id) in pages
    ]


def _by_course(entries: list[Entry]) -> tuple[list[CourseToReview], list[Entry]]:
    """Return the courses of which several pages wait, each with them in their order, and the other pages."""
    paths = {entry.page.path for entry in entries} | {entry.page.path[: -Page.steplen] for entry in entries}
    courses = CoursePage.objects.filter(path__in=paths).order_by("path") if paths else []
    together = []
    for course in courses:
        parts = sorted((one for one in entries if one.page.path.startswith(course.path)), key=lambda one: one.page.path)
        if len(parts) > 1:
            together.append(CourseToReview(course, parts))
    taken = {entry.page.pk for course in together for entry in course.entries}
    return together, [entry for entry in entries if entry.page.pk not in taken]


def _pages_of(keys: Iterable[int]) -> dict[int, tuple[Page, str]]:
    """Return pages by id, each with the title of the course above it. Two statements."""
    pages = Page.objects.in_bulk(set(keys))
    above = {page.path[: -Page.steplen] for page in pages.values()}
    titles = dict(CoursePage.objects.filter(path__in=above).values_list("path", "draft_title")) if above else {}
    return {pk: (page, titles.get(page.path[: -Page.steplen], "")) for pk, page in pages.items()}


def _entry(pages: dict[int, tuple[Page, str]], pk: int, who: str = "", text: str = "", at: Any = None) -> Entry:
    page, course = pages[pk]
    return Entry(page, course, reverse("wagtailadmin_pages:edit", args=[pk]), who, text, at)


def _comments_for(user: User, *, locked: Collection[int]) -> list[Entry]:
    """Return the open comments on the user's pages that another user spoke in last, in order."""
    replies = Prefetch("replies", CommentReply.objects.select_related("user__volunteer").order_by("created_at", "pk"))
    comments = Comment.objects.filter(resolved_at=None, page__owner=user).select_related("user__volunteer")
    found = [(one, [one, *one.replies.all()][-1]) for one in comments.prefetch_related(replies)]
    asked = sorted((last.created_at, one.pk, one, last) for one, last in found if last.user_id != user.pk)
    pages = _pages_of(one.page_id for _at, _pk, one, _last in asked)
    entries = []
    for at, pk, one, last in asked:
        page, course = pages[one.page_id]
        address = f"{reverse('wagtailadmin_pages:edit', args=[page.pk])}?comment={pk}"  # Wagtail opens it there
        entries.append(Entry(page, course, address, str(last.user), last.text, at, page.pk in locked))
    return entries


def _own_courses(user: User, sent_back: Collection[Entry], waiting: Collection[Entry]) -> list[OwnCourse]:
    """Return the courses that the user began or wrote a lesson of, with their states."""
    lessons = LessonPage.objects.filter(owner=user, alias_of=None).values_list("path", flat=True)
    paths = {path[: -Page.steplen] for path in lessons}
    mine = CoursePage.objects.filter(Q(owner=user) | Q(path__in=paths), alias_of=None)
    back, sent = ({entry.page.path for entry in entries} for entries in (sent_back, waiting))

    def is_part(page: CoursePage, paths: set[str]) -> bool:
        return any(path.startswith(page.path) for path in paths)

    pages = list(mine.select_related("locale").order_by("path"))
    below = _lessons_below(pages)
    found = []
    for page in pages:
        lessons = below[page.path]
        is_back = is_part(page, back)
        is_empty = page.live and not any(lesson.live for lesson in lessons)
        if is_back:
            state: Any = _("sent back, with a comment")
        elif is_part(page, sent):
            state = _("waits for review")
        elif not page.live:
            state = _("draft, not submitted")
        elif is_empty:
            state = _("published, but in no public list before its first lesson is published")
        elif page.has_unpublished_changes:
            state = _("published, with changes that are not")
        else:
            state = _("published")
        open_ones = (one for one in [page, *lessons] if one.path not in sent)
        can_submit = bool(lessons) and any(not one.live or one.has_unpublished_changes for one in open_ones)
        found.append(OwnCourse(page, state, is_back or is_empty, can_submit))
    return found


def _lessons_below(courses: Collection[CoursePage]) -> dict[str, list[LessonPage]]:
    """Return the lessons of each of these courses, by its path, without their bodies. One statement."""
    below: dict[str, list[LessonPage]] = {course.path: [] for course in courses}
    asked = Q(pk__in=[])
    for path in below:
        asked |= Q(path__startswith=path)
    for lesson in LessonPage.objects.filter(asked, alias_of=None).defer_streamfields() if below else ():
        below[lesson.path[: -Page.steplen]].append(lesson)
    return below
