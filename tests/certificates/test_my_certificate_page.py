"""A certificate on the phone: a picture to save, an address to pass on, a period to choose."""

import datetime as dt
from io import BytesIO

import pytest
import time_machine
import zxingcpp
from django.test import Client
from PIL import Image

from academy.certificates import services
from academy.certificates.models import Certificate
from academy.people.models import Volunteer
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene

pytestmark = pytest.mark.slow


@pytest.fixture
def me(client: Client, volunteer: Volunteer) -> Client:
    assert volunteer.user is not None
    client.force_login(volunteer.user)
    return client


def make(client: Client, volunteer: Volunteer, scene: Scene, **period: str) -> str:
    with time_machine.travel(ISSUED_AT, tick=False):
        answer = client.post(
            "/my/certificates/new/", {"who": volunteer.number, "issuer": scene.issuer.pk, **period}, follow=True
        )
    assert answer.status_code == 200
    return str(answer.content.decode())


# The page and its picture


def test_the_page_shows_the_sheet_and_leads_to_picture_pdf_and_address(me: Client, certificate: Certificate) -> None:
    shown = me.get(f"/my/certificates/{certificate.number}/").content.decode()

    assert '志愿服务记录 <span class="nobr">5.0 小时</span>' in shown
    assert f'src="/my/certificates/{certificate.number}/1.png"' in shown
    assert f"/my/certificates/{certificate.number}/1.png?save" in shown
    assert f"/my/certificates/{certificate.number}/pdf/" in shown
    assert f"https://academy.test/verify/{certificate.code}/" in shown
    assert "data-share-send hidden>" in shown  # until the script finds that the phone can pass an address on


def test_the_code_on_the_picture_scans(me: Client, certificate: Certificate) -> None:
    answer = me.get(f"/my/certificates/{certificate.number}/1.png")

    assert answer.headers["Content-Type"] == "image/png"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "attachment" not in answer.headers["Content-Disposition"]
    picture = Image.open(BytesIO(answer.content))
    assert picture.size == (1241, 1754)
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == f"HTTPS://ACADEMY.TEST/VERIFY/{certificate.code}/"
    assert len(answer.content) < 400_000


def test_the_picture_is_saved_under_the_certificates_number(me: Client, certificate: Certificate) -> None:
    answer = me.get(f"/my/certificates/{certificate.number}/1.png?save")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{certificate.number}-1.png"'


@pytest.mark.parametrize("page", [0, 2, 10**17])
def test_a_page_that_the_certificate_lacks_is_not_found(me: Client, certificate: Certificate, page: int) -> None:
    assert me.get(f"/my/certificates/{certificate.number}/{page}.png").status_code == 404


def test_a_certificate_of_several_pages_shows_each(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    for week in range(2, 42):
        scene.serve(volunteer, "09:00", "10:00", day=SATURDAY - dt.timedelta(days=7 * week))
    make(me, volunteer, scene, period="all")
    number = Certificate.objects.get().number
    shown = me.get(f"/my/certificates/{number}/").content.decode()

    assert f"/my/certificates/{number}/2.png" in shown
    assert me.get(f"/my/certificates/{number}/2.png").status_code == 200


def test_a_revoked_certificate_says_so_and_has_no_picture(me: Client, certificate: Certificate, scene: Scene) -> None:
    services.revoke(certificate=certificate, note="打印错了", by=scene.social_worker, at=ISSUED_AT)

    assert str(services.CLOSED) in me.get(f"/my/certificates/{certificate.number}/").content.decode()
    assert me.get(f"/my/certificates/{certificate.number}/1.png").status_code == 404


def test_a_replaced_certificate_leads_to_the_newer_one(me: Client, certificate: Certificate, scene: Scene) -> None:
    scene.serve(certificate.volunteer, "14:00", "15:00")
    newer = services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(newer, Certificate)

    assert f'href="/my/certificates/{newer.number}/"' in (
        me.get(f"/my/certificates/{certificate.number}/").content.decode()
    )


# The period


def test_without_a_choice_the_certificate_covers_everything(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    make(me, volunteer, scene, period="all")
    certificate = Certificate.objects.get()
    assert (certificate.period_from, certificate.period_to) == (dt.date(2026, 1, 10), dt.date(2026, 2, 2))


def test_a_year_ends_today_or_on_its_last_day(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    scene.serve(volunteer, "09:00", "10:00", day=dt.date(2025, 12, 27))
    make(me, volunteer, scene, period="2026")
    make(me, volunteer, scene, period="2025")
    of_2026, of_2025 = Certificate.objects.order_by("-period_from")
    assert (of_2026.period_from, of_2026.period_to) == (dt.date(2026, 1, 1), dt.date(2026, 2, 2))
    assert (of_2025.period_from, of_2025.period_to) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert (of_2026.minutes, of_2025.minutes) == (300, 60)


def test_a_student_chooses_the_days_of_a_term(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    make(me, volunteer, scene, period="own", own_from="2026-01-17", own_to="2026-01-31")
    certificate = Certificate.objects.get()
    assert (certificate.period_from, certificate.minutes) == (dt.date(2026, 1, 17), 120)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        pytest.param("", "2026-01-31", "请选择日期。", id="no first day"),
        pytest.param("2026-01-01", "", "请选择日期。", id="no last day"),
        pytest.param("2026-01-01", "2026-02-03", "请选今天或更早的一天。", id="tomorrow"),
        pytest.param("2026-01-31", "2026-01-30", "请选起始日或之后的一天。", id="the wrong way round"),
        pytest.param("2025-01-01", "2025-12-31", "这段时间还没有已生效的时长", id="nothing in it"),
        pytest.param("x", "2026-01-30", 'value="x"', id="no date, kept as typed"),
    ],
)
def test_a_period_that_cannot_be_is_told_in_the_form(
    me: Client, volunteer: Volunteer, scene: Scene, first: str, last: str, said: str
) -> None:
    shown = make(me, volunteer, scene, period="own", own_from=first, own_to=last)
    assert said in shown
    assert "<details open" in shown
    assert not Certificate.objects.exists()


def test_elder_mode_is_one_tap_from_a_page_that_a_form_shows(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    form = {"who": volunteer.number, "issuer": scene.issuer.pk, "period": "own"}
    page = me.post("/my/certificates/new/", form, headers={"referer": "http://testserver/my/certificates/"})
    assert "/elder/?on=1&amp;next=%2Fmy%2Fcertificates%2F" in page.content.decode()


def test_a_period_that_is_not_offered_is_refused(me: Client, volunteer: Volunteer, scene: Scene) -> None:
    make(me, volunteer, scene, period="1999")
    assert not Certificate.objects.exists()
