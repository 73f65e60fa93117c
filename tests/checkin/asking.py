"""People who ask to be let in without a sign-in, for tests."""

import datetime as dt
from uuid import uuid4

from django.test import Client

from academy.checkin.models import Claim
from academy.checkin.services import claims, codes
from academy.core.keys import random_key
from academy.core.refusals import Refusal
from tests.checkin.times import START


def static(activity) -> str:
    return codes.checkpoint_for(activity, rotating=False).key


def asked(activity, at: dt.datetime = START, **more) -> Claim:
    outcome = ask(activity, at, **more)
    assert isinstance(outcome, Claim), outcome
    return outcome


def ask(activity, at: dt.datetime = START, **more) -> Claim | Refusal:
    fields = {
        "key": random_key(80),
        "checkpoint": static(activity),
        "code": None,
        "name": "王秀英",
        "phone_tail": "1234",
        "grace": False,
        "browser": "",
    }
    return claims.ask(at=at, **{**fields, **more})


def mark(activity, leader, at=START, **more):
    fields = {"scan_id": uuid4(), "name": "李建国", "phone": "13900005678"}
    return claims.add_newcomer(activity=activity, by=leader, at=at, **{**fields, **more})


def browser() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    return client
