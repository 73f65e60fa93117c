"""Settling many visits, and what a volunteer's totals cost (`settle_vs_io`, `totals_*`).

It runs in a process of its own, on a SQLite file of its own. The floor of `settle_vs_io` reads the same rows and writes
as many records, ledger entries, totals and seals through the same ORM calls, with contents computed beforehand.
"""

import datetime as dt
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
VOLUNTEERS, VISITS, BATCH = 1_000, 100, 50
LISTED, RECORDS = 10_000, 1_000_000


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="academy-bench-") as directory:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "academy.settings.test",
            "DATABASE_URL": f"sqlite:///{directory}/bench.sqlite3",
            "LOG_LEVEL": "ERROR",
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.bench.bench_hours"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
    return list(json.loads(done.stdout))


def measure() -> list[dict[str, Any]]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    build(random.Random(1))
    ours, floors = settle_against_floor()
    listing, aggregate = list_against_aggregate()
    return [
        figure("settle_vs_io", round(ours / floors, 2), "×", 4, 2),
        figure("settle_visits_per_second", round(VOLUNTEERS * VISITS / ours), "visits/s", None, None),
        figure("trial_visits_per_second", round(trial_visits_per_second()), "visits/s", None, None),
        figure("totals_statements", totals_statements(), "statements", 1, 1),
        figure("totals_list_vs_aggregate", round(listing / aggregate, 4), "×", 0.1, 0.02),
    ]


def figure(id: str, value: float, unit: str, budget: float | None, aim: float | None) -> dict[str, Any]:
    return {"id": id, "value": value, "unit": unit, "budget": budget, "aim": aim}


def build(chance: random.Random) -> None:
    """Create a community after one year: `VOLUNTEERS` people, each with `VISITS` visits."""
    from academy.activities.models import Activity, Break, Role, Shift, SignUp
    from academy.checkin.models import Checkpoint, Scan
    from academy.core.models import Community
    from academy.people.models import Issuer, Volunteer
    from academy.rulebook.services import publish_rule_set

    new_year = dt.datetime(2025, 1, 1, tzinfo=SHANGHAI)
    community = Community.objects.create(name="Y社区", slug="bench")
    publish_rule_set(
        community=community,
        title="志愿服务管理办法",
        effective_from=dt.date(2020, 1, 1),
        values={},
        by=None,
        at=new_year,
    )
    issuer = Issuer.objects.create(
        community=community, name="志愿服务队", person_responsible="赵敏", handler="孙丽", telephone="0731-1"
    )
    volunteers = Volunteer.objects.bulk_create(
        Volunteer(community=community, number=f"B{number:06}", name="王秀英", registered_at=new_year)
        for number in range(VOLUNTEERS)
    )
    activities = Activity.objects.bulk_create(
        Activity(
            community=community,
            title=f"活动{number}",
            place="活动中心",
            service_content="入户宣传",
            leader=volunteers[0],
            organiser="居委会",
            issuer=issuer,
            published_at=new_year,
        )
        for number in range(100)
    )
    roles = Role.objects.bulk_create(Role(activity=activity, name="志愿者") for activity in activities)
    gates = Checkpoint.objects.bulk_create(
        Checkpoint(activity=activity, key=f"BENCH{activity.pk}", rotating=True) for activity in activities
    )
    shifts = []
    for number in range(2_000):
        starts_at = new_year + dt.timedelta(days=number % 360, hours=chance.choice((8, 9, 14, 19)))
        ends_at = starts_at + dt.timedelta(minutes=chance.choice((90, 120, 180)))
        shifts.append(Shift(activity=activities[number % 100], starts_at=starts_at, ends_at=ends_at))
    shifts = Shift.objects.bulk_create(shifts)
    Break.objects.bulk_create(
        Break(
            shift=shift,
            starts_at=shift.starts_at + dt.timedelta(minutes=60),
            ends_at=shift.starts_at + dt.timedelta(minutes=75),
        )
        for shift in shifts[::4]
    )
    scans: list[Scan] = []
    sign_ups: list[SignUp] = []
    for volunteer in volunteers:
        for place in chance.sample(range(2_000), VISITS):
            shift = shifts[place]
            sign_ups.append(
                SignUp(
                    shift=shift,
                    role=roles[place % 100],
                    volunteer=volunteer,
                    seat=volunteer.pk,
                    signed_up_at=new_year,
                )
            )
            for direction, moment in (("in", shift.starts_at), ("out", shift.ends_at)):
                at = moment + dt.timedelta(seconds=chance.randrange(-900, 900))
                scans.append(
                    Scan(
                        checkpoint=gates[place % 100],
                        volunteer=volunteer,
                        shift=shift,
                        direction=direction,
                        method="rotating",
                        happened_at=at,
                        received_at=at,
                    )
                )
    SignUp.objects.bulk_create(sign_ups, batch_size=2_000)
    Scan.objects.bulk_create(scans, batch_size=2_000)


