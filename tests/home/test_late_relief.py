"""The relief that is late: a person who is still in sees it, and whom to call."""

import pytest
from django.urls import reverse

from academy.checkin.services import codes
from academy.people.models import Consent
from academy.people.services import consents
from tests.factories import sign_up
from tests.hours.scene import LONG_AGO, moment

pytestmark = pytest.mark.slow

SHIFTS = [("09:00", "12:00"), ("12:00", "15:00"), ("12:00", "14:00")]
LATE = "The next shift has not come yet"


@pytest.fixture
def watch(scene, clock):
    """Return an activity of two shifts, one after the other, and a person who stands in the first."""
    activity = scene.activity(("09:00", "12:00"), ("12:00", "15:00"))
    person = scene.volunteer(login=True)
    scene.scan(person, activity.shifts.order_by("starts_at")[0], "in", moment("09:00"))
    return activity, person


def pages(person, activity, sign_in):
    phone = sign_in(person.user)
    poster = codes.checkpoint_for(activity, rotating=False)
    gate = reverse("checkin:gate", args=[poster.key])
    return {name: phone.get(url).content.decode() for name, url in {"my": "/my/", "gate": gate}.items()}


def test_until_the_shift_ends_nothing_is_said(watch, sign_in, clock):
    clock.move_to(moment("11:59"))
    assert not any(LATE in page for page in pages(watch[1], watch[0], sign_in).values())


def test_from_the_end_on_the_unit_is_called_if_the_leader_shows_no_number(scene, watch, sign_in, clock):
    activity, person = watch
    clock.move_to(moment("12:05"))

    for name, page in pages(person, activity, sign_in).items():
        assert LATE in page and "Call the community" in page, name
        assert f'href="tel:{scene.issuer.telephone.replace("-", "")}"' in page, name


def test_the_next_shift_may_be_one_of_another_activity_at_the_post(scene, sign_in, clock):
    first, second, elsewhere = (scene.activity((start, end)) for start, end in SHIFTS)
    elsewhere.place = "另一个门"
    elsewhere.save()
    person = scene.volunteer(login=True)
    scene.scan(person, first.shifts.get(), "in", moment("09:00"))
    clock.move_to(moment("12:05"))
    assert LATE in pages(person, first, sign_in)["my"]

    scene.scan(scene.volunteer("李建国"), second.shifts.get(), "in", moment("12:04"))
    assert LATE not in pages(person, first, sign_in)["my"]


def test_the_leaders_number_is_shown_with_consent(scene, watch, sign_in, clock):
    activity, person = watch
    scene.leader.phone = "13900000099"
    scene.leader.save()
    consents.record_consent(
        volunteer=scene.leader, kind=Consent.Kind.TELEPHONE, granted=True, evidence="当面同意", by=None, at=LONG_AGO
    )
    clock.move_to(moment("12:05"))

    page = pages(person, activity, sign_in)["my"]

    assert 'href="tel:13900000099"' in page and "Call the leader" in page


@pytest.mark.parametrize("case", ["relief is here", "stays for the next", "checked out", "both over"])
def test_nothing_is_said(scene, watch, sign_in, clock, case):
    activity, person = watch
    following = activity.shifts.order_by("starts_at")[1]
    now = moment("12:05")
    match case:
        case "relief is here":
            scene.scan(scene.volunteer("李建国"), following, "in", moment("11:55"))
        case "stays for the next":
            sign_up(person, following)
        case "checked out":
            scene.scan(person, activity.shifts.order_by("starts_at")[0], "out", moment("12:00"))
        case "both over":
            now = moment("15:05")
    clock.move_to(now)

    assert not any(LATE in page for page in pages(person, activity, sign_in).values())
