"""Store the history of a district for `bench_tick`, and time ticks on it.

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

COMMUNITIES, PEOPLE = 100, 100  # people at each activity, and people in each community
TICKS = 5

PLACES = """
INSERT INTO core_community (name, slug) SELECT 'C' || n, 'bench-' || n FROM generate_series(1, %(communities)s) n;
INSERT INTO rulebook_ruleset (version, title, effective_from, "values", published_at, community_id)
SELECT 1, 'rules', '2020-01-01', '{}', '2020-01-01', id FROM core_community WHERE slug LIKE 'bench-%%';
INSERT INTO people_issuer (name, credit_code, person_responsible, handler, telephone, community_id)
SELECT 'issuer', '', 'A', 'B', '1', id FROM core_community WHERE slug LIKE 'bench-%%';
INSERT INTO people_volunteer (number, name, phone, registered_at, suspended_reason, community_id, provisional)
SELECT 'B' || community.id || '-' || n, 'V', '', '2020-01-01', '', community.id, false
  FROM core_community community, generate_series(1, %(people)s) n WHERE slug LIKE 'bench-%%';
INSERT INTO people_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,
                         date_joined)
VALUES ('bench', '!', '', '', '', false, false, true, '2020-01-01');
"""

# The activities lie a year apart from end to end; each has one shift of three hours.
ACTIVITIES = """
WITH made AS (
    INSERT INTO activities_activity (title, kind, place, service_content, organiser, dangerous, insurance, published_at,
                                     community_id, issuer_id, leader_id, imported)
    SELECT 'bench', 'service', 'place', 'content', 'organiser', false, '', '2020-01-01', issuer.community_id, issuer.id,
           (SELECT min(id) FROM people_volunteer leader WHERE leader.community_id = issuer.community_id), false
      FROM generate_series(1, %(more)s) n
      JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM people_issuer WHERE name = 'issuer') issuer
        ON issuer.place = 1 + n %% %(communities)s
    RETURNING id
)
INSERT INTO activities_shift (starts_at, ends_at, walk_ins, activity_id, changed_alone)
SELECT now() - INTERVAL '20 days' - (id %% 365) * INTERVAL '1 day',
       now() - INTERVAL '20 days' - (id %% 365) * INTERVAL '1 day' + INTERVAL '3 hours', true, id, false FROM made;
INSERT INTO checkin_checkpoint (key, rotating, activity_id)
SELECT 'BT' || id, false, id FROM activities_activity activity
 WHERE title = 'bench' AND NOT EXISTS (SELECT 1 FROM checkin_checkpoint gate WHERE gate.activity_id = activity.id);
"""

ATTENDED = """
CREATE TEMPORARY TABLE attended ON COMMIT DROP AS
SELECT gen_random_uuid() AS came, gen_random_uuid() AS went, volunteer.id AS volunteer, shift.id AS shift,
       gate.id AS gate, activity.id AS activity, activity.community_id AS community, activity.issuer_id AS issuer,
       activity.leader_id AS leader, shift.starts_at, shift.ends_at, rules.id AS rules
  FROM activities_activity activity
  JOIN activities_shift shift ON shift.activity_id = activity.id
  JOIN checkin_checkpoint gate ON gate.activity_id = activity.id
  JOIN rulebook_ruleset rules ON rules.community_id = activity.community_id
  JOIN people_volunteer volunteer ON volunteer.community_id = activity.community_id
 WHERE activity.title = 'bench'
   AND NOT EXISTS (SELECT 1 FROM hours_servicerecord record WHERE record.activity_id = activity.id);
INSERT INTO checkin_scan (id, checkpoint_id, volunteer_id, shift_id, direction, method, happened_at, received_at,
                          refusal, flags, presented, browser)
SELECT came, gate, volunteer, shift, 'in', 'static', starts_at, starts_at, '', '[]'::jsonb, '', '' FROM attended
 UNION ALL
SELECT went, gate, volunteer, shift, 'out', 'static', ends_at, ends_at, '', '[]'::jsonb, '', '' FROM attended;
INSERT INTO checkin_visit (volunteer_id, shift_id, opened_by_id, closed_by_id, opened_at, closed_at, sealed_at)
SELECT volunteer, shift, came, CASE WHEN volunteer %% 50 = 0 THEN NULL ELSE went END, starts_at,
       CASE WHEN volunteer %% 50 = 0 THEN NULL ELSE ends_at END, ends_at
  FROM attended;
INSERT INTO checkin_annulment (scan_id, annulled_by_id, annulled_at)
SELECT went, (SELECT id FROM people_user WHERE username = 'bench'), ends_at FROM attended WHERE volunteer %% 100 = 0;
INSERT INTO hours_servicerecord (date, category, minutes, flags, steps, basis, state, computed_at, confirmed_at,
                                 effective_on, activity_id, community_id, rule_set_id, shift_id, volunteer_id, alone,
                                 clause, reason, issuer_id, leader_id, particulars)
SELECT starts_at::date, 'service', 180, '[]', '[]', jsonb_build_object('scans', jsonb_build_array(came, went)),
       'effective', ends_at, ends_at, ends_at::date, activity, community, rules, shift, volunteer, false, '', '',
       issuer, leader, '{}'
  FROM attended;
INSERT INTO hours_ledgerentry (seq, category, minutes, scans, clause, reason, entered_at, previous_hash, hash,
                               community_id, rule_set_id, volunteer_id, record_id)
SELECT record.id, 'service', 180, '[]', 'K1', '', record.confirmed_at, md5('before' || record.id), md5('' || record.id),
       record.community_id, record.rule_set_id, record.volunteer_id, record.id
  FROM hours_servicerecord record
  JOIN attended ON attended.volunteer = record.volunteer_id AND attended.shift = record.shift_id;
"""
EVALUATED = """
INSERT INTO hours_evaluation (score, word, evaluated_at, activity_id, evaluated_by_id, volunteer_id)
SELECT 5, '', record.confirmed_at, record.activity_id, (SELECT id FROM people_user WHERE username = 'bench'),
       record.volunteer_id
  FROM hours_servicerecord record
 WHERE NOT EXISTS (SELECT 1 FROM hours_evaluation known WHERE known.activity_id = record.activity_id);
"""

# The deadlines of a district that has confirmed all its activities and evaluated none.
OPENED = """
DELETE FROM hours_evaluation;
DELETE FROM hours_opendeadline;
INSERT INTO hours_opendeadline (activity_id, started_at)
SELECT id, now() FROM activities_activity WHERE title = 'bench';
"""


def main(records: int) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM activities_activity WHERE title = 'bench'")
        (stored,) = cursor.fetchone()
    if not stored:
        _run(PLACES, communities=COMMUNITIES, people=PEOPLE)
    _run(ACTIVITIES, more=records // PEOPLE - stored, communities=COMMUNITIES)
    _run(ATTENDED)
    _run(EVALUATED)
    _analyse()
    settled, statements = _time()
    _run(OPENED)
    _analyse()
    unevaluated, _statements = _time()
    _run("DELETE FROM messaging_message; DELETE FROM hours_opendeadline;")
    return {"settled_s": settled, "statements": statements, "unevaluated_s": unevaluated}


def _run(sql: str, **values: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL session_replication_role = replica")  # the rows fit: no foreign key need be checked
        for statement in filter(str.strip, sql.split(";\n")):
            cursor.execute(statement, values)
        cursor.execute("COMMIT")


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
