"""A merged person confirms, comes to the gate, and counts as one person all along."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.activities import services as activities
from academy.activities.belongings import may_confirm
from academy.checkin.models import Scan, Visit
from academy.checkin.services import codes, devices, scanning
from academy.checkin.services.devices import key_hash
from academy.core.refusals import Refusal
from academy.hours.models import ServiceRecord
from academy.hours.services import confirmation
from academy.people.models import Volunteer
from academy.people.services import consents, merging
from tests.checkin.scanner import Scanner, card_of
from tests.examples import examples
from tests.hours.merging import join, visits_of
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = [pytest.mark.slow, pytest.mark.both]


@pytest.fixture
def goes(scene: Scene) -> Volunteer:
    return scene.volunteer("王秀云")


@pytest.fixture
def stays(scene: Scene) -> Volunteer:
    return scene.volunteer("王秀英", login=True)


# Confirming


def test_nobody_confirms_their_own_hours_by_another_row(scene: Scene, goes) -> None:
    activity = scene.activity()
    scene.attend(goes, activity.shifts.get())
    # The records are not counted again yet.
    merging.merge(volunteer=goes, into=scene.leader, by=scene.social_worker, at=moment("13:00"))

    outcome = confirmation.confirm(activity=activity, by=scene.leading, at=moment("13:00"))

    assert isinstance(outcome, confirmation.ConfirmationResult)
    assert (len(outcome.own), outcome.ready) == (1, [])


def test_the_heads_are_people_and_not_rows(scene: Scene, goes, stays) -> None:
    activity = scene.activity()
    shift = activity.shifts.get()
    scene.attend(goes, shift, "09:00", "10:00", rotating=False)
    scene.attend(stays, shift, "10:30", "12:00", rotating=False)
    join(scene, goes, stays, at=moment("13:00"))

    outcome = confirmation.confirm(activity=activity, by=scene.leading, at=moment("13:00"), heads=1)

    assert isinstance(outcome, confirmation.ConfirmationResult)
    assert (outcome.scanned, outcome.minutes) == (1, 150)


def test_a_leaders_row_that_goes_leads_through_the_one_who_stays(scene: Scene, stays) -> None:
    activity = scene.activity()
    leading = scene.leading
    scene.attend(stays, activity.shifts.get())
    new = scene.volunteer("赵敏")

    join(scene, scene.leader, new, at=moment("13:00"))

    activity.refresh_from_db()
    assert may_confirm(leading, activity)
    assert isinstance(
        confirmation.confirm(activity=activity, by=leading, at=moment("13:00")), confirmation.ConfirmationResult
    )


# At the gate


def test_old_cards_and_old_rows_of_a_roster_lead_to_the_one_who_stays(scene: Scene, goes, stays) -> None:
    activity = scene.activity()
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    card = card_of(goes)
    queued = [
        scanner.scan("in", moment("09:00"), card=card.key),
        scanner.scan("out", moment("12:00"), tick=goes),
    ]
    join(scene, goes, stays, at=moment("09:30"))

    results = scanner.send(*queued, at=moment("12:05"))

    assert [result.outcome for result in results] == ["accepted", "accepted"]
    assert visits_of(stays) == [("09:00", "12:00")]
    assert set(Scan.objects.values_list("volunteer", flat=True)) == {stays.pk}


def test_a_roster_knows_the_old_card(scene: Scene, goes, stays) -> None:
    activity = scene.activity()
    scanner = Scanner(activity, scene.leading, issued_at=moment("08:00"))
    card, own = card_of(goes), card_of(stays)
    merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=moment("08:30"))

    roster = devices.roster_as_json(device=scanner.device, at=moment("08:45"))

    (row,) = [person for person in roster["people"] if person["number"] == stays.number]
    assert goes.number not in [person["number"] for person in roster["people"]]
    assert roster["old_cards"] == {key_hash(card.key): row["tick"]}
    assert row["card"] == key_hash(own.key)


@pytest.fixture
def tap(scene: Scene) -> Callable[..., scanning.Answer]:
    def tapped(volunteer: Volunteer, activity: Any, direction: str, at: str, scan_id: Any = None) -> scanning.Answer:
        gate = codes.checkpoint_for(activity, rotating=False)
        return scanning.record_scan(
            scan_id=scan_id or uuid4(),
            checkpoint=gate.key,
            code=None,
            volunteer=volunteer,
            operator=None,
            direction=direction,
            at=moment(at),
            sure=True,
        )

    return tapped


def test_a_scan_stored_before_merging_has_its_answer_after_it(scene: Scene, goes, stays, tap) -> None:
    activity, scan_id = scene.activity(), uuid4()
    first = tap(goes, activity, "in", "09:00", scan_id)
    join(scene, goes, stays, at=moment("09:30"))

    for person in (goes, stays):
        again = tap(person, activity, "in", "09:31", scan_id)
        assert (again.accepted, again.repeated, again.at) == (True, True, first.at)
    assert Scan.objects.count() == 1


def test_a_place_of_the_one_who_goes_is_the_others(scene: Scene, goes, stays, tap) -> None:
    activity = scene.activity()
    shift, role = activity.shifts.get(), activity.roles.get()
    shift.walk_ins = False
    shift.save(update_fields=["walk_ins"])
    day_before = moment("09:00", SATURDAY - dt.timedelta(days=1))
    place = activities.sign_up(volunteer=goes, shift=shift, role=role, by=None, at=day_before)
    assert not isinstance(place, Refusal)
    join(scene, goes, stays, at=day_before)

    again = activities.sign_up(volunteer=stays, shift=shift, role=role, by=None, at=day_before)
    assert again is activities.ALREADY_SIGNED_UP
    assert tap(stays, activity, "in", "09:00").accepted


def test_the_second_place_in_a_shift_is_given_back(scene: Scene, goes, stays) -> None:
    activity = scene.activity()
    shift, role = activity.shifts.get(), activity.roles.get()
    day_before = moment("09:00", SATURDAY - dt.timedelta(days=1))
    for person in (goes, stays):
        activities.sign_up(volunteer=person, shift=shift, role=role, by=None, at=day_before)

    join(scene, goes, stays, at=day_before)

    assert [place.volunteer for place in shift.sign_ups.filter(cancelled_at=None)] == [stays]


def test_a_guardians_word_for_the_one_who_goes_lets_the_other_in(scene: Scene, goes, stays, tap) -> None:
    activity = scene.activity()
    Volunteer.objects.filter(pk=stays.pk).update(birth_date=dt.date(2012, 1, 1))
    consents.record_consent(
        volunteer=goes,
        kind="guardian",
        granted=True,
        evidence="表",
        by=None,
        at=moment("08:00"),
        guardian=scene.leading,
    )
    stays.refresh_from_db()
    refused = tap(stays, activity, "in", "09:00").refusal
    assert refused is not None and refused.code == "needs_consent"

    joined = join(scene, goes, stays, at=moment("09:01"))

    assert tap(joined, activity, "in", "09:02").accepted


# As if it had been one person all along


@contextmanager
def undone() -> Iterator[None]:
    """Undo all changes of one example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


