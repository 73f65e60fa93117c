import datetime as dt
import hashlib
import json
from typing import Any

import pypdfium2
import pytest
import time_machine
import zxingcpp
from django.db import IntegrityError, transaction
from django.test import TestCase

from academy.certificates import integrity, services
from academy.certificates.models import Certificate, Closure
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.families.services import allow_agent
from academy.hours.anchors import short_anchor_of
from academy.hours.models import LedgerEntry, RecordState, ServiceRecord
from academy.hours.services import make_ups
from academy.people.models import Issuer, PersonalKey, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging, personal_data
from tests.answers import code_of
from tests.factories import IssuerFactory, UserFactory
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene, moment

JANUARY = (dt.date(2026, 1, 1), dt.date(2026, 1, 31))


def issue(
    scene: Scene,
    volunteer: Volunteer,
    *,
    issuer: Issuer | None = None,
    period: tuple[dt.date, dt.date] = JANUARY,
    by: User | None = None,
    **kwargs: Any,
) -> Certificate | Refusal:
    return services.issue(
        issuer=issuer or scene.issuer,
        volunteer=volunteer,
        period_from=period[0],
        period_to=period[1],
        by=by or scene.social_worker,
        **{"at": ISSUED_AT, **kwargs},
    )


def issued(answer: Certificate | Refusal) -> Certificate:
    assert isinstance(answer, Certificate), answer
    return answer


# Issuing


def test_a_certificate_states_effective_hours_content_unit_and_period(scene: Scene, certificate: Certificate) -> None:
    entries = list(LedgerEntry.objects.order_by("seq"))
    assert certificate.minutes == 300
    assert certificate.snapshot == {
        "anchor": short_anchor_of(scene.community),
        "masked_name": "王*英",
        "issuer": scene.issuer.name,
        "person_responsible": "赵敏",
        "handler": "孙丽",
        "telephone": "010-12345678",
        "period_from": "2026-01-01",
        "period_to": "2026-01-31",
        "issued_on": "2026-02-02",
        "minutes": 300,
        "hours": "5.0",
        "rows": [
            {
                "date": "2026-01-10",
                "activity": "冬季防火入户宣传",
                "place": "Y社区活动中心",
                "content": "入户宣传防火知识",
                "minutes": 180,
                "hours": "3.0",
            },
            {
                "date": "2026-01-17",
                "activity": "冬季防火入户宣传",
                "place": "Y社区活动中心",
                "content": "入户宣传防火知识",
                "minutes": 120,
                "hours": "2.0",
            },
        ],
        "evidence": [["scanned", 300, "5.0"]],
        "entries": [entry.hash for entry in entries],
    }
    assert set(certificate.entries.all()) == set(entries)
    assert (certificate.issued_by, certificate.issued_at) == (scene.social_worker, ISSUED_AT)


def test_personal_data_stand_in_it_encrypted_alone(certificate: Certificate, volunteer: Volunteer) -> None:
    everything = json.dumps(certificate.snapshot, ensure_ascii=False) + certificate.personal
    for secret in ("王秀英", volunteer.number, "13800138000"):
        assert secret not in everything
    assert personal_data.decrypt_for(volunteer, certificate.personal) == {
        "name": "王秀英",
        "volunteer_number": volunteer.number,
        "phone": "13800138000",
        "remark": "",
    }


def test_numbers_run_by_unit_and_year_and_codes_cannot_be_guessed(scene: Scene, volunteer: Volunteer) -> None:
    first = issued(issue(scene, volunteer))
    second = issued(issue(scene, volunteer, period=(SATURDAY, SATURDAY)))
    prefix = f"ZM{scene.issuer.pk:02}-2026-"
    assert [first.number, second.number] == [prefix + "000001", prefix + "000002"]
    assert first.code != second.code
    assert len(first.code) * 5 >= 80


