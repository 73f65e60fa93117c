"""Fill a district for `bench_tick`, and time ticks of it.

`python -m tests.bench.tick_history <records>`, with the settings of the installation. Prints the seconds of a tick when
all activities are confirmed and evaluated, and when none is evaluated.
"""

import json
import statistics
import sys
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from tests.bench import district  # noqa: E402

TICKS = 5


def main(records: int) -> dict[str, float]:
    district.fill(records)
    _analyse()
    settled, statements = _time()
    district.run(district.OPENED)
    _analyse()
    unevaluated, _statements = _time()
    district.run(district.EVALUATED)
    return {"settled_s": settled, "statements": statements, "unevaluated_s": unevaluated}


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _time() -> tuple[float, int]:
    """Return the median seconds of a tick, and the statements of the last."""
    seconds = []
    for _tick in range(TICKS):
        with CaptureQueriesContext(connection) as captured:
            started = time.perf_counter()
            call_command("tick")
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), len(captured)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
