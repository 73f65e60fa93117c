"""The public search (`/search/?q=`): courses, lessons, activities and other pages.

It shows pages that every reader can open. The index finds them by their words, or their titles by pinyin. This module
compares them with the typed words, so that both databases show the same order (ADR 104).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.search.query import SearchQuery

from academy.activities.later import without_later
from academy.activities.models import Activity
from academy.core import finders, formats, pinyin
from academy.core.look import current_language
from cms.asking import Question
from cms.marking import Parts, excerpt, folded, holds, marked, spans
from cms.models import CoursePage, HomePage, LessonPage
from cms.reachable import reachable_for_search

MOST = 100  # pages, and activities, that are compared
NEAR = 10  # results of a question that no text answers whole
NEAR_ENOUGH = 3  # points of such a result: a term in the title has three, one elsewhere has one
COUNTED = 20  # places of the words in one text


class Kind(models.TextChoices):
    """Kind of a result, in the order in which kinds that fit alike are shown."""

    COURSE = "course", _("Courses")
    LESSON = "lesson", _("Lessons")
    ACTIVITY = "activity", _("Activities")
    PAGE = "page", _("Other pages")


class Grade(IntEnum):
    """Grade of a text for a question; the best comes first."""

    TITLE = 0
    BEGINNING = 1
    IN_TITLE = 2
    SPELLED = 3  # the title in pinyin
    OTHER_WORDS = 4  # the title has words that mean the same
    SUMMARY = 5
    TEXT = 6
    SCATTERED = 7  # each pair of characters stands somewhere
    NEAR = 8


_SPELLED = {pinyin.WHOLE: Grade.TITLE, pinyin.BEGINNING: Grade.BEGINNING, pinyin.INSIDE: Grade.SPELLED}


@dataclass(frozen=True)
class Result:
    """One thing that was found."""

    kind: Kind
    title: Parts
    url: str
    about: str  # the course of a lesson, the time and place of an activity
    excerpt: Parts
    rank: tuple[int, int]


@dataclass(frozen=True)
class Group:
    """The results of one kind, the best first."""

    kind: Kind
    results: list[Result]

    @property
    def place(self) -> tuple[int, int]:
        """The best grade, then the order of the kinds. Words that begin a title are as good as others in it."""
        grade = self.results[0].rank[0]
        return Grade.IN_TITLE if grade == Grade.BEGINNING else grade, list(Kind).index(self.kind)


@dataclass(frozen=True)
class Results:
    """All results, grouped; the group with the best result comes first."""

    groups: list[Group]
    is_near: bool = False  # no text holds all words

    @property
    def count(self) -> int:
        return sum(len(group.results) for group in self.groups)


@dataclass(frozen=True)
class _Text:
    """A page or activity as it is compared."""

    kind: Kind
    title: str
    summary: str
    text: str
    url: str
    about: str = ""


def find(*, request: HttpRequest, home: HomePage, question: Question, at: dt.datetime) -> Results:
    """Return the pages below this home page that answer the question, and such activities after `at`.

    The number of statements depends on the question alone.
    """
    pages = reachable_for_search(Page.objects.descendant_of(home, inclusive=True))
    empty = CoursePage.objects.exclude(pk__in=CoursePage.objects.with_lessons().values("pk"))
    pages = pages.exclude(pk__in=empty.values("pk"))
    spelled = {pk for pks in finders.by_pinyin(pages, "title", question.letters).values() for pk in pks}
    activities = list(_activities(home, at))
    texts = [*_pages(request, pages, question.exactly(), spelled), *activities]
    results = [result for text in texts if (result := _answer(text, question)) is not None]
    if results:
        return Results(_grouped(results))
    texts = [*_pages(request, pages, question.nearly(), set()), *activities]
    return Results(_grouped(_near(texts, question)), is_near=True)


def _grouped(results: Iterable[Result]) -> list[Group]:
    # Results of one rank keep the order of the pages, or of the activities' starts.
    ordered = sorted(results, key=lambda result: result.rank)
    kinds = ((kind, [result for result in ordered if result.kind == kind]) for kind in Kind)
    return sorted((Group(kind, of_kind) for kind, of_kind in kinds if of_kind), key=lambda group: group.place)


def _pages(request: HttpRequest, pages: Any, query: SearchQuery, spelled: set[int]) -> Iterator[_Text]:
    """Yield the pages that the index finds, and the `spelled` ones, in the order of the tree."""
    indexed = {page.pk for page in pages.search(query)[:MOST]}
    found = list(Page.objects.filter(pk__in=indexed | spelled).order_by("path").specific())
    courses = _course_titles(found)
    for page in found:
        kind = {CoursePage: Kind.COURSE, LessonPage: Kind.LESSON}.get(type(page), Kind.PAGE)
        summary, *more = page.searchable_text()
        about = courses.get(page.path[: -Page.steplen], "") if kind == Kind.LESSON else ""
        yield _Text(kind, page.title, summary, " ".join(more), page.get_url(request) or "", about)


def _course_titles(pages: Iterable[Page]) -> dict[str, str]:
    """Return the titles of the courses of these lessons by their paths. One statement."""
    above = {page.path[: -Page.steplen] for page in pages if isinstance(page, LessonPage)}
    return dict(Page.objects.filter(path__in=above).values_list("path", "title"))


def _activities(home: HomePage, at: dt.datetime) -> Iterator[_Text]:
    """Yield the activities that are not over. One statement."""
    coming = without_later(Activity.objects.in_communities([home.community_id]).upcoming(at), at)
    for activity in coming[:MOST]:
        start = timezone.localtime(activity.next_start)
        day = formats.day(start.date(), current_language(), weekday=True)
        about = f"{day} {formats.clock(start)} · {activity.place}"
        url = reverse("activities:detail", args=[activity.pk])
        yield _Text(Kind.ACTIVITY, activity.title, activity.service_content, activity.place, url, about)


def _answer(text: _Text, question: Question) -> Result | None:
    """Return a text as a result, or None if it lacks the words."""
    title, summary, body = folded(text.title), folded(text.summary), folded(text.text)
    grade = _grade(title, summary, body, question)
    if grade is None:
        if text.kind == Kind.ACTIVITY:  # the index has not found it
            return None
        return _result(text, question.terms, (Grade.SCATTERED, 0))
    places = min(COUNTED, len(spans(f"{summary} {body}", question.all_words)))
    return _result(text, question.all_words, (grade, -places))


def _grade(title: str, summary: str, body: str, question: Question) -> Grade | None:
    if title == question.typed:
        return Grade.TITLE
    if title.startswith(question.typed):
        return Grade.BEGINNING
    if all(holds(title, word) for word in question.typed_words):
        return Grade.IN_TITLE
    spelled = pinyin.nearness(title, question.letters)
    if spelled is not None:
        return _SPELLED[spelled]
    fields = {Grade.OTHER_WORDS: title, Grade.SUMMARY: f"{title} {summary}", Grade.TEXT: f"{title} {summary} {body}"}
    for grade, field in fields.items():
        if all(any(holds(field, word) for word in alternatives) for alternatives in question.words):
            return grade
    return None


def _near(texts: Iterable[_Text], question: Question) -> list[Result]:
    """Return the nearest of the texts that hold some of the terms, but not all."""
    terms = question.terms
    found: list[tuple[int, _Text]] = []
    for text in texts:
        title, rest = folded(text.title), folded(f"{text.summary} {text.text}")
        points = sum(3 if holds(title, term) else holds(rest, term) for term in terms)
        if points >= NEAR_ENOUGH:
            found.append((points, text))
    found.sort(key=lambda one: -one[0])
    return [_result(text, terms, (Grade.NEAR, -points)) for points, text in found[:NEAR]]


def _result(text: _Text, words: list[str], rank: tuple[int, int]) -> Result:
    fields = ((one, folded(one)) for one in (text.summary, text.text) if one)
    shown = next((one for one, plain in fields if any(holds(plain, word) for word in words)), "")
    return Result(
        text.kind,
        marked(text.title, words),
        text.url,
        text.about,
        excerpt(shown or text.summary or text.text, words),
        rank,
    )
