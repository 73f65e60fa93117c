"""On PostgreSQL, no statement of the check-in path reads a big table from end to end."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from academy.checkin.models import Claim, Scan
from academy.checkin.services import devices
from academy.core.keys import random_key
from academy.people.backends import find_logins
from tests.bench import district
from tests.bench.plans import whole_reads
from tests.checkin import gate
from tests.checkin.scanner import Scanner
from tests.hours.scene import Scene, moment
from tests.pages import Statements
from tests.roles import as_owner

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db, pytest.mark.slow]

RECORDS = 20_000
BIG = {
    "people_volunteer",
    "people_consent",
    "activities_signup",
    "checkin_scan",
    "checkin_visit",
    "hours_servicerecord",
    "hours_ledgerentry",
    "django_session",
}


@pytest.fixture
def scene() -> Scene:
    """A small community in a district with a long history; its tables are analysed."""
    with as_owner():
        district.fill(RECORDS)
    later = moment("09:00") + dt.timedelta(days=180)
    Session.objects.bulk_create(
        Session(session_key=f"bench{number:027}", session_data="", expire_date=later) for number in range(RECORDS)
    )
    scene = Scene()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return scene


def test_the_check_in_path_reads_by_indexes_alone(scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
    activity = scene.activity()
    shift, poster = activity.shifts.get(), gate.poster(activity)
    volunteer = scene.volunteer("王秀英", login=True)
    others = [scene.volunteer(name, phone="13800131234") for name in ("李建国", "张桂兰")]
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    phone, unknown, leader = gate.signed_in(volunteer), Client(), Client()
    leader.force_login(scene.leading)
    with (
        time_machine.travel(moment("09:01"), tick=False),
        Statements() as statements,
        django_capture_on_commit_callbacks(execute=True),
    ):
        page = phone.get(poster)
        sent = gate.fields(page)
        for _first_then_repeated in range(2):
            assert phone.post(poster, sent, follow=True).status_code == 200
        assert unknown.get(poster).status_code == 200
        claim = {"name": others[0].name, "phone_tail": "1234", "key": random_key(80)}
        assert unknown.post(f"{poster}claim/", claim, follow=True).status_code == 200
        assert leader.get(f"/lead/{activity.pk}/claims/").status_code == 200
        scans = scanner.body(scanner.scan("in", moment("09:00"), tick=others[1]), at=moment("09:01"))
        synced = leader.post(
            reverse("checkin:sync"),
            json.dumps(scans),
            "application/json",
            headers={"Authorization": f"Device {devices.token_of(scanner.device)}"},
        )
        assert synced.status_code == 200, synced.content
        assert leader.post(reverse("checkin:scanner_roster", args=[activity.pk])).status_code == 200
        for page_of_leader in ("", "roster/", "live/"):
            assert leader.get(f"/lead/{activity.pk}/{page_of_leader}").status_code == 200
    assert Scan.objects.filter(shift=shift, refusal="").count() == 2
    assert Claim.objects.filter(checkpoint__activity=activity).exists()
    assert whole_reads(statements.sql, BIG) == []


def test_signing_in_reads_by_indexes_alone(scene: Scene) -> None:
    volunteer = scene.volunteer("王秀英", login=True, phone="13800131234")
    with Statements() as statements:
        for name in ("13800131234", volunteer.number, "nobody@example.org"):
            list(find_logins(name))
    assert whole_reads(statements.sql, BIG) == []
