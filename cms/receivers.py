"""A course is frozen in `learning` whenever what can be read of it changes: published, moved, taken away."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from cms.models import CoursePage, LessonPage
from cms.services import freeze_course


@receiver(page_published)
def freeze_published(instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, CoursePage):
        freeze_course(course_page=instance)
    elif isinstance(instance, LessonPage):
        freeze_course(course_page=instance.course_page)


@receiver(page_unpublished, sender=LessonPage)
def freeze_without(instance: LessonPage, **kwargs: Any) -> None:
    freeze_course(course_page=instance.course_page)


@receiver(post_page_move, sender=LessonPage)
def freeze_moved(instance: LessonPage, parent_page_before: Page, parent_page_after: Page, **kwargs: Any) -> None:
    # Reordering the lessons of one course is a move, too.
    for course_page in CoursePage.objects.filter(pk__in={parent_page_before.pk, parent_page_after.pk}):
        freeze_course(course_page=course_page)


@receiver(post_delete, sender=LessonPage)
def freeze_remaining(instance: LessonPage, **kwargs: Any) -> None:
    """Only once the deletion is over: of a course that goes with its lessons there is nothing to freeze."""
    parent_path = LessonPage._get_basepath(instance.path, instance.depth - 1)

    def freeze() -> None:
        course_page = CoursePage.objects.filter(path=parent_path).first()
        if course_page is not None:
            freeze_course(course_page=course_page)

    transaction.on_commit(freeze)
