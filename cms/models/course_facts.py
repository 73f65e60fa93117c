"""The facts of a course beside its text: its tier, what it asks for, how long it holds, its picture."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import JSONObject
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.images.models import Rendition
from wagtail.models import PagePermissionTester

from academy.activities.models import Subject
from academy.core.look import STORED_COVERS
from academy.learning.models import Course, Tier
from cms.models.home import CommunityPage

LONGEST_VALIDITY = 10  # years


class Translatable(CommunityPage):
    """A page whose text may still be that of its original (`cms.translating`)."""

    # The language of the text until somebody translates it; empty for an original and for a translated page.
    text_language = models.CharField(max_length=12, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    translated_from: Any  # the page whose text this page is a translation of, or None

    @property
    def is_translation(self) -> bool:
        return self.translated_from is not None

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Load a revision's content, but keep whether the page is translated: publishing decides that."""
        page = super().with_content_json(content)
        page.text_language = self.text_language
        return page


class CoursePermissions(PagePermissionTester):
    """The rights to a course.

    Its author sorts the lessons until it is published; later, readers would see it at once.
    """

    def can_reorder_children(self) -> bool:
        return bool(super().can_reorder_children() or (not self.page.live and self.can_edit()))


class CourseFacts(Translatable):
    """Facts of a course that the rules and the lists read."""

    tier = models.CharField(_("tier"), max_length=12, choices=Tier, default=Tier.BEGINNER)
    required = models.BooleanField(
        _("required for the tier"), default=True, help_text=_("Otherwise it is an elective.")
    )
    subject = models.CharField(
        _("subject"),
        max_length=20,
        choices=Subject,
        blank=True,
        default="",
        db_default="",
        help_text=_("It chooses the drawing, if the course has no picture of its own."),
    )
    valid_years = models.PositiveSmallIntegerField(
        _("valid for (years)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_VALIDITY)],
        help_text=_(
            "First aid: 3. Then a person passes its quizzes once more, or takes a class of it if it is assessed there; "
            "the earlier record stays. Empty: it never expires."
        ),
    )
    requires = ParentalManyToManyField(
        Course,
        blank=True,
        related_name="+",
        verbose_name=_("to be completed first"),
        help_text=_("Everybody may read this course. It counts for those who have completed these."),
    )
    finished = models.BooleanField(
        _("all lessons are published"),
        default=False,
        db_default=False,
        help_text=_(
            "Learners earn class hours lesson by lesson, and complete the course only after you tick this. Remove the "
            "tick before you add several lessons to a finished course."
        ),
    )
    cover = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover"),
        help_text=_("A photo of your own, shown 16 : 9. Without one, the course has our drawing for its subject."),
    )

    class Meta:
        abstract = True
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(subject__in=["", *Subject.values]), name="course_subject_known"),
            models.CheckConstraint(
                condition=models.Q(valid_years=None) | models.Q(valid_years__range=(1, LONGEST_VALIDITY)),
                name="course_page_valid_years",
            ),
        ]

    def permissions_for_user(self, user: Any) -> CoursePermissions:
        return CoursePermissions(user, self)

    @property
    def drawing(self) -> str:
        """The name of our drawing that stands for a missing cover."""
        return self.subject or f"course-{self.tier}"


_OF_RENDITION = ("id", "filter_spec", "file", "width", "height", "focal_point_key")


def fetch_covered(courses: Any) -> list[Any]:
    """Return these courses with their covers and the covers' sizes, in one statement."""
    made = Rendition.objects.filter(image=models.OuterRef("cover"))
    fields = JSONObject(**{name: name for name in _OF_RENDITION})
    sizes = {
        f"size_{place}": models.Subquery(made.filter(filter_spec=spec).values(found=fields)[:1])
        for place, spec in enumerate(STORED_COVERS)
    }
    listed = list(courses.select_related("cover").annotate(**sizes))
    for course in listed:
        found = [one for one in (getattr(course, name) for name in sizes) if one]
        if course.cover is not None and found:
            course.cover.prefetched_renditions = [Rendition(image=course.cover, **one) for one in found]
    return listed


def fetch_covers(*courses: CourseFacts | None) -> None:
    """Fetch the covers of these courses with their sizes: one statement, once they are made, or none."""
    listed = [course for course in courses if course is not None and course.cover_id is not None]
    listed = [one for one in listed if "size_0" not in vars(one) or not hasattr(one.cover, "prefetched_renditions")]
    pictures = {course.cover_id for course in listed}
    if not listed:
        return
    made: dict[int, list[Rendition]] = {}
    stored = Rendition.objects.filter(image__in=pictures, filter_spec__in=STORED_COVERS)
    for one in stored.select_related("image"):
        made.setdefault(one.image_id, []).append(one)
    for course in listed:
        if course.cover_id in made:
            cover: Any = made[course.cover_id][0].image
            cover.prefetched_renditions = made[course.cover_id]
            course.cover = cover


fact_panels = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("tier"), FieldPanel("required"), FieldPanel("valid_years")]),
            FieldPanel("requires", widget=CheckboxSelectMultiple),
        ],
        heading=_("For whom, and for how long"),
    ),
]
picture_panels = [MultiFieldPanel([FieldPanel("cover"), FieldPanel("subject")], heading=_("Picture"))]
