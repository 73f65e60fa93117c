"""Many certificates printed as one PDF or as a ZIP, and the log of who printed them."""

import datetime as dt
from copy import deepcopy
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.certificates import printing, printouts, services, works
from academy.certificates.batch_models import Batch, Printout
from academy.certificates.models import Certificate
from academy.certificates.works import Order, PrintingAsOne, PrintingSingly, file_name_of, in_order
from academy.core.files import private_files
from academy.families import services as families
from academy.paper import fonts
from academy.people.models import Consent, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, personal_data
from academy.profiles.models import Profile
from academy.profiles.services import keeping_documents
from academy.units import services as units
from academy.works import services as background
from academy.works.models import Work
from tests.answers import code_of
from tests.certificates.issuing import issue, issued
from tests.certificates.many import Many, begin, issue_all, many_people
from tests.factories import UnitFactory, UserFactory
from tests.hours.scene import ISSUED_AT, Scene, moment
from tests.pages import markup_of, text_of
from tests.paper.reading import pages

pytestmark = pytest.mark.slow

PASSPORT = "G20261975"


def issued_to_many() -> tuple[Many, Batch]:
    many = many_people()
    batch = begin(many)
    assert issue_all(many, batch) == []
    return many, batch


@pytest.fixture(scope="module")
def of_module(rows_of_module: Any) -> Any:
    return rows_of_module(issued_to_many)


@pytest.fixture
def own(of_module: Any, db: None) -> Any:
    return deepcopy(of_module)


@pytest.fixture
def many(own: Any) -> Many:
    found: Many = own[0]
    return found


@pytest.fixture
def batch(own: Any) -> Batch:
    found: Batch = own[1]
    return found


@pytest.fixture
def desk(client: Client, many: Many) -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        client.force_login(many.scene.social_worker)
        yield client


@pytest.fixture
def at(many: Many) -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        yield ISSUED_AT


def all_of_them() -> list[Certificate]:
    return list(Certificate.objects.select_related("volunteer__merged_into", "community").order_by("number"))


def print_all(many: Many, kind: Any = PrintingAsOne, pks: list[int] | None = None) -> Work:
    order = {"certificates": in_order(all_of_them(), "number") if pks is None else pks}
    home, by = many.scene.community, many.scene.social_worker
    work = background.begin(kind=kind, community=home, order=order, total=3, by=by, at=ISSUED_AT)
    work.refresh_from_db()
    return work


def content_of(work: Work, many: Many) -> bytes:
    answer = background.fetch(work=work, by=many.scene.social_worker, at=ISSUED_AT)
    return b"".join(answer)  # type: ignore[arg-type]


def names(order: str) -> list[str]:
    people = dict(Certificate.objects.values_list("pk", "volunteer__name"))
    return [people[pk] for pk in in_order(all_of_them(), order)]


# The order


def test_by_number_and_by_pinyin(many: Many) -> None:
    assert names(Order.NUMBER) == ["王秀英", "李建国", "陈阿妹"]
    assert names(Order.NAME) == ["陈阿妹", "李建国", "王秀英"]


def test_by_building_nine_comes_before_ten_and_nowhere_comes_last(many: Many) -> None:
    first, second, _third = many.people
    Profile.objects.create(volunteer=first, area="松林小区10栋")
    Profile.objects.create(volunteer=second, area="松林小区9栋")
    assert names(Order.AREA) == ["李建国", "王秀英", "陈阿妹"]


def test_by_unit_of_today(many: Many) -> None:
    first, second, third = many.people
    unit, other = (UnitFactory(community=many.scene.community, name=name) for name in ("安安物业", "重阳艺术团"))
    for person, where in ((first, other), (third, unit)):
        units.put_in_unit(volunteer=person, unit=where, by=None, at=moment("08:00", dt.date(2025, 6, 1)))
    assert names(Order.UNIT) == ["陈阿妹", "王秀英", "李建国"]
    assert second.name == "李建国"


# The files


def test_one_pdf_has_all_in_order_and_is_noted(many: Many, at: Any) -> None:
    work = print_all(many)
    texts = pages(content_of(work, many))
    assert [name in text for name, text in zip(("王秀英", "李建国", "陈阿妹"), texts, strict=True)] == [True] * 3
    assert work.file_name == "3 份证书_2026-02-02.pdf" or "3" in work.file_name
    assert set(Printout.objects.values_list("way", "by", "day")) == {
        ("batch", many.scene.social_worker.pk, dt.date(2026, 2, 2))
    }
    print_all(many)
    assert Printout.objects.count() == 3  # once a day


