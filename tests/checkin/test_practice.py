"""Practice and real service do not mix: at the gate, at a sign-up, at a certificate (ADR 77)."""

from copy import deepcopy
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from academy.activities import services as activities
from academy.certificates import integrity, printing
from academy.certificates import services as certificates
from academy.checkin.models import Scan, Visit
from academy.checkin.services import codes, scanning
from academy.core import practice
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.transfers.services import handing_over
from tests.factories import effective_record, workbook
from tests.hours.scene import Scene, moment
from tests.paper import reading

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Both:
    """A real community and its practice community, each with an activity and a volunteer."""

    def __init__(self) -> None:
        self.real, self.practice = Scene(), Scene()
        for scene in (self.real, self.practice):
            scene.shown = scene.activity()
            scene.person = scene.volunteer(login=True)
            scene.record = effective_record(scene.volunteer(login=True), scene.activity(title="长者陪伴").shifts.get())
        Community.objects.filter(pk=self.practice.community.pk).update(practice_of=self.real.community)
        self.practice.community.refresh_from_db()
        practice._real.clear()


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(Both)


@pytest.fixture
def both(made, db):
    return deepcopy(made)


def scan(scene, volunteer):
    return scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=codes.checkpoint_for(scene.shown, rotating=False).key,
        code=None,
        volunteer=volunteer,
        operator=volunteer.user,
        direction="in",
        at=moment("09:00"),
    )


@pytest.mark.parametrize(("gate", "person"), [("practice", "real"), ("real", "practice")])
def test_a_gate_refuses_the_people_of_the_other_side(both, gate, person):
    volunteer = getattr(both, person).person
    answer = scan(getattr(both, gate), volunteer)
    assert answer.refusal.code == "practice_only" and "演练" in str(answer.refusal)
    assert Scan.objects.get(volunteer=volunteer).refusal == "practice_only"
    assert not Visit.objects.filter(volunteer=volunteer).exists()


@pytest.mark.parametrize(("gate", "person"), [("practice", "real"), ("real", "practice")])
def test_a_sign_up_refuses_them_too(both, gate, person):
    activity = getattr(both, gate).shown
    refused = activities.sign_up(
        volunteer=getattr(both, person).person,
        shift=activity.shifts.get(),
        role=activity.roles.get(),
        by=None,
        at=moment("07:00"),
    )
    assert isinstance(refused, Refusal) and refused.code == "practice_only"


def test_a_gate_of_practice_is_marked_for_every_phone_and_closes_with_its_community(both):
    key = codes.checkpoint_for(both.practice.shown, rotating=False).key
    with time_machine.travel(moment("09:00"), tick=False):
        assert "不计入任何真实时长" in Client().get(f"/c/{key}/").content.decode()
        Community.objects.filter(pk=both.practice.community.pk).update(closed_at=moment("08:00"))
        assert Client().get(f"/c/{key}/").status_code == 404
        assert scan(both.practice, both.practice.person).refusal.code == "unknown_checkpoint"


def issued(scene):
    return certificates.issue(
        issuer=scene.issuer,
        volunteer=scene.record.volunteer,
        period_from=scene.record.date,
        period_to=scene.record.date,
        by=scene.record.volunteer.user,
        at=timezone.now(),
    )


def test_a_certificate_of_practice_is_no_proof_and_its_number_no_real_one(both):
    certificate, real = issued(both.practice), issued(both.real)
    assert certificate.number.startswith("演练") and real.number.startswith("ZM")
    assert integrity.is_intact(certificate) and integrity.is_intact(real)
    printed = printing.render(certificate, at=timezone.now())
    assert all(page.count("演练") > 20 for page in reading.pages(printed))
    assert not any("演练" in page for page in reading.pages(printing.render(real, at=timezone.now())))
    shown = Client().get(f"/verify/{certificate.code}/").content.decode()
    assert "不证明任何事" in shown and "有效" not in shown and certificate.number in shown
    assert "不证明任何事" not in Client().get(f"/verify/{real.code}/").content.decode()
    typed = Client().get("/verify/", {"code": certificate.number}, follow=True).content.decode()
    assert "证明编号" in typed or "没有" in typed


def test_the_paper_of_a_closed_one_still_says_what_it_is(both):
    certificate = issued(both.practice)
    Community.objects.filter(pk=both.practice.community.pk).update(closed_at=timezone.now())
    shown = Client().get(f"/verify/{certificate.code}/").content.decode()
    assert "不证明任何事" in shown and certificate.number not in shown


def test_units_of_practice_are_not_named_to_ring(both):
    shown = Client().get("/verify/0000/").content.decode()
    assert both.real.issuer.name in shown and both.practice.issuer.name not in shown


def test_nothing_is_handed_over_from_practice(both):
    record = both.practice.record
    by = both.practice.social_worker
    form = handing_over.add_workbook(
        community=both.practice.community,
        platform="平台",
        name="1.xlsx",
        data=workbook(["姓名", "日期"]),
        by=by,
        at=timezone.now(),
    )
    refused = handing_over.fill_workbook(workbook=form, since=record.date, until=record.date, by=by, at=timezone.now())
    assert isinstance(refused, Refusal) and refused.code == "practice_stays_here"
