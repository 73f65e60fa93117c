"""Template tags of the pages."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.documents.models import AbstractDocument
from wagtail.templatetags.wagtailcore_tags import richtext

from academy.activities.cards import cards_of, with_cards
from academy.activities.later import without_later
from academy.activities.models import Activity
from academy.learning import quiz_words
from academy.learning.quiz.questions import Question
from academy.people.models import Volunteer
from cms.blocks import AUDIO_TYPES, VIDEO_TYPES
from cms.marking import Parts
from cms.models import CoursePage, Deck, HomePage
from cms.reachable import reachable
from cms.slides import FAULTS

register = template.Library()


@register.inclusion_tag("cms/next_activities.html")
def next_activities(community_id: int, count: int = 3) -> dict[str, Any]:
    """List the next `count` activities of the community that have not ended.

    The page may be cached, so the cards show no places.
    """
    at = timezone.now()
    activities = without_later(Activity.objects.in_communities([community_id]).upcoming(at), at)
    return {"cards": cards_of(with_cards(activities, at)[:count], at=at)}


@register.inclusion_tag("cms/next_course.html", takes_context=True)
def next_course(context: Context, home: HomePage, volunteer: Volunteer) -> dict[str, Any]:
    """Show what the volunteer may learn next, in the language of `home`. One statement."""
    course = reachable(CoursePage.objects.descendant_of(home)).next_for(volunteer)
    return {"course": course, "request": context.get("request")}


@register.filter
def prose(text: Any) -> SafeString:
    """``{{ page.body|prose }}`` → rich text whose headings stand right below the page's title.

    The editor has one level of headings and stores it as h3.
    """
    return mark_safe(str(richtext(text)).replace("<h3", "<h2").replace("</h3>", "</h2>"))


@register.filter
def marked(parts: Parts) -> SafeString:
    """``{{ result.title|marked }}`` → a text whose found words stand in `<mark>`."""
    pieces = (format_html("<mark>{}</mark>", text) if found else text for text, found in parts)
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.filter
def listed_hours(courses: Iterable[Any]) -> Decimal:
    """Return the sum of `listed_class_hours`: ``{{ courses|listed_hours|class_hours }}`` → 6 学时."""
    return sum((course.listed_class_hours or Decimal(0) for course in courses), Decimal(0))


@register.filter
def video_type(document: AbstractDocument) -> str:
    """Return the media type: ``{{ document|video_type }}`` → video/mp4."""
    return VIDEO_TYPES.get(document.file_extension.lower(), "")


@register.filter
def audio_type(document: AbstractDocument) -> str:
    """Return the media type: ``{{ document|audio_type }}`` → audio/mpeg."""
    return AUDIO_TYPES.get(document.file_extension.lower(), "")


@register.filter
def fault_of_slides(deck: Deck) -> Any:
    """Return why a file has no slides, in a sentence."""
    return FAULTS.get(deck.fault, "")


@register.filter
def file_detail(document: AbstractDocument) -> str:
    """Return type and size: ``{{ document|file_detail }}`` → PDF · 240.0 KB, or PDF for a missing file."""
    kind = document.file_extension.upper()
    size = document.get_file_size()
    return f"{kind} · {filesizeformat(size)}" if size else kind


@register.filter
def right_answer(question: Question) -> str:
    """Return the right answer in words, for a trainer's preview."""
    return quiz_words.answer_text(question, quiz_words.right_answer(question))