def test_the_hash_is_of_what_was_issued(certificate: Certificate) -> None:
    content = {
        "code": certificate.code,
        "number": certificate.number,
        "personal": certificate.personal,
        "snapshot": certificate.snapshot,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    certificate.refresh_from_db()
    assert certificate.content_hash == hashlib.sha256(text.encode()).hexdigest()
    certificate.snapshot["minutes"] += 60
    assert integrity.content_hash(certificate) != certificate.content_hash


def test_what_changes_later_changes_no_certificate(
    scene: Scene, certificate: Certificate, volunteer: Volunteer
) -> None:
    before = Certificate.objects.values().get()
    Issuer.objects.update(name="改名后的服务队")
    Volunteer.objects.filter(pk=volunteer.pk).update(name="王秀兰")
    scene.serve(volunteer, "14:00", "16:00")
    assert Certificate.objects.values().get() == before


def test_asking_again_gives_the_same_certificate(scene: Scene, volunteer: Volunteer) -> None:
    first = issued(issue(scene, volunteer))
    assert issue(scene, volunteer) == first
    assert issued(issue(scene, volunteer, remark="用于积分入户")) != first
    scene.serve(volunteer, "14:00", "16:00")
    assert issued(issue(scene, volunteer)) != first


def test_a_closed_certificate_is_not_given_again(scene: Scene, certificate: Certificate, volunteer: Volunteer) -> None:
    services.revoke(certificate=certificate, note="重复", by=scene.social_worker, at=ISSUED_AT)
    assert issued(issue(scene, volunteer)) != certificate


def test_hours_on_paper_follow_the_communitys_step(db: None) -> None:
    scene = Scene(values={"paper_step_minutes": 30})
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "10:50")
    certificate = issued(issue(scene, volunteer))
    assert (certificate.minutes, certificate.snapshot["hours"]) == (110, "1.5")


# Refusals


def test_without_effective_hours_there_is_none(scene: Scene) -> None:
    volunteer = scene.volunteer()
    assert code_of(issue(scene, volunteer)) == "nothing_effective"
    scene.attend(volunteer, scene.activity().shifts.get())
    assert code_of(issue(scene, volunteer)) == "nothing_effective"
    assert not Certificate.objects.exists()


def test_outside_the_period_there_is_none(scene: Scene, volunteer: Volunteer) -> None:
    december = (dt.date(2025, 12, 1), dt.date(2025, 12, 31))
    assert code_of(issue(scene, volunteer, period=december)) == "nothing_effective"


def test_whoever_recorded_certifies(scene: Scene, volunteer: Volunteer) -> None:
    other = IssuerFactory(community=scene.community)
    assert code_of(issue(scene, volunteer, issuer=other)) == "not_issuer"
    scene.serve(volunteer, "14:00", "15:00", issuer=other)
    assert issued(issue(scene, volunteer, issuer=other)).minutes == 60
    assert issued(issue(scene, volunteer)).minutes == 300


def test_learning_time_and_minutes_that_were_taken_back_are_left_out(scene: Scene, volunteer: Volunteer) -> None:
    scene.serve(volunteer, "14:00", "15:00", kind="training", counts_as="learner")
    ServiceRecord.objects.filter(date=SATURDAY, category="service").update(state=RecordState.CORRECTED)
    assert issued(issue(scene, volunteer)).minutes == 120


@pytest.mark.parametrize(
    "period",
    [(dt.date(2026, 1, 31), dt.date(2026, 1, 1)), (dt.date(2026, 1, 1), dt.date(2026, 2, 3))],
    ids=["upside down", "not over"],
)
def test_a_period_that_is_none_is_refused(scene: Scene, volunteer: Volunteer, period: tuple[dt.date, dt.date]) -> None:
    assert code_of(issue(scene, volunteer, period=period)) == "bad_period"


def test_a_period_may_end_today(scene: Scene, volunteer: Volunteer) -> None:
    assert issued(issue(scene, volunteer, period=(dt.date(2026, 1, 1), dt.date(2026, 2, 2))))


