"""Every page and paper shows the same hours of a volunteer (T2 apart). Add each new place to the list."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from academy.advancement import services as advancement
from academy.certificates import contents
from academy.certificates import services as certificates
from academy.core import formats
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import Import, LedgerEntry, ServiceRecord
from academy.hours.services import make_ups, notices, totals
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from academy.people.signals import describe_person
from academy.transfers.services import handing_over, importing, imports
from tests.factories import UserFactory, workbook
from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.slow

JANUARY = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
FEBRUARY = moment("09:00", dt.date(2026, 2, 16))


@pytest.fixture(autouse=True)
def _in_february() -> Iterator[None]:
    with time_machine.travel(FEBRUARY, tick=False):
        yield


@pytest.fixture(scope="module")
def of_module(rows_of_module: Any) -> Any:
    with time_machine.travel(FEBRUARY, tick=False):
        return rows_of_module(_with_every_source)


@pytest.fixture
def own(of_module: tuple[Scene, Volunteer], db: None) -> tuple[Scene, Volunteer]:
    return deepcopy(of_module)


@pytest.fixture
def scene(own: tuple[Scene, Volunteer]) -> Scene:
    return own[0]


@pytest.fixture
def volunteer(own: tuple[Scene, Volunteer]) -> Volunteer:
    """A volunteer with every source of hours, and with hours that do not count yet."""
    return own[1]


def _with_every_source() -> tuple[Scene, Volunteer]:
    """Create hours by scans, a correction, learning, a list of last year, and a merged person's record."""
    scene = Scene()
    volunteer = scene.volunteer("王秀英", login=True)
    record = scene.serve(volunteer, "09:00", "11:35")
    scene.serve(volunteer, "13:00", "15:00", title="探访")
    scene.serve(volunteer, "09:00", "12:00", day=dt.date(2026, 1, 17), kind="training", counts_as="learner")
    twin = scene.volunteer("王秀珍")
    scene.serve(twin, "09:00", "10:01", day=dt.date(2026, 1, 18))
    assert not isinstance(merging.merge(volunteer=twin, into=volunteer, by=scene.social_worker, at=FEBRUARY), Refusal)
    _correct(scene, record)
    _import(scene)
    notices.end_notices(at=moment("09:00", dt.date(2026, 3, 16)))
    scene.attend(volunteer, scene.activity(day=dt.date(2026, 1, 24)).shifts.get())
    return scene, volunteer


def _correct(scene: Scene, record: ServiceRecord) -> None:
    asked = make_ups.ask_make_up(
        volunteer=record.volunteer,
        shift=record.shift,
        came_at=moment("09:30"),
        left_at=moment("11:35"),
        reason="记错了",
        by=scene.social_worker,
        at=FEBRUARY,
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    answer = decide(request=asked, by=approver, at=FEBRUARY, accepted=True)
    assert not isinstance(answer, Refusal), answer


def _import(scene: Scene) -> None:
    text = "姓名,日期,活动名称,时长,地点,服务内容,组织者\n王秀英,2026-01-05,慰问,1.5,街道,慰问老人,居委会"
    upload = imports.keep_upload(
        community=scene.community,
        issuer=scene.issuer,
        leader=scene.leader,
        name="1.csv",
        content=text.encode(),
        by=scene.social_worker,
        at=FEBRUARY,
    )
    columns = {"name": 0, "date": 1, "title": 2, "hours": 3, "place": 4, "content": 5, "organiser": 6}
    imports.choose_columns(upload=upload, header=1, columns=columns, by=scene.social_worker)
    upload.refresh_from_db()
    found = imports.dry_run(upload=upload, by=scene.social_worker, at=FEBRUARY)
    answer = importing.import_rows(
        upload=upload, only_if_all_are_good=True, mark=found.mark, by=scene.social_worker, at=FEBRUARY
    )
    assert isinstance(answer, Import), answer


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


# The figure of each place, in minutes, or in hours where it prints hours


def on_the_profile(scene: Scene, volunteer: Volunteer) -> int:
    return signed_in(volunteer.user).get(reverse("home:my")).context["hours"].effective_minutes


def in_the_ledger(scene: Scene, volunteer: Volunteer) -> int:
    one = Volunteer.objects.one_with(volunteer.pk)
    entries = LedgerEntry.objects.filter(volunteer__in=one, category="service")
    return entries.aggregate(total=Sum("minutes"))["total"]


def in_the_list_of_records(scene: Scene, volunteer: Volunteer) -> int:
    listed = signed_in(scene.social_worker).get(reverse("service_record:index"), {"state": "effective"})
    mine = [record for record in listed.context["object_list"] if record.volunteer.stays == volunteer]
    return sum(record.minutes for record in mine if record.category == "service")


def in_the_export_of_records(scene: Scene, volunteer: Volunteer) -> int:
    response = signed_in(scene.social_worker).get(
        reverse("service_record:index"), {"state": "effective", "category": "service", "export": "csv"}
    )
    rows = csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))
    place = next(rows).index("服务时长（分钟）")
    return sum(int(row[place]) for row in rows)


