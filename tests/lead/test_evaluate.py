"""The page that evaluates an activity, open on two phones at once (K10)."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from academy.hours.models import Evaluation
from academy.hours.services import confirmation
from tests.hours.scene import moment

pytestmark = pytest.mark.slow


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def late(scene, activity, clock):
    person = scene.volunteer("李建国")
    scene.attend(person, activity.shifts.get())
    clock.move_to(moment("12:15"))
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:10"))
    return person


@pytest.fixture
def pages(scene, activity, late, sign_in):
    """Return the browsers of the leader and of the social worker, and the page's address."""
    return sign_in(scene.leading), sign_in(scene.social_worker), reverse("lead:evaluate", args=[activity.pk])


def opened(browser, address):
    return read(browser.get(address))


def read(response):
    form = BeautifulSoup(response.content, "html.parser").find("form", class_="act")
    sent = [one for one in form.find_all("input") if one.get("type") != "radio" or one.has_attr("checked")]
    return {one["name"]: one.get("value", "") for one in sent if one["name"] != "csrfmiddlewaretoken"}


REST = {"rest": ""}


def given(score, word, person):
    return {f"score-{person.pk}": str(score), f"word-{person.pk}": word}


def stored():
    evaluation = Evaluation.objects.get()
    return evaluation.score, evaluation.word


def test_an_older_page_does_not_put_an_old_score_back(pages, late):
    leader, worker, address = pages
    leader.post(address, opened(leader, address) | given(3, "迟到", late))
    older = opened(worker, address)
    leader.post(address, opened(leader, address) | given(4, "说明了原因", late))

    assert worker.post(address, older).status_code == 302

    assert stored() == (4, "说明了原因")


def test_two_different_scores_are_shown_and_the_second_user_decides(pages, late):
    leader, worker, address = pages
    older = opened(worker, address)
    leader.post(address, opened(leader, address) | given(3, "迟到", late))

    answer = worker.post(address, older | given(2, "早退", late))

    page = answer.content.decode()
    assert 'data-refusal="changed_meanwhile"' in page and "Stored now: 3 迟到" in page and 'value="早退"' in page
    assert stored() == (3, "迟到")
    assert worker.post(address, read(answer)).status_code == 302
    assert stored() == (2, "早退")


def test_a_second_click_and_the_same_score_ask_nothing(pages, late):
    leader, worker, address = pages
    older = opened(worker, address)
    form = opened(leader, address) | given(3, "迟到", late)

    for browser, sent in ((leader, form), (leader, form), (worker, older | given(3, " 迟到 ", late))):
        assert browser.post(address, sent).status_code == 302

    assert stored() == (3, "迟到")


def test_a_mistake_keeps_what_the_page_was_opened_with(pages, late):
    leader, worker, address = pages
    mistaken = worker.post(address, opened(worker, address) | given(2, "", late))
    assert 'data-refusal="needs_a_word"' in mistaken.content.decode()
    leader.post(address, opened(leader, address) | given(3, "迟到", late))

    answer = worker.post(address, read(mistaken) | given(2, "早退", late))

    assert 'data-refusal="changed_meanwhile"' in answer.content.decode()


def test_no_star_is_chosen_beforehand_and_one_button_says_that_all_are_satisfactory(pages, late):
    leader, _worker, address = pages

    form = opened(leader, address)

    assert form[f"score-{late.pk}"] == ""
    answer = leader.post(address, form)
    assert 'data-refusal="nothing_chosen"' in answer.content.decode() and not Evaluation.objects.exists()
    leader.post(address, form | REST)
    assert stored() == (5, "")


def test_only_the_stars_chosen_are_sent(scene, activity, pages, late):
    scene.attend(scene.volunteer("王秀英"), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:12"))
    leader, _worker, address = pages

    leader.post(address, opened(leader, address) | given(5, "", late))

    assert stored() == (5, "")
    assert Evaluation.objects.get().volunteer == late


def test_hours_that_still_wait_are_not_evaluated(scene, activity, pages, late):
    waits = scene.volunteer("王秀英")
    scene.attend(waits, activity.shifts.get())
    leader, _worker, address = pages

    page = leader.get(address).content.decode()
    assert f"score-{waits.pk}" not in page
    assert "People whose hours are not confirmed yet are evaluated afterwards." in page
    leader.post(address, opened(leader, address) | REST)

    assert Evaluation.objects.get().volunteer == late


def test_a_page_opened_before_another_users_evaluation_leaves_it(pages, late):
    leader, worker, address = pages
    older = opened(worker, address)
    leader.post(address, opened(leader, address) | given(3, "迟到", late))

    assert worker.post(address, older | REST).status_code == 302

    assert stored() == (3, "迟到")


def test_an_evaluation_is_lifted_to_five_stars(pages, late):
    leader, _worker, address = pages
    leader.post(address, opened(leader, address) | given(3, "迟到", late))

    leader.post(address, opened(leader, address) | given(5, "", late))

    assert stored() == (5, "")


def test_a_missing_word_is_said_at_the_person_and_the_stars_stay(scene, activity, pages, late):
    scene.attend(scene.volunteer("王秀英"), activity.shifts.get())
    leader, _worker, address = pages

    answer = leader.post(address, opened(leader, address) | given(2, "", late) | REST)

    page = BeautifulSoup(answer.content, "html.parser")
    [error] = page.find_all(class_="invalid-feedback")
    assert error["id"] == f"error-{late.pk}"
    assert read(answer)[f"score-{late.pk}"] == "2"
    assert not Evaluation.objects.exists()


@pytest.mark.parametrize("score", ["0", "6", "²", "x", "", "9" * 30])
def test_stars_that_do_not_exist_store_no_such_score(pages, late, score):
    leader, _worker, address = pages

    leader.post(address, opened(leader, address) | given(score, "", late))

    assert not Evaluation.objects.exists()


def test_each_star_has_a_word_and_can_be_reached_by_keyboard(pages, late):
    leader, _worker, address = pages

    page = BeautifulSoup(leader.get(address).content, "html.parser")

    radios = page.find_all("input", type="radio")
    labels = {label["for"]: label.get_text(" ", strip=True) for label in page.find_all("label")}
    assert [labels[radio["id"]] for radio in radios] == [
        "no stars chosen",
        "1 poor",
        "2 weak",
        "3 fair",
        "4 good",
        "5 very good",
    ]
    assert not any(radio.has_attr("hidden") or radio.has_attr("disabled") for radio in radios)


def test_ones_own_row_is_left_to_another_user(scene, activity, pages):
    scene.attend(scene.leader, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.social_worker, at=moment("12:14"))
    leader, worker, address = pages

    page = leader.get(address).content.decode()

    assert f"score-{scene.leader.pk}" not in page
    assert "are evaluated by somebody else" in page
    assert f"score-{scene.leader.pk}" in worker.get(address).content.decode()