def test_the_volunteer_and_whoever_acts_for_them_may_print(scene: Scene, volunteer: Volunteer) -> None:
    assert issued(issue(scene, volunteer, by=volunteer.user))
    agent = UserFactory()
    assert code_of(issue(scene, volunteer, by=agent)) == "not_allowed"
    allow_agent(volunteer=volunteer, user=agent, evidence="口头同意", by=scene.social_worker, at=ISSUED_AT)
    assert issued(issue(scene, volunteer, by=agent))


@pytest.mark.parametrize("role", [role for role in DutyRole if role != DutyRole.SOCIAL_WORKER])
def test_nobody_else_issues_revokes_or_replaces(
    scene: Scene, volunteer: Volunteer, certificate: Certificate, role: DutyRole
) -> None:
    for stranger in (UserFactory(duties=[(scene.community, role)]), Scene().social_worker):
        assert code_of(issue(scene, volunteer, by=stranger)) == "not_allowed"
        assert code_of(services.revoke(certificate=certificate, note="", by=stranger, at=ISSUED_AT)) == "not_allowed"
        assert code_of(services.reissue(certificate=certificate, by=stranger, at=ISSUED_AT)) == "not_allowed"
    assert not Closure.objects.exists()


# Closing


def test_a_revoked_certificate_stays_and_says_so(scene: Scene, certificate: Certificate) -> None:
    closure = services.revoke(certificate=certificate, note="冒名", by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(closure, Closure)
    assert (closure.reason, closure.note, closure.replacement) == ("revoked", "冒名", None)
    found = services.find(certificate.code)
    assert found == certificate and found.closure == closure
    again = services.revoke(certificate=certificate, note="冒名", by=scene.social_worker, at=ISSUED_AT)
    assert code_of(again) == "closed"


def test_the_volunteer_cannot_revoke(certificate: Certificate, volunteer: Volunteer) -> None:
    assert volunteer.user is not None
    answer = services.revoke(certificate=certificate, note="", by=volunteer.user, at=ISSUED_AT)
    assert code_of(answer) == "not_allowed"


def test_a_replacement_says_what_is_true_now(scene: Scene, certificate: Certificate, volunteer: Volunteer) -> None:
    scene.serve(volunteer, "14:00", "16:00")
    Volunteer.objects.filter(pk=volunteer.pk).update(name="王秀兰")
    certificate.refresh_from_db()
    replacement = issued(services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT))
    assert (replacement.minutes, replacement.snapshot["masked_name"]) == (420, "王*兰")
    assert (replacement.period_from, replacement.period_to) == JANUARY
    closure = Closure.objects.get(certificate=certificate)
    assert (closure.reason, closure.replacement) == ("replaced", replacement)
    assert code_of(services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)) == "closed"


def test_a_certificate_with_nothing_left_behind_it_is_not_replaced(scene: Scene, certificate: Certificate) -> None:
    ServiceRecord.objects.update(state=RecordState.CORRECTED)
    answer = services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)
    assert code_of(answer) == "nothing_effective"
    assert not Closure.objects.exists()


@pytest.mark.parametrize("reason", ["revoked", "replaced"])
def test_only_a_replaced_certificate_names_another(
    scene: Scene, volunteer: Volunteer, certificate: Certificate, reason: str
) -> None:
    other = issued(issue(scene, volunteer, period=(SATURDAY, SATURDAY)))
    wrong, right = (other, None) if reason == "revoked" else (None, other)
    given = {"certificate": certificate, "reason": reason, "closed_at": ISSUED_AT, "closed_by": scene.social_worker}
    with pytest.raises(IntegrityError), transaction.atomic():
        Closure.objects.create(**given, replacement=wrong)
    Closure.objects.create(**given, replacement=right)


def test_a_period_upside_down_is_refused_by_the_database(certificate: Certificate) -> None:
    certificate.pk, certificate.number, certificate.code = None, "ZM-1", "X"
    certificate.period_to = certificate.period_from - dt.timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        certificate.save(force_insert=True)


