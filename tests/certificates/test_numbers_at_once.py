"""Certificates issued at the same moment: numbers without gaps, codes that are unique (P6)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from academy.certificates import services
from academy.certificates.models import Certificate
from tests.at_once import at_once
from tests.certificates.issuing import JANUARY, issue, issued
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]


def test_issued_at_once_they_are_numbered_without_a_gap() -> None:
    scene = Scene()
    people = [scene.volunteer(f"王{name}") for name in "一二三四五六"]
    for place, person in enumerate(people):
        scene.serve(person, f"{8 + place:02}:00", f"{9 + place:02}:00")

    def act(person, period):
        return lambda: issue(scene, person, period=period)

    at_once(*(act(person, JANUARY) for person in people))
    # One that fails after its number was taken leaves none out.
    with transaction.atomic():
        issued(issue(scene, people[0], period=(SATURDAY, SATURDAY)))
        transaction.set_rollback(True)
    at_once(*(act(person, (SATURDAY, SATURDAY + dt.timedelta(days=1))) for person in people[:4]))

    certificates = list(Certificate.objects.order_by("number"))
    prefix = f"ZM{scene.issuer.pk:02}-2026-"
    assert [one.number for one in certificates] == [f"{prefix}{number:06}" for number in range(1, 11)]
    assert len({one.code for one in certificates}) == 10


def test_two_taps_at_once_make_one_certificate() -> None:
    scene = Scene()
    person = scene.volunteer()
    scene.serve(person, "09:00", "10:00")
    first, second = at_once(*[lambda: issue(scene, person)] * 2)
    assert first == second == Certificate.objects.get()


def test_a_code_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    person = scene.volunteer()
    scene.serve(person, "09:00", "10:00")
    first = issued(issue(scene, person))
    monkeypatch.setattr(services, "random_key", lambda bits: first.code)
    with pytest.raises(IntegrityError):
        issue(scene, person, period=(SATURDAY, SATURDAY), at=ISSUED_AT)
    assert Certificate.objects.count() == 1
