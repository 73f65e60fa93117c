"""The academy: its courses in three tiers and their lessons, as trainers edit them.

Publishing freezes a version in `academy.learning`, which volunteers complete. That version does not refer to a page.
"""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.admin.panels import FieldPanel, HelpPanel, TitleFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import StreamField
from wagtail.images.models import Image
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from academy.core.look import STORED_COVERS, current_language
from academy.learning import attendance, in_room, selectors
from academy.learning import services as learning
from academy.learning.models import Course, Tier
from academy.people.models import Volunteer
from cms import slides, studying
from cms.blocks import BodyBlock, framed_sites, slides_in
from cms.models.course_facts import CourseFacts, Translatable, fact_panels, fetch_covered, fetch_covers, picture_panels
from cms.models.home import CommunityPage, HomePage
from cms.page_forms import CourseForm, TranslationForm
from cms.panels import OriginalPanel, QuizPanel


def find_learner(request: HttpRequest) -> Volunteer | None:
    """Return the volunteer who is reading, or None if no volunteer is signed in."""
    user = getattr(request, "user", None)  # a preview may have none
    return user.own_volunteer if user is not None and user.is_authenticated else None


class AcademyPage(CommunityPage):
    """The curriculum: three tiers, each with its courses."""

    intro = models.TextField(_("introduction"))

    template = "cms/academy.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CoursePage"]
    max_count_per_parent = 1
    admin_default_ordering = "ord"
    content_panels = [*CommunityPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("academy")
        verbose_name_plural = _("academies")

    @property
    def summary(self) -> str:
        return self.intro

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        volunteer = find_learner(request)
        published = CoursePage.objects.child_of(self).live().with_lessons()
        listed = published.order_by("path").with_class_hours().with_covers()
        courses = list(listed if volunteer is None else listed.for_learner(volunteer))
        context["tiers"] = [
            {
                "tier": tier,
                "required": [page for page in courses if page.tier == tier and page.required],
                "electives": [page for page in courses if page.tier == tier and not page.required],
            }
            for tier in Tier
        ]
        if volunteer is not None:
            learnt = attendance.learnt(volunteer)
            add_standings(courses, done=learnt.lessons)
            next_course = published.next_for(volunteer)
            context["go_on"] = courses[courses.index(next_course)] if next_course else None
            context["class_hours"], context["place"] = learnt.class_hours, learnt.place
        return context


def add_standings(courses: Sequence["CoursePage"], *, done: Collection[str]) -> None:
    """Set the reader's `standing` of each of these pages; `done` are keys of lessons."""
    standings = selectors.standings(courses=[page.course_id for page in courses if page.course_id], done=done)
    for page in courses:
        page.standing = standings.get(page.course_id)


def published_lessons() -> PageQuerySet["LessonPage"]:
    """Return the published lessons below the course in the outer row."""
    below: PageQuerySet[LessonPage] = LessonPage.objects.live().filter(
        path__startswith=models.OuterRef("path"), depth=models.OuterRef("depth") + 1
    )
    return below


class CoursePageQuerySet(PageQuerySet["CoursePage"]):
    def with_class_hours(self) -> "CoursePageQuerySet":
        """Annotate `listed_class_hours`, the sum over the published lessons."""
        # without an order, which would split the sum
        total = published_lessons().order_by().values("live").annotate(total=models.Sum("class_hours")).values("total")
        found: CoursePageQuerySet = self.annotate(listed_class_hours=models.Subquery(total))
        return found

    def with_lessons(self) -> "CoursePageQuerySet":
        """Leave out courses without a published lesson, which hold no text for a reader yet."""
        found: CoursePageQuerySet = self.filter(models.Exists(published_lessons()))
        return found

    def with_covers(self) -> "CoursePageQuerySet":
        """Fetch the covers and their renditions with the pages, in two statements."""
        pictures = Image.objects.prefetch_renditions(*STORED_COVERS)
        found: CoursePageQuerySet = self.prefetch_related(models.Prefetch("cover", pictures))
        return found

    def for_learner(self, volunteer: Volunteer) -> "CoursePageQuerySet":
        """Annotate `is_completed` and `learnt_at`, when the volunteer did the latest lesson of each course."""
        found: CoursePageQuerySet = self.annotate(
            is_completed=selectors.is_completed(volunteer), learnt_at=selectors.learnt_at(volunteer)
        )
        return found

    def next_for(self, volunteer: Volunteer, *, done: Collection[str] | None = None) -> "CoursePage | None":
        """Return the course to go on with: the one learnt last, else a required one, else an elective.

        A course whose lessons are read and which a class completes comes after those that can be read (T4). `done` are
        the keys of all lessons that the volunteer did, if the caller has them; the course then has its `standing`.
        """
        tiers = models.Case(*(models.When(tier=tier, then=place) for place, tier in enumerate(Tier)))
        left = self.with_lessons().for_learner(volunteer).filter(is_completed=False, course__isnull=False)
        left = left.exclude(selectors.is_locked(volunteer))
        latest = models.F("learnt_at").desc(nulls_last=True)
        left = left.annotate(tier_place=tiers, asked_in_room=in_room.is_assessed())
        ordered = left.order_by(latest, "-required", "tier_place", "path")
        pages: list[CoursePage] = list(ordered) if done is None else fetch_covered(ordered)
        asks_room = bool(pages) and pages[0].asked_in_room
        if asks_room or (pages and done is not None):
            learnt = learning.earned(volunteer=volunteer) if done is None else done
            add_standings(pages if asks_room else pages[:1], done=learnt)
        unread = (one for one in pages if not one.asked_in_room or one.standing is None or one.standing.left)
        return next(unread, pages[0] if pages else None)


CoursePageManager = PageManager.from_queryset(CoursePageQuerySet)


class CoursePage(CourseFacts):
    """A course in one language. All its translations share one `learning.Course`.

    The original decides what the rules read (`OF_THE_ORIGINAL`). `freezing` copies that to its translations, so that
    they show it, and keep it if the original is deleted.
    """

    OF_THE_ORIGINAL = ("tier", "required", "valid_years", "finished")

    # A revision and a copy do not carry it: `receivers` sets it when the original is published.
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, editable=False, related_name="pages", verbose_name=_("course")
    )
    intro = models.TextField(
        _("introduction"), help_text=_("Say in one or two sentences what learners can do after the course.")
    )

    objects = CoursePageManager()
    standing: selectors.Standing | None = None  # of the reader, where a list shows it
    asked_in_room: bool  # where `next_for` found it

    template = "cms/course.html"
    parent_page_types = ["cms.AcademyPage"]
    subpage_types = ["cms.LessonPage"]
    admin_default_ordering = "ord"
    base_form_class = CourseForm
    exclude_fields_in_copy = ["course", "finished", "text_language"]
    content_panels = [
        TitleFieldPanel("title", placeholder=_("Name of the course*"), help_text=_("As readers see it.")),
        OriginalPanel(),
        FieldPanel("intro", widget=AdminAutoHeightTextInput(attrs={"rows": 3})),
        HelpPanel(template="cms/admin/lessons.html", heading=_("Lessons")),
        *fact_panels,
        *picture_panels,
        FieldPanel("finished"),
    ]

    class Meta(CourseFacts.Meta):
        abstract = False
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def summary(self) -> str:
        return self.intro

    @cached_property
    def lessons(self) -> list["LessonPage"]:
        """The published lessons in their order, without their bodies."""
        if not self.pk:  # a preview of a page that was never saved
            return []
        lessons = LessonPage.objects.child_of(self).live().select_related("alias_of__locale")
        return list(lessons.order_by("path").defer_streamfields())

    @property
    def class_hours(self) -> Decimal:
        """The sum of its lessons' class hours (1 class hour = 45 minutes, T4)."""
        return sum((lesson.class_hours for lesson in self.lessons), Decimal(0))

    @property
    def family(self) -> CoursePageQuerySet:
        """This page and its translations in the same community, aliases too."""
        below = models.Q(pk__in=[])
        for path in HomePage.objects.filter(community=self.home.community_id).values_list("path", flat=True):
            below |= models.Q(path__startswith=path)
        found: CoursePageQuerySet = CoursePage.objects.filter(below, translation_key=self.translation_key)
        return found

    @property
    def original(self) -> "CoursePage | None":
        """The page created first among the `family`, without the aliases."""
        first: CoursePage | None = self.family.filter(alias_of=None).order_by("pk").first()
        return first

    @property
    def translated_from(self) -> "CoursePage | None":
        """The original, if this page is a translation of it; an alias is no translation."""
        if self.pk is None or self.alias_of_id is not None:
            return None
        original = self.original
        return original if original is not None and original.pk != self.pk else None

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context |= self.reading(request)
        fetch_covers(self, context.get("next_course"))
        context["crumbs"] = [(pgettext("tab", "Academy"), reverse("academy"))]
        return context | studying.of_course(self, context)

    def reading(self, request: HttpRequest, lesson_key: str = "") -> dict[str, Any]:
        """Return the personal part of the page: the reader, their progress, and their note at the lesson."""
        volunteer = find_learner(request)
        if volunteer is None or self.course is None:
            return {"learner": volunteer, "done": frozenset()}
        language = current_language() if lesson_key else ""  # that of the address; the locale would be a statement
        progress = learning.progress(volunteer=volunteer, course=self.course, lesson_key=lesson_key, language=language)
        renewal = studying.renewal(self.course, volunteer, progress)
        found: dict[str, Any] = {"learner": volunteer, "progress": progress, "done": progress.done, "renewal": renewal}
        if progress.completed_at is not None and renewal is None:  # which is the next thing to do
            found["next_course"] = CoursePage.objects.sibling_of(self).live().next_for(volunteer, done=progress.learnt)
        return found

    def clean(self) -> None:
        super().clean()
        self._check_finished()
        if self.course_id is None or self.alias_of_id is not None:
            return
        same = CoursePage.objects.filter(course=self.course_id, locale=self.locale_id, alias_of=None)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError(_("Another page shows this course in this language."), code="course_shown_twice")

    def _check_finished(self) -> None:
        """Refuse a new tick while lessons wait for their first publication: they belong to the whole course."""
        if not self.finished or self.alias_of_id is not None or self.is_translation:
            return
        if CoursePage.objects.filter(pk=self.pk, finished=True).exists():
            return
        lessons = LessonPage.objects.child_of(self) if self.pk else LessonPage.objects.none()
        waiting = lessons.filter(live=False, first_published_at=None).order_by("path").first()
        if waiting is not None:
            sentence = _("“%(lesson)s” is not published yet. Publish or delete it first, then tick this.")
            named = {"lesson": waiting.draft_title}
            raise ValidationError({"finished": ValidationError(sentence, "lesson_waits", named)})
        if not lessons.live().exists():
            sentence = _("Publish the lessons first, then tick this.")
            raise ValidationError({"finished": ValidationError(sentence, "no_lesson")})

    def with_content_json(self, content: dict[str, Any]) -> "CoursePage":
        """Load a revision's content, but keep what it may be too old to hold, and what the original decides."""
        page: CoursePage = super().with_content_json(content)
        stored = CoursePage.objects.filter(pk=self.pk).values("course_id", *self.OF_THE_ORIGINAL).first()
        page.course_id = stored["course_id"] if stored else None
        kept = self.OF_THE_ORIGINAL if self.is_translation else {"finished"} - content.keys()
        for name in kept if stored else ():
            setattr(page, name, stored[name])
        return page


