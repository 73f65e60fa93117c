"""Submit a course for review together with its unfinished lessons, and decide about them together.

Each page has a submission of its own in Wagtail's workflow; here several begin or end in one act.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, TaskState, WorkflowState

from academy.core.refusals import Refusal
from academy.people.models import User
from cms.course_mail import one_mail
from cms.models import CoursePage, LessonPage

NOTHING_LEFT = Refusal(
    "nothing_to_submit", _("None of these pages waits to be submitted any more. Look at the list again.")
)
NO_PAGE = Refusal("no_page_chosen", _("Tick at least one page."))
NEEDS_COMMENT = Refusal("needs_comment", _("Write what should be changed, so that the trainer can do it."))
NOTHING_WAITS = Refusal(
    "nothing_to_decide", _("Somebody else has decided about these pages in the meantime. Look at the list again.")
)


@dataclass(frozen=True)
class Part:
    """The page of a course or of a lesson, its state, and the comment that sent it back."""

    page: Page
    state: Any
    can_submit: bool = False
    is_chosen: bool = False
    comment: str = ""


def parts_of(course_page: CoursePage) -> list[Part]:
    """Return the page of the course and those of its lessons in their order, without aliases."""
    pages = pages_of(course_page)
    states = _states(pages)
    return [_part(page, states.get(str(page.pk))) for page in pages]


@transaction.atomic
def submit_course(*, course_page: CoursePage, pages: Collection[int], by: User) -> int | Refusal:
    """Submit these of a course's pages, all or none. Return their number.

    The caller has checked that `by` may edit the course. Refuses with `no_page_chosen`, `nothing_to_submit`, and with
    `pages_unfinished` if any of them lacks something.
    """
    if not pages:
        return NO_PAGE
    _lock(course_page)
    chosen = [part.page.specific for part in parts_of(course_page) if part.can_submit and part.page.pk in pages]
    if not chosen:
        return NOTHING_LEFT
    if unfinished := [page for page in chosen if not _is_complete(page)]:
        names = "、".join(f"“{page.draft_title}”" for page in unfinished)
        return Refusal(
            "pages_unfinished",
            _("Something is missing in %(names)s. Open it and submit it there: it shows what is missing.")
            % {"names": names},
        )
    with one_mail():
        for page in chosen:
            state = page.current_workflow_state
            if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
                state.resume(by)
            else:
                page.get_workflow().start(page, by)
    return len(chosen)


def waiting_for(*, course_page: CoursePage, user: User) -> list[TaskState]:
    """Return the submissions of a course's pages that the user may decide, in the order of the pages."""
    order = {str(page.pk): place for place, page in enumerate(pages_of(course_page))}
    states = TaskState.objects.reviewable_by(user).filter(
        workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
        workflow_state__object_id__in=order,
    )
    found = states.select_related("workflow_state__requested_by__volunteer", "task")
    return sorted(found, key=lambda state: order[state.workflow_state.object_id])


@transaction.atomic
def decide_course(
    *, course_page: CoursePage, states: Collection[int], approve: bool, comment: str, by: User, finish: bool = False
) -> int | Refusal:
    """Approve these submissions of a course's pages, or send them back. Return their number.

    `finish` also marks the approved course as whole (ADR 156), unless a lesson still waits (`can_be_finished`).

    Refuses with `needs_comment`, `no_page_chosen`, `nothing_to_decide`.
    """
    if not states:
        return NO_PAGE
    if not approve and not comment.strip():
        return NEEDS_COMMENT
    _lock(course_page)
    chosen = [state for state in waiting_for(course_page=course_page, user=by) if state.pk in states]
    if not chosen:
        return NOTHING_WAITS
    # The course comes last: its first publication then freezes all lessons as one version.
    with one_mail():
        for state in [*chosen[1:], chosen[0]] if _is_of(chosen[0], course_page) else chosen:
            state.task.specific.on_action(state, by, "approve" if approve else "reject", comment=comment.strip())
        if approve and finish:
            _finish(course_page, by)
    return len(chosen)


def can_be_finished(course_page: CoursePage, *, states: Collection[TaskState] = ()) -> bool:
    """Return whether the course lacks the mark alone: no lesson waits once `states` are approved."""
    page = CoursePage.objects.get(pk=course_page.pk)
    if page.finished or page.is_translation:
        return False
    approved = {int(state.workflow_state.object_id) for state in states}
    course, *lessons = pages_of(page)
    waiting = any(not one.live and one.first_published_at is None and one.pk not in approved for one in lessons)
    is_live = course.pk in approved or (page.live and not page.has_unpublished_changes)
    return is_live and not waiting and any(one.live or one.pk in approved for one in lessons)


def _finish(course_page: CoursePage, by: User) -> None:
    if can_be_finished(course_page):
        page = CoursePage.objects.get(pk=course_page.pk)
        page.finished = True
        page.save_revision(user=by).publish(user=by)


def _is_of(state: TaskState, page: Page) -> bool:
    return bool(state.workflow_state.object_id == str(page.pk))


def _lock(course_page: CoursePage) -> None:
    Page.objects.select_for_update().get(pk=course_page.pk)


def pages_of(course_page: CoursePage) -> list[Page]:
    lessons = LessonPage.objects.child_of(course_page).filter(alias_of=None).order_by("path").defer_streamfields()
    return [course_page, *lessons]


def _states(pages: Collection[Page]) -> dict[str, WorkflowState]:
    """Return the submissions under way, by the id of the page."""
    active = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(page.pk) for page in pages]
    )
    return {state.object_id: state for state in active.select_related("current_task_state")}


def _part(page: Page, state: WorkflowState | None) -> Part:
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        return Part(page, _("waits for review"))
    if state is not None:
        task = state.current_task_state
        return Part(page, _("sent back, with a comment"), True, True, task.comment if task else "")
    if page.live:
        changed = bool(page.has_unpublished_changes)
        return Part(page, _("published, with changes that are not") if changed else _("published"), changed, changed)
    if page.first_published_at is not None:
        return Part(page, _("withdrawn from the public pages"), True)
    return Part(page, _("draft, not submitted"), True, True)


def _is_complete(page: Page) -> bool:
    """Return whether the latest draft has all that the form asks for at a submission."""
    draft = page.get_latest_revision_as_object()
    try:
        draft.full_clean()
        for block, value in _streams(draft):
            block.clean(value)
    except ValidationError:
        return False
    return True


def _streams(draft: Page) -> Iterator[tuple[Any, Any]]:
    if isinstance(draft, LessonPage):
        yield draft.body.stream_block, draft.body
