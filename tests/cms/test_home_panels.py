"""The home page of those who write and review courses, in the place of Wagtail's own panels."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from wagtail.models import Comment, CommentReply, Page, TaskState, Workflow

from academy.desk.home_panels import TodayPanel
from academy.people.models import User
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.home_panels import panels_for
from cms.models import CoursePage, LessonPage
from tests.factories import CommunityFactory, UserFactory, found
from tests.pages import Statements, text_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ADMIN = "/admin/"


def home_of(user: User):
    client = Client()
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client.get(ADMIN)


def write(community, owner: User, title: str = "急救入门") -> CoursePage:
    course = CoursePage(
        title=title, slug=f"c{Page.objects.count()}", tier="beginner", intro="救人的第一步。", owner=owner, live=False
    )
    academy_of(community).add_child(instance=course)
    course.save_revision(user=owner)
    return course


def add_lesson(course: CoursePage, owner: User, title: str = "第一节") -> LessonPage:
    lesson = LessonPage(title=title, slug=f"l{Page.objects.count()}", class_hours=1, owner=owner, live=False)
    course.add_child(instance=lesson)
    lesson.save_revision(user=owner)
    return lesson


def submit(page: Page, by: User):
    """Submit the page for review; return the state of its task."""
    return page.get_workflow().start(page, by).current_task_state


def test_a_trainer_begins_with_a_drawing_and_a_button(trainer):
    response = home_of(trainer)

    page = text_of(response)
    assert "My courses The courses that you write would stand here. New course" in page
    assert f'href="{reverse("new_course")}"' in response.content.decode()
    assert "covers/learning" in response.content.decode()


def test_a_trainers_work_stands_above_the_activities_that_they_lead(community, trainer, worker):
    write(community, trainer)
    write(community, worker)
    (first,) = panels_for(trainer)
    assert first.order < TodayPanel.order
    assert all(panel.order > TodayPanel.order for panel in panels_for(worker))
    for user, word in ((trainer, "Courses"), (worker, "Pages")):
        assert f'"label": "{word}"' in home_of(user).content.decode()


def test_the_button_leads_to_the_form_in_the_academy(community, trainer):
    client = Client()
    client.force_login(trainer)

    response = client.get(reverse("new_course"), follow=True)

    assert response.redirect_chain[-1][0] == reverse(
        "wagtailadmin_pages:add", args=["cms", "coursepage", academy_of(community).pk]
    )
    assert response.status_code == 200


def test_a_community_without_an_academy_leads_to_the_pages(trainer):
    client = Client()
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.TRAINER)]))

    assert client.get(reverse("new_course")).url == reverse("wagtailadmin_explore_root")


def test_a_trainers_courses_say_where_they_stand(community, trainer):
    draft, whole, changed = (write(community, trainer, title) for title in ("草稿课", "完整课", "改过的课"))
    for course in (whole, changed):
        add_lesson(course, trainer).save_revision().publish()
        course.save_revision().publish()
    changed.refresh_from_db()
    changed.title = "改过的课（新）"
    changed.save_revision()
    others = write(community, UserFactory(), "别人的课")
    add_lesson(others, trainer)
    write(community, UserFactory(), "与我无关")

    response = home_of(trainer)

    page = text_of(response)
    assert "草稿课 0 lessons · draft, not submitted Add a lesson" in page
    assert "完整课 1 lesson · published Add a lesson" in page
    assert (
        "改过的课（新） 1 lesson · published, with changes that are not Submit it with its lessons Add a lesson" in page
    )
    assert "别人的课" in page and "与我无关" not in page
    assert reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", draft.pk]) in response.content.decode()


def test_what_is_submitted_waits_for_the_social_worker_and_comes_back_with_a_comment(community, trainer, worker):
    course = write(community, trainer)
    lesson = add_lesson(course, trainer)
    state = submit(lesson, trainer)

    page = text_of(home_of(trainer))
    assert "Waiting for review 急救入门 › 第一节" in page and "1 lesson · waits for review" in page
    response = home_of(worker)
    assert "Courses to review 急救入门 › 第一节 李老师" in text_of(response)
    assert reverse("wagtailadmin_pages:edit", args=[lesson.pk]) in response.content.decode()

    state.task.specific.on_action(state, worker, "reject", comment="请补上图片说明")

    response = home_of(trainer)
    assert "Sent back to you 急救入门 › 第一节 孙丽: 请补上图片说明 Change it" in text_of(response)
    assert "sent back, with a comment" in text_of(response)
    assert "Courses to review" not in text_of(home_of(worker))


def test_a_colleagues_comment_waits_for_its_answer(community, trainer, worker):
    lesson = add_lesson(write(community, trainer), trainer)
    for by, text, resolved in (
        (worker, "这里不清楚", None),
        (trainer, "我自己的", None),
        (worker, "已解决", lesson.first_published_at),
    ):
        Comment.objects.create(page=lesson, user=by, text=text, contentpath="title", resolved_at=resolved)
    Comment.objects.filter(text="已解决").update(resolved_at="2026-01-01T00:00:00Z")

    page = text_of(home_of(trainer))

    assert "Comments to answer 急救入门 › 第一节 孙丽," in page and "这里不清楚 Answer" in page
    assert "我自己的" not in page and "已解决" not in page


def test_a_comment_waits_until_its_author_has_the_last_word(community, trainer, worker):
    lesson = add_lesson(write(community, trainer), trainer)
    comment = Comment.objects.create(page=lesson, user=worker, text="哪一种车？", contentpath="title")
    address = f"{reverse('wagtailadmin_pages:edit', args=[lesson.pk])}?comment={comment.pk}"
    assert address in home_of(trainer).content.decode()

    CommentReply.objects.create(comment=comment, user=trainer, text="电动车")
    assert "Comments to answer" not in text_of(home_of(trainer))

    CommentReply.objects.create(comment=comment, user=worker, text="那就写明")
    page = text_of(home_of(trainer))
    assert "那就写明 Answer" in page and "哪一种车？" not in page


def test_a_comment_on_a_lesson_in_review_is_answered_afterwards(community, trainer, worker):
    lesson = add_lesson(write(community, trainer), trainer)
    state = submit(lesson, trainer)
    Comment.objects.create(page=lesson, user=worker, text="哪一种车？", contentpath="title")
    assert "哪一种车？ Read it; answer after the review" in text_of(home_of(trainer))
    state.task.specific.on_action(state, worker, "reject", comment="请看意见")
    assert "哪一种车？ Answer" in text_of(home_of(trainer))


def test_a_social_worker_sees_own_courses_only_where_there_are_some(community, worker):
    assert "My courses" not in text_of(home_of(worker))
    write(community, worker, "社工的课")
    assert "My courses 社工的课" in text_of(home_of(worker))


@pytest.mark.parametrize("role", list(DutyRole))
def test_wagtails_own_panels_are_for_nobody_of_a_community(community, role):
    user = UserFactory(duties=[(community, role), (community, DutyRole.ADMINISTRATOR)])
    write(community, user, "最近编辑过的")

    response = home_of(user)

    assert response.status_code == 200
    assert not {type(panel).__module__ for panel in response.context["panels"]} & {"wagtail.admin.views.home"}
    assert "Your most recent edits" not in text_of(response)


@pytest.mark.parametrize("role", [DutyRole.ADMINISTRATOR, DutyRole.STREET_VIEWER])
def test_who_writes_no_courses_sees_none(community, trainer, role):
    submit(add_lesson(write(community, trainer), trainer), trainer)

    page = text_of(home_of(UserFactory(duties=[(community, role)])))

    assert "急救入门" not in page and "My courses" not in page


def test_another_communitys_submission_is_not_shown(community, trainer):
    submit(write(community, trainer), trainer)
    elsewhere = UserFactory(duties=[(found("heping"), DutyRole.SOCIAL_WORKER)])

    assert "急救入门" not in text_of(home_of(elsewhere))


def test_many_courses_take_as_many_statements_as_few(community, trainer, worker):
    def add(numbers: range) -> None:
        for number in numbers:
            lesson = add_lesson(write(community, trainer, f"课{number}"), trainer)
            state = submit(lesson, trainer)
            Comment.objects.create(page=lesson, user=worker, text="？", contentpath="title")
            if number % 2:
                state.task.specific.on_action(state, worker, "reject", comment="改")

    def cost(user: User) -> int:
        home_of(user)
        with Statements() as seen:
            home_of(user)
        return len(seen.sql)

    add(range(4))
    few = cost(trainer), cost(worker)
    add(range(4, 12))
    assert TaskState.objects.count() == 12 and Workflow.objects.exists()
    assert (cost(trainer), cost(worker)) == few
