"""A trainer's pages about quizzes: one from a file or a text, and how the questions went."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.rights import RightRequiredMixin
from academy.learning import quiz_figures
from academy.learning.models import Course
from academy.learning.quiz import rows
from academy.learning.quiz.pasted import Reading
from academy.learning.quiz_faults import sentence_of
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.tables import reading as tables
from academy.tables.package import Unreadable
from academy.tables.refusals import UNREADABLE
from cms.models import LessonPage
from cms.quiz_block import QuizBlock, as_block_value, read_text

FIGURES_TITLE = _("How quizzes went")
LOCKED = _("Questions cannot be added while the lesson waits for review. Wait for the answer, or cancel the review.")
MOST_CELLS = 40  # of a row: what stands further right is no part of a question


class _QuizPage(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Base of a trainer's page about quizzes."""

    right = Right.WRITE_COURSES
    header_icon = "help"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}
        return [*super().get_breadcrumbs_items(), here]


class QuizFromFileView(_QuizPage):
    """Read a quiz from a file or a text into the draft of a lesson; 404 for a user who may not edit it.

    Nothing is saved while a question is not clear: the page names each with its line, and keeps the text.
    """

    page_title = _("Quiz from a file or text")
    template_name = "cms/admin/quiz_from_file.html"
    reading: Reading | None = None
    unreadable: Any = None

    @cached_property
    def lesson(self) -> LessonPage:
        found: LessonPage = get_object_or_404(LessonPage, pk=self.kwargs["pk"], alias_of=None)
        if not found.permissions_for_user(self.request.user).can_edit():
            raise Http404
        return found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send the user back to the editor of a lesson that is locked, with the reason."""
        if self.communities.exists() and self.lesson.permissions_for_user(request.user).page_locked():
            messages.error(request, LOCKED)
            return redirect("wagtailadmin_pages:edit", self.lesson.pk)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_page_subtitle(self) -> str:
        return str(self.lesson.get_admin_display_title())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        upload = request.FILES.get("file")
        try:
            self.reading = _read_file(upload) if upload is not None else read_text(request.POST.get("text", ""))
        except Unreadable as unreadable:
            self.unreadable = UNREADABLE[unreadable.code]
        if self.reading is None or self.reading.faults:
            return self.render_to_response(self.get_context_data())
        count = len(self.reading.questions)
        add_to_draft(self.lesson, self.reading, user_of(request))
        sentence = ngettext("%(n)s question is in the draft.", "%(n)s questions are in the draft.", count)
        messages.success(request, sentence % {"n": count})
        return redirect("wagtailadmin_pages:edit", self.lesson.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reading = self.reading
        return super().get_context_data(
            lesson=self.lesson,
            text=self.request.POST.get("text", ""),
            file_again=bool(self.request.FILES),
            unreadable=self.unreadable,
            faults=[sentence_of(fault) for fault in reading.faults] if reading is not None else [],
            clear=len(reading.questions) if reading is not None else 0,
            **kwargs,
        )


class QuizzesView(_QuizPage):
    """List the quizzes that people tried, each with how many passed."""

    page_title = FIGURES_TITLE
    template_name = "cms/admin/quizzes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(quizzes=quiz_figures.quizzes_tried(self.communities), **kwargs)


class QuizFiguresView(_QuizPage):
    """Show for each question of a quiz how many got it right, and by which answers others went wrong."""

    page_title = FIGURES_TITLE
    template_name = "cms/admin/quiz_figures.html"

    @cached_property
    def course(self) -> Course:
        return get_object_or_404(Course, key=self.kwargs["key"], community__in=self.communities)

    def get_page_subtitle(self) -> str:
        return self.course.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        questions = quiz_figures.questions_of(self.course, self.kwargs["lesson_key"])
        if not questions:
            raise Http404
        return super().get_context_data(course=self.course, questions=questions, **kwargs)


def add_to_draft(lesson: LessonPage, reading: Reading, user: Any) -> None:
    """Save a draft of the lesson with these questions in its quiz; add one at the end of a lesson without."""
    draft = lesson.get_latest_revision_as_object()
    block: QuizBlock = draft.body.stream_block.child_blocks["quiz"]
    if not any(one.block_type == "quiz" for one in draft.body):
        draft.body.append(("quiz", block.to_python({})))
    value = next(one.value for one in draft.body if one.block_type == "quiz")
    for question in reading.questions:
        value["questions"].append(as_block_value(block.child_blocks["questions"].child_block, question))
    draft.save_revision(user=user, log_action=True)


def _read_file(upload: Any) -> Reading:
    table = tables.read(upload.read(tables.MOST_BYTES + 1), upload.name)
    return rows.read_rows(
        (line.number, [line.text(place) for place in range(min(len(line.cells), MOST_CELLS))]) for line in table.lines
    )
