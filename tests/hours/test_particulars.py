"""A settled record keeps what its activity said when it settled (K2, P3)."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from academy.activities.models import Activity
from academy.certificates import services as certificates
from academy.certificates.contents import NOT_ISSUER
from academy.certificates.models import Certificate
from academy.hours.described import Particulars
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation, corrections, records
from academy.people.models import Volunteer
from academy.transfers.services import handover_lines
from tests.factories import IssuerFactory
from tests.hours.scene import ISSUED_AT, Scene, moment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BEFORE = Particulars("冬季防火入户宣传", "Y社区活动中心", "入户宣传防火知识", "Y社区居委会")
AFTER = Particulars("另一个名称", "别处", "别的内容", "别的单位")
JANUARY = {"period_from": dt.date(2026, 1, 1), "period_to": dt.date(2026, 1, 31)}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def rename(scene: Scene) -> None:
    """Give every activity other particulars, another leader and another recording unit."""
    Activity.objects.update(
        **AFTER._asdict(),
        leader=scene.volunteer("李建国"),
        issuer=IssuerFactory(community=scene.community, name="另一支队"),
    )


def certify(scene: Scene, volunteer: Volunteer, issuer_id: int) -> object:
    return certificates.issue(
        issuer=scene.community.issuers.get(pk=issuer_id),
        volunteer=volunteer,
        **JANUARY,
        by=scene.social_worker,
        at=ISSUED_AT,
    )


def test_a_waiting_record_says_what_its_activity_says_now(scene: Scene) -> None:
    (record,) = scene.attend(scene.volunteer(), scene.activity().shifts.get())
    rename(scene)
    record = ServiceRecord.objects.get()
    assert record.described == AFTER and record.issuer is None


def test_a_confirmed_record_keeps_what_it_said(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    rename(scene)
    record = ServiceRecord.objects.get()
    assert record.described == BEFORE
    assert (record.issuer, record.leader) == (scene.issuer, scene.leader)


def test_the_page_read_before_an_edit_settles_the_record_as_it_stands(scene: Scene) -> None:
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    Activity.objects.update(title="改过的名称")
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    assert ServiceRecord.objects.get().described.title == "改过的名称"


def test_the_unit_that_recorded_certifies_whatever_is_edited_later(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00")
    rename(scene)
    other = Activity.objects.get().issuer
    assert certify(scene, volunteer, other.pk) == NOT_ISSUER
    certificate = certify(scene, volunteer, scene.issuer.pk)
    assert isinstance(certificate, Certificate)
    assert certificate.snapshot["hours"] == "3.0"
    (row,) = certificate.snapshot["rows"]
    assert (row["activity"], row["place"], row["content"]) == BEFORE[:3]


def test_a_corrected_record_keeps_the_particulars_of_the_one_it_replaces(scene: Scene) -> None:
    volunteer = scene.volunteer()
    record = scene.serve(volunteer, "09:00", "12:00")
    rename(scene)
    ServiceRecord.objects.filter(pk=record.pk).update(minutes=100)
    outcome = records.compute_one(volunteer_id=volunteer.pk, shift_id=record.shift_id, at=ISSUED_AT)
    corrections.correct(outcome.differing, by=scene.social_worker, at=ISSUED_AT, reason="核对")
    new = ServiceRecord.objects.get(state=RecordState.EFFECTIVE)
    assert new.replaces == record and new.described == BEFORE
    assert (new.issuer, new.leader) == (scene.issuer, scene.leader)


FIELDS = ("activity", "place", "content", "organiser", "issuer", "leader")


def test_a_record_handed_over_names_its_own_particulars(scene: Scene) -> None:
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    rename(scene)
    record = ServiceRecord.objects.select_related("volunteer", "issuer", "leader").get(pk=record.pk)
    (row,) = handover_lines.rows_of({str(place): {"field": name} for place, name in enumerate(FIELDS)}, [record])
    values = dict(zip(FIELDS, row.values(), strict=True))
    assert (values["activity"], values["place"], values["content"], values["organiser"]) == (
        BEFORE.title,
        BEFORE.place,
        BEFORE.service_content,
        BEFORE.organiser,
    )
    assert (values["issuer"], values["leader"]) == (scene.issuer.name, "赵敏")


def test_the_back_office_lists_and_exports_the_records_own_words(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    rename(scene)
    with time_machine.travel(ISSUED_AT, tick=False):
        client = Client()
        client.force_login(scene.social_worker)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        index = "/admin/service_record/"
        assert BEFORE.title in client.get(index).content.decode()
        assert BEFORE.title in client.get(index, {"q": "防火"}).content.decode()
        exported = b"".join(client.get(index, {"export": "csv"}).streaming_content).decode()
        shown = client.get(f"/admin/service_record/inspect/{ServiceRecord.objects.get().pk}/").content.decode()
    assert all(text in exported for text in BEFORE) and AFTER.title not in exported
    assert all(text in shown for text in BEFORE) and scene.issuer.name in shown


def test_the_volunteer_reads_the_activity_as_it_was_confirmed(scene: Scene) -> None:
    volunteer = scene.volunteer(login=True)
    record = scene.serve(volunteer, "09:00", "12:00")
    rename(scene)
    with time_machine.travel(ISSUED_AT, tick=False):
        client = Client()
        client.force_login(volunteer.user)
        pages = [client.get(address).content.decode() for address in ("/my/", f"/my/records/{record.pk}/")]
    assert all(BEFORE.title in page and AFTER.title not in page for page in pages)


def test_a_settled_record_without_its_particulars_is_refused(scene: Scene) -> None:
    scene.serve(scene.volunteer(), "09:00", "12:00")
    for field in ("issuer", "leader", "particulars"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceRecord.objects.update(**{field: None})