def test_a_zip_has_single_files_with_names_and_numbers_as_they_are_printed_alone(many: Many, at: Any) -> None:
    with ZipFile(BytesIO(content_of(print_all(many, PrintingSingly), many))) as archive:
        assert archive.testzip() is None
        first = all_of_them()[0]
        assert archive.namelist()[0] == f"王秀英_{first.number}.pdf"
        assert archive.read(archive.namelist()[0]) == printing.render(first, at=at)
        assert len(archive.namelist()) == 3


@pytest.mark.parametrize("kind", [PrintingAsOne, PrintingSingly])
def test_the_printed_file_goes_an_hour_after_it_was_fetched(many: Many, at: Any, kind: Any) -> None:
    work, hour = print_all(many, kind), dt.timedelta(hours=1)
    assert content_of(work, many)
    background.tidy(ISSUED_AT + hour - dt.timedelta(seconds=1))
    assert private_files.exists(work.file)
    background.tidy(ISSUED_AT + hour)
    assert not private_files.exists(work.file)


@pytest.mark.parametrize(
    ("name", "shown"), [("买买提·吐尔逊", "买买提·吐尔逊"), ("a/b\\c:*?", "a b c"), ("..", "—"), ("王 秀英", "王 秀英")]
)
def test_a_file_name_holds_no_sign_that_a_computer_refuses(many: Many, name: str, shown: str) -> None:
    certificate = all_of_them()[0]
    certificate.volunteer.name = name
    assert file_name_of(certificate) == f"{shown}_{certificate.number}.pdf"


def test_one_that_cannot_be_printed_is_named_and_the_others_are_printed(many: Many, at: Any) -> None:
    revoked = all_of_them()[1]
    services.revoke(certificate=revoked, note="测试", by=many.scene.social_worker, at=ISSUED_AT)
    work = print_all(many)
    (line,) = work.lines
    assert revoked.number in line.who and line.why == str(services.CLOSED)
    assert len(pages(content_of(work, many))) == 2
    assert not Printout.objects.filter(certificate=revoked).exists()


def test_if_none_can_be_printed_there_is_no_file(many: Many, at: Any) -> None:
    revoked = all_of_them()[1]
    services.revoke(certificate=revoked, note="测试", by=many.scene.social_worker, at=ISSUED_AT)
    work = print_all(many, pks=[revoked.pk])
    assert (work.state, work.trouble, work.file) == ("failed", str(works.NONE_PRINTABLE), "")


