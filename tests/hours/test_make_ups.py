"""Times that no scan shows: make-up entries, corrections, and the leader's own changes."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from academy.activities.models import Shift
from academy.audit import services as audit
from academy.checkin.models import Annulment, Scan
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.hours.models import CorrectionProposal, LedgerEntry, MakeUp, RecordState, ServiceRecord
from academy.hours.services import confirmation, make_ups, notices, totals
from academy.hours.services.records import sweep_records
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.answers import code_of
from tests.factories import UserFactory, photo
from tests.hours.scene import AUDITED, SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

NEXT_DAY = SATURDAY + dt.timedelta(days=1)
MONDAY = SATURDAY + dt.timedelta(days=2)
ASKED_AT = moment("10:00", NEXT_DAY)
DECIDED_AT = moment("10:00", MONDAY)


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


@pytest.fixture
def volunteer(scene: Scene) -> Volunteer:
    return scene.volunteer(login=True)


@pytest.fixture
def witness(scene: Scene) -> Volunteer:
    return scene.volunteer("李建国", login=True)


@pytest.fixture
def shift(scene: Scene) -> Shift:
    return scene.activity().shifts.get()


def ask(volunteer: Volunteer, shift: Shift, witness: Volunteer | None, **changed: object) -> MakeUp | Refusal:
    day = shift.date
    asked = {
        "came_at": moment("09:00", day),
        "left_at": moment("12:00", day),
        "reason": "手机没电了",
        "by": volunteer.user,
        "at": ASKED_AT,
        "evidence": [photo()],
        **changed,
    }
    return make_ups.ask_make_up(volunteer=volunteer, shift=shift, witness=witness, **asked)  # type: ignore[arg-type]


def asked(answer: MakeUp | Refusal) -> MakeUp:
    assert isinstance(answer, MakeUp), answer
    return answer


def test_a_make_up_entry_becomes_hours_that_say_what_they_rest_on(scene, volunteer, witness, shift, approver):
    make_up = asked(ask(volunteer, shift, witness))
    assert make_up.way == "make_up"
    assert not ServiceRecord.objects.exists()
    decide(request=make_up, by=approver, at=DECIDED_AT, accepted=True)
    record = ServiceRecord.objects.get()
    assert (record.state, record.minutes, record.basis["scan_flags"]) == ("awaiting_confirmation", 180, ["make_up"])
    assert {scan.method for scan in Scan.objects.all()} == {"make_up"}
    assert set(make_up.scans.all()) == set(Scan.objects.all())
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=DECIDED_AT, records=[record])
    notices.end_notices(at=moment("00:05", MONDAY + dt.timedelta(days=9)))
    assert totals.total_of(volunteer).service_minutes == 180
    assert list(audit.differences(at=AUDITED)) == []


def test_a_missing_check_out_keeps_the_existing_scan(scene, volunteer, witness, shift, approver):
    scene.scan(volunteer, shift, "in", moment("09:02:30"))
    sweep_records(at=moment("23:00"))
    waiting = ServiceRecord.objects.get()
    assert (waiting.minutes, waiting.flags) == (0, ["missing_check_out"])
    make_up = asked(ask(volunteer, shift, witness, came_at=moment("09:02")))
    waiting.refresh_from_db()
    assert waiting.state == RecordState.AWAITING_MAKEUP
    decide(request=make_up, by=approver, at=DECIDED_AT, accepted=True)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.minutes, waiting.flags) == ("awaiting_confirmation", 177, [])
    assert sorted(scan.method for scan in Scan.objects.all()) == ["make_up", "rotating"]
    assert not Annulment.objects.exists()


def test_a_declined_request_leaves_the_record_and_keeps_the_reason(scene, volunteer, witness, shift, approver):
    scene.scan(volunteer, shift, "in", moment("09:00"))
    sweep_records(at=moment("23:00"))
    make_up = asked(ask(volunteer, shift, witness))
    refused = decide(request=make_up, by=approver, at=DECIDED_AT, accepted=False)
    assert code_of(refused) == "needs_reason"
    decide(request=make_up, by=approver, at=DECIDED_AT, accepted=False, answer="当天没有见到本人")
    make_up.refresh_from_db()
    assert (make_up.accepted, make_up.answer, make_up.decided_by) == (False, "当天没有见到本人", approver)
    record = ServiceRecord.objects.get()
    assert (record.state, record.minutes) == ("awaiting_confirmation", 0)
    assert Scan.objects.count() == 1


def test_who_decides(scene, volunteer, shift, approver):
    """The volunteer, the witness and users without the duty never decide; the user who asked must wait."""
    witness = scene.volunteer("李建国", login=True)
    make_up = asked(ask(volunteer, shift, witness, by=scene.leading))
    for person in (volunteer, witness):
        duties.grant_duty(user=person.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    expected = {volunteer.user: "own_matter", witness.user: "witness", UserFactory(): "not_allowed"}
    for by, answer in expected.items():
        assert code_of(decide(request=make_up, by=by, at=DECIDED_AT, accepted=True)) == answer
    early = decide(request=make_up, by=scene.social_worker, at=DECIDED_AT, accepted=True, answer="人手不足")
    assert code_of(early) == "not_yet_alone"
    assert isinstance(decide(request=make_up, by=approver, at=DECIDED_AT, accepted=True), MakeUp)
    again = decide(request=make_up, by=approver, at=DECIDED_AT, accepted=True)
    assert code_of(again) == "decided"


def test_one_person_acts_alone_when_nobody_answers_and_the_record_says_so(scene, volunteer, witness, shift):
    make_up = asked(ask(volunteer, shift, witness, by=scene.social_worker))  # on a Sunday
    wednesday = MONDAY + dt.timedelta(days=2)
    act = {"request": make_up, "by": scene.social_worker, "accepted": True}
    on_tuesday = decide(**act, at=moment("23:59", wednesday - dt.timedelta(days=1)), answer="无人答复")
    assert code_of(on_tuesday) == "not_yet_alone"
    assert code_of(decide(**act, at=moment("00:01", wednesday))) == "needs_reason"
    done = decide(**act, at=moment("00:01", wednesday), answer="无人答复")
    assert isinstance(done, MakeUp) and done.alone
    record = ServiceRecord.objects.get()
    assert record.alone
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("09:00", wednesday), records=[record])
    record.refresh_from_db()
    assert record.effective_on == wednesday + dt.timedelta(days=8)  # seven days of notice, then it counts


@pytest.mark.parametrize(
    ("asked_on", "way"),
    [
        pytest.param(SATURDAY + dt.timedelta(days=7), "make_up", id="the seventh day"),
        pytest.param(SATURDAY + dt.timedelta(days=8), "correction", id="the eighth"),
    ],
)
def test_later_than_seven_days_it_goes_the_correction_way(volunteer, witness, shift, asked_on, way):
    assert asked(ask(volunteer, shift, witness, at=moment("23:59", asked_on))).way == way


def test_the_fourth_of_a_half_year_goes_the_correction_way(scene, volunteer, witness):
    days = [dt.date(2026, month, 10) for month in (1, 2, 3, 4)]
    made = []
    for day in days:
        shift = scene.activity(day=day).shifts.get()
        made.append(asked(ask(volunteer, shift, witness, at=moment("20:00", day))))
    assert [one.way for one in made] == ["make_up", "make_up", "make_up", "correction"]
    july = scene.activity(day=dt.date(2026, 7, 1)).shifts.get()
    assert asked(ask(volunteer, july, witness, at=moment("20:00", july.date))).way == "make_up"
    june = scene.activity(day=dt.date(2026, 6, 30)).shifts.get()
    assert asked(ask(volunteer, june, witness, at=moment("20:00", june.date))).way == "correction"


def test_a_declined_entry_or_a_late_publication_uses_up_no_make_up(scene, volunteer, witness, approver):
    day = dt.date(2026, 3, 7)
    declined = asked(ask(volunteer, scene.activity(day=day).shifts.get(), witness, at=moment("20:00", day)))
    decide(request=declined, by=approver, at=moment("21:00", day), accepted=False, answer="没有来")
    late = scene.activity(day=day)
    type(late).objects.filter(pk=late.pk).update(published_at=moment("13:00", day))
    asked(ask(volunteer, Shift.objects.get(activity=late), witness, at=moment("20:00", day)))
    assert make_ups.count_make_ups(volunteer, day) == 0


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"reason": " "}, "needs_reason"),
        ({"left_at": None}, "needs_times"),
        ({"left_at": moment("08:59")}, "times_reversed"),
        ({"left_at": moment("12:01")}, "beyond_plan"),
        ({"came_at": moment("08:59")}, "beyond_plan"),
        ({"at": moment("11:59")}, "in_the_future"),
        ({"came_at": None, "left_at": None}, "nothing_to_correct"),
        ({"evidence": []}, "needs_evidence"),
        ({"evidence": [SimpleUploadedFile("a.exe", b"x")]}, "bad_evidence"),
        ({"evidence": [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(6)]}, "bad_evidence"),
    ],
)
def test_what_cannot_be_asked_for_is_answered_and_nothing_is_stored(volunteer, witness, shift, changed, expected):
    assert code_of(ask(volunteer, shift, witness, **changed)) == expected
    assert not MakeUp.objects.exists()


def test_a_witness_is_somebody_else_of_the_community(scene, volunteer, shift):
    for nobody in (None, volunteer, Scene().volunteer("陈静")):
        assert code_of(ask(volunteer, shift, nobody)) == "needs_witness"


def test_who_asks(scene, volunteer, witness, shift):
    for stranger in (witness.user, UserFactory(), UserFactory(duties=[(scene.community, DutyRole.TRAINER)])):
        assert code_of(ask(volunteer, shift, witness, by=stranger)) == "not_allowed"
    asked(ask(volunteer, shift, witness, by=scene.social_worker))
    assert code_of(ask(volunteer, shift, witness)) == "already_asked"


def test_a_shift_of_another_community_takes_no_request_of_a_stranger(scene, volunteer, witness):
    elsewhere = Scene().activity().shifts.get()
    assert code_of(ask(volunteer, elsewhere, witness)) == "not_allowed"


def test_a_day_takes_so_many_bytes_of_evidence(scene, volunteer, witness, shift, monkeypatch):
    monkeypatch.setattr(make_ups, "EVIDENCE_BYTES_A_DAY", 5)
    assert code_of(ask(volunteer, shift, witness, evidence=[SimpleUploadedFile("1.jpg", b"123456")])) == "quota_full"
    assert not MakeUp.objects.exists()
    asked(ask(volunteer, shift, witness, evidence=[SimpleUploadedFile("1.jpg", b"12345")]))


def test_evidence_is_kept_where_no_address_leads(volunteer, witness, shift, settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path
    sheet = SimpleUploadedFile("签到表 1.JPG", b"picture")
    make_up = asked(ask(volunteer, shift, witness, evidence=[sheet]))
    kept = make_up.evidence.get()
    assert kept.name == "签到表 1.JPG"
    assert [file.read_bytes() for file in tmp_path.rglob("*.jpg")] == [b"picture"]
    with pytest.raises(NotImplementedError):
        _ = kept.file.url


# Corrections of what is settled


def test_a_correction_reverses_the_entry_and_enters_a_new_one(scene, volunteer, approver):
    record = scene.serve(volunteer, "09:00", "12:00")
    make_up = asked(
        ask(volunteer, record.shift, None, left_at=moment("11:00"), at=moment("09:00", dt.date(2026, 5, 4)))
    )
    assert make_up.way == "correction"
    at = moment("10:00", dt.date(2026, 5, 5))
    decide(request=make_up, by=approver, at=at, accepted=True)
    record.refresh_from_db()
    new = record.replaced_by
    assert (record.state, new.state, new.minutes, new.effective_on) == ("corrected", "effective", 120, at.date())
    first, back, entered = LedgerEntry.objects.order_by("seq")
    assert (back.minutes, back.reverses, back.record, back.clause, back.actor) == (-180, first, record, "K8", approver)
    assert (entered.minutes, entered.record, entered.reason) == (120, new, "手机没电了")
    assert totals.total_of(volunteer).service_minutes == 120
    assert list(audit.differences(at=AUDITED)) == []
    assert not CorrectionProposal.objects.open().exists()


def test_all_minutes_can_be_taken_back(scene, volunteer, approver):
    record = scene.serve(volunteer, "09:00", "12:00")
    make_up = asked(ask(volunteer, record.shift, None, came_at=None, left_at=None))
    decide(request=make_up, by=approver, at=moment("10:00", dt.date(2026, 1, 19)), accepted=True)
    record.refresh_from_db()
    assert record.state == RecordState.CORRECTED and not ServiceRecord.objects.live().exists()
    assert totals.total_of(volunteer).service_minutes == 0
    assert list(audit.differences(at=AUDITED)) == []


def test_a_corrected_record_on_notice_begins_its_notice_again(scene, volunteer, shift, approver):
    (record,) = scene.attend(volunteer, shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    make_up = asked(ask(volunteer, shift, None, left_at=moment("11:00")))
    decide(request=make_up, by=approver, at=DECIDED_AT, accepted=True)
    record.refresh_from_db()
    new = ServiceRecord.objects.live().get()
    assert (record.state, new.state, new.minutes) == ("withdrawn", "on_notice", 120)
    assert new.effective_on == notices.expected_on(MONDAY, scene.rule_set)
    assert not LedgerEntry.objects.exists()


# Before confirming


def test_the_leader_puts_a_visit_right_before_confirming(scene, volunteer, shift):
    scene.attend(volunteer, shift, "09:00", "12:00")
    records = make_ups.correct_visit(
        volunteer=volunteer, shift=shift, times=(moment("09:00"), moment("11:00")), by=scene.leading, at=ASKED_AT
    )
    assert [record.minutes for record in records] == [120]
    assert Annulment.objects.get().scan.happened_at == moment("12:00")
    make_ups.correct_visit(volunteer=volunteer, shift=shift, times=None, by=scene.leading, at=ASKED_AT)
    assert not ServiceRecord.objects.live().exists()


def test_nobody_puts_their_own_visit_right_nor_one_that_is_confirmed(scene, volunteer, shift):
    times = (moment("09:00"), moment("11:00"))
    change = {"shift": shift, "times": times, "at": ASKED_AT}
    own = make_ups.correct_visit(volunteer=scene.leader, by=scene.leading, **change)
    assert code_of(own) == "own_visit"
    assert code_of(make_ups.correct_visit(volunteer=volunteer, by=UserFactory(), **change)) == "not_allowed"
    scene.attend(volunteer, shift)
    confirmation.confirm(activity=shift.activity, by=scene.leading, at=moment("12:30"))
    assert code_of(make_ups.correct_visit(volunteer=volunteer, by=scene.leading, **change)) == "confirmed"