# Finding and printing


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: f" {code[:4]}-{code[4:8]} {code[8:]} "])
def test_a_certificate_is_found_however_its_code_is_typed(certificate: Certificate, typed: Any) -> None:
    assert services.find(typed(certificate.code)) == certificate


def test_look_alikes_are_mended_and_nonsense_finds_nothing(certificate: Certificate) -> None:
    assert services.find(certificate.code.replace("0", "o").replace("1", "l")) == certificate
    assert services.find("") is None
    assert services.find("0000-0000-0000-0000") is None


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_paper_says_everything_and_its_code_leads_to_its_page(
    certificate: Certificate, volunteer: Volunteer
) -> None:
    pdf = services.render(certificate, at=moment("09:00", dt.date(2026, 3, 1)))
    assert isinstance(pdf, bytes)
    text = text_of(pdf)
    for words in (
        *("王秀英", volunteer.number, "5.0", "2026年1月1日至2026年1月31日", "入户宣传防火知识", certificate.number),
        *("赵敏", "孙丽", "010-12345678", "2026年2月2日", "academy.test/verify/", "依据本记录单位志愿服务记录出具"),
    ):
        assert words in text.replace("\r\n", "")
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    (read,) = zxingcpp.read_barcodes(page)
    assert read.text == f"HTTPS://ACADEMY.TEST/VERIFY/{certificate.code}/"


def test_the_paper_is_the_same_whenever_it_is_printed(certificate: Certificate) -> None:
    first = services.render(certificate, at=ISSUED_AT)
    Volunteer.objects.update(name="王秀兰")
    Issuer.objects.update(telephone="000")
    certificate = Certificate.objects.get()
    assert services.render(certificate, at=ISSUED_AT + dt.timedelta(days=90)) == first


def test_where_lines_are_cut_the_paper_says_why_they_do_not_add_up(scene: Scene) -> None:
    volunteer = scene.volunteer()
    for came, left in (("09:00", "09:35"), ("10:00", "10:35")):
        scene.serve(volunteer, came, left)
    certificate = issued(issue(scene, volunteer, remark="用于积分入户。"))
    assert [row["hours"] for row in certificate.snapshot["rows"]] == ["0.5", "0.5"]
    assert certificate.snapshot["hours"] == "1.1"
    assert services.adds_up(certificate.snapshot) is False
    pdf = services.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    text = text_of(pdf).replace("\r\n", "")
    assert "用于积分入户。各行小时数舍去第二位小数，合计按总分钟数计算。" in text


@pytest.mark.parametrize("close", ["revoke", "reissue"])
def test_a_closed_certificate_is_printed_no_more(scene: Scene, certificate: Certificate, close: str) -> None:
    given = {"certificate": certificate, "note": "更正", "by": scene.social_worker, "at": ISSUED_AT}
    getattr(services, close)(**given)
    assert code_of(services.render(certificate, at=ISSUED_AT)) == "closed"


def test_a_character_without_a_picture_is_never_printed_wrongly(scene: Scene) -> None:
    volunteer = scene.volunteer("王\U000323b0")
    scene.serve(volunteer, "09:00", "10:00")
    answer = services.render(issued(issue(scene, volunteer)), at=ISSUED_AT)
    assert code_of(answer) == "missing_glyphs"
    assert "\U000323b0" in str(answer)


def test_whoevers_data_were_deleted_keeps_a_certificate_that_verifies_and_is_not_printed(
    scene: Scene, certificate: Certificate, volunteer: Volunteer
) -> None:
    PersonalKey.objects.filter(volunteer=volunteer).delete()
    assert code_of(services.render(certificate, at=ISSUED_AT)) == "personal_data_gone"
    assert (
        code_of(services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)) == "personal_data_gone"
    )
    found = services.find(certificate.code)
    assert found is not None and integrity.content_hash(found) == found.content_hash