class LessonPage(Translatable):
    """A lesson: one article, read at one sitting.

    The lesson below the original of its course decides the class hours in all languages (T4).
    """

    OF_THE_ORIGINAL = ("class_hours",)

    class_hours = models.DecimalField(
        _("class hours"),
        max_digits=3,
        decimal_places=1,
        default=1,
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("Earned when the lesson is done, however long the page was open. 1 class hour = 45 minutes."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("content"))

    template = "cms/lesson.html"
    parent_page_types = ["cms.CoursePage"]
    subpage_types: list[str] = []
    exclude_fields_in_copy = ["text_language"]
    base_form_class = TranslationForm
    content_panels = [
        TitleFieldPanel("title", placeholder=_("Title of the lesson*"), help_text=_("As readers see it.")),
        OriginalPanel(),
        FieldPanel("class_hours"),
        QuizPanel(),
        FieldPanel("body"),
        HelpPanel(template="cms/admin/lesson_acts.html", heading=_("After this lesson")),
    ]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    @property
    def key(self) -> str:
        """The name of the lesson in a course's versions: the same in every language and alias."""
        source: Page = self.source or self  # an alias in the same language has a translation key of its own
        while source.alias_of_id is not None:
            source = source.alias_of
        return str(source.translation_key)

    @cached_property
    def course_page(self) -> CoursePage:
        """The course of this lesson."""
        above = self._get_basepath(self.path, self.depth - 1)
        course_page: CoursePage = CoursePage.objects.select_related("course").get(path=above)
        return course_page

    @property
    def following(self) -> "LessonPage | None":
        """The published lesson after this one."""
        later = [page for page in self.course_page.lessons if page.path > self.path]
        return later[0] if later else None

    @property
    def translated_from(self) -> "LessonPage | None":
        """The lesson of the original course, if this page is a translation of it; an alias is no translation."""
        if self.pk is None or self.alias_of_id is not None:
            return None
        original = self.course_page.translated_from
        below = LessonPage.objects.child_of(original) if original is not None else LessonPage.objects.none()
        found: LessonPage | None = below.filter(translation_key=self.translation_key).first()
        return found

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Save a revision, and have the worker make the pictures of its slides."""
        revision = super().save_revision(*args, **kwargs)
        slides.prepare(slides_in(self.body))
        return revision

    def searchable_text(self) -> Iterator[str]:
        yield self.summary
        yield from self.body.stream_block.get_searchable_content(self.body)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        self.course_page = course_page = studying.course_of(self)
        lessons = course_page.lessons
        place = next((index for index, page in enumerate(lessons) if page.pk == self.pk), len(lessons))
        if place < len(lessons):
            # So that `source` needs no further statement.
            self._meta.get_field("alias_of").set_cached_value(self, lessons[place].source)
        request.framed_sites = framed_sites(self.body)  # type: ignore[attr-defined]
        context |= course_page.reading(request, self.key)
        fetch_covers(context.get("next_course"))
        context["course_page"] = course_page
        context["crumbs"] = [
            (pgettext("tab", "Academy"), reverse("academy")),
            (course_page.title, course_page.get_url(request)),
        ]
        context["number"], context["total"] = place + 1, max(len(lessons), place + 1)
        context["previous_lesson"] = lessons[place - 1] if place > 0 else None
        context["following_lesson"] = self.following
        context["is_done"] = self.key in context["done"]
        context["counts"] = studying.counts(self, context)
        context["class_hours"] = studying.class_hours(self, context)
        return context | studying.of_lesson(self, request, context)

    def with_content_json(self, content: dict[str, Any]) -> "LessonPage":
        """Load a revision's content, but keep what the original decides."""
        page: LessonPage = super().with_content_json(content)
        if self.is_translation:
            for name, value in LessonPage.objects.filter(pk=self.pk).values(*self.OF_THE_ORIGINAL).get().items():
                setattr(page, name, value)
        return page
