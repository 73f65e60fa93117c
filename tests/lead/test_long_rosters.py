"""The roster of many people is printed in the background: begun, left, found, also if a worker dies."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from academy.activities.models import Activity
from academy.checkin import rosters
from academy.checkin.models import Method
from academy.checkin.services import scanning
from academy.core.refusals import Refusal
from academy.lead import works
from academy.people.models import Volunteer
from academy.works import services
from academy.works.models import Work
from tests.checkin.roster_pages import browser
from tests.factories import ActivityFactory, VolunteerFactory, sign_up
from tests.pages import text_of
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock"), pytest.mark.slow]


@pytest.fixture
def activity() -> Activity:
    return ActivityFactory(leader__login=True, leader__name="赵敏")


@pytest.fixture
def people(activity) -> list[Volunteer]:
    people = [VolunteerFactory(community=activity.community, name=name) for name in ("王秀英", "李建国", "张桂兰")]
    for person in people:
        sign_up(person, activity.shifts.get())
    return people


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "FEW", 2)


@pytest.fixture
def leader(activity):
    return browser(activity.leader.user)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the task in the queue."""
    monkeypatch.setattr(type(services.perform), "enqueue", lambda self, **kwargs: None)


def paper(activity) -> str:
    return f"/lead/{activity.pk}/roster.pdf"


def begun(leader, activity) -> Work:
    answer = leader.get(paper(activity))
    work = Work.objects.get()
    assert answer.url == f"/work/{work.pk}/"
    return work


def run(work: Work) -> Work:
    services.perform.func(work_id=work.pk)
    work.refresh_from_db()
    return work


def test_few_people_are_printed_at_once(leader, activity, people, monkeypatch):
    monkeypatch.setattr(works, "FEW", 3)

    assert leader.get(paper(activity))["Content-Type"] == "application/pdf"
    assert not Work.objects.exists()


def test_the_leader_leaves_the_page_and_finds_the_sheet_on_the_roster(leader, activity, people, waiting):
    work = begun(leader, activity)
    page = leader.get(work.url)
    assert "0 of 3 are done" in text_of(page) and 'http-equiv="refresh"' in page.content.decode()
    assert "You may leave this page" in text_of(page)
    assert "The sheet is being printed" in text_of(leader.get(f"/lead/{activity.pk}/roster/"))

    run(work)

    roster = leader.get(f"/lead/{activity.pk}/roster/")
    assert "open the file" in text_of(roster) and f'href="{work.url}"' in roster.content.decode()
    assert 'http-equiv="refresh"' not in leader.get(work.url).content.decode()
    file = leader.post(f"{work.url}file/")
    assert file["Content-Type"] == "application/pdf" and "no-store" in file["Cache-Control"]
    text = "".join(pages(file.content))
    assert all(person.name in text and person.number in text for person in people)


def test_a_second_click_is_no_second_work(leader, activity, people, waiting):
    work = begun(leader, activity)

    assert begun(leader, activity) == work


def test_a_stopped_work_prints_no_sheet(leader, activity, people, waiting):
    work = begun(leader, activity)

    page = leader.post(f"{work.url}cancel/", follow=True)

    assert "You stopped this" in text_of(page)
    assert run(work).file == ""
    assert "sheet" not in text_of(leader.get(f"/lead/{activity.pk}/roster/"))


def test_only_the_login_that_began_it_opens_it(leader, activity, people):
    work = begun(leader, activity)
    other = VolunteerFactory(community=activity.community, login=True)

    for address in (work.url, f"/admin/work/{work.pk}/"):
        assert browser(other.user).get(address).status_code in (302, 404)
    assert browser(other.user).post(f"{work.url}file/").status_code == 404
    assert browser(other.user).get(paper(activity)).status_code == 404


def test_who_no_longer_leads_gets_neither_page_nor_file(leader, activity, people, waiting, clock):
    work = begun(leader, activity)
    clock.move_to(timezone.now() + dt.timedelta(minutes=1))
    Activity.objects.filter(pk=activity.pk).update(leader=people[0])

    assert run(work).state == "failed" and work.file == ""
    assert leader.get(work.url).status_code == 404
    assert leader.post(f"{work.url}file/").status_code == 404


def test_a_worker_that_dies_is_followed_by_another_one(leader, activity, people, waiting, monkeypatch):
    work = begun(leader, activity)
    print_pdf = rosters.print_pdf

    def die(**kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(rosters, "print_pdf", die)
    with pytest.raises(KeyboardInterrupt):
        run(work)
    work.refresh_from_db()
    assert work.state == "running"
    monkeypatch.setattr(rosters, "print_pdf", print_pdf)

    assert run(work).state == "finished"
    assert leader.post(f"{work.url}file/").content.startswith(b"%PDF")


def test_without_a_worker_the_gate_has_its_paper_all_the_same(leader, activity, people, waiting, monkeypatch):
    work = begun(leader, activity)
    Work.objects.update(begun_at=timezone.now() - dt.timedelta(minutes=5))
    monkeypatch.setattr("academy.core.health.worker_is_alive", lambda: False)

    assert "go back and print again" in text_of(leader.get(work.url))
    assert leader.get(paper(activity))["Content-Type"] == "application/pdf"


def test_people_check_in_while_it_is_printed(leader, activity, people, waiting, monkeypatch):
    work = begun(leader, activity)
    print_pdf, answers = rosters.print_pdf, []

    def print_slowly(**kwargs):
        answers.append(
            scanning.record_for(
                scan_id=uuid4(), activity=activity, volunteer=people[0], method=Method.TICK, by=activity.leader.user,
                direction="in", at=timezone.now(),
            )
        )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as asked:
            printed = print_pdf(**kwargs)
        assert not [one["sql"] for one in asked if not one["sql"].startswith("SELECT")]  # no lock meanwhile
        return printed

    monkeypatch.setattr(rosters, "print_pdf", print_slowly)

    assert run(work).state == "finished"
    assert answers[0].stored and not isinstance(answers[0].refusal, Refusal)


def test_a_name_that_cannot_be_printed_is_told_beside_the_work(leader, activity, people, waiting):
    Volunteer.objects.filter(pk=people[0].pk).update(name="王\U000f0001")

    assert "by hand" in text_of(leader.get(paper(activity), follow=True))
