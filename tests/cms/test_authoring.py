"""Acts of a trainer on a course: its facts, the changes, the translation."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Collection, Locale
from wagtail.test.utils.form_data import nested_form_data

from academy.core.models import Community
from academy.people.models import User
from cms import changes, translating
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.quiz_block import written_quiz
from cms.writing import ORIGINAL, TRANSLATION, locale_of, write_course
from tests.factories import course_text, found
from tests.word_files import png

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
TEXT = (
    '{"blocks":[{"key":"a","text":"好","type":"unstyled","depth":0,"inlineStyleRanges":[],"entityRanges":[]}],'
    '"entityMap":{}}'
)
NO_COMMENTS = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}


@pytest.fixture
def course(community: Community, settings: Any, tmp_path: Path) -> CoursePage:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    return write_course(academy_page=academy_of(community), text=course_text(), by=None)


def signed_in(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def other(course: CoursePage, title: str = "急救入门") -> CoursePage:
    return write_course(academy_page=course.get_parent().specific, text=course_text(title, title=title), by=None)


def save(user: User, page: CoursePage, **fields: Any) -> Any:
    form = {"title": page.title, "slug": page.slug, "tier": page.tier, "intro": page.intro, "comments": NO_COMMENTS}
    data = nested_form_data(form) | fields
    return signed_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def test_a_lesson_published_before_its_course_leads_on_to_the_course(course: CoursePage, worker: User) -> None:
    lesson = LessonPage.objects.child_of(course).first()
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    form = {"title": lesson.title, "slug": lesson.slug, "class_hours": "1", "comments": NO_COMMENTS}
    body = {"count": 1, "0-type": "text", "0-id": "", "0-order": "0", "0-deleted": "", "0-value": TEXT}
    data = nested_form_data(form) | {f"body-{name}": value for name, value in body.items()}
    data["action-publish"] = "1"
    desk, said = signed_in(worker), "is still a draft"

    assert said not in desk.post(address, data, follow=True).content.decode()
    course.unpublish()
    page = desk.post(address, data, follow=True).content.decode()
    assert said in page and reverse("wagtailadmin_pages:edit", args=[course.pk]) in page


# The facts of a course


def test_readers_see_how_long_a_course_holds_and_what_comes_first(course: CoursePage, worker: User) -> None:
    first = other(course)
    answer = save(worker, course, valid_years="3", requires=[first.course_id], **{"action-publish": "1"})
    assert answer.status_code == 302
    page = signed_in(worker).get(course.get_url()).content.decode()
    assert "有效期 3 年" in page
    assert f'<a href="/course/{first.course.key}/">急救入门</a>' in page


def test_the_form_offers_the_other_courses_of_the_own_community(
    course: CoursePage, worker: User, trainer: User
) -> None:
    first = other(course)
    abroad = write_course(academy_page=academy_of(found("zhulin")), text=course_text("there"), by=None)
    form = signed_in(trainer).get(reverse("wagtailadmin_pages:edit", args=[course.pk])).context["form"]
    assert list(form.fields["requires"].queryset) == [first.course]
    new = reverse("wagtailadmin_pages:add", args=["cms", "coursepage", course.get_parent().pk])
    assert set(signed_in(trainer).get(new).context["form"].fields["requires"].queryset) == {course.course, first.course}
    refused = save(worker, course, requires=[abroad.course_id])
    assert refused.status_code == 200 and refused.context["form"].errors["requires"]


def test_two_courses_cannot_ask_for_each_other(course: CoursePage, worker: User) -> None:
    first, second = other(course), other(course, "高级急救")
    save(worker, first, requires=[second.course_id], **{"action-publish": "1"})
    save(worker, second, requires=[course.course_id], **{"action-publish": "1"})
    refused = save(worker, course, requires=[first.course_id])
    assert refused.context["form"].errors.as_data()["requires"][0].code == "circle"
    assert not CoursePage.objects.get(pk=course.pk).requires.exists()


@pytest.mark.parametrize("years", ["0", "11", "-1", "三"])
def test_a_validity_that_is_no_number_of_years_is_refused_in_place(
    course: CoursePage, worker: User, years: str
) -> None:
    refused = save(worker, course, valid_years=years)
    assert refused.status_code == 200 and refused.context["form"].errors["valid_years"]
    assert f'value="{years}"' in refused.content.decode()


def test_a_translation_has_the_facts_of_its_original(course: CoursePage, worker: User) -> None:
    first = other(course)
    english = translating.begin(course_page=course, locale=locale_of(TRANSLATION), by=worker)
    save(worker, course, valid_years="3", requires=[first.course_id], **{"action-publish": "1"})
    english = CoursePage.objects.get(pk=english.pk)
    assert (english.valid_years, list(english.requires.all())) == (3, [first.course])
    form = signed_in(worker).get(reverse("wagtailadmin_pages:edit", args=[english.pk])).context["form"]
    assert not {"requires", "valid_years"} & set(form.fields)
    save(worker, course, valid_years="", requires=[], **{"action-publish": "1"})
    english = CoursePage.objects.get(pk=english.pk)
    assert (english.valid_years, list(english.requires.all())) == (None, [])


def test_a_course_without_a_photo_has_the_drawing_of_its_subject_with_its_tier(
    course: CoursePage, worker: User
) -> None:
    save(worker, course, subject="safety", **{"action-publish": "1"})
    page = signed_in(worker).get(course.get_url()).content.decode()
    assert "covers/safety" in page and 'cover-tier" aria-hidden="true">初级<' in page


# The changes


def test_a_trainer_sees_what_changed_in_two_columns(course: CoursePage, trainer: User) -> None:
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("text", "<p>这是第1节的新正文。</p><p>多了一段。</p>")]
    lesson.save_revision(user=trainer)
    draft = LessonPage(title="新的一节", body=[("text", "<p>从头写起</p>")], live=False)
    course.add_child(instance=draft)
    draft.save_revision(user=trainer)

    page = signed_in(trainer).get(reverse("course_changes", args=[course.pk])).content.decode()
    shown = BeautifulSoup(page, "html.parser")
    assert [heading.get_text() for heading in shown.select(".changed h2")] == ["第1节", "新的一节"]
    assert [one.get_text() for one in shown.select("ins")][:2] == ["新", "多了一段。"]
    assert "New, not published yet" in page
    assert "第2节" not in " ".join(one.get_text() for one in shown.select(".changed"))


def test_a_published_course_says_that_nothing_changed(course: CoursePage, trainer: User) -> None:
    assert changes.of_course(course) == []
    assert "nothing has changed" in signed_in(trainer).get(reverse("course_changes", args=[course.pk])).content.decode()


def test_a_picture_and_a_fact_that_changed_are_named(course: CoursePage, trainer: User) -> None:
    image = Image.objects.create(
        title="门口", file=ContentFile(png(), "1.png"), collection=Collection.get_first_root_node()
    )
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [
        *((one.block_type, one.value) for one in lesson.body),
        ("picture", {"image": image, "alt": "门", "caption": ""}),
    ]
    lesson.save_revision()
    draft = CoursePage.objects.get(pk=course.pk)
    draft.valid_years = 3
    draft.save_revision()
    stored = CoursePage.objects.get(pk=course.pk)
    pages = {change.page.pk: change.rows for change in changes.of_course(stored)}
    assert any("门口" in piece.text for row in pages[lesson.pk] for piece in row.after)
    assert any("3" in piece.text for row in pages[course.pk] for piece in row.after)


def test_a_reviewer_sees_what_stands_behind_the_words(course: CoursePage, trainer: User) -> None:
    asked = "1. 火警电话是（ ）\nA. 110\nB. 119\n答案：{}"
    lesson = LessonPage.objects.child_of(course).first()
    lesson.body = [("text", '<p><a href="https://a.test/">看这里</a></p>'), ("quiz", written_quiz(asked.format("B")))]
    lesson.save_revision().publish()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = [("text", '<p><a href="https://b.test/">看这里</a></p>'), ("quiz", written_quiz(asked.format("A")))]
    lesson.save_revision(user=trainer)

    [change] = changes.of_course(CoursePage.objects.get(pk=course.pk))
    after = ["".join(piece.text for piece in row.after) for row in change.rows]
    assert any("✓ 110" in line.replace("  ", " ") for line in after) and "https://b.test/" in after


# The translation


def english_of(page: Any) -> Any:
    return type(page).objects.get(translation_key=page.translation_key, locale=Locale.objects.get(language_code="en"))


def test_one_tap_makes_the_pages_and_readers_are_told_until_they_are_published(
    course: CoursePage, trainer: User, worker: User
) -> None:
    address = reverse("course_translate", args=[course.pk])
    before = signed_in(trainer).get(address).content.decode()
    assert "Translate this course into English" in before
    signed_in(trainer).post(address, {"locale": locale_of(TRANSLATION).pk})
    english, lesson = english_of(course), english_of(LessonPage.objects.child_of(course).first())
    assert english.alias_of is None and lesson.alias_of is None and lesson.owner == trainer
    assert signed_in(trainer).get(address).content.decode().count("not translated yet") == 3

    told = "Nobody has translated this page yet"
    reader = Client()
    reader.cookies["django_language"] = "en"
    assert told in reader.get(lesson.get_url()).content.decode()
    assert "这是第1节的正文" in reader.get(lesson.get_url()).content.decode()

    lesson.title = "First lesson"
    lesson.save_revision().publish()
    page = reader.get(lesson.get_url()).content.decode()
    assert told not in page and "First lesson" in page
    assert told in reader.get(english.get_url()).content.decode()
    assert "translated and published" in signed_in(trainer).get(address).content.decode()


def test_a_page_published_without_a_word_changed_is_not_translated(course: CoursePage, trainer: User) -> None:
    translating.begin(course_page=course, locale=locale_of(TRANSLATION), by=trainer)
    lesson = english_of(LessonPage.objects.child_of(course).first())
    lesson.save_revision().publish()
    assert type(lesson).objects.get(pk=lesson.pk).original_language == ORIGINAL


def test_asking_again_after_a_new_lesson_leaves_what_was_translated(course: CoursePage, trainer: User) -> None:
    begin = {"course_page": course, "locale": locale_of(TRANSLATION), "by": trainer}
    translating.begin(**begin)
    lesson = english_of(LessonPage.objects.child_of(course).first())
    lesson.title = "First lesson"
    lesson.save_revision().publish()
    new = LessonPage(title="第3节", body=[("text", "<p>新的</p>")])
    course.add_child(instance=new)
    translating.begin(**begin)
    assert [page.title for page in LessonPage.objects.child_of(english_of(course))] == [
        "First lesson",
        "第2节",
        "第3节",
    ]


def test_a_translation_is_not_translated_again(course: CoursePage, trainer: User) -> None:
    english = translating.begin(course_page=course, locale=locale_of(TRANSLATION), by=trainer)
    assert isinstance(english, CoursePage)
    refusal = translating.begin(course_page=english, locale=locale_of(ORIGINAL), by=trainer)
    assert refusal == translating.IS_TRANSLATION
    page = signed_in(trainer).post(reverse("course_translate", args=[english.pk]), {"locale": locale_of(ORIGINAL).pk})
    assert "is a translation itself" in page.content.decode()
    assert signed_in(trainer).post(reverse("course_translate", args=[course.pk]), {"locale": "0"}).status_code == 404


def test_the_original_stands_beside_the_form_of_its_translation(course: CoursePage, trainer: User) -> None:
    translating.begin(course_page=course, locale=locale_of(TRANSLATION), by=trainer)
    lesson = LessonPage.objects.child_of(course).first()
    shown = signed_in(trainer).get(reverse("wagtailadmin_pages:edit", args=[english_of(lesson).pk])).content.decode()
    original = BeautifulSoup(shown, "html.parser").select_one("details.original")
    assert original is not None and "这是第1节的正文" in original.get_text()
    own = signed_in(trainer).get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert 'details class="original"' not in own


# The order of the lessons


def drag(user: User, lesson: LessonPage, position: int) -> Any:
    address = reverse("wagtailadmin_pages:set_page_position", args=[lesson.pk])
    return signed_in(user).post(f"{address}?position={position}").status_code


def titles(course: CoursePage) -> list[str]:
    return [lesson.title for lesson in LessonPage.objects.child_of(course).order_by("path")]


def test_a_trainer_drags_the_lessons_of_a_course_until_it_is_published(
    course: CoursePage, trainer: User, worker: User
) -> None:
    second = LessonPage.objects.child_of(course).last()
    assert drag(trainer, second, 0) != 200 and titles(course) == ["第1节", "第2节"]
    lessons = reverse("wagtailadmin_explore", args=[course.pk])
    assert "w-orderable" not in signed_in(trainer).get(lessons).content.decode()  # no handle that is refused
    assert "w-orderable" in signed_in(worker).get(lessons).content.decode()
    course.unpublish()
    assert "w-orderable" in signed_in(trainer).get(lessons).content.decode()
    assert drag(trainer, second, 0) == 200 and titles(course) == ["第2节", "第1节"]
    CoursePage.objects.get(pk=course.pk).save_revision().publish()
    assert drag(worker, LessonPage.objects.get(pk=second.pk), 1) == 200 and titles(course) == ["第1节", "第2节"]


def test_the_other_language_follows_the_order(course: CoursePage, trainer: User, worker: User) -> None:
    assert titles(english_of(course)) == ["第1节", "第2节"]
    drag(worker, LessonPage.objects.child_of(course).last(), 0)
    assert titles(english_of(course)) == titles(course) == ["第2节", "第1节"]
    translating.begin(course_page=course, locale=locale_of(TRANSLATION), by=trainer)
    extra = LessonPage(title="More", body=[("text", "<p>More</p>")])
    english_of(course).add_child(instance=extra)
    drag(worker, LessonPage.objects.child_of(course).last(), 0)
    assert titles(english_of(course)) == ["第1节", "第2节", "More"]


# Two people at one page


def test_the_second_of_two_authors_hears_of_the_first_and_nothing_is_lost(
    course: CoursePage, trainer: User, worker: User
) -> None:
    opened = str(course.latest_revision.pk)
    save(worker, course, intro="孙丽写的介绍。", loaded_revision_id=opened)
    client = signed_in(trainer)
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    form = {"title": course.title, "slug": course.slug, "tier": course.tier, "comments": NO_COMMENTS}
    mine = nested_form_data(form | {"intro": "李老师写的介绍。", "loaded_revision_id": opened})
    told = client.post(address, mine, follow=True).content.decode()
    assert "While you were writing, 孙丽 saved this page" in told
    drafts = [revision.content["intro"] for revision in course.revisions.order_by("pk")]
    assert drafts[-2:] == ["孙丽写的介绍。", "李老师写的介绍。"]
    compare = BeautifulSoup(told, "html.parser").find("a", string="Compare both")
    assert client.get(compare["href"]).status_code == 200
    again = str(CoursePage.objects.get(pk=course.pk).latest_revision.pk)
    assert (
        "While you were writing"
        not in client.post(address, mine | {"loaded_revision_id": again}, follow=True).content.decode()
    )


# Two lessons of one title


def test_a_second_lesson_of_the_same_title_gets_an_address_of_its_own(course: CoursePage, trainer: User) -> None:
    first = LessonPage.objects.child_of(course).first()
    form_class = LessonPage.get_edit_handler().get_form_class()
    data = {"title": first.title, "slug": first.slug, "class_hours": "1", "body-count": "0"}
    form = form_class(data, instance=LessonPage(), parent_page=course, for_user=trainer)
    form.full_clean()
    assert "slug" not in form.errors and form.cleaned_data["slug"] == f"{first.slug}-2"
    kept = form_class({**data, "slug": "lesson-2"}, instance=first, parent_page=course, for_user=trainer)
    assert "slug" in kept.errors  # of a page that exists, the address is its author's


def test_the_editor_of_an_alias_offers_no_preview_of_a_form_that_it_does_not_have(
    course: CoursePage, worker: User
) -> None:
    alias = CoursePage.objects.get(alias_of=course)
    desk = signed_in(worker)
    toggles = [desk.get(reverse("wagtailadmin_pages:edit", args=[pk])).text for pk in (course.pk, alias.pk)]
    assert ['data-side-panel="preview"' in page for page in toggles] == [True, False]
