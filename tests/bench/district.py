"""A district on PostgreSQL: many communities with people and a history, made by the database.

Each attendance has its sign-up, scans, visit, effective record, ledger entry and evaluation; one visit in fifty was
given up, one scan in a hundred annulled.
"""

from django.db import connection, transaction

COMMUNITIES, PEOPLE = 100, 100  # people at each activity, and people in each community

PLACES = """
INSERT INTO core_community (name, slug) SELECT 'C' || n, 'bench-' || n FROM generate_series(1, %(communities)s) n;
INSERT INTO rulebook_ruleset (version, title, effective_from, "values", published_at, community_id)
SELECT 1, 'rules', '2020-01-01', '{}', '2020-01-01', id FROM core_community WHERE slug LIKE 'bench-%%';
INSERT INTO people_issuer (name, credit_code, person_responsible, handler, telephone, community_id)
SELECT 'issuer', '', 'A', 'B', '1', id FROM core_community WHERE slug LIKE 'bench-%%';
INSERT INTO people_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,
                         date_joined)
SELECT 'bench-' || community.id || '-' || n, '!', '', '', '', false, false, true, '2020-01-01'
  FROM core_community community, generate_series(1, %(people)s) n WHERE slug LIKE 'bench-%%';
INSERT INTO people_volunteer (number, name, phone, registered_at, suspended_reason, community_id, provisional, user_id)
SELECT 'B' || split_part(login.username, '-', 2) || '-' || split_part(login.username, '-', 3), 'V', '',
       '2020-01-01', '',
       split_part(login.username, '-', 2)::bigint, false, login.id
  FROM people_user login WHERE login.username LIKE 'bench-%%';
INSERT INTO people_consent (volunteer_id, kind, granted, evidence, recorded_at)
SELECT id, 'registration', true, 'form', '2020-01-01' FROM people_volunteer WHERE number LIKE 'B%%';
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
INSERT INTO activities_role (name, counts_as, capacity, activity_id)
SELECT 'role', 'volunteer', 100, id FROM activities_activity activity
 WHERE title = 'bench' AND NOT EXISTS (SELECT 1 FROM activities_role role WHERE role.activity_id = activity.id);
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
ANALYZE attended;
INSERT INTO activities_signup (seat, walk_in, signed_up_at, role_id, shift_id, volunteer_id)
SELECT row_number() OVER (PARTITION BY shift ORDER BY volunteer), false, starts_at,
       (SELECT id FROM activities_role role WHERE role.activity_id = attended.activity), shift, volunteer
  FROM attended;
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
SELECT starts_at::date, 'service', 180, '[]', '[]', 
       jsonb_build_object('scans', jsonb_build_array(came, went), 'scan_flags', '[]'::jsonb),
       'effective', ends_at, ends_at, ends_at::date, activity, community, rules, shift, volunteer, false, '', '',
       issuer, leader,
       '{"title": "bench", "place": "place", "service_content": "content", "organiser": "organiser"}'
  FROM attended;
ANALYZE hours_servicerecord;
INSERT INTO hours_ledgerentry (seq, category, minutes, scans, clause, reason, entered_at, previous_hash, hash,
                               community_id, rule_set_id, volunteer_id, record_id)
SELECT record.id, 'service', 180, '[]', 'K1', '', record.confirmed_at, md5('before' || record.id), md5('' || record.id),
       record.community_id, record.rule_set_id, record.volunteer_id, record.id
  FROM hours_servicerecord record
  JOIN attended ON attended.volunteer = record.volunteer_id AND attended.shift = record.shift_id;
"""
# NOT IN is answered from a hash made before the first row; NOT EXISTS would read the growing table for each row.
EVALUATED = """
ANALYZE hours_servicerecord;
INSERT INTO hours_evaluation (score, word, evaluated_at, activity_id, evaluated_by_id, volunteer_id)
SELECT 5, '', record.confirmed_at, record.activity_id, (SELECT id FROM people_user WHERE username = 'bench'),
       record.volunteer_id
  FROM hours_servicerecord record
 WHERE record.activity_id NOT IN (SELECT DISTINCT activity_id FROM hours_evaluation);
"""

# The deadlines of a district that has confirmed all its activities and evaluated none.
OPENED = """
DELETE FROM hours_evaluation;
DELETE FROM hours_opendeadline;
INSERT INTO hours_opendeadline (activity_id, started_at)
SELECT id, now() FROM activities_activity WHERE title = 'bench';
"""


def fill(records: int, *, people: int = PEOPLE) -> None:
    """Add attended activities until the district has as many records; `people` live in each community."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM activities_activity WHERE title = 'bench'")
        (stored,) = cursor.fetchone()
    if not stored:
        run(PLACES, people=people)
    run(ACTIVITIES, more=records // people - stored)
    run(ATTENDED + EVALUATED)


def run(sql: str, **values: int) -> None:
    """Run these statements in one transaction. Foreign keys are not checked: the rows fit by construction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in filter(str.strip, sql.split(";\n")):
            cursor.execute(statement, {"communities": COMMUNITIES, "people": PEOPLE, **values})
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