facts = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from(["in", "out"]), st.integers(-60, 300)), max_size=10
)


@pytest.mark.django_db
@settings(max_examples=examples(12), deadline=None)
@given(facts=facts, merged_after=st.integers(0, 10))
def test_merging_at_any_point_is_as_if_it_had_been_one_person(facts: Any, merged_after: int) -> None:
    """The scans of two people at three overlapping shifts arrive one by one; they are merged meanwhile."""
    worlds = []
    for alone in (True, False):
        with undone(), time_machine.travel(moment("20:00"), tick=False):
            scene = Scene(values={"daily_minutes": 240})
            shifts = [scene.activity(times).shifts.get() for times in (("08:30", "11:00"), ("10:00", "13:00"))]
            shifts.append(scene.activity(("12:00", "14:00"), kind="preparation").shifts.get())
            scanners = [Scanner(shift.activity, scene.leading, issued_at=moment("07:00")) for shift in shifts]
            stays = scene.volunteer()
            pair = [stays, stays if alone else scene.volunteer()]
            for place, (who, where, direction, minute) in enumerate(facts):
                if place == merged_after and not alone:
                    join(scene, pair[1], stays, at=moment("20:00"))
                at = moment("09:00") + dt.timedelta(minutes=minute)
                with TestCase.captureOnCommitCallbacks(execute=True):
                    (result,) = scanners[where].send(
                        scanners[where].scan(direction, at, tick=pair[who]), at=moment("20:00")
                    )
                assert result.outcome == "accepted"
            if merged_after >= len(facts) and not alone:
                join(scene, pair[1], stays, at=moment("20:00"))
            assert Scan.objects.count() == len(facts)
            records = ServiceRecord.objects.live().order_by("shift__starts_at", "date")
            worlds.append(
                (
                    [
                        (visit.opened_at, visit.closed_at, visit.volunteer.pk == stays.pk)
                        for visit in Visit.objects.select_related("volunteer").order_by("shift__starts_at", "opened_at")
                    ],
                    [
                        (one.date, one.category, one.minutes, one.flags, one.steps, one.volunteer_id == stays.pk)
                        for one in records
                    ],
                )
            )
    assert worlds[0] == worlds[1]