def test_a_missing_font_prints_nothing_and_is_said(desk: Client, many: Many, monkeypatch: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(fonts, "FONTS", (fonts.Font("Academy Song", tmp_path / "none.otf"),))
    work = print_all(many)
    assert (work.state, work.file) == ("failed", "")
    assert "打印用的字体" in text_of(desk.get(reverse("work", args=[work.pk])))
    assert not Printout.objects.exists()


def test_a_certificate_of_another_community_is_never_printed(many: Many, at: Any) -> None:
    foreign = Scene()
    person = foreign.volunteer("外人")
    foreign.serve(person, "09:00", "10:00")
    stranger = issued(issue(foreign, person))
    assert print_all(many, pks=[stranger.pk]).trouble == str(works.NONE_PRINTABLE)


# The screens


def test_from_the_list_it_is_four_clicks_to_the_file(desk: Client, many: Many) -> None:
    """The clicks: everything in the list, Print, Print, Download. Then the printer's own."""
    page = desk.get(reverse("certificate:index"))
    assert "print_certificates" in page.content.decode()
    action = reverse("wagtail_bulk_action", args=["certificates", "certificate", "print_certificates"])
    asked = f"{action}?id=all&next=/admin/certificate/"
    page = desk.get(asked)
    assert "3 份" in text_of(page)
    assert 'name="order" value="name"' in markup_of(page) and 'name="form" value="pdf"' in markup_of(page)
    page = desk.post(asked, {"order": "name", "form": "pdf"}, follow=True)
    work = Work.objects.get()
    assert page.redirect_chain == [(reverse("work", args=[work.pk]), 302)]
    answer = desk.post(reverse("work_file", args=[work.pk]))
    assert [
        name in text for name, text in zip(("陈阿妹", "李建国", "王秀英"), pages(answer.getvalue()), strict=True)
    ] == [True] * 3


def test_everything_in_the_list_is_what_its_filters_and_search_leave(desk: Client, many: Many) -> None:
    revoked = all_of_them()[1]
    services.revoke(certificate=revoked, note="测试", by=many.scene.social_worker, at=ISSUED_AT)
    action = reverse("wagtail_bulk_action", args=["certificates", "certificate", "print_certificates"])
    page = text_of(desk.get(action, {"id": "all", "next": "/admin/certificate/?q=王秀英"}))
    assert "王秀英" in page and "陈阿妹" not in page
    page = text_of(desk.get(action, {"id": "all", "next": "/admin/certificate/?valid=true"}))
    assert "2 份" in page and "李建国" not in page
    page = text_of(desk.get(action, {"id": str(revoked.pk), "next": "/admin/certificate/"}))
    assert "李建国" not in page
    desk.post(f"{action}?id={revoked.pk}&next=/admin/certificate/", {"order": "name", "form": "pdf"})
    assert not Work.objects.exists()


def test_a_batch_is_printed_from_its_page(desk: Client, many: Many, batch: Batch) -> None:
    page = desk.get(reverse("certificate_batch:inspect", args=[batch.pk]))
    assert "全部出具" in text_of(page) and reverse("certificate_batch:print", args=[batch.pk]) in page.content.decode()
    assert "3 / 3" in text_of(desk.get(reverse("certificate_batch:index"))).replace("，", "")
    desk.post(reverse("certificate_batch:print", args=[batch.pk]), {"order": "unit", "form": "zip"})
    assert Work.objects.get().kind == "certificates.zip"


def test_a_batch_without_a_valid_certificate_says_so(desk: Client, many: Many) -> None:
    empty = begin(many, people=[many.idle])
    page = desk.post(reverse("certificate_batch:print", args=[empty.pk]), {"order": "name", "form": "pdf"})
    assert "没有可以打印的证明" in text_of(page)
    assert "1 人" in text_of(desk.get(reverse("certificate_batch:inspect", args=[empty.pk])))


# The ID number, which the volunteer asks for (V2)


def keep_passport(many: Many) -> Volunteer:
    person = many.people[0]
    consents.record_consent(
        volunteer=person, kind=Consent.Kind.DOCUMENT, granted=True, evidence="签字", by=None, at=ISSUED_AT
    )
    answer = keeping_documents.keep_document(
        volunteer=person, kind="passport", number=PASSPORT, evidence="签字", by=many.scene.social_worker, at=ISSUED_AT
    )
    assert isinstance(answer, Profile), answer
    return person


def test_a_kept_number_is_printed_only_where_it_was_asked_for(many: Many) -> None:
    person = keep_passport(many)
    without = issued(issue(many.scene, person, remark="甲"))
    asked = issued(issue(many.scene, person, remark="甲", with_document=True))
    assert without != asked
    for certificate, has in ((without, False), (asked, True)):
        assert printing.prints_document(certificate) is has
        paper = printing.render(certificate, at=ISSUED_AT)
        assert isinstance(paper, bytes) and (PASSPORT in pages(paper)[0]) is has
    newer = services.reissue(certificate=asked, by=many.scene.social_worker, at=ISSUED_AT)
    assert printing.prints_document(issued(newer))
    said = ModelLogEntry.objects.get(action="certificates.issue", object_id=str(asked.pk))
    assert said.data == {"with_document": True}


def test_a_number_that_is_not_kept_cannot_be_asked_for(many: Many) -> None:
    assert code_of(issue(many.scene, many.people[1], with_document=True)) == "no_document"


def test_each_print_of_a_number_by_another_person_is_a_look(many: Many, at: Any) -> None:
    person = keep_passport(many)
    asked = issued(issue(many.scene, person, with_document=True))
    print_all(many, pks=[asked.pk])
    look = ModelLogEntry.objects.get(action=personal_data.DOCUMENT_VIEWED)
    assert (look.label, look.user) == (person.number, many.scene.social_worker)


# Who printed what


def test_the_administrator_sees_who_printed_one_line_for_each_day(client: Client, many: Many, at: Any) -> None:
    print_all(many)
    one = all_of_them()[0]
    given = {"certificates": [one], "page": "/", "by": many.scene.social_worker}
    printouts.note(**given, way="desk", at=ISSUED_AT)
    printouts.note(**given, way="desk", at=ISSUED_AT + dt.timedelta(days=1))
    client.force_login(UserFactory(duties=[(many.scene.community, DutyRole.ADMINISTRATOR)]))
    page = client.get(reverse("printouts"))
    assert [(line.way, line.certificates) for line in page.context["object_list"]] == [
        ("desk", 1),
        ("batch", 3),
        ("desk", 1),
    ]
    shown = text_of(page)
    assert one.number in shown and "王*英" in shown and "王秀英" not in shown
    lines = client.get(reverse("printouts"), {"whose": "李建国"}).context["object_list"]
    assert [(line.way, line.certificates) for line in lines] == [("batch", 1)]
    lines = client.get(reverse("printouts"), {"way": "desk", "day_from": "2026-02-03"}).context["object_list"]
    assert len(lines) == 1
    exported = b"".join(client.get(reverse("printouts"), {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert exported.count(one.number) == 3


def test_another_communitys_administrator_sees_none_of_it(client: Client, many: Many, at: Any) -> None:
    print_all(many)
    UserFactory._meta.model.objects.filter(pk=many.scene.social_worker.pk).update(first_name="金丝雀")
    client.force_login(UserFactory(duties=[(Scene().community, DutyRole.ADMINISTRATOR)]))
    page = client.get(reverse("printouts"))
    assert list(page.context["object_list"]) == [] and "金丝雀" not in page.content.decode()


@pytest.mark.parametrize("way", ["pdf/", "1.png?save"])
def test_what_a_volunteer_saves_is_noted_as_their_own(client: Client, many: Many, at: Any, way: str) -> None:
    person = many.scene.volunteer("何秀英", login=True)
    many.scene.serve(person, "09:00", "10:00")
    certificate = issued(issue(many.scene, person))
    client.force_login(person.user)  # type: ignore[arg-type]
    client.get(f"/my/certificates/{certificate.number}/1.png")
    assert not Printout.objects.exists()  # the page shows it
    client.get(f"/my/certificates/{certificate.number}/{way}")
    assert list(Printout.objects.values_list("way", "by")) == [("self", person.user_id)]


def test_the_desk_is_noted(desk: Client, many: Many) -> None:
    certificate = all_of_them()[0]
    desk.get(reverse("certificate:print", args=[certificate.pk]))
    assert list(Printout.objects.values_list("way", "certificate")) == [("desk", certificate.pk)]


def test_an_agent_who_saves_it_is_noted_and_a_whole_number_is_a_look(client: Client, many: Many, at: Any) -> None:
    person, daughter = keep_passport(many), UserFactory()
    families.allow_agent(
        volunteer=person, user=daughter, evidence="口头同意", by=many.scene.social_worker, at=ISSUED_AT
    )
    certificate = issued(issue(many.scene, person, with_document=True))
    client.force_login(daughter)
    looks = ModelLogEntry.objects.filter(action=personal_data.DOCUMENT_VIEWED, user=daughter)
    client.get(f"/my/certificates/{certificate.number}/")
    assert not looks.exists()  # the page has no number; its picture has
    client.get(f"/my/certificates/{certificate.number}/1.png")
    assert looks.count() == 1 and not Printout.objects.exists()
    client.get(f"/my/certificates/{certificate.number}/pdf/")
    assert list(Printout.objects.values_list("way", "by")) == [("family", daughter.pk)]
    assert looks.count() == 2


def test_a_volunteer_asks_for_the_number_on_one_certificate(client: Client, many: Many, at: Any) -> None:
    person = many.scene.volunteer("何秀英", login=True)
    many.scene.serve(person, "09:00", "10:00")
    client.force_login(person.user)  # type: ignore[arg-type]
    asked = {"who": person.number, "issuer": many.scene.issuer.pk, "period": "all"}
    assert "印完整的证件号码" not in text_of(client.get("/my/certificates/"))
    keeping_documents.keep_document(
        volunteer=person,
        kind="passport",
        number="G20268531",
        evidence="签字",
        by=many.scene.social_worker,
        at=ISSUED_AT,
    )
    assert "印完整的证件号码" in text_of(client.get("/my/certificates/"))
    for sent, has in (({}, False), ({"with_document": "on"}, True)):
        client.post("/my/certificates/new/", asked | sent)
        assert printing.prints_document(Certificate.objects.latest("pk")) is has


@pytest.mark.parametrize(
    ("name", "changes"), [("printout_way_known", {"way": "fax"}), ("printout_once_a_day", {"way": "desk"})]
)
def test_the_database_refuses(many: Many, name: str, changes: dict[str, Any]) -> None:
    given = {"certificate": all_of_them()[0], "by": many.scene.social_worker, "day": ISSUED_AT.date(), "at": ISSUED_AT}
    Printout.objects.create(**given, way="desk")
    Printout.objects.create(**given, way="batch")
    with pytest.raises(IntegrityError), transaction.atomic():
        Printout.objects.create(**given, **changes)
    assert name in {one.name for one in Printout._meta.constraints}
