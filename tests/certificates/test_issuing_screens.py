import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from academy.certificates import printing, services
from academy.certificates.models import Certificate, Closure
from academy.people.models import Volunteer
from tests.factories import IssuerFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.roles import unguarded_facts

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(client: Client, scene: Scene) -> Client:
    client.force_login(scene.social_worker)
    return client


def ask_for(desk: Client, scene: Scene, volunteer: Volunteer, **changes: str) -> HttpResponse:
    form = {
        "issuer": str(scene.issuer.pk),
        "volunteer": str(volunteer.pk),
        "period_from": "2026-01-01",
        "period_to": "2026-01-31",
        "remark": "用于积分入户",
        **changes,
    }
    with time_machine.travel(ISSUED_AT, tick=False):
        return desk.post("/admin/certificate/new/", form)


def test_first_one_sees_what_it_would_rest_on(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    response = ask_for(desk, scene, volunteer)
    assert response.status_code == 200
    assert not Certificate.objects.exists()
    assert response.context["content"].minutes == 300
    assert [hours for _word, hours in response.context["evidence"]] == ["5.0"]
    shown = response.content.decode()
    assert "冬季防火入户宣传" in shown and "2026年1月17日" in shown


def test_then_one_issues_it(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    seen = ask_for(desk, scene, volunteer).context["form"]["seen"].value()
    response = ask_for(desk, scene, volunteer, seen=seen)
    certificate = Certificate.objects.get()
    assert response.headers["Location"] == f"/admin/certificate/inspect/{certificate.pk}/"
    assert (certificate.minutes, certificate.issued_by) == (300, scene.social_worker)
    desk.force_login(scene.social_worker)
    assert desk.get(response.headers["Location"]).context["intact"] is True


def test_what_has_changed_meanwhile_is_shown_again(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    seen = ask_for(desk, scene, volunteer).context["form"]["seen"].value()
    scene.serve(volunteer, "14:00", "15:00")
    response = ask_for(desk, scene, volunteer, seen=seen)
    assert response.status_code == 200 and response.context["content"].minutes == 360
    assert not Certificate.objects.exists()


def test_a_refusal_stands_in_the_form(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    other = IssuerFactory(community=scene.community)
    for changes, refusal in (
        ({"period_from": "2025-01-01", "period_to": "2025-01-31"}, services.NOTHING_EFFECTIVE),
        ({"issuer": str(other.pk)}, services.NOT_ISSUER),
    ):
        response = ask_for(desk, scene, volunteer, **changes)
        assert str(refusal) in response.content.decode()
    seen = ask_for(desk, scene, volunteer, period_to="2026-12-31").context["form"]["seen"].value()
    response = ask_for(desk, scene, volunteer, period_to="2026-12-31", seen=seen)
    assert str(services.BAD_PERIOD) in response.content.decode()
    assert not Certificate.objects.exists()


def test_another_communitys_people_and_units_cannot_be_chosen(desk: Client, scene: Scene) -> None:
    elsewhere = Scene()
    volunteer = elsewhere.volunteer()
    elsewhere.serve(volunteer, "09:00", "12:00")
    response = ask_for(desk, scene, volunteer, issuer=str(elsewhere.issuer.pk))
    assert set(response.context["form"].errors) == {"issuer", "volunteer"}


def test_the_paper_is_printed(desk: Client, certificate: Certificate) -> None:
    response = desk.get(f"/admin/certificate/print/{certificate.pk}/")
    assert response.content.startswith(b"%PDF")
    assert certificate.number in response.headers["Content-Disposition"]


def test_what_cannot_be_printed_is_said(desk: Client, scene: Scene) -> None:
    volunteer = scene.volunteer("王\U000323b0")
    scene.serve(volunteer, "09:00", "10:00")
    ask_for(desk, scene, volunteer, seen=ask_for(desk, scene, volunteer).context["form"]["seen"].value())
    certificate = Certificate.objects.get()
    desk.force_login(scene.social_worker)
    response = desk.get(f"/admin/certificate/print/{certificate.pk}/", follow=True)
    assert response.redirect_chain == [(f"/admin/certificate/inspect/{certificate.pk}/", 302)]
    assert "\U000323b0" in str(list(response.context["messages"])[-1])


@pytest.mark.parametrize("snapshot", [{}, []], ids=["empty", "no object"])
def test_one_that_was_changed_is_told_and_hides_no_other(
    desk: Client, certificate: Certificate, snapshot: object
) -> None:
    with unguarded_facts():
        Certificate.objects.update(snapshot=snapshot)
    assert certificate.number in desk.get("/admin/certificate/").content.decode()
    address = f"/admin/certificate/inspect/{certificate.pk}/"
    assert desk.get(address).context["intact"] is False
    response = desk.get(f"/admin/certificate/print/{certificate.pk}/", follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert str(printing.NOT_INTACT) in str(list(response.context["messages"])[-1])


def test_one_revokes_with_a_reason(desk: Client, certificate: Certificate, scene: Scene) -> None:
    address = f"/admin/certificate/revoke/{certificate.pk}/"
    assert desk.post(address, {"note": ""}).status_code == 200
    response = desk.post(address, {"note": "冒名"})
    assert response.headers["Location"] == f"/admin/certificate/inspect/{certificate.pk}/"
    closure = Closure.objects.get()
    assert (closure.reason, closure.note, closure.closed_by) == ("revoked", "冒名", scene.social_worker)
    response = desk.get(response.headers["Location"])
    assert "冒名" in response.content.decode()
    assert f"/admin/certificate/print/{certificate.pk}/" not in response.content.decode()
    assert desk.post(address, {"note": "再次"}).context["form"].errors


def test_one_replaces(desk: Client, certificate: Certificate) -> None:
    response = desk.post(f"/admin/certificate/reissue/{certificate.pk}/", {"note": "更名"})
    replacement = Certificate.objects.exclude(pk=certificate.pk).get()
    assert response.headers["Location"] == f"/admin/certificate/inspect/{replacement.pk}/"
    assert certificate.closure.replacement == replacement
    assert desk.post(f"/admin/certificate/reissue/{certificate.pk}/", {"note": "再次"}).context["form"].errors


def test_the_list_shows_and_exports_them(desk: Client, certificate: Certificate) -> None:
    assert certificate.number in desk.get("/admin/certificate/").content.decode()
    response = desk.get("/admin/certificate/", {"export": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(min_row=4, values_only=True))
    assert (rows[0][0], rows[0][3:5]) == (certificate.number, (5.0, 300))
    assert [moment.date() for moment in rows[0][5:7]] == [dt.date(2026, 1, 1), dt.date(2026, 1, 31)]


@pytest.mark.parametrize("act", ["edit", "delete", "copy"])
def test_nothing_is_edited_or_deleted(desk: Client, certificate: Certificate, act: str) -> None:
    assert desk.get(f"/admin/certificate/{act}/{certificate.pk}/").status_code == 404
    assert desk.post(f"/admin/certificate/{act}/{certificate.pk}/", {"minutes": 999}).status_code == 404
    assert Certificate.objects.get().minutes == 300
