import datetime as dt
import hashlib
import json

import pytest
from django.db import IntegrityError, transaction

from academy.certificates import integrity, services
from academy.certificates.models import Certificate, Closure
from academy.families.services import allow_agent
from academy.hours.anchors import short_anchor_of
from academy.hours.models import LedgerEntry, RecordState, ServiceRecord
from academy.people.models import Issuer, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import personal_data
from tests.answers import code_of
from tests.certificates.issuing import JANUARY, issue, issued
from tests.factories import IssuerFactory, UserFactory
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene

# Issuing


def test_a_certificate_states_effective_hours_content_unit_and_period(scene: Scene, certificate: Certificate) -> None:
    entries = list(LedgerEntry.objects.order_by("seq"))
    assert certificate.minutes == 300
    assert certificate.snapshot == {
        "file": "pdf/a-3u",
        "anchor": short_anchor_of(scene.community),
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


def test_each_unit_and_each_year_has_a_row_of_its_own(scene: Scene, volunteer: Volunteer) -> None:
    other = IssuerFactory(community=scene.community)
    scene.serve(volunteer, "14:00", "15:00", issuer=other)
    issued(issue(scene, volunteer))
    theirs = issued(issue(scene, volunteer, issuer=other))
    next_year = issued(issue(scene, volunteer, at=ISSUED_AT.replace(year=2027, month=1)))
    again = issued(issue(scene, volunteer, period=(SATURDAY, SATURDAY)))
    own = f"ZM{scene.issuer.pk:02}"
    assert [theirs.number, next_year.number, again.number] == [
        f"ZM{other.pk:02}-2026-000001",
        f"{own}-2027-000001",
        f"{own}-2026-000002",
    ]


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


@pytest.mark.parametrize("note", ["", " \u3000"])
def test_a_revocation_says_why(scene: Scene, certificate: Certificate, note: str) -> None:
    answer = services.revoke(certificate=certificate, note=note, by=scene.social_worker, at=ISSUED_AT)
    assert code_of(answer) == "no_reason_given"
    assert not Closure.objects.exists()


def test_the_volunteer_cannot_revoke(certificate: Certificate, volunteer: Volunteer) -> None:
    assert volunteer.user is not None
    answer = services.revoke(certificate=certificate, note="", by=volunteer.user, at=ISSUED_AT)
    assert code_of(answer) == "not_allowed"


def test_a_replacement_says_what_is_true_now(scene: Scene, certificate: Certificate, volunteer: Volunteer) -> None:
    scene.serve(volunteer, "14:00", "16:00")
    Volunteer.objects.filter(pk=volunteer.pk).update(name="王秀兰")
    certificate.refresh_from_db()
    replacement = issued(services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT))
    assert (replacement.minutes, services.masked_name_of(replacement)) == (420, "王*兰")
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
