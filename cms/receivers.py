"""Publish and unpublish pages in time, freeze changed courses, read the root pages again."""

import datetime as dt
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.documents.models import Document
from wagtail.models import Page, Site
from wagtail.search import index
from wagtail.signals import page_published, page_unpublished, post_page_move

from academy.core.signals import tick
from cms import ordering, set_up_draft, slides, translating
from cms.freezing import freeze_course
from cms.models import CoursePage, Deck, HomePage, LessonPage
from cms.reachable import pages_using


@receiver(tick, dispatch_uid="cms.publish_scheduled")
def publish_scheduled(**kwargs: Any) -> None:
    """Publish the pages whose time has come, and unpublish the expired ones, by Wagtail's own command.

    It is one transaction: a failure leaves no page published without its version, and the next tick tries again.
    """
    with transaction.atomic():
        call_command("publish_scheduled")


@receiver(tick, dispatch_uid="cms.forget_set_up")
def forget_set_up(at: dt.datetime, **kwargs: Any) -> None:
    set_up_draft.forget_old(at=at)


@receiver(page_published)
def close_early_alias(instance: Page, **kwargs: Any) -> None:
    """Unpublish an alias whose page is only scheduled: Wagtail publishes the aliases at once."""
    if instance.alias_of_id is not None and Page.objects.filter(pk=instance.alias_of_id, live=False).exists():
        instance.unpublish(log_action=False)


@receiver(page_published)
def note_translation(instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, (CoursePage, LessonPage)):
        translating.note(instance)


@receiver(post_save, sender=Document)
def renew_slides(instance: Document, **kwargs: Any) -> None:
    slides.renew(instance)


@receiver(post_save, sender=Deck)
def index_words_of_slides(instance: Deck, **kwargs: Any) -> None:
    """Have the words of slides found: the pages were indexed before the worker read them."""
    for page in pages_using(instance.document):
        index.insert_or_update_object(page.specific)


@receiver(pre_delete, sender=Document)
def forget_slides(instance: Document, **kwargs: Any) -> None:
    for deck in Deck.objects.filter(document=instance):
        slides.forget(deck)


@receiver(page_published)
def freeze_published(instance: Page, **kwargs: Any) -> None:
    if isinstance(instance, CoursePage):
        freeze_course(course_page=instance)
    elif isinstance(instance, LessonPage):
        freeze_course(course_page=instance.course_page)


@receiver(page_unpublished, sender=LessonPage)
def freeze_unpublished(instance: LessonPage, **kwargs: Any) -> None:
    freeze_course(course_page=instance.course_page)


@receiver(post_page_move)
def freeze_moved(sender: type[Page], instance: Page, **parents: Any) -> None:
    """Freeze the courses that gained or lost a lesson, and those that may now be another community's."""
    if issubclass(sender, LessonPage):
        # Reordering the lessons of one course is a move as well.
        both = {parents["parent_page_before"].pk, parents["parent_page_after"].pk}
        moved = CoursePage.objects.filter(pk__in=both)
    else:
        moved = CoursePage.objects.descendant_of(instance, inclusive=True)
    for course_page in moved.order_by("pk"):
        freeze_course(course_page=course_page)
        if issubclass(sender, LessonPage):
            ordering.follow(course_page)


@receiver(post_delete, sender=LessonPage)
def freeze_remaining(instance: LessonPage, **kwargs: Any) -> None:
    """Freeze the course after the deletion is complete: it may be deleted together with its lessons."""
    parent_path = LessonPage._get_basepath(instance.path, instance.depth - 1)

    def freeze() -> None:
        course_page = CoursePage.objects.filter(path=parent_path).first()
        if course_page is not None:
            freeze_course(course_page=course_page)

    transaction.on_commit(freeze)


@receiver([post_save, post_delete], sender=Site)
@receiver(post_save, sender=HomePage)
def clear_site_roots(**kwargs: Any) -> None:
    """Clear Wagtail's cache of root pages after the commit.

    Wagtail clears it when a site is saved. A request before the commit caches the old state again, for an hour.
    """
    transaction.on_commit(Site.clear_site_root_paths_cache, robust=True)
