"""A witness by name and four digits, or by number; no answer reveals a person (K9, ADR 37)."""

import datetime as dt

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.hours.models import MakeUp
from academy.people.services import personal_data
from tests.factories import CommunityFactory, VolunteerFactory, photo
from tests.hours.scene import SATURDAY, moment

pytestmark = pytest.mark.slow

SUNDAY = SATURDAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_sunday(clock):
    clock.move_to(moment("10:00", SUNDAY))


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True, phone="13900005000")


@pytest.fixture
def shift(scene):
    return scene.activity().shifts.get()


@pytest.fixture
def send(volunteer, shift, sign_in):
    client = sign_in(volunteer.user)

    def send(**typed):
        form = {"came": "900", "left": "1100", "reason": "手机没电了", "evidence": photo(), **typed}
        return client.post(f"{reverse('home:ask_make_up', args=[shift.pk])}?who={volunteer.number}", form)

    return send


def errors(page):
    return {name: [error.code for error in found] for name, found in page.context["form"].errors.as_data().items()}


@pytest.mark.parametrize("tail", ["8000", "８０００"])
def test_a_name_and_four_digits_name_the_witness(scene, send, tail):
    witness = scene.volunteer("李 建国", phone="13900008000")

    assert send(witness="李建国", witness_tail=tail).status_code == 302

    assert MakeUp.objects.get().witness == witness
    assert [one.label for one in ModelLogEntry.objects.filter(action=personal_data.SEARCHED)] == [witness.number]


def test_the_number_is_enough(scene, send):
    witness = scene.volunteer("李建国", phone="13900008000")

    assert send(witness=witness.number.lower()).status_code == 302

    assert MakeUp.objects.get().witness == witness


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("李建国", "8001"),
        ("李建", "8000"),
        ("赵敏敏", "8000"),
        ("王丽", "7000"),  # two of them
        ("周远", "6000"),  # of another community
        ("V2025000099X", ""),
    ],
)
def test_no_match_and_several_read_the_same_and_lose_nothing(scene, send, name, tail):
    scene.volunteer("李建国", phone="13900008000")
    for phone in ("13900007000", "13800007000"):
        scene.volunteer("王丽", phone=phone)
    VolunteerFactory(community=CommunityFactory(), name="周远", phone="13900006000")

    page = send(witness=name, witness_tail=tail)

    assert errors(page) == {"witness": ["unknown_witness"]}
    assert "手机没电了" in page.content.decode() and name in page.content.decode()
    assert not MakeUp.objects.exists() and not ModelLogEntry.objects.filter(action=personal_data.SEARCHED).exists()


def test_one_sentence_covers_no_match_and_several(scene, send):
    for phone in ("13900007000", "13800007000"):
        scene.volunteer("王丽", phone=phone)

    sentences = {
        str(send(witness=name, witness_tail=tail).context["form"].errors["witness"])
        for name, tail in (("王丽", "7000"), ("没有此人", "1111"))
    }

    assert len(sentences) == 1


@pytest.mark.parametrize(("tail", "code"), [("", "needs_digits"), ("80", "invalid")])
def test_a_name_needs_its_four_digits(scene, send, tail, code):
    scene.volunteer("李建国", phone="13900008000")

    assert errors(send(witness="李建国", witness_tail=tail)) == {"witness_tail": [code]}


def test_nobody_is_their_own_witness(volunteer, send):
    page = send(witness=volunteer.name, witness_tail="5000")

    assert errors(page) == {"witness": ["needs_witness"]} and not MakeUp.objects.exists()


def test_digits_cannot_be_tried_one_after_the_other(scene, send, clock):
    scene.volunteer("李建国", phone="13900008000")

    codes = [errors(send(witness="李建国", witness_tail=f"{n:04}"))["witness"] for n in range(12)]

    assert codes[:10] == [["unknown_witness"]] * 10
    assert codes[-1] == ["too_many_attempts"]
    assert errors(send(witness="李建国", witness_tail="8000"))["witness"] == ["too_many_attempts"]
    clock.move_to(moment("11:00", SUNDAY))
    assert send(witness="李建国", witness_tail="8000").status_code == 302


def test_a_correction_asks_for_no_witness(scene, volunteer, shift, sign_in, clock):
    client, address = sign_in(volunteer.user), f"{reverse('home:ask_make_up', args=[shift.pk])}?who={volunteer.number}"
    assert 'name="witness"' in client.get(address).content.decode()

    clock.move_to(moment("10:00", SATURDAY + dt.timedelta(days=9)))  # seven days to ask are over

    page = client.get(address).content.decode()
    assert 'name="witness' not in page and "seven days" not in page
    assert client.post(address, {"came": "900", "left": "1100", "reason": "补"}).status_code == 302
    assert MakeUp.objects.get().way == MakeUp.Way.CORRECTION