def settle_against_floor() -> tuple[float, float]:
    """Return the seconds of the whole settling, and those of its reading and writing alone.

    The two take turns, each time on one batch of volunteers.
    """
    from django.db import connection

    from academy.core import append_only
    from academy.hours.described import settled_fields
    from academy.hours.models import HoursTotal, LedgerEntry, RecordState, Seal, ServiceRecord
    from academy.hours.services import notices
    from academy.hours.services.records import compute_many
    from academy.people.models import Volunteer

    at = dt.datetime(2026, 2, 2, 9, tzinfo=SHANGHAI)
    volunteers = list(Volunteer.objects.order_by("pk").values_list("pk", flat=True))
    append_only.lift(connection)

    def empty() -> None:
        for model in (Seal, LedgerEntry, HoursTotal, ServiceRecord):
            model.objects.all()._raw_delete("default")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM hours_ledgerhead")

    ours = floors = 0.0
    for start in range(0, len(volunteers), BATCH):
        batch = volunteers[start : start + BATCH]
        ours += timed(partial(compute_many, volunteers=batch, at=at))
        # The leaders' part is not measured.
        kept = settled_fields(ServiceRecord.objects.select_related("activity")[0].activity)
        ServiceRecord.objects.update(state=RecordState.ON_NOTICE, confirmed_at=at, effective_on=at.date(), **kept)
        ours += timed(partial(notices.end_notices, at=at))
        records = list(ServiceRecord.objects.order_by("pk").values())
        entries = list(LedgerEntry.objects.order_by("pk").values())
        totals = list(HoursTotal.objects.values())
        seals = list(Seal.objects.order_by("pk").values())
        empty()
        floors += timed(read_and_write, batch, records, entries, totals, seals)
        empty()
    append_only.install(connection)
    return ours, floors


def read_and_write(
    batch: list[int],
    records: list[dict[str, Any]],
    entries: list[dict[str, Any]],
    totals: list[dict[str, Any]],
    seals: list[dict[str, Any]],
) -> None:
    from django.db import transaction

    from academy.activities.models import Shift, SignUp
    from academy.checkin.models import Scan
    from academy.hours.days import scan_rows
    from academy.hours.models import HoursTotal, LedgerEntry, Seal, ServiceRecord

    with transaction.atomic():
        list(Shift.objects.select_related("activity").prefetch_related("breaks"))
        list(scan_rows(batch))
        list(SignUp.objects.filter(volunteer__in=batch).values_list("volunteer_id", "shift_id", "role__counts_as"))
        list(ServiceRecord.objects.live().filter(volunteer__in=batch))
        ServiceRecord.objects.bulk_create(ServiceRecord(**record) for record in records)
    list(ServiceRecord.objects.filter(volunteer__in=batch))
    with transaction.atomic():
        LedgerEntry.objects.bulk_create(LedgerEntry(**entry) for entry in entries)
        HoursTotal.objects.bulk_create(HoursTotal(**total) for total in totals)
        list(Scan.objects.filter(volunteer__in=batch).values())
        Seal.objects.bulk_create(Seal(**seal) for seal in seals)


def trial_visits_per_second() -> float:
    """Try a draft of the rules on a quarter of the year: each visit is counted twice."""
    from academy.core.models import Community
    from academy.hours.services.trial import Trial, try_rules
    from academy.rulebook.models import RuleSet

    draft = RuleSet.objects.create(
        community=Community.objects.get(),
        title="草案",
        effective_from=dt.date(2027, 1, 1),
        values={"daily_minutes": 240, "rounding_minutes": 10},
    )
    period = {"since": dt.date(2025, 1, 1), "until": dt.date(2025, 3, 31)}
    trial: list[Trial] = []
    at = dt.datetime(2026, 2, 2, 9, tzinfo=SHANGHAI)
    seconds = timed(lambda: trial.append(try_rules(draft=draft, **period, at=at)))
    assert trial[0].differing
    return VOLUNTEERS * VISITS / 4 / seconds


def totals_statements() -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from academy.hours.services.totals import total_of
    from academy.people.models import Volunteer

    volunteer = Volunteer.objects.earliest("pk")
    with CaptureQueriesContext(connection) as captured:
        total_of(volunteer)
    return len(captured)


def list_against_aggregate() -> tuple[float, float]:
    """Return the SQL seconds to list 10,000 stored totals, and to add up 1,000,000 records instead."""
    from django.db import connection

    with connection.cursor() as cursor:
        # Only the columns that the two statements read.
        cursor.execute("CREATE TEMPORARY TABLE many (volunteer_id integer, category varchar(8), minutes integer)")
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            "INSERT INTO many SELECT i %% %s, 'service', 30 + i %% 200 FROM n",
            [RECORDS - 1, LISTED],
        )
        cursor.execute("CREATE INDEX many_of_volunteer ON many (volunteer_id, category, minutes)")
        cursor.execute("CREATE TEMPORARY TABLE totals (volunteer_id integer PRIMARY KEY, service_minutes integer)")
        cursor.execute("INSERT INTO totals SELECT volunteer_id, SUM(minutes) FROM many GROUP BY volunteer_id")

        def fetch(statement: str) -> Callable[[], Any]:
            def act() -> None:
                cursor.execute(statement)
                assert len(cursor.fetchall()) == LISTED

            return act

        stored = fetch("SELECT volunteer_id, service_minutes FROM totals")
        added_up = fetch("SELECT volunteer_id, SUM(minutes) FROM many WHERE category = 'service' GROUP BY volunteer_id")
        pairs = [(timed(stored), timed(added_up)) for _round in range(7)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def timed(act: Callable[..., Any], *arguments: Any) -> float:
    gc.collect()
    started = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(measure()))
