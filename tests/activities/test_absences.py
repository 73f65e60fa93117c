"""No-shows: noted by the leader, private, and without any effect on sign-up or hours (A4)."""

import copy
import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction

from academy.activities import absences, services
from academy.activities.absence_models import AbsenceNote
from academy.activities.models import Role, SignUp
from academy.core.refusals import Refusal
from tests.factories import UserFactory, sign_up
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FRIDAY = SATURDAY - dt.timedelta(days=1)
BEFORE, DURING = moment("10:00", FRIDAY), moment("10:00")


class Gate:
    """A shift of two places that runs; one person came, one did not."""

    def __init__(self):
        self.scene = Scene()
        self.leader, self.worker = self.scene.leading, self.scene.social_worker
        self.activity = self.scene.activity()
        self.shift, self.role = self.activity.shifts.get(), self.activity.roles.get()
        Role.objects.filter(pk=self.role.pk).update(capacity=2)
        people = [self.scene.volunteer(name) for name in ("王秀英", "李建国")]
        self.missing, self.came = (sign_up(person, self.shift, at=BEFORE) for person in people)
        self.scene.scan(self.came.volunteer, self.shift, "in", moment("09:00"))

    def note(self, absence, *, place=None, by=None, at=DURING):
        return absences.note(sign_up=place or self.missing, absence=absence, by=by or self.leader, at=at)


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(Gate)


@pytest.fixture
def gate(made):
    with time_machine.travel(DURING, tick=False):
        yield copy.deepcopy(made)


def code_of(outcome):
    return outcome.code if isinstance(outcome, Refusal) else ""


def test_only_who_has_a_place_and_did_not_come_is_missing(gate):
    assert absences.missing_from(gate.shift) == [gate.missing]


def test_a_note_says_who_noted_it_and_when_and_the_latest_counts(gate):
    for absence in ("unexcused", "unexcused", "excused", ""):
        assert isinstance(gate.note(absence), SignUp)

    notes = list(AbsenceNote.objects.order_by("pk").values_list("absence", "noted_at", "noted_by"))
    assert notes == [(absence, DURING, gate.leader.pk) for absence in ("unexcused", "excused", "")]
    gate.missing.refresh_from_db()
    assert gate.missing.absence == "" and gate.missing.cancelled_at is None


def test_the_place_of_a_no_show_is_free_for_somebody_else(gate):
    cover, more = gate.scene.volunteer("张桂兰"), gate.scene.volunteer("刘伟")

    def come(person):
        return services.sign_up(volunteer=person, shift=gate.shift, role=gate.role, by=None, at=DURING, walk_in=True)

    assert code_of(come(cover)) == "shift_full"
    gate.note("unexcused")
    assert isinstance(come(cover), SignUp)
    assert code_of(come(more)) == "shift_full"


def test_staff_note_it_too(gate):
    assert isinstance(gate.note("excused", by=gate.worker), SignUp)


def test_a_person_who_comes_late_after_all_is_shown_no_note(gate):
    gate.note("unexcused")
    assert absences.missed_by([gate.missing.volunteer], gate.activity) == [gate.missing]

    gate.scene.scan(gate.missing.volunteer, gate.shift, "in", DURING)

    assert absences.missed_by([gate.missing.volunteer], gate.activity) == []
    assert absences.missing_from(gate.shift) == []


@pytest.mark.parametrize("case", ["not_allowed", "too_early", "already_withdrawn", "they_came", "too_late_for_leader"])
def test_a_note_is_refused(gate, case):
    place, by, at = gate.missing, gate.leader, DURING
    match case:
        case "not_allowed":
            by = UserFactory()
        case "too_early":
            at = BEFORE
        case "already_withdrawn":
            SignUp.objects.filter(pk=place.pk).update(cancelled_at=BEFORE)
        case "they_came":
            place = gate.came
        case "too_late_for_leader":  # ADR 37: after 60 days the social worker has the rest
            at = DURING + dt.timedelta(days=61)

    outcome = gate.note("unexcused", place=place, by=by, at=at)

    assert code_of(outcome) == ("not_allowed" if case == "too_late_for_leader" else case)
    assert not AbsenceNote.objects.exists()


def test_a_note_is_a_fact(gate):
    gate.note("unexcused")

    # The database role that serves has no right to; any other one meets the trigger.
    for change in (lambda: AbsenceNote.objects.update(absence=""), lambda: AbsenceNote.objects.all().delete()):
        with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
            change()


def test_the_database_knows_two_kinds_of_no_shows(gate):
    with pytest.raises(IntegrityError, match="sign_up_absence_known"), transaction.atomic():
        SignUp.objects.filter(pk=gate.missing.pk).update(absence="lazy")
    with pytest.raises(IntegrityError, match="absence_note_absence_known"), transaction.atomic():
        AbsenceNote.objects.create(sign_up=gate.missing, absence="lazy", noted_at=DURING, noted_by=gate.leader)
    SignUp.objects.filter(pk=gate.missing.pk).update(absence="excused")
