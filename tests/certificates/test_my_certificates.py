import datetime as dt

import pytest
import time_machine
from django.test import Client

from academy.certificates import printing, services
from academy.certificates.models import Certificate
from academy.families import services as families
from academy.families.models import Agency
from academy.people.models import User, Volunteer
from tests.factories import IssuerFactory, UserFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.reading import pages

pytestmark = pytest.mark.slow


@pytest.fixture
def me(client: Client, volunteer: Volunteer) -> Client:
    assert volunteer.user is not None
    client.force_login(volunteer.user)
    return client


def make(client: Client, volunteer: Volunteer, issuer: object, **further: str) -> str:
    with time_machine.travel(ISSUED_AT, tick=False):
        response = client.post(
            "/my/certificates/new/",
            {"who": volunteer.number, "issuer": issuer.pk, "period": "all", **further},
            follow=True,  # type: ignore[attr-defined]
        )
    assert response.status_code == 200
    return str(response.content.decode())


def test_one_makes_a_certificate_of_all_effective_hours(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    shown = me.get("/my/certificates/").content.decode()
    assert scene.issuer.name in shown and "5.0" in shown
    shown = make(me, volunteer, scene.issuer)
    certificate = Certificate.objects.get()
    assert certificate.number in shown
    assert (certificate.period_from, certificate.period_to) == (dt.date(2026, 1, 10), dt.date(2026, 2, 2))
    assert (certificate.minutes, certificate.issued_by) == (300, volunteer.user)


def test_a_pupil_makes_one_in_the_schools_form(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    make(me, volunteer, scene.issuer, school="长沙县湘龙中学", school_class="高一（3）班")
    pdf = printing.render(Certificate.objects.get(), at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    assert "学校长沙县湘龙中学" in pages(pdf)[0] and "班级高一（3）班" in pages(pdf)[0]


def test_a_second_tap_makes_no_second_one(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    make(me, volunteer, scene.issuer)
    make(me, volunteer, scene.issuer)
    assert Certificate.objects.count() == 1


def test_each_unit_certifies_what_it_recorded(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    other = IssuerFactory(community=scene.community)
    scene.serve(volunteer, "14:00", "15:00", issuer=other)
    make(me, volunteer, other)
    assert Certificate.objects.get().minutes == 60


def test_a_unit_that_recorded_nothing_certifies_nothing(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    make(me, volunteer, IssuerFactory(community=scene.community))
    assert not Certificate.objects.exists()


def test_a_get_makes_none(me: Client) -> None:
    assert me.get("/my/certificates/new/").status_code == 405


@pytest.mark.slow
def test_one_prints_ones_own(me: Client, certificate: Certificate) -> None:
    response = me.get(f"/my/certificates/{certificate.number}/pdf/")
    assert response.headers["Content-Type"] == "application/pdf"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.content.startswith(b"%PDF")


def test_a_revoked_one_is_listed_as_such_and_printed_no_more(
    me: Client, certificate: Certificate, scene: Scene
) -> None:
    services.revoke(certificate=certificate, note="打印错了", by=scene.social_worker, at=ISSUED_AT)
    response = me.get(f"/my/certificates/{certificate.number}/pdf/", follow=True)
    shown = response.content.decode()
    assert response.redirect_chain
    assert "chip-revoked" in shown
    assert str(services.CLOSED) in shown


def test_nobody_elses_are_listed_or_printed_or_made(
    client: Client, certificate: Certificate, volunteer: Volunteer, scene: Scene
) -> None:
    stranger = scene.volunteer("李建国", login=True)
    assert stranger.user is not None
    for user in (stranger.user, scene.social_worker, UserFactory(is_superuser=True)):
        client.force_login(user)
        assert certificate.number not in client.get("/my/certificates/").content.decode()
        assert client.get(f"/my/certificates/{certificate.number}/pdf/").status_code == 404
        make(client, volunteer, scene.issuer)
    assert Certificate.objects.get() == certificate


def test_whoever_acts_for_somebody_prints_for_them(
    client: Client, certificate: Certificate, volunteer: Volunteer, scene: Scene
) -> None:
    daughter: User = UserFactory()
    families.allow_agent(volunteer=volunteer, user=daughter, evidence="口头同意", by=scene.social_worker, at=ISSUED_AT)
    client.force_login(daughter)
    assert certificate.number in client.get("/my/certificates/").content.decode()
    assert client.get(f"/my/certificates/{certificate.number}/pdf/").status_code == 200
    Agency.objects.all().delete()
    assert client.get(f"/my/certificates/{certificate.number}/pdf/").status_code == 404


def test_without_effective_hours_the_page_says_what_to_do(client: Client, scene: Scene) -> None:
    newcomer = scene.volunteer("李建国", login=True)
    assert newcomer.user is not None
    client.force_login(newcomer.user)
    assert "/my/" in client.get("/my/certificates/").content.decode()


def test_a_login_without_a_volunteer_is_told(client: Client, db: None) -> None:
    client.force_login(UserFactory())
    assert client.get("/my/certificates/").status_code == 200


@pytest.mark.parametrize("address", ["/my/certificates/", "/my/certificates/new/", "/my/certificates/ZM01/pdf/"])
def test_whoever_is_signed_out_signs_in_first(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert "next=" in response.headers["Location"]
