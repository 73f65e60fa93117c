"""Parts of Wagtail's screens that are hidden from our roles. Superusers see everything."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.sidebar import MainMenuModule
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.widgets import Button
from wagtail.models import Page

from academy.people.models import User
from academy.people.permissions import Right
from academy.people.services import practising
from cms import (
    author_views,
    course_views,
    home_panels,
    overwriting,
    practice,
    practice_views,
    quiz_admin_views,
    user_filters,
)
from cms.admin_views import DocumentsEndpoint, ImagesEndpoint
from cms.bounds import visible_to
from cms.forms import too_large_a_file
from cms.models import CoursePage, LessonPage
from cms.reachable import may_read

# The table names the counted things by this; Wagtail's search shows "None" without it.
SearchView.verbose_name_plural = Page._meta.verbose_name_plural

user_filters.limit()


def _named_by_the_roll(module: Any) -> list[Any]:
    """Return what the menu shows, with the name on the roll for the number of a volunteer's login.

    Wagtail 8 reads `first_name` or the user name here, and has neither a hook nor a setting for it: our logins have
    their names on the roll, so the module's method is the one place.
    """
    menu, account, person = _wagtails_menu(module)
    return [menu, account, {**person, "name": str(module.user)}]


_wagtails_menu = MainMenuModule.js_args
MainMenuModule.js_args = _named_by_the_roll


def _address_of_the_order(view: Any) -> str | None:
    """Return where a dragged page is sent; None without the right, so that the list has no handles.

    By itself, Wagtail shows the handles to every reader of the list, and refuses the drag afterwards.
    """
    if not view.permissions.can_reorder_children():
        return None
    return reverse("wagtailadmin_pages:set_page_position", args=[999999])


ExplorableIndexView.get_reorder_url = _address_of_the_order

# The roles of a community use 审核流程 and 审核步骤. The other reports are for the operator of a site.
HIDDEN_REPORTS = {"locked-pages", "site-history", "aging-pages", "page-types-usage"}


@hooks.register("construct_main_menu")
def leave_out_help(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Hide the help: it links to Wagtail's English site, which many local networks do not reach."""
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("construct_main_menu")
def call_pages_courses(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Name the tree of pages after the courses, for staff who write nothing else."""
    rights = getattr(request.user, "rights", ())
    if Right.WRITE_COURSES not in rights or Right.PUBLISH_COURSES in rights:
        return
    for place, item in enumerate(menu_items):
        if item.name == "explorer":
            menu_items[place] = copy(item)  # the item itself is everybody's
            menu_items[place].label = _("Courses")


@hooks.register("construct_reports_menu")
def leave_out_reports(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_REPORTS]


@hooks.register("construct_homepage_summary_items", order=1000)  # after Wagtail has added them
def leave_out_counts(request: HttpRequest, summary_items: list[SummaryItem]) -> None:
    """Hide the numbers of files on the first screen, which shows the work to do."""
    summary_items.clear()


@hooks.register("construct_homepage_panels", order=1000)  # after the other apps have added theirs
def show_courses(request: HttpRequest, panels: list[Any]) -> None:
    """Put our panels in the place of Wagtail's: no role of a community reads those."""
    user = request.user
    if isinstance(user, User) and not user.is_superuser:
        own = [*home_panels.panels_for(user), *practice_views.panels_for(user)]
        panels[:] = [*(one for one in panels if not home_panels.is_wagtails(one)), *own]


@hooks.register("register_admin_urls")
def course_urls() -> list[Any]:
    return [
        path("courses/new/", home_panels.new_course, name="new_course"),
        path("courses/<int:pk>/submit/", course_views.SubmitCourseView.as_view(), name="course_submit"),
        path("courses/<int:pk>/review/", course_views.ReviewCourseView.as_view(), name="course_review"),
        path("lessons/<int:pk>/quiz/", quiz_admin_views.QuizFromFileView.as_view(), name="quiz_from_file"),
        path("reports/quizzes/", quiz_admin_views.QuizzesView.as_view(), name="quizzes"),
        path(
            "reports/quizzes/<slug:key>/<str:lesson_key>/",
            quiz_admin_views.QuizFiguresView.as_view(),
            name="quiz_figures",
        ),
        path("courses/<int:pk>/word/", author_views.WordView.as_view(), name="course_word"),
        path("courses/pasted-picture/", author_views.keep_pasted_picture, name="keep_pasted_picture"),
        path("courses/slides/<int:pk>/", author_views.slides_state, name="slides_state"),
        path("courses/<int:pk>/changes/", author_views.ChangesView.as_view(), name="course_changes"),
        path("courses/<int:pk>/hand-out/", author_views.HandOutView.as_view(), name="course_hand_out"),
        path("courses/<int:pk>/translate/", author_views.TranslateView.as_view(), name="course_translate"),
        path("settings/practice/", practice_views.PracticeView.as_view(), name="practice"),
    ]


@hooks.register("before_edit_page")
def note_overwritten(request: HttpRequest, page: Page) -> None:
    if request.method == "POST":
        overwriting.note(request, page)


@hooks.register("after_edit_page")
def tell_of_overwritten(request: HttpRequest, page: Page) -> None:
    overwriting.tell(request, page)


@hooks.register("before_delete_page")
def name_the_writers(request: HttpRequest, page: Page) -> None:
    if request.method == "GET":
        overwriting.warn_of_writers(request, page)


@hooks.register("after_publish_page")
def tell_of_a_draft_above(request: HttpRequest, page: Page) -> None:
    """Add a message with the way to the course, if a published lesson stands in a draft."""
    if isinstance(page, LessonPage) and not (course := page.get_parent()).live:
        sentence = _("The course “%(course)s” is still a draft: no learner sees this lesson.") % {"course": course}
        edit = reverse("wagtailadmin_pages:edit", args=[course.pk])
        messages.warning(request, sentence, buttons=[messages.button(edit, _("Open the course"))])


@hooks.register("insert_editor_js")
def tidy_pasted_text() -> SafeString:
    """Tidy text that is pasted from Word or WeChat, take its pictures along, and name what could not come."""
    words = {
        "taken": _("Each pasted picture stands in a block of its own. Write for each what it shows, in one sentence."),
        "pictures": _(
            "Some pictures did not come along: the clipboard does not hold them. Copy each picture by itself and paste "
            "it here, or make a lesson of the Word file."
        ),
        "tables": _("A pasted table stands as lines here. Paste it into the block “Table”, which shows it as one."),
    }
    data = format_html_join("", ' data-{}="{}"', words.items())
    keep = reverse("keep_pasted_picture")
    return format_html('<script src="{}" data-keep="{}"{}></script>', static("js/paste.js"), keep, data)


@hooks.register("insert_global_admin_js")
def refuse_large_files() -> SafeString:
    """Refuse a file that is too large before it is sent."""
    most, sentence = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE, too_large_a_file()
    tag = '<script src="{}" data-most="{}" data-sentence="{}"></script>'
    return format_html(tag, static("js/upload-size.js"), most, sentence)


@hooks.register("insert_editor_js")
def save_a_new_page_once() -> SafeString:
    """Let a click on “Save” wait for the save that the editor began by itself."""
    return format_html('<script src="{}"></script>', static("js/one-save.js"))


@hooks.register("insert_editor_js")
def name_fields() -> SafeString:
    """Name the fields that Wagtail leaves without a label, for people who hear the editor."""
    return format_html('<script src="{}"></script>', static("js/field-names.js"))


@hooks.register("insert_editor_js")
def open_comment() -> SafeString:
    """Open the panel of the comments where a link leads to one."""
    return format_html('<script src="{}"></script>', static("js/open-comment.js"))


@hooks.register("insert_editor_js")
def tell_of_slides() -> SafeString:
    """Show below the file of slides how far its pictures are."""
    ask = reverse("slides_state", args=[0])
    return format_html('<script src="{}" data-ask="{}"></script>', static("js/slides-state.js"), ask)


@hooks.register("register_page_header_buttons")
def course_acts(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Offer the acts of an author on a course, beside writing it."""
    course = page.specific_deferred
    if not isinstance(course, CoursePage) or course.alias_of_id is not None:
        return
    if not course.permissions_for_user(user).can_edit():
        return
    for place, (name, label, icon) in enumerate(_COURSE_ACTS):
        yield Button(label, reverse(name, args=[course.pk]), icon_name=icon, priority=20 + place)


_COURSE_ACTS = (
    ("course_word", _("A lesson from a Word file"), "upload"),
    ("course_changes", _("Changes"), "history"),
    ("course_hand_out", _("Print as a hand-out"), "doc-full"),
    ("course_translate", _("Translate the course"), "globe"),
    ("course_submit", _("Submit it with its lessons"), "check"),
)


class _PracticeItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.communities_for(Right.KEEP_SETTINGS).filter(practice_of=None).exists()


@hooks.register("register_settings_menu_item")
def practice_item() -> MenuItem:
    return _PracticeItem(practice_views.TITLE, reverse("practice"), name="practice", icon_name="rotate", order=80)


class _QuizzesItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and Right.WRITE_COURSES in request.user.rights


@hooks.register("register_reports_menu_item")
def quizzes_item() -> MenuItem:
    return _QuizzesItem(quiz_admin_views.FIGURES_TITLE, reverse("quizzes"), name="quizzes", icon_name="help", order=650)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(practice.SET_UP, _("Set up a practice community"), _("Practice community set up"))
    actions.register_action(practising.CLOSED, _("Close a practice community"), _("Practice community closed"))


# The acts that people look for below a form, the first group that the page offers.
_IN_SIGHT = (("approve", "reject"), ("action-publish",), ("action-submit",))


@hooks.register("construct_page_action_menu", order=1000)  # after others have added theirs
def acts_in_sight(menu_items: list[Any], request: Any, context: dict[str, Any]) -> None:
    """Take the decision, the publication or the submission out of the menu, to stand beside it.

    “Unpublish” stands in the menu of the page's head already.
    """
    first = {item.name: item for item in reversed(menu_items[1:])}  # “approve” is there twice, then with a comment
    found = next((group for group in _IN_SIGHT if group[0] in first), ())
    chosen = [first[name] for name in found if name in first]
    request.acts_in_sight = [item.render_html(context) for item in chosen]
    menu_items[:] = [item for item in menu_items if item not in chosen and item.name != "action-unpublish"]


@hooks.register("before_serve_document")
def serve_to_readers(document: Any, request: HttpRequest) -> None:
    if not may_read(request.user, document):
        raise Http404


@hooks.register("construct_page_chooser_queryset")
def choose_visible_pages(pages: Any, request: HttpRequest) -> Any:
    return pages.filter(pk__in=visible_to(request.user, Page).values("pk"))


@hooks.register("construct_admin_api", order=1000)  # after Wagtail has registered its own
def limit_files(router: Any) -> None:
    router.register_endpoint("images", ImagesEndpoint)
    router.register_endpoint("documents", DocumentsEndpoint)
