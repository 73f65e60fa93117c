"""Acts of a trainer on a course: a lesson from Word, the changes, a hand-out, a translation."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from wagtail.documents.models import Document
from wagtail.images.widgets import AdminImageChooser

from academy.core.http import posted_id
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.paper import presentations
from academy.paper.http import pdf_response
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.works.services import begin
from academy.works.views import work_url
from cms import changes, hand_outs, pictures, slides, submitting, translating, word, word_lessons, works
from cms.bounds import visible_to
from cms.course_views import CourseView

NO_FILE = Refusal("no_file", gettext_lazy("Choose a Word file first."))


class _AuthorView(CourseView):
    """Base of a page for those who write the course."""

    right = Right.WRITE_COURSES

    def may(self, permissions: Any) -> bool:
        return bool(permissions.can_edit())


class WordView(_AuthorView):
    """Take a Word file; its lesson opens in the editor."""

    page_title = gettext_lazy("A lesson from a Word file")
    template_name = "cms/admin/course_word.html"

    def may(self, permissions: Any) -> bool:
        return bool(permissions.can_add_subpage())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(takes_powerpoint=presentations.converter() is not None, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        course_page, file = self.course_page, request.FILES.get("file")
        if file is None:
            return self.refuse(NO_FILE)
        made = word_lessons.make(
            course_page=course_page,
            content=file.read(word.MOST_BYTES + 1),
            name=file.name or "",
            by=user_of(request),
            at=timezone.now(),
        )
        if isinstance(made, Refusal):
            return self.refuse(made)
        messages.success(request, _("The lesson is a draft now. Read it through, then submit it."))
        if made.without_description:
            sentence = ngettext(
                "%(n)s picture needs a description: one sentence for people who cannot see it.",
                "%(n)s pictures need a description: one sentence for people who cannot see them.",
                made.without_description,
            )
            messages.warning(request, sentence % {"n": made.without_description})
        if made.lost:
            sentence = ngettext(
                "%(n)s picture could not be taken along. Save it as JPG or PNG and add it by hand.",
                "%(n)s pictures could not be taken along. Save them as JPG or PNG and add them by hand.",
                made.lost,
            )
            messages.warning(request, sentence % {"n": made.lost})
        return redirect("wagtailadmin_pages:edit", made.lesson.pk)


@right_required(Right.WRITE_COURSES)
@require_POST
def keep_pasted_picture(request: HttpRequest) -> JsonResponse:
    """Store a picture that the editor found in the clipboard; answer what its block shows, or a refusal."""
    file: Any = request.FILES.get("file")
    if file is None:
        raise Http404
    by, at = user_of(request), timezone.now()
    content = file.read(pictures.MOST_BYTES + 1)
    answer = pictures.keep_pasted(content=content, name=file.name, by=by, at=at)
    if isinstance(answer, Refusal):
        return JsonResponse({"refusal": str(answer)}, status=409)
    return JsonResponse(AdminImageChooser().get_value_data(answer))


@right_required(Right.WRITE_COURSES)
@require_GET
def slides_state(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer how far the slides of a file are, for the editor, which asks every few seconds."""
    document = get_object_or_404(visible_to(request.user, Document), pk=pk)
    state = slides.state_of(document)
    return JsonResponse({"code": state.code, "sentence": state.sentence, "over": state.is_over})


class ChangesView(_AuthorView):
    """Show what changed since the published version, in two columns."""

    page_title = gettext_lazy("Changes")
    template_name = "cms/admin/course_changes.html"

    def may(self, permissions: Any) -> bool:
        return bool(permissions.can_edit() or permissions.can_publish())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(changes=changes.of_course(self.course_page), **kwargs)


class HandOutView(_AuthorView):
    """Send the hand-out as a PDF; a refusal is shown on a page of its own.

    One with many pictures is a work in the background. A second click on the link is no second work.
    """

    page_title = gettext_lazy("Hand-out")
    template_name = "cms/admin/course_hand_out.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        course_page = self.course_page
        community = course_page.home.community
        if (pictures := hand_outs.count_pictures(course_page)) > works.FEW_PICTURES:
            begun = begin(
                kind=works.PrintingHandOut,
                community=community,
                order={"course": course_page.pk},
                total=pictures,
                by=user_of(request),
                at=timezone.now(),
            )
            return redirect(work_url(begun))
        is_practice = community.practice_of_id is not None
        printed = hand_outs.print_course(course_page=course_page, at=timezone.now(), practice=is_practice)
        if isinstance(printed, Refusal):
            return self.refuse(printed)
        return pdf_response(printed, get_valid_filename(f"{course_page.title}-{_('hand-out')}.pdf"))


class TranslateView(_AuthorView):
    """Show which pages of a course are translated; a POST makes the pages to write the translation in."""

    page_title = gettext_lazy("Translate the course")
    template_name = "cms/admin/course_translate.html"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = posted_id(request, "locale")
        locale = next((one for one in translating.other_locales(self.course_page) if one.pk == chosen), None)
        if locale is None:
            raise Http404
        answer = translating.begin(course_page=self.course_page, locale=locale, by=user_of(request))
        if isinstance(answer, Refusal):
            return self.refuse(answer)
        return redirect("course_translate", self.course_page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        original = self.course_page
        languages = []
        for locale in translating.other_locales(original):
            translated = translating.translation_of(original, locale)
            pages = submitting.pages_of(translated) if translated else []
            missing = len(submitting.pages_of(original)) > len(pages)
            languages.append((locale, translated, [(page, _state(page.specific)) for page in pages], missing))
        return super().get_context_data(languages=languages, **kwargs)


def _state(page: Any) -> Any:
    if page.has_unpublished_changes:
        return gettext_lazy("a draft waits for its publication")
    if page.text_language:
        return gettext_lazy("not translated yet: readers see the original")
    return gettext_lazy("translated and published") if page.live else gettext_lazy("translated, not published")
