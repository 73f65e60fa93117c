"""A course goes to its reviewer together with its lessons, and comes back or is published together."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry as log
from wagtail.models import Page, WorkflowState
from wagtail.rich_text import RichText

from academy.core.refusals import Refusal
from academy.people.models import User
from academy.people.permissions import DutyRole
from cms import submitting
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from tests.factories import UserFactory, found
from tests.pages import text_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def course(community, trainer) -> CoursePage:
    """A draft of a course with two lessons."""
    course = CoursePage(
        title="急救入门", slug="aid", tier="beginner", intro="救人的第一步。", owner=trainer, live=False
    )
    academy_of(community).add_child(instance=course)
    course.save_revision(user=trainer)
    for number in (1, 2):
        add_lesson(course, f"第{number}节")
    return course


def add_lesson(course: CoursePage, title: str, text: str = "<p>按压胸部。</p>") -> LessonPage:
    body = [("text", RichText(text))] if text else []
    lesson = LessonPage(
        title=title, slug=f"l{Page.objects.count()}", class_hours=1, owner=course.owner, live=False, body=body
    )
    course.add_child(instance=lesson)
    lesson.save_revision(user=course.owner, clean=False)
    return lesson


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pages_of(course: CoursePage) -> list[int]:
    return [part.page.pk for part in submitting.parts_of(course)]


def submit(course: CoursePage, trainer: User) -> int | Refusal:
    return submitting.submit_course(course_page=course, pages=pages_of(course), by=trainer)


def states(course: CoursePage) -> list[str]:
    order = pages_of(course)
    found = WorkflowState.objects.filter(object_id__in=map(str, order))
    return [state.status for state in sorted(found, key=lambda one: order.index(int(one.object_id)))]


def test_one_act_submits_the_course_with_all_its_lessons(course, trainer):
    desk, address = browser(trainer), reverse("course_submit", args=[course.pk])
    assert address in desk.get("/admin/").content.decode()
    assert address in desk.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()
    page = desk.get(address)
    assert page.content.decode().count(" checked") == 3

    answer = desk.post(address, {"page": pages_of(course)}, follow=True)

    assert "已提交 3 项" in text_of(answer)
    assert states(course) == [WorkflowState.STATUS_IN_PROGRESS] * 3
    assert {state.requested_by for state in WorkflowState.objects.all()} == {trainer}
    assert [entry.action for entry in log.get_logs_for_instance(course)].count("wagtail.workflow.start") == 1
    again = desk.post(address, {"page": pages_of(course)})
    assert "都不需要再提交" in text_of(again)
    assert "这里没有要提交的了" in text_of(desk.get(address))


def test_an_unfinished_lesson_is_named_and_nothing_is_submitted(course, trainer):
    add_lesson(course, "第3节", text="")
    answer = browser(trainer).post(reverse("course_submit", args=[course.pk]), {"page": pages_of(course)})
    assert answer.status_code == 200 and "“第3节”还没写完" in text_of(answer)
    assert answer.content.decode().count(" checked") == 4, "the ticks stay"
    assert states(course) == []
    without = pages_of(course)[:-1]
    assert submitting.submit_course(course_page=course, pages=without, by=trainer) == 3


def test_a_withdrawn_lesson_is_submitted_only_if_it_is_ticked(course, trainer):
    lesson = LessonPage.objects.child_of(course).last()
    lesson.save_revision().publish()
    lesson.refresh_from_db()
    lesson.unpublish()
    part = submitting.parts_of(course)[-1]
    assert (part.can_submit, part.is_chosen) == (True, False)


@pytest.mark.parametrize("pages", [[], ["0"], ["x"], ["99999999999999999999"]])
def test_no_page_or_a_strange_one_submits_nothing(course, trainer, pages):
    answer = browser(trainer).post(reverse("course_submit", args=[course.pk]), {"page": pages})
    assert answer.status_code == 200 and "help-critical" in answer.content.decode()
    assert states(course) == []


def test_the_reviewer_sees_what_belongs_together_and_publishes_it_as_one_version(course, trainer, worker):
    submit(course, trainer)
    desk, address = browser(worker), reverse("course_review", args=[course.pk])
    home = desk.get("/admin/")
    assert "急救入门 课程本身 · 第1节 · 第2节 李老师" in text_of(home) and "一起审核 3 项" in text_of(home)
    assert address in home.content.decode()
    page = desk.get(address)
    waiting = [row[0].pk for row in page.context["rows"]]

    answer = desk.post(address, {"state": waiting, "approve": "1"}, follow=True)

    assert "3 项已通过并发布" in text_of(answer)
    course.refresh_from_db()
    assert course.live and LessonPage.objects.child_of(course).live().count() == 2
    assert [len(version.lessons) for version in course.course.versions.all()] == [2], "one version of the whole"
    assert "没有等您审核的内容" in text_of(desk.get(address))
    assert (
        submitting.decide_course(course_page=course, states=waiting, approve=True, comment="", by=worker)
        == submitting.NOTHING_WAITS
    )


def test_what_is_sent_back_needs_a_comment_and_is_submitted_again(course, trainer, worker):
    submit(course, trainer)
    desk, address = browser(worker), reverse("course_review", args=[course.pk])
    waiting = [row[0].pk for row in desk.get(address).context["rows"]]
    refused = desk.post(address, {"state": waiting[1:], "reject": "1", "comment": " "})
    assert "请写明要改什么" in text_of(refused) and refused.content.decode().count(" checked") == 2

    desk.post(address, {"state": waiting[1:], "reject": "1", "comment": "图片缺说明"})

    assert states(course) == [WorkflowState.STATUS_IN_PROGRESS, *[WorkflowState.STATUS_NEEDS_CHANGES] * 2]
    shown = text_of(browser(trainer).get(reverse("course_submit", args=[course.pk])))
    assert shown.count("图片缺说明") == 2 and "等待审核" in shown
    assert submit(course, trainer) == 2
    assert states(course) == [WorkflowState.STATUS_IN_PROGRESS] * 3
    assert WorkflowState.objects.count() == 3, "the same submissions go on"


def test_neither_is_open_to_the_wrong_person(course, trainer, worker):
    submit(course, trainer)
    elsewhere = UserFactory(duties=[(found("zhulin"), DutyRole.SOCIAL_WORKER)])
    submitted, reviewed = (reverse(name, args=[course.pk]) for name in ("course_submit", "course_review"))
    assert browser(trainer).get(reviewed).headers["Location"] == "/admin/"
    for address in (submitted, reviewed):
        assert browser(elsewhere).get(address).status_code == 404
        assert browser(elsewhere).post(address, {"state": ["1"], "approve": "1"}).status_code == 404
    assert submitting.waiting_for(course_page=course, user=trainer) == []
    assert submitting.waiting_for(course_page=course, user=elsewhere) == []
    assert states(course) == [WorkflowState.STATUS_IN_PROGRESS] * 3


def test_a_course_without_a_published_lesson_is_in_no_public_list(course, trainer, worker):
    course.save_revision().publish()
    reader = Client()
    assert "急救入门" not in text_of(reader.get("/academy/", follow=True))
    assert reader.get(course.get_url()).status_code == 200
    assert "公开列表里还没有" in text_of(browser(trainer).get("/admin/"))
    edit = reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert "公开的列表先不列它" in text_of(browser(trainer).get(edit))

    LessonPage.objects.child_of(course).first().save_revision().publish()

    assert "急救入门" in text_of(reader.get("/academy/", follow=True))
    assert "公开列表里还没有" not in text_of(browser(trainer).get("/admin/"))
    assert "公开的列表先不列它" not in text_of(browser(trainer).get(edit))


def test_the_reviewers_get_one_mail_about_the_course_and_the_trainer_one_about_the_answer(
    course, trainer, worker, mailoutbox
):
    User.objects.filter(pk=worker.pk).update(email="reviewer@academy.test")
    User.objects.filter(pk=trainer.pk).update(email="trainer@academy.test")
    submit(course, trainer)

    (mail,) = [one for one in mailoutbox if one.to == ["reviewer@academy.test"]]
    assert all(title in mail.subject + mail.body for title in ("急救入门", "第1节", "第2节"))

    mailoutbox.clear()
    waiting = submitting.waiting_for(course_page=course, user=worker)
    chosen = [state.pk for state in waiting]
    assert submitting.decide_course(course_page=course, states=chosen, approve=True, comment="", by=worker) == 3
    (mail,) = mailoutbox
    assert mail.to == ["trainer@academy.test"] and "第2节" in mail.body


def test_a_single_page_is_mailed_about_as_before(course, trainer, worker, mailoutbox):
    User.objects.filter(pk=worker.pk).update(email="reviewer@academy.test")
    course.get_workflow().start(course, trainer)

    (mail,) = [one for one in mailoutbox if one.to == ["reviewer@academy.test"]]
    assert "第1节" not in mail.body


def review(course, worker, *, finish=True, leave=()):
    waiting = submitting.waiting_for(course_page=course, user=worker)
    chosen = [state.pk for state in waiting if int(state.workflow_state.object_id) not in leave]
    return submitting.decide_course(
        course_page=course, states=chosen, approve=True, comment="", by=worker, finish=finish
    )


def is_whole(course) -> bool:
    page = CoursePage.objects.get(pk=course.pk)
    return page.finished and page.course.versions.first().whole


def test_a_course_approved_with_all_its_lessons_is_whole_in_the_same_act(course, trainer, worker):
    submit(course, trainer)
    address = reverse("course_review", args=[course.pk])
    page = browser(worker).get(address)
    assert 'name="finish" value="1" checked' in page.content.decode()
    states = [state.pk for state in submitting.waiting_for(course_page=course, user=worker)]
    browser(worker).post(address, {"state": states, "approve": "1", "finish": "1"})
    assert is_whole(course)


def test_a_lesson_that_waits_or_a_word_of_the_reviewer_leaves_the_mark_off(course, trainer, worker):
    submit(course, trainer)
    last = pages_of(course)[-1]
    assert review(course, worker, leave=[last]) == 2
    assert not is_whole(course)
    assert review(course, worker, finish=False) == 1
    assert not is_whole(course)
    third = add_lesson(course, "第3节")
    submitting.submit_course(course_page=course, pages=[third.pk], by=trainer)
    assert review(course, worker) == 1
    assert is_whole(course) and LessonPage.objects.get(pk=third.pk).live


def test_a_draft_that_nobody_reviewed_is_not_published_with_the_mark(course, trainer, worker):
    submit(course, trainer)
    review(course, worker, finish=False)
    page = CoursePage.objects.get(pk=course.pk)
    page.intro = "没有人看过的话。"
    page.save_revision(user=trainer)
    add_lesson(course, "第3节")
    lesson = pages_of(course)[-1]
    submitting.submit_course(course_page=course, pages=[lesson], by=trainer)
    assert not submitting.can_be_finished(course, states=submitting.waiting_for(course_page=course, user=worker))
    assert review(course, worker) == 1
    page.refresh_from_db()
    assert page.intro == "救人的第一步。" and not is_whole(course)
