"""Changes of a course since its published version."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from cms import comparing, parts
from cms.models import CoursePage, LessonPage
from cms.submitting import pages_of


@dataclass(frozen=True)
class Change:
    """A page of a course whose latest draft differs from its published version, line by line."""

    page: Page
    is_new: bool  # it was never published
    rows: list[comparing.Row]
    by: Any
    at: Any


def of_course(course_page: CoursePage) -> list[Change]:
    """Return the pages of a course that differ from what readers see, in their order."""
    found = []
    for page in pages_of(course_page):
        if page.live and not page.has_unpublished_changes:
            continue
        stored = page.specific
        draft = stored.get_latest_revision_as_object()
        rows = comparing.compare(_lines(stored) if page.live else [], _lines(draft))
        revision = page.latest_revision
        who, when = (revision.user, revision.created_at) if revision else (None, None)
        if rows:
            found.append(Change(page, page.first_published_at is None, rows, who, when))
    return found


def _lines(page: Any) -> list[str]:
    return parts.lines_of(page) if isinstance(page, LessonPage) else _lines_of_course(page)


def _lines_of_course(page: CoursePage) -> list[str]:
    required = _("required course") if page.required else _("elective")
    whole = _("all lessons are published") if page.finished else ""
    facts = [page.get_tier_display(), required, str(page.valid_years or "")]
    facts += [*sorted(map(str, page.requires.all())), whole]
    return [page.title, page.intro, " · ".join(filter(None, facts))]
