"""Seed an installation for `bench_checkin` with signed-in people; print their keys as JSON.

`python -m tests.bench.checkin_people <people> <walk-ins>`, with the settings of the installation.
"""

import datetime as dt
import json
import sys
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from academy.activities.models import SignUp  # noqa: E402
from academy.checkin.services import codes  # noqa: E402
from academy.people.models import User, Volunteer  # noqa: E402
from tests.bench import floor  # noqa: E402
from tests.bench.site import HOST  # noqa: E402
from tests.factories import ActivityFactory, RuleSetFactory  # noqa: E402

BACKEND = "academy.people.backends.LoginBackend"
CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "COMMIT", "ROLLBACK")


def main(people: int, walk_ins: int) -> dict[str, Any]:
    now = timezone.now()
    with transaction.atomic():
        activity = ActivityFactory(
            starts_at=now, ends_at=now + dt.timedelta(hours=3), capacity=people + walk_ins + 10, published=now
        )
        RuleSetFactory(community=activity.community)
        shift, role = activity.shifts.get(), activity.roles.get()
        users = User.objects.bulk_create(User(username=f"bench-{n}", password="!") for n in range(people + walk_ins))
        volunteers = Volunteer.objects.bulk_create(
            Volunteer(
                community=activity.community,
                number=f"B{n:07}",
                name="王秀英",
                user=user,
                registered_at=now,
            )
            for n, user in enumerate(users)
        )
        SignUp.objects.bulk_create(
            SignUp(shift=shift, role=role, volunteer=volunteer, seat=n, signed_up_at=now)
            for n, volunteer in enumerate(volunteers[:people], start=1)
        )
        sessions = [session_of(user, now) for user in users]
        Session.objects.bulk_create(sessions)
        # The tables of a real community have been analysed; those of a fresh one have not.
        checkpoint = codes.checkpoint_for(activity, rotating=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    floor.create_table()
    signed_in = [
        {"volunteer": volunteer.pk, "session": session.session_key}
        for volunteer, session in zip(volunteers, sessions, strict=True)
    ]
    return {
        "checkpoint": checkpoint.key,
        "shift": shift.pk,
        "people": signed_in[:people],
        "walk_ins": signed_in[people:],
        "statements": statements(checkpoint.key, signed_in[people]),
    }


def session_of(user: User, now: dt.datetime) -> Session:
    store = SessionStore()
    data = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return Session(session_key=uuid4().hex, session_data=store.encode(data), expire_date=now + dt.timedelta(days=180))


def statements(checkpoint: str, walk_in: dict[str, Any]) -> int:
    """Count the SQL statements of a walk-in's check-in, the most expensive, without transaction control."""
    client = Client(HTTP_HOST=HOST)
    client.cookies["sessionid"] = walk_in["session"]
    client.get(f"/c/{checkpoint}/", secure=True)  # the page with the button; also what a process reads once
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"/c/{checkpoint}/", {"who": f"{walk_in['volunteer']}:in:{uuid4()}"}, secure=True)
    assert answer.status_code == 302, answer
    return sum(not query["sql"].startswith(CONTROL) for query in captured.captured_queries)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
