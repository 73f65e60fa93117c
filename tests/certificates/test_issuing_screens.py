import datetime as dt
import io
from urllib.parse import quote

import openpyxl
import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from wagtail.log_actions import registry as log

from academy.certificates import contents, printing, services
from academy.certificates.issue_views import period_of
from academy.certificates.models import Certificate, Closure
from academy.people.models import Volunteer
from academy.people.services import personal_data
from tests.factories import IssuerFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.reading import pages
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


def test_the_desk_issues_one_in_the_schools_form(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    school = {"school": "长沙县湘龙中学", "school_class": "高一（3）班"}
    seen = ask_for(desk, scene, volunteer, **school).context["form"]["seen"].value()
    ask_for(desk, scene, volunteer, seen=seen, **school)
    pdf = printing.render(Certificate.objects.get(), at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    assert "学校长沙县湘龙中学" in pages(pdf)[0] and "班级高一（3）班" in pages(pdf)[0]


def test_then_one_issues_it(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    seen = ask_for(desk, scene, volunteer).context["form"]["seen"].value()
    response = ask_for(desk, scene, volunteer, seen=seen)
    certificate = Certificate.objects.get()
    assert response.headers["Location"] == f"/admin/certificate/inspect/{certificate.pk}/"
    assert (certificate.minutes, certificate.issued_by) == (300, scene.social_worker)
    desk.force_login(scene.social_worker)
    assert desk.get(response.headers["Location"]).context["intact"] is True


def begin_for(desk: Client, volunteer: Volunteer | str, day: dt.datetime = ISSUED_AT) -> HttpResponse:
    with time_machine.travel(day, tick=False):
        return desk.get("/admin/certificate/new/", {"volunteer": getattr(volunteer, "pk", volunteer)})


def fields_of(response: HttpResponse) -> dict[str, str]:
    form = response.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_from_a_person_it_is_two_clicks_to_the_paper(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    person = desk.get(f"/admin/volunteer/edit/{volunteer.pk}/").content.decode()
    assert f"/admin/certificate/new/?volunteer={volunteer.pk}" in person

    page = begin_for(desk, volunteer)

    assert page.context["content"].minutes == 300
    assert fields_of(page)["issuer"] == str(scene.issuer.pk) and fields_of(page)["period"] == "year"
    assert "出具并打印" in page.content.decode() and "冬季防火入户宣传" in page.content.decode()
    with time_machine.travel(ISSUED_AT, tick=False):
        answer = desk.post("/admin/certificate/new/", {**fields_of(page), "then": "print"})
    certificate = Certificate.objects.get()
    assert answer.headers["Location"] == f"/admin/certificate/print/{certificate.pk}/"
    assert (certificate.period_from, certificate.period_to) == (dt.date(2026, 1, 1), ISSUED_AT.date())


@pytest.mark.parametrize(
    ("years", "preset"), [(0, "year"), (1, "last"), (2, "all")], ids=["this year", "last year", "longer ago"]
)
def test_the_first_period_with_hours_is_offered(
    desk: Client, scene: Scene, volunteer: Volunteer, years: int, preset: str
) -> None:
    day = ISSUED_AT.replace(year=2026 + years)
    with time_machine.travel(day, tick=False):
        desk.force_login(scene.social_worker)

    page = begin_for(desk, volunteer, day)

    assert fields_of(page)["period"] == preset
    assert page.context["content"].minutes == 300


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("year", dt.date(2027, 1, 1), dt.date(2027, 1, 20)),
        ("last", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        ("all", dt.date(2026, 1, 10), dt.date(2027, 1, 20)),
    ],
)
def test_a_preset_fills_the_days(volunteer: Volunteer, preset: str, first: dt.date, last: dt.date) -> None:
    assert period_of(preset, volunteer, dt.date(2027, 1, 20)) == (first, last)


def test_without_hours_the_period_of_all_is_today(scene: Scene) -> None:
    assert period_of("all", scene.volunteer("李建国"), dt.date(2027, 1, 20)) == (dt.date(2027, 1, 20),) * 2


def test_another_preset_is_shown_before_it_is_issued(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    scene.serve(volunteer, "14:00", "15:00")
    fields = fields_of(begin_for(desk, volunteer)) | {"period": "all", "seen": "", "then": "print"}

    with time_machine.travel(ISSUED_AT, tick=False):
        response = desk.post("/admin/certificate/new/", fields)

    assert response.status_code == 200 and response.context["content"].minutes == 360
    assert not Certificate.objects.exists()


def test_somebody_without_hours_is_told_why(desk: Client, scene: Scene) -> None:
    page = begin_for(desk, scene.volunteer("李建国"))

    assert str(contents.NOTHING_EFFECTIVE) in page.content.decode()
    assert "出具并打印" not in page.content.decode()


def test_with_two_units_one_is_chosen_first(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    IssuerFactory(community=scene.community)
    page = begin_for(desk, volunteer)

    assert fields_of(page)["volunteer"] == str(volunteer.pk) and fields_of(page)["issuer"] == ""
    assert "content" not in page.context


@pytest.mark.parametrize("asked", ["", "0", "x", "²", "99999999999999999999"])
def test_an_address_without_a_person_shows_the_empty_form(desk: Client, scene: Scene, asked: str) -> None:
    page = begin_for(desk, asked)
    assert fields_of(page)["volunteer"] == "" and fields_of(page)["issuer"] == str(scene.issuer.pk)


def test_a_person_of_another_community_is_not_filled_in(desk: Client, scene: Scene) -> None:
    stranger = Scene().volunteer("外人")
    page = begin_for(desk, stranger)
    assert fields_of(page)["volunteer"] == "" and "外人" not in page.content.decode()


@pytest.mark.parametrize("missing", ["period_from", "period_to"])
def test_without_a_preset_both_days_are_needed(desk: Client, scene: Scene, volunteer: Volunteer, missing: str) -> None:
    assert set(ask_for(desk, scene, volunteer, **{missing: ""}).context["form"].errors) == {missing}


def test_the_page_of_a_certificate_has_its_acts_in_its_head(desk: Client, certificate: Certificate) -> None:
    page = desk.get(f"/admin/certificate/inspect/{certificate.pk}/")
    assert [verb.label for verb in page.context["verbs"]] == ["打印", "此人的页面", "换发证明", "撤销证明"]
    assert page.context["verbs"][0].is_next
    shown = page.content.decode()
    assert shown.index("技术信息") < shown.index(certificate.content_hash)
    assert "2026年1月10日" in shown and "2026-01-10" not in shown and "/VERIFY/" not in shown


def test_looking_at_a_childs_basis_is_logged(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(birth_date=dt.date(2016, 5, 1))
    begin_for(desk, volunteer)
    assert [entry.action for entry in log.get_logs_for_instance(volunteer)].count(personal_data.MINOR_VIEWED) == 1


def test_what_has_changed_meanwhile_is_shown_again(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    seen = ask_for(desk, scene, volunteer).context["form"]["seen"].value()
    scene.serve(volunteer, "14:00", "15:00")
    response = ask_for(desk, scene, volunteer, seen=seen)
    assert response.status_code == 200 and response.context["content"].minutes == 360
    assert not Certificate.objects.exists()


def test_a_refusal_stands_in_the_form(desk: Client, scene: Scene, volunteer: Volunteer) -> None:
    other = IssuerFactory(community=scene.community)
    for changes, refusal in (
        ({"period_from": "2025-01-01", "period_to": "2025-01-31"}, contents.NOTHING_EFFECTIVE),
        ({"issuer": str(other.pk)}, contents.NOT_ISSUER),
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
    name = f"志愿服务记录证明_{certificate.volunteer.name}_{certificate.number}.pdf"
    assert quote(name) in response.headers["Content-Disposition"]


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


@pytest.mark.parametrize("asked", ["9" * 5_000, "9" * 30, "-1", "²", ""])
def test_an_address_that_names_no_person_opens_the_empty_form(desk: Client, asked: str) -> None:
    assert desk.get("/admin/certificate/new/", {"volunteer": asked}).status_code == 200
