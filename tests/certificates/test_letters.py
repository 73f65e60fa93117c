"""Letters of thanks: for what a unit gave, with a number and a code."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from academy.audit import services as audit
from academy.certificates import file_signers, letters, receipts
from academy.certificates.file_signer_models import FileSigner
from academy.certificates.letter_models import Letter, LetterClosure
from academy.certificates.pasted import PastedLine
from academy.people.models import Issuer, Volunteer
from academy.people.permissions import DutyRole
from academy.units import services as units
from academy.units.models import Unit
from tests.answers import code_of
from tests.factories import IssuerFactory, UnitFactory, UserFactory
from tests.hours.scene import AUDITED, ISSUED_AT, Scene, moment
from tests.paper import p12
from tests.paper.reading import codes, pages
from tests.roles import unguarded_facts

pytestmark = pytest.mark.slow

SIGNED = "PDF 文件的电子签名"
JANUARY = {"period_from": dt.date(2026, 1, 1), "period_to": dt.date(2026, 1, 31)}


@pytest.fixture
def unit(scene: Scene, volunteer: Volunteer) -> Unit:
    unit: Unit = UnitFactory(community=scene.community, name="星城物业<b>")
    units.put_in_unit(volunteer=volunteer, unit=unit, by=None, at=moment("08:00", dt.date(2025, 6, 1)))
    units.record_contribution(
        unit=unit, kind="equipment", word="音响一套", since=dt.date(2026, 1, 5), by=None, at=ISSUED_AT
    )
    return unit


def thank(scene: Scene, unit: Unit, **changes: Any) -> Any:
    given = {"issuer": scene.issuer, "unit": unit, **JANUARY, "by": scene.social_worker, "at": ISSUED_AT}
    return letters.issue_letter(**{**given, **changes})


def test_a_letter_has_the_figures_of_the_units_members(client: Client, scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    pdf = letters.print_letter(letter)
    assert isinstance(pdf, bytes) and letters.print_letter(letter) == pdf
    (text,) = pages(pdf)
    for words in (
        *("感谢信", "星城物业<b>", "1位成员参加志愿服务2人次", "5.0小时", "音响一套", letter.number),
        *("2026年1月1日", "2026年1月31日", scene.issuer.name),
    ):
        assert words in text
    assert [code.text for code in codes(pdf, dpi=150)] == [f"HTTPS://ACADEMY.TEST/VERIFY/{letter.code}/"]
    shown = client.get(f"/verify/{letter.code}/").content.decode()
    for words in ("verdict-valid", letter.number, "星城物业&lt;b&gt;", "音响一套", scene.issuer.name):
        assert words in shown


def test_a_letter_goes_out_signed_and_its_page_says_by_whom(client: Client, scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    administrator = UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)])
    given = {"content": p12.p12(), "password": p12.PASSWORD, "by": administrator, "at": ISSUED_AT}
    assert isinstance(file_signers.keep_signer(issuer=scene.issuer, **given), FileSigner)
    client.force_login(scene.social_worker)
    with time_machine.travel(ISSUED_AT, tick=False):
        sent = client.get(f"/admin/letters/{letter.pk}/").content
        pdf = letters.print_letter(letter)
        assert isinstance(pdf, bytes)
        assert file_signers.signature_on(sent, original=pdf, issuer=scene.issuer)
        address = f"/verify/{letter.code}/"
        assert SIGNED in client.get(address).content.decode()
        letters.revoke_letter(letter=letter, note="误发", by=scene.social_worker, at=ISSUED_AT)
        assert SIGNED not in client.get(address).content.decode()


def test_it_stays_as_it_was_and_is_issued_once(scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    before = letters.print_letter(letter)
    Unit.objects.update(name="改名")
    Issuer.objects.update(name="改名")
    assert letters.print_letter(Letter.objects.get()) == before
    Unit.objects.update(name="星城物业<b>")
    assert thank(scene, Unit.objects.get()) == letter
    assert thank(scene, Unit.objects.get(), period_to=dt.date(2026, 1, 30)) != letter


def test_a_changed_letter_is_neither_printed_nor_verified(client: Client, scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    letter.snapshot["facts"]["contribution"] = "一百万元"
    with unguarded_facts():
        Letter.objects.filter(pk=letter.pk).update(snapshot=letter.snapshot)
    letter.refresh_from_db()
    assert code_of(letters.print_letter(letter)) == "not_intact"
    shown = client.get(f"/verify/{letter.code}/").content.decode()
    assert "verdict-changed" in shown and "一百万元" not in shown
    assert [text for text in audit.differences(at=AUDITED) if "letter" in text] == [
        f"letter {letter.number}: its content is not what its hash says"
    ]


def test_what_is_refused(scene: Scene, unit: Unit) -> None:
    nothing = UnitFactory(community=scene.community)
    assert code_of(thank(scene, nothing)) == "nothing_to_thank_for"
    assert code_of(thank(scene, unit, period_to=dt.date(2026, 2, 3))) == "bad_period"
    assert code_of(thank(scene, unit, period_from=dt.date(2026, 2, 1))) == "bad_period"
    assert code_of(thank(scene, unit, issuer=IssuerFactory())) == "not_allowed"
    for role in (DutyRole.ADMINISTRATOR, DutyRole.TRAINER):
        assert code_of(thank(scene, unit, by=UserFactory(duties=[(scene.community, role)]))) == "not_allowed"
    assert not Letter.objects.exists()


def test_a_period_upside_down_is_refused_by_the_database(scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    letter.pk, letter.number, letter.code = None, "ZM-1", "X"
    letter.period_to = letter.period_from - dt.timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save(force_insert=True)


def test_staff_issue_and_print_it_from_the_unit(client: Client, scene: Scene, unit: Unit) -> None:
    client.force_login(scene.social_worker)
    address = f"/admin/units/{unit.pk}/letter/"
    form = {"issuer": scene.issuer.pk, "period_from": "2026-01-01", "period_to": "2026-01-31"}
    with time_machine.travel(ISSUED_AT, tick=False):
        assert client.get(address).status_code == 200
        answer = client.post(address, form)
        letter = Letter.objects.get()
        assert answer.headers["Location"] == f"/admin/letters/{letter.pk}/"
        assert client.get(answer.headers["Location"]).content.startswith(b"%PDF")
        assert letter.number in client.get(address).content.decode()
        refused = client.post(address, {**form, "period_to": "2026-02-20"})
    assert refused.status_code == 200 and "请改一下日期" in refused.content.decode()
    client.force_login(Scene().social_worker)
    assert client.get(address).status_code == 404
    assert client.get(f"/admin/letters/{letter.pk}/").status_code == 404


def revoke(scene: Scene, letter: Letter, **changes: Any) -> Any:
    given = {"letter": letter, "note": "单位名称有误", "by": scene.social_worker, "at": ISSUED_AT}
    return letters.revoke_letter(**{**given, **changes})


def test_a_revoked_letter_says_so_everywhere(client: Client, scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    (before,) = receipts.look_up([PastedLine(letter.number)])
    assert isinstance(revoke(scene, letter), LetterClosure)

    shown = client.get(f"/verify/{letter.code}/").content.decode()
    assert "verdict-revoked" in shown and "单位名称有误" in shown and "verdict-valid" not in shown
    record = client.get(f"/verify/{letter.code}.json").json()["record"]
    assert (record["state"], record["closed_on"]) == ("letter_revoked", "2026-02-02")
    found = [one.state for one in receipts.look_up([PastedLine(letter.number), PastedLine(code=letter.code)])]
    assert (before.state, found) == ("letter", ["letter_revoked"] * 2)
    assert code_of(letters.print_letter(letter)) == "letter_revoked"
    assert thank(scene, unit) != letter  # a new one can be issued
    assert [text for text in audit.differences(at=AUDITED) if "letter" in text] == []


def test_a_valid_letter_is_told_to_machines_without_an_end(client: Client, scene: Scene, unit: Unit) -> None:
    record = client.get(f"/verify/{thank(scene, unit).code}.json").json()["record"]
    assert (record["state"], record["closed_on"]) == ("letter", None)


def test_a_revocation_is_refused(scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    assert code_of(revoke(scene, letter, by=scene.leading)) == "not_allowed"
    assert code_of(revoke(scene, letter, note="  ")) == "no_reason_given"
    revoke(scene, letter)
    assert code_of(revoke(scene, letter)) == "letter_revoked"
    closure = LetterClosure(letter=thank(scene, unit), note="", closed_at=ISSUED_AT, closed_by=scene.social_worker)
    with pytest.raises(IntegrityError, match="letter_closure_has_a_reason"), transaction.atomic():
        closure.save()


def test_a_revocation_that_the_log_does_not_know_is_found(scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    LetterClosure.objects.create(letter=letter, note="伪造", closed_at=ISSUED_AT, closed_by=scene.social_worker)
    assert [text for text in audit.differences(at=AUDITED) if "letter" in text] == [
        f"letter {letter.number}: its revocation is not what the log says"
    ]


def test_staff_revoke_it_from_the_unit(client: Client, scene: Scene, unit: Unit) -> None:
    letter = thank(scene, unit)
    with time_machine.travel(ISSUED_AT, tick=False):
        client.force_login(scene.social_worker)
        address = f"/admin/letters/{letter.pk}/revoke/"
        assert address in client.get(f"/admin/units/{unit.pk}/letter/").content.decode()
        assert client.post(address, {"note": ""}).status_code == 200
        client.post(address, {"note": "单位名称有误"})
        page = client.get(f"/admin/units/{unit.pk}/letter/").content.decode()
        assert "单位名称有误" in page and address not in page
        assert "不能再打印" in client.get(f"/admin/letters/{letter.pk}/", follow=True).content.decode()
        assert "不能再打印" in client.post(address, {"note": "再一次"}).content.decode()
