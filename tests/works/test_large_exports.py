"""Files of thousands of rows: written in the background, by the list's own view and its user's rights."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from academy.core import spreadsheets
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties, personal_data
from academy.works import services
from academy.works.models import Work
from tests.factories import UserFactory, VolunteerFactory
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLL = "/admin/volunteer/"


@pytest.fixture(autouse=True)
def _three_rows_are_many(today, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MANY", 3)
    monkeypatch.setattr(spreadsheets, "AT_ONCE", 2)


def roll(home, count: int) -> list[Volunteer]:
    return [VolunteerFactory(community=home, name=f"何秀{number}") for number in range(count)]


def names_in(content: bytes) -> list[str]:
    return [row["姓名"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


def test_a_short_list_is_sent_at_once(client, worker, home):
    roll(home, 3)
    response = client.get(ROLL, {"export": "csv"})
    assert len(names_in(b"".join(response.streaming_content))) == 3
    assert not Work.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_is_written_in_the_background_and_fetched(client, worker, home, kind):
    people = roll(home, 5)
    VolunteerFactory(name="别处的人")

    response = client.get(ROLL, {"export": kind})
    work = Work.objects.get()
    assert response.url == reverse("work", args=[work.pk])
    assert (work.total, work.done, work.state) == (5, 5, "finished")
    assert f"志愿者 2027-01-10.{kind}" == work.file_name
    assert "志愿者 2027-01-10" in text_of(client.get(response.url))

    sent = client.post(reverse("work_file", args=[work.pk]))
    if kind == "csv":
        found = names_in(sent.content)
    else:
        rows = list(load_workbook(io.BytesIO(sent.content)).active.iter_rows(values_only=True))
        head = next(place for place, row in enumerate(rows) if "姓名" in row)
        found = [row[rows[head].index("姓名")] for row in rows[head + 1 :]]
    assert sorted(found) == sorted(person.name for person in people)


def test_the_file_holds_what_the_filters_and_the_search_leave(client, worker, home):
    roll(home, 5)
    VolunteerFactory(community=home, name="李建国")

    client.get(ROLL, {"export": "csv", "q": "何秀"})

    sent = client.post(reverse("work_file", args=[Work.objects.get().pk]))
    assert len(names_in(sent.content)) == 5 and "李建国" not in names_in(sent.content)


def test_progress_is_told_in_steps_and_a_stopped_work_writes_no_file(client, worker, home, later, monkeypatch):
    roll(home, 5)
    client.get(ROLL, {"export": "csv"})
    work = Work.objects.get()
    told: list[int] = []
    real = services._tell
    monkeypatch.setattr(services, "_tell", lambda work, done: (told.append(done), real(work, done)))

    services.perform.func(work_id=work.pk)
    assert told == [0, 2, 4, 5]

    client.get(ROLL, {"export": "xlsx"})
    other = Work.objects.exclude(pk=work.pk).get()
    client.post(reverse("work_cancel", args=[other.pk]))
    services.perform.func(work_id=other.pk)
    other.refresh_from_db()
    assert other.state == "cancelled" and not other.file
    page = text_of(client.get(reverse("work", args=[other.pk])))
    assert "登录条" not in page and "这项任务已由您停止" in page


def test_a_second_click_is_no_second_work(client, worker, home, later):
    roll(home, 5)
    first = client.get(ROLL, {"export": "csv"})
    assert client.get(ROLL, {"export": "csv"}).url == first.url
    assert client.get(ROLL, {"export": "xlsx"}).url != first.url
    assert Work.objects.count() == 2 == len(later)


def test_the_right_is_asked_when_the_file_is_written_and_when_it_is_fetched(client, worker, home, later):
    roll(home, 5)
    client.get(ROLL, {"export": "csv"})
    client.get(ROLL, {"export": "xlsx"})
    written, waiting = Work.objects.order_by("pk")
    services.perform.func(work_id=written.pk)
    duties.revoke_duty(user=worker, community=home, role=DutyRole.SOCIAL_WORKER, by=None)

    services.perform.func(work_id=waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "failed" and not waiting.file
    assert client.post(reverse("work_file", args=[written.pk])).status_code in (302, 403, 404)


def test_a_street_viewer_gets_masked_names_in_the_background_too(client, home, later):
    from tests.hours.scene import Scene

    scene = Scene()
    viewer = UserFactory(duties=[(scene.community, DutyRole.STREET_VIEWER)])
    for number in range(5):
        scene.serve(scene.volunteer(f"何秀{number}"), "09:00", "10:00")
    client.force_login(viewer)

    client.get("/admin/service_record/", {"export": "csv"})
    work = Work.objects.get()
    services.perform.func(work_id=work.pk)

    sent = client.post(reverse("work_file", args=[work.pk])).content.decode("utf-8-sig")
    assert "何*" in sent and "何秀" not in sent


def test_n4_the_looks_at_children_are_logged_from_the_background(client, worker, home, later):
    child = VolunteerFactory(community=home, birth_date=dt.date(2016, 5, 1))
    roll(home, 4)
    client.get(ROLL, {"export": "csv"})
    looks = ModelLogEntry.objects.filter(action=personal_data.MINOR_VIEWED, object_id=str(child.pk))
    assert not looks.exists()
    services.perform.func(work_id=Work.objects.get().pk)
    assert [(look.user, look.data["page"]) for look in looks] == [(worker, ROLL)]