def test_the_content_that_is_shown_before_issuing_is_what_is_issued(scene: Scene, volunteer: Volunteer) -> None:
    content = services.content_of(
        issuer=scene.issuer, volunteer=volunteer, period_from=JANUARY[0], period_to=JANUARY[1]
    )
    assert isinstance(content, services.Content)
    certificate = issued(issue(scene, volunteer))
    assert (content.minutes, len(content.records)) == (certificate.minutes, len(certificate.snapshot["rows"]))


# Two rows of the roll that are one person


def test_a_certificate_covers_what_was_recorded_for_whoever_was_joined(
    scene: Scene, volunteer: Volunteer, certificate: Certificate
) -> None:
    goes = scene.volunteer("王秀云")
    scene.serve(goes, "14:00", "16:00", day=SATURDAY + dt.timedelta(days=14))
    merging.merge(volunteer=goes, into=volunteer, by=scene.social_worker, at=ISSUED_AT)
    goes.refresh_from_db()

    joined = issue(scene, goes)

    assert isinstance(joined, Certificate)
    assert (joined.volunteer, joined.minutes) == (volunteer, certificate.minutes + 120)
    personal = personal_data.decrypt_for(volunteer, joined.personal)
    assert (personal["name"], personal["volunteer_number"]) == (volunteer.name, volunteer.number)
    assert isinstance(services.render(joined, at=ISSUED_AT), bytes)


def test_an_old_certificate_of_whoever_was_joined_is_printed_and_reissued_for_the_one_who_stays(
    scene: Scene, volunteer: Volunteer, certificate: Certificate, client: Any
) -> None:
    stays = scene.volunteer("王秀云")
    joined = merging.merge(volunteer=volunteer, into=stays, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(joined, Volunteer)
    client.force_login(joined.user)

    with time_machine.travel(ISSUED_AT, tick=False):
        listed = client.get("/my/certificates/")
        assert list(listed.context["certificates"]) == [certificate]
        (offer,) = listed.context["offers"]
        assert (offer.volunteer, offer.minutes) == (stays, 300)
        assert client.get(f"/my/certificates/{certificate.number}/pdf/")["Content-Type"] == "application/pdf"
        certificate.refresh_from_db()
        anew = services.reissue(certificate=certificate, by=joined.user, at=ISSUED_AT)

    assert isinstance(anew, Certificate)
    assert (anew.volunteer, anew.minutes) == (stays, certificate.minutes)
    assert personal_data.decrypt_for(stays, anew.personal)["name"] == "王秀云"


# Hours corrected after they were certified (P6)


def take_back(scene: Scene, record: ServiceRecord, left: dt.datetime | None) -> None:
    at = moment("09:00", dt.date(2026, 2, 10))
    make_up = make_ups.ask_make_up(
        volunteer=record.volunteer,
        shift=record.shift,
        came_at=record.shift.starts_at if left else None,
        left_at=left,
        reason="提前离开",
        by=scene.social_worker,
        at=at,
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    with TestCase.captureOnCommitCallbacks(execute=True):
        decide(request=make_up, by=approver, at=at, accepted=True)


def test_a_correction_marks_the_certificate_and_offers_the_new_version(scene, volunteer, certificate):
    record = volunteer.service_records.get(date=SATURDAY)
    take_back(scene, record, moment("11:00"))
    closure = Closure.objects.get()
    assert (closure.certificate, closure.reason, closure.note) == (certificate, "replaced", "提前离开")
    assert (certificate.minutes, closure.replacement.minutes) == (300, 240)
    assert closure.replacement.snapshot["evidence"] == [["scanned", 120, "2.0"], ["make_up", 120, "2.0"]]
    assert services.follow_corrections(at=ISSUED_AT) == 0


def test_with_nothing_left_to_certify_it_is_revoked(scene, volunteer, certificate):
    for record in volunteer.service_records.all():
        take_back(scene, record, None)
    reasons = list(Closure.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons == ["replaced", "revoked"]
