"""Store many scans of old visits, of the same people at the same checkpoint, for `bench_checkin`."""

import json
import sys

import django

django.setup()

from django.db import connection  # noqa: E402

# Closed visits of years ago. Each has its two scans; ids are random, as real ones are.
FILL = """
WITH visits AS (
    SELECT gen_random_uuid() AS opened_by, gen_random_uuid() AS closed_by, volunteer.id AS volunteer,
           TIMESTAMPTZ '2020-01-01 01:00Z' + day * INTERVAL '1 hour' AS opened_at
      FROM people_volunteer volunteer, generate_series(1, %(each)s) day
), scans AS (
    INSERT INTO checkin_scan (id, checkpoint_id, volunteer_id, shift_id, direction, method,
                              happened_at, received_at, refusal, flags, presented, browser)
    SELECT opened_by, %(checkpoint)s, volunteer, %(shift)s, 'in', 'static',
           opened_at, opened_at, '', '[]'::jsonb, '', ''
      FROM visits
     UNION ALL
    SELECT closed_by, %(checkpoint)s, volunteer, %(shift)s, 'out', 'static',
           opened_at + INTERVAL '50 minutes', opened_at + INTERVAL '50 minutes', '', '[]'::jsonb, '', ''
      FROM visits
)
INSERT INTO checkin_visit (volunteer_id, shift_id, opened_by_id, closed_by_id, opened_at, closed_at)
SELECT volunteer, %(shift)s, opened_by, closed_by, opened_at, opened_at + INTERVAL '50 minutes' FROM visits
"""


def main(scans: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM people_volunteer")
        people = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM checkin_checkpoint WHERE NOT rotating")
        checkpoint = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM activities_shift")
        shift = cursor.fetchone()[0]
        cursor.execute(FILL, {"each": -(-scans // (2 * people)), "checkpoint": checkpoint, "shift": shift})
        cursor.execute("SELECT COUNT(*) FROM checkin_scan")
        stored = cursor.fetchone()[0]
        cursor.execute("VACUUM ANALYZE")
    return {"scans": stored}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
