"""Forged codes, tokens and scans are refused without a server error.

tests/soak/test_forged.py tries a hundred thousand.
"""

import json
import random
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from academy.checkin import tokens
from academy.checkin.models import Scan
from academy.checkin.services import codes, devices, sync
from academy.core.keys import ALPHABET
from tests.checkin.scanner import Scanner, card_of
from tests.hours.scene import Scene, moment

pytestmark = pytest.mark.slow

A_FEW = 3_000
SECRET = b"a secret that the forger does not know"
NOON = moment("12:00").timestamp()


@pytest.fixture
def chance():
    return random.Random(20260110)


@pytest.fixture
def many():
    return A_FEW


def word(chance, length, alphabet=ALPHABET):
    return "".join(chance.choices(alphabet, k=length))


def altered(chance, text):
    """`text` with one character changed."""
    place = chance.randrange(len(text))
    other = chance.choice([character for character in ALPHABET + "abcdef." if character != text[place]])
    return text[:place] + other + text[place + 1 :]


def test_no_forged_code_opens_a_gate(chance, many):
    right = {tokens.code_for(SECRET, "GATE", tokens.step_at(NOON) - step) for step in (0, 1)}
    kinds = (
        lambda: word(chance, tokens.CODE_LENGTH),
        lambda: altered(chance, next(iter(right))),
        lambda: tokens.code_for(SECRET, "OTHERGATE", tokens.step_at(NOON)),  # another checkpoint's
        lambda: tokens.code_for(SECRET, "GATE", tokens.step_at(NOON) + chance.randint(1, 9_999)),  # of the future
        lambda: tokens.code_for(SECRET, "GATE", tokens.step_at(NOON) - chance.randint(2, 9_999)),  # replayed
        lambda: tokens.code_for(b"another secret", "GATE", tokens.step_at(NOON)),
        lambda: word(chance, chance.randint(0, 40), "".join(map(chr, range(32, 0x4F00, 97)))),
    )
    tried = [kind() for kind, _ in product(kinds, range(many // len(kinds) + 1))]
    assert len(tried) >= many
    opened = [code for code in tried if tokens.judge(SECRET, "GATE", code, NOON) is tokens.Verdict.VALID]
    assert opened == []
    assert tokens.judge(SECRET, "GATE", right.pop(), NOON) is tokens.Verdict.VALID


def test_no_forged_token_names_a_device(chance, many):
    true = tokens.device_token(SECRET, "9XDEVICE")
    kinds = (
        lambda: altered(chance, true),
        lambda: f"{word(chance, 8)}.{word(chance, 40, '0123456789abcdef')}",
        lambda: f"{word(chance, 8)}.{true.partition('.')[2]}",
        lambda: tokens.device_token(b"another secret", word(chance, 8)),
        lambda: true[: chance.randrange(len(true))],
    )
    forged = [kind() for kind, _ in product(kinds, range(many // len(kinds)))]
    assert len(forged) >= many
    assert [token for token in forged if tokens.device_of(SECRET, token)] == []
    assert tokens.device_of(SECRET, true) == "9XDEVICE"


def test_no_forged_signature_is_right(chance, many):
    key = tokens.device_key(SECRET, "9XDEVICE")
    parts = ["9XDEVICE", str(uuid4()), "1", "GATE", "card", "ABCDEFGH", "in", "2026-01-10T01:00:00Z"]
    true = tokens.scan_mac(key, *parts)
    for _ in range(many // 2):
        place = chance.randrange(len(parts))
        changed = [*parts[:place], altered(chance, parts[place]), *parts[place + 1 :]]
        assert not tokens.is_same(tokens.scan_mac(key, *changed), true)
        assert not tokens.is_same(altered(chance, true), true)


@pytest.mark.django_db
def test_forged_scans_are_not_stored(chance, many):
    """Send forged scans as a device does, five hundred at once: altered, replayed or invented."""
    scene = Scene()
    activity = scene.activity()
    mine, other = (Scanner(activity, scene.leading, issued_at=moment("08:00")) for _ in range(2))
    card = card_of(scene.volunteer()).key
    true = [mine.scan("in", moment("09:00"), card=card) for _ in range(20)]
    names = ("id", "n", "checkpoint", "card", "direction", "at", "mac")

    def forged():
        sent = dict(chance.choice(true))
        name = chance.choice(names)
        sent[name] = sent[name] + 1 if name == "n" else altered(chance, sent[name])
        return sent

    for _ in range(many // sync.MOST_AT_ONCE):
        batch = [forged() for _ in range(sync.MOST_AT_ONCE - len(true))]
        results = mine.send(*batch, at=moment("09:01")) + other.send(*true, at=moment("09:01"))
        assert {(result.outcome, result.code) for result in results} == {("refused", "device_refused")}
    assert not Scan.objects.exists()


@pytest.mark.django_db
@time_machine.travel(moment("09:05"), tick=False)
def test_malformed_requests_cause_no_server_error(chance):
    scene = Scene()
    scanner = Scanner(scene.activity(), scene.leading, issued_at=moment("08:00"))
    token = devices.token_of(scanner.device)
    good = scanner.scan("in", moment("09:00"), tick=scene.volunteer())
    rubbish = [None, True, -1, 10**40, 1.5, "", "\u0000", "\ud800", "9" * 70, [], {}, [[]], {"id": {}}, good]
    client = Client()
    for _ in range(400):
        sent = {name: chance.choice([value, *rubbish]) for name, value in good.items()}
        body = {"device": scanner.device.key, "sent_at": moment("09:05").isoformat(), "scans": [sent]}
        if chance.random() < 0.3:
            body[chance.choice(list(body))] = chance.choice(rubbish)
        response = client.post(
            reverse("checkin:sync"),
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Device {token}"},
        )
        assert response.status_code in (200, 400, 401)
    assert Scan.objects.count() <= 1


@pytest.mark.django_db
@time_machine.travel(moment("09:05"), tick=False)
def test_a_room_behind_one_address_is_never_locked_out(chance):
    scene = Scene()
    activity = scene.activity()
    gate = codes.checkpoint_for(activity, rotating=True)
    guesser, honest = (scene.volunteer(name, login=True) for name in ("甲甲", "乙乙"))
    client = Client(REMOTE_ADDR="203.0.113.7")
    client.force_login(guesser.user)
    for _ in range(150):
        code = word(chance, tokens.CODE_LENGTH)
        client.post(reverse("checkin:gate_with_code", args=[gate.key, code]), {"who": f"{guesser.pk}:in:{uuid4()}"})
    assert set(Scan.objects.values_list("refusal", flat=True)) == {"bad_code"}
    other = Client(REMOTE_ADDR="203.0.113.7")
    other.force_login(honest.user)
    right = codes.rotating_codes(gate, at=moment("09:05"))[0].code
    other.post(reverse("checkin:gate_with_code", args=[gate.key, right]), {"who": f"{honest.pk}:in:{uuid4()}"})
    assert Scan.objects.get(refusal="").volunteer == honest
