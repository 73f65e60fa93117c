"""Scans in any order of arrival: the visits are those of the accepted scans, and no scan is lost."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.checkin.models import Annulment, Direction, Scan, Visit
from academy.checkin.pairing import Fact, pair
from academy.checkin.services import codes, leading, scanning, visits
from academy.people.models import Volunteer
from tests.checkin.scanner import Scanner, card_of
from tests.everybody import check_everybody_out
from tests.examples import examples
from tests.hours.scene import Scene, moment

pytestmark = [pytest.mark.django_db, pytest.mark.both]

CLOCKS = (dt.timedelta(), dt.timedelta(hours=5, seconds=13), dt.timedelta(minutes=-37))  # of three devices
PEOPLE = 3

people = st.integers(0, PEOPLE - 1)
devices = st.integers(0, len(CLOCKS) - 1)
directions = st.sampled_from(["in", "out"])
acts = st.one_of(
    st.tuples(st.just("queue"), devices, people, directions, st.integers(-90, 200), st.booleans()),
    st.tuples(st.just("send"), devices, st.integers(0, 9)),
    st.tuples(st.just("phone"), people, directions),
    st.tuples(st.just("everybody_out")),
    st.tuples(st.just("annul"), st.integers(0, 30)),
    st.tuples(st.just("wait"), st.integers(1, 20)),
)


class Gate:
    """One shift from nine to twelve, three people, three devices of two operators, and the time."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.activity = self.scene.activity()
        self.shift = self.activity.shifts.get()
        self.people = [self.scene.volunteer(name) for name in ("王秀英", "李建国", "张桂兰")]
        self.cards = [card_of(person) for person in self.people]
        operators = [self.scene.leading, self.scene.social_worker, self.scene.leading]
        self.scanners = [
            Scanner(self.activity, operator, issued_at=moment("07:00"), ahead=ahead)
            for operator, ahead in zip(operators, CLOCKS, strict=True)
        ]
        self.queues: list[list[dict[str, Any]]] = [[] for _ in CLOCKS]
        self.sent: list[list[dict[str, Any]]] = [[] for _ in CLOCKS]
        self.accepted: set[UUID] = set()
        self.now = moment("09:00")

    def queue(self, device: int, person: int, direction: str, minute: int, by_card: bool) -> None:
        who = {"card": self.cards[person].key} if by_card else {"tick": self.people[person]}
        at = moment("09:00") + dt.timedelta(minutes=minute)
        self.queues[device].append(self.scanners[device].scan(direction, at, **who))

    def send(self, device: int, seed: int) -> None:
        """Send the queue and some scans that were sent before, in any order."""
        chance = random.Random(seed)
        batch = self.queues[device] + chance.sample(self.sent[device], len(self.sent[device]) // 2)
        chance.shuffle(batch)
        results = self.scanners[device].send(*batch, at=self.now)
        assert {result.outcome for result in results} <= {"accepted", "duplicate"}
        self.accepted |= {UUID(result.id) for result in results}
        self.sent[device] += self.queues[device]
        self.queues[device] = []

    def phone(self, person: int, direction: str) -> None:
        checkpoint = codes.checkpoint_for(self.activity, rotating=True)
        answer = scanning.record_scan(
            scan_id=uuid4(),
            checkpoint=checkpoint.key,
            code=codes.rotating_codes(checkpoint, at=self.now)[0].code,
            volunteer=self.people[person],
            operator=None,
            direction=direction,
            at=self.now,
            sure=True,
        )
        if answer.accepted:
            self.accepted.add(answer.scan_id)

    def everybody_out(self) -> None:
        check_everybody_out(activity=self.activity, by=self.scene.leading, at=self.now)
        self.accepted |= set(Scan.objects.filter(method="everybody_out").values_list("pk", flat=True))

    def annul(self, place: int) -> None:
        scans = list(Scan.objects.accepted().order_by("happened_at", "pk"))
        if scans:
            leading.annul(scan=scans[place % len(scans)], by=self.scene.social_worker, at=self.now)

    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    def check(self) -> None:
        there = set(Scan.objects.filter(refusal="").values_list("pk", flat=True))
        assert self.accepted <= there
        for person in self.people:
            stored = list(visits_of(person))
            assert stored == expected_of(person)
            assert sum(closed_by is None for _, closed_by in stored) <= 1


def visits_of(person: Volunteer) -> Any:
    return Visit.objects.filter(volunteer=person).order_by("opened_at", "pk").values_list("opened_by", "closed_by")


def expected_of(person: Volunteer) -> list[tuple[UUID, UUID | None]]:
    """Return the visits by definition: from all accepted scans that were not annulled, in time order."""
    annulled = set(Annulment.objects.values_list("scan", flat=True))
    facts = [
        Fact(scan.happened_at, scan.direction == Direction.IN, scan.pk)
        for scan in Scan.objects.filter(volunteer=person, refusal="")
        if scan.pk not in annulled
    ]
    return [(one.opened.id, one.closed.id if one.closed else None) for one in pair(facts)]


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll the database back after each example."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.slow
@settings(max_examples=examples(30), deadline=None)
@given(story=st.lists(acts, max_size=25))
def test_visits_are_those_of_the_accepted_scans_in_order(story: list[tuple[Any, ...]]) -> None:
    with rolled_back():
        gate = Gate()
        for act, *arguments in story:
            getattr(gate, act)(*arguments)
            gate.check()
        for device in range(len(CLOCKS)):
            gate.send(device, 0)
        gate.check()
        before = [list(visits_of(person)) for person in gate.people]
        for person in gate.people:
            visits.rebuild_visits(volunteer_id=person.pk, shift_id=gate.shift.pk)
        assert [list(visits_of(person)) for person in gate.people] == before


@pytest.mark.slow
@settings(max_examples=examples(15), deadline=None)
@given(
    facts=st.lists(st.tuples(devices, people, directions, st.integers(-90, 350)), max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_the_same_facts_in_another_order_make_the_same_visits(facts: Any, order: random.Random) -> None:
    """Send each scan by itself, in time order and then in another order."""
    timelines = []
    for shuffled in (False, True):
        with rolled_back():
            gate = Gate()
            gate.now = moment("16:00")
            arriving = sorted(facts, key=lambda fact: fact[3])
            if shuffled:
                order.shuffle(arriving)
            for device, person, direction, minute in arriving:
                gate.queue(device, person, direction, minute, True)
                gate.send(device, 0)
            timelines.append(
                [
                    list(
                        Visit.objects.filter(volunteer=person)
                        .order_by("opened_at")
                        .values_list("opened_at", "closed_at")
                    )
                    for person in gate.people
                ]
            )
    assert timelines[0] == timelines[1]