def for_a_star(scene: Scene, volunteer: Volunteer) -> int:
    return advancement.standing_of(volunteer, at=FEBRUARY).minutes


def on_a_certificate(scene: Scene, volunteer: Volunteer) -> int:
    certificate = certificates.issue(
        issuer=scene.issuer,
        volunteer=volunteer,
        period_from=JANUARY[0],
        period_to=JANUARY[1],
        by=scene.social_worker,
        at=FEBRUARY,
    )
    page = Client().get(reverse("certificates:verify", args=[certificate.code])).content.decode()
    assert certificate.snapshot["hours"] in page
    return certificate.minutes


def what_it_rests_on(scene: Scene, volunteer: Volunteer) -> int:
    content = contents.content_of(
        issuer=scene.issuer, volunteer=volunteer, period_from=JANUARY[0], period_to=JANUARY[1]
    )
    return sum(minutes for _evidence, minutes in content.evidence)


def what_it_rests_on_for_the_volunteer(scene: Scene, volunteer: Volunteer) -> int:
    shown = signed_in(volunteer.user).get(reverse("home:records")).context["rests_on"]
    assert len(shown) == 3  # scanned, put right, imported
    assert shown == signed_in(volunteer.user).get(reverse("home:stars")).context["rests_on"]
    return sum(minutes for _word, minutes in shown)


def handed_over(scene: Scene, volunteer: Volunteer) -> int:
    form = handing_over.add_workbook(
        community=scene.community,
        platform="平台",
        name="1.xlsx",
        data=workbook(["姓名", "分钟"]),
        by=scene.social_worker,
        at=FEBRUARY,
    )
    filled = handing_over.fill_workbook(
        workbook=form, since=JANUARY[0], until=JANUARY[1], by=scene.social_worker, at=FEBRUARY
    )
    with filled.file.open("rb") as file:
        rows = list(load_workbook(file).active.iter_rows(min_row=2, values_only=True))
    return sum(minutes for name, minutes in rows if name == volunteer.name)


def after_recounting(scene: Scene, volunteer: Volunteer) -> int:
    with time_machine.travel(FEBRUARY + dt.timedelta(days=90), tick=False):
        call_command("recompute_records")
        call_command("audit_ledger")
    return totals.total_of(volunteer).service_minutes


PLACES: list[Callable[[Scene, Volunteer], int]] = [
    on_the_profile,
    in_the_ledger,
    in_the_list_of_records,
    in_the_export_of_records,
    for_a_star,
    on_a_certificate,
    what_it_rests_on,
    what_it_rests_on_for_the_volunteer,
    handed_over,
    after_recounting,
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_every_place_shows_the_same_hours(scene: Scene, volunteer: Volunteer, place) -> None:
    # 9:30–11:35 as corrected, 13:00–15:00, 61 minutes of the joined entry, 90 of the list; learning is another figure.
    assert place(scene, volunteer) == 125 + 120 + 61 + 90


def test_who_describes_a_person_shows_it_in_hours(scene: Scene, volunteer: Volunteer) -> None:
    said = [words for _receiver, words in describe_person.send(sender=Volunteer, volunteer=volunteer) if words]

    assert formats.hours(396, 6) in [value for words in said for _label, value in words]


def test_learning_time_is_never_in_it(scene: Scene, volunteer: Volunteer) -> None:
    assert totals.total_of(volunteer).training_minutes == 180
