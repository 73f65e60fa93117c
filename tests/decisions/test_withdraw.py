"""An author takes a request back: every kind, once, and what waited for it goes on."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError

from academy.advancement.models import StarRating
from academy.core.refusals import Refusal
from academy.decisions.kinds import KINDS, kind_of
from academy.decisions.models import RequestState
from academy.decisions.services import DECIDED, NOT_YOURS, decide, withdraw
from academy.hours.models import MakeUp, RecordState, ServiceRecord
from academy.hours.services import confirmation, make_ups, notices, objections
from academy.own_data import services as own_data_services
from academy.own_data.models import DataRequest
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.desk import test_two_desks as matters
from tests.factories import UserFactory
from tests.hours.scene import SATURDAY, Scene, moment
from tests.profiles.asking import identity_request

pytestmark = pytest.mark.slow

MONDAY = matters.MONDAY
TUESDAY = MONDAY + dt.timedelta(days=1)


def stars(scene: Scene, by: User) -> StarRating:
    standing = {"minutes": 6000, "evaluations": 2, "average": 4.5, "complaints": 0, "stars": 0}
    return StarRating.objects.create(
        volunteer=scene.volunteer(), stars=1, standing=standing, asked_by=by, asked_at=MONDAY
    )


def own_data(what: str) -> Callable[[Scene, User], DataRequest]:
    def ask(scene: Scene, by: User) -> DataRequest:
        asked = own_data_services.ask(what=what, volunteer=scene.volunteer(), reason="登记错了", by=by, at=MONDAY)
        assert not isinstance(asked, Refusal), asked
        return asked

    return ask


ASK = {
    "make-up": matters.make_up,
    "objection": matters.objection,
    "daily-approval": matters.long_day,
    "overtime": matters.overtime,
    "plan-change": matters.plan_change,
    "role-exception": matters.role_exception,
    "proposal": matters.proposal,
    "complaint": matters.complaint,
    "rules": matters.new_rules,
    "star-rating": stars,
    "identity": identity_request,
    "data-copy": own_data("copy"),
    "data-correction": own_data("correction"),
    "data-deletion": own_data("deletion"),
}


@pytest.fixture
def approver(scene: Scene) -> User:
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


def test_a_person_asks_for_every_kind_but_those_of_the_system():
    assert set(KINDS) - set(ASK) == {"correction", "promotion"}  # late facts and the clock propose them


@pytest.mark.parametrize("slug", ASK)
def test_every_kind_is_taken_back_by_its_author_alone_and_once(scene, approver, slug):
    asked = ASK[slug](scene, scene.social_worker)
    assert kind_of(asked).slug == slug and asked.state == RequestState.OPEN
    subject = kind_of(asked).subject(asked)
    assert subject and not any(person.name in subject for person in asked.parties)

    assert withdraw(request=asked, by=approver, at=TUESDAY) == NOT_YOURS
    taken_back = withdraw(request=asked, by=scene.social_worker, at=TUESDAY)

    assert not isinstance(taken_back, Refusal)
    asked.refresh_from_db()
    assert asked.state == RequestState.WITHDRAWN
    assert (asked.decided_by, asked.decided_at, asked.answer) == (scene.social_worker, TUESDAY, "")
    assert not kind_of(asked).model.objects.open().filter(pk=asked.pk).exists()
    assert not kind_of(asked).model.objects.declined().filter(pk=asked.pk).exists()
    assert withdraw(request=asked, by=scene.social_worker, at=TUESDAY) == DECIDED
    assert decide(request=asked, by=approver, at=TUESDAY, accepted=False, answer="晚了") == DECIDED


@pytest.mark.parametrize("slug", sorted(set(ASK) - {"objection", "star-rating"}))
def test_the_same_may_be_asked_again_afterwards(scene, slug):
    asked = ASK[slug](scene, scene.social_worker)
    withdraw(request=asked, by=scene.social_worker, at=TUESDAY)
    values = {field.attname: getattr(asked, field.attname) for field in asked._meta.concrete_fields}
    values |= {"id": None, "decided_by_id": None, "decided_at": None, "accepted": None}

    assert type(asked).objects.create(**values).state == RequestState.OPEN


def test_a_decided_request_is_not_taken_back_and_a_no_is_no_withdrawal(scene, approver):
    asked = matters.correction(scene, scene.social_worker)
    decide(request=asked, by=approver, at=TUESDAY, accepted=False, answer="没有依据")

    assert withdraw(request=asked, by=scene.social_worker, at=TUESDAY) == DECIDED
    asked.refresh_from_db()
    assert asked.state == RequestState.DECLINED


def test_a_request_of_the_system_belongs_to_nobody(scene):
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    proposed = record.correction_proposals.create(minutes_before=180, minutes_after=120, asked_at=MONDAY)

    assert withdraw(request=proposed, by=scene.social_worker, at=TUESDAY) == NOT_YOURS


def test_what_was_taken_back_is_a_fact(scene):
    asked = matters.make_up(scene, scene.social_worker)
    withdraw(request=asked, by=scene.social_worker, at=TUESDAY)

    with pytest.raises(IntegrityError, match="append-only"):
        MakeUp.objects.filter(pk=asked.pk).update(accepted=True)


# Records, notices and drafts that waited for it


def test_the_record_waits_for_confirmation_again(scene, volunteer_with_record):
    volunteer, record = volunteer_with_record
    asked = ask_correction(volunteer, record)
    record.refresh_from_db()
    assert record.state == RecordState.AWAITING_MAKEUP

    withdraw(request=asked, by=volunteer.user, at=MONDAY)

    record.refresh_from_db()
    assert (record.state, record.minutes) == (RecordState.AWAITING_CONFIRMATION, 180)


def test_the_notice_goes_on_after_an_objection_was_taken_back(scene, volunteer_with_record):
    _volunteer, record = volunteer_with_record
    confirmation.confirm(activity=record.activity, by=scene.leading, at=moment("12:30"))
    record.refresh_from_db()
    day, other = record.effective_on, scene.volunteer("李建国", login=True)
    asked = objections.object_to(record=record, reason="没来", by=other.user, at=MONDAY)
    record.refresh_from_db()
    assert record.state == RecordState.CONTESTED

    withdraw(request=asked, by=other.user, at=MONDAY)

    record.refresh_from_db()
    assert (record.state, record.effective_on) == (RecordState.ON_NOTICE, day)
    notices.end_notices(at=moment("00:05", day))
    record.refresh_from_db()
    assert record.state == RecordState.EFFECTIVE


def test_a_make_up_entry_that_was_taken_back_uses_up_none_of_the_half_year(scene):
    asked = matters.make_up(scene, scene.social_worker)
    assert make_ups.count_make_ups(asked.volunteer, SATURDAY) == 1

    withdraw(request=asked, by=scene.social_worker, at=TUESDAY)

    assert make_ups.count_make_ups(asked.volunteer, SATURDAY) == 0


def test_a_draft_of_the_rules_may_be_changed_again(scene):
    asked = matters.new_rules(scene, scene.social_worker)

    withdraw(request=asked, by=scene.social_worker, at=TUESDAY)

    assert asked.rule_set.publication is None


def test_a_merged_person_takes_back_what_their_former_login_asked_for(scene, volunteer_with_record):
    volunteer, record = volunteer_with_record
    asked = ask_correction(volunteer, record)
    stays = scene.volunteer("王秀英", login=True)
    merged = merging.merge(volunteer=volunteer, into=stays, by=scene.social_worker, at=MONDAY, sure=True)
    assert not isinstance(merged, Refusal), merged

    assert not isinstance(withdraw(request=asked, by=stays.user, at=TUESDAY), Refusal)


@pytest.fixture
def volunteer_with_record(scene: Scene):
    volunteer = scene.volunteer(login=True)
    scene.attend(volunteer, scene.activity().shifts.get())
    return volunteer, ServiceRecord.objects.get()


def ask_correction(volunteer, record) -> MakeUp:
    asked = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=record.shift,
        came_at=moment("09:00"),
        left_at=moment("11:00"),
        reason="早走了",
        by=volunteer.user,
        at=MONDAY,
    )
    assert isinstance(asked, MakeUp), asked
    return asked
