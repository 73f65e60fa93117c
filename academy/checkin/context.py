"""Everything that a scan depends on, read in one statement. Its cost does not grow with history.

The SQL is written by hand: the ORM needs several round trips, and a check-in takes five statements in all (ADR 2).
"""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

from academy.activities.models import Shift
from academy.checkin.choice import SURE_AFTER, Candidate
from academy.checkin.flags import current_flags
from academy.checkin.models import Scan
from academy.people.models import Consent, Volunteer
from academy.rulebook import parameters
from academy.rulebook.models import RuleSet
from academy.rulebook.windows import Window, window

RECENT = dt.timedelta(days=7)  # no scan can be for a shift that ended longer ago

# The rule set as in `RuleSetQuerySet.in_force`, the consent as in `families.guardians.covers`; tests compare them.
# `one` holds the volunteer's row and the rows merged into it, by UNION: for an OR, SQLite would read the whole table.
# The ids of leader and scanned volunteer are those of the rows that stay.
_SQL = """
  WITH one AS (SELECT CAST(%(volunteer)s AS bigint) AS id
                UNION ALL
               SELECT id FROM people_volunteer WHERE merged_into_id = %(volunteer)s)
SELECT checkpoint.id, checkpoint.rotating,
       activity.id, activity.title, activity.place, activity.dangerous, activity.cancelled_at,
       (SELECT COALESCE(leader.merged_into_id, leader.id)
          FROM people_volunteer leader WHERE leader.id = activity.leader_id),
       stored.checkpoint_id,
       (SELECT COALESCE(scanned.merged_into_id, scanned.id)
          FROM people_volunteer scanned WHERE scanned.id = stored.volunteer_id),
       stored.shift_id, stored.direction, stored.happened_at, stored.refusal,
       stored.flags,
       (SELECT visit.opened_at FROM checkin_visit visit WHERE visit.closed_by_id = stored.id),
       shift.id, shift.starts_at, shift.ends_at, shift.overtime_until, shift.walk_ins,
       mine.id, inside.id, inside.opened_at,
       COALESCE(
           (SELECT rules."values" FROM rulebook_ruleset rules
             WHERE rules.community_id = activity.community_id AND rules.published_at IS NOT NULL
               AND rules.effective_from <= {day}
             ORDER BY rules.effective_from DESC, rules.version DESC LIMIT 1),
           (SELECT rules."values" FROM rulebook_ruleset rules
             WHERE rules.community_id = activity.community_id AND rules.published_at IS NOT NULL
             ORDER BY rules.effective_from, rules.version LIMIT 1)),
       COALESCE(
           (SELECT CASE WHEN consent.granted AND (consent.valid_until IS NULL OR consent.valid_until >= {day})
                        THEN 1 ELSE 0 END
              FROM people_consent consent
             WHERE consent.volunteer_id IN (SELECT id FROM one)
               AND (consent.kind = %(guardian)s
                    OR consent.kind = %(once)s
                       AND EXISTS (SELECT 1 FROM families_activityconsent scope
                                    WHERE scope.consent_id = consent.id AND scope.activity_id = activity.id))
             ORDER BY consent.recorded_at DESC, consent.id DESC LIMIT 1), 0)
       + COALESCE(
           (SELECT CASE WHEN consent.granted AND (consent.valid_until IS NULL OR consent.valid_until >= {day})
                        THEN 1 ELSE 0 END
              FROM people_consent consent
             WHERE consent.volunteer_id IN (SELECT id FROM one) AND consent.kind = %(labour)s
             ORDER BY consent.recorded_at DESC, consent.id DESC LIMIT 1), 0),
       EXISTS (SELECT 1 FROM checkin_scan later
                WHERE later.volunteer_id IN (SELECT id FROM one) AND later.shift_id = shift.id AND later.refusal = ''
                  AND later.happened_at >= %(at)s),
       mine.walk_in,
       (SELECT MAX(gone.closed_at) FROM checkin_visit gone
         WHERE gone.shift_id = shift.id AND gone.closed_at > %(soon)s AND gone.closed_at <= %(at)s
           AND gone.volunteer_id = %(volunteer)s),
       CASE WHEN community.practice_of_id IS NOT NULL THEN 1 ELSE 0 END,
       CASE WHEN home.id <> community.id AND (home.practice_of_id IS NOT NULL OR community.practice_of_id IS NOT NULL)
            THEN 1 ELSE 0 END
  FROM checkin_checkpoint checkpoint
  JOIN activities_activity activity ON activity.id = checkpoint.activity_id
  JOIN core_community community ON community.id = activity.community_id AND community.closed_at IS NULL
  LEFT JOIN people_volunteer person ON person.id = %(volunteer)s
  LEFT JOIN core_community home ON home.id = person.community_id
  LEFT JOIN checkin_scan stored ON stored.id = %(scan)s
  LEFT JOIN activities_shift shift ON shift.activity_id = activity.id AND shift.ends_at > %(recent)s
  LEFT JOIN activities_signup mine
    ON mine.id = (SELECT place.id FROM activities_signup place
                   WHERE place.shift_id = shift.id AND place.volunteer_id IN (SELECT id FROM one)
                     AND place.cancelled_at IS NULL
                   ORDER BY place.walk_in, place.id LIMIT 1)
  LEFT JOIN checkin_visit inside
    ON inside.shift_id = shift.id AND inside.volunteer_id = %(volunteer)s AND inside.closed_at IS NULL
 WHERE checkpoint.key = %(key)s
 ORDER BY shift.starts_at, shift.id
"""


@dataclass(frozen=True, slots=True)
class StoredScan:
    """The stored scan with the same id as the new one."""

    checkpoint_id: int
    volunteer_id: int
    shift_id: int | None
    direction: str
    happened_at: dt.datetime
    refusal: str
    flags: tuple[str, ...]
    visit_opened_at: dt.datetime | None  # of the visit that it closed


@dataclass(frozen=True, slots=True)
class Gate:
    """A checkpoint with the facts for one volunteer's scan; coming and recent shifts in time order."""

    checkpoint_id: int
    key: str
    rotating: bool
    activity_id: int
    title: str
    place: str
    dangerous: bool
    cancelled: bool
    leader_id: int
    practice: bool  # of a practice community (ADR 77)
    not_theirs: bool  # a real person at a practice gate, or the other way round
    stored: StoredScan | None
    shifts: tuple[Candidate, ...]

    @property
    def left_at(self) -> dt.datetime | None:
        """The volunteer's check-out from this activity, if it was only minutes ago (`SURE_AFTER`)."""
        return max((shift.left_at for shift in self.shifts if shift.left_at is not None), default=None)

    def shift(self, shift_id: int | None) -> Candidate | None:
        return next((shift for shift in self.shifts if shift.id == shift_id), None)


def read_gate(key: str, *, volunteer: Volunteer | None, at: dt.datetime, scan_id: UUID | None = None) -> Gate | None:
    """Return the gate of the checkpoint `key`; None without one, or if its community is closed.

    `volunteer` must be a row that stays, not a merged one.
    """
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up for each value
    with database.cursor() as cursor:
        cursor.execute(
            _sql(database.vendor),
            {
                "key": key,
                "volunteer": volunteer.pk if volunteer else None,
                "guardian": Consent.Kind.GUARDIAN.value,
                "once": Consent.Kind.GUARDIAN_ONCE.value,
                "labour": Consent.Kind.OWN_LABOUR.value,
                "scan": Scan._meta.pk.get_db_prep_value(scan_id, database),
                "at": Scan._meta.get_field("happened_at").get_db_prep_value(at, database),
                "soon": Scan._meta.get_field("happened_at").get_db_prep_value(at - SURE_AFTER, database),
                "recent": Shift._meta.get_field("ends_at").get_db_prep_value(at - RECENT, database),
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    first = rows[0]
    leads = volunteer is not None and first[7] == volunteer.pk
    return Gate(
        checkpoint_id=first[0],
        key=key,
        rotating=bool(first[1]),
        activity_id=first[2],
        title=first[3],
        place=first[4],
        dangerous=bool(first[5]),
        cancelled=first[6] is not None,
        leader_id=first[7],
        practice=bool(first[-2]),
        not_theirs=bool(first[-1]),
        stored=_stored(first),
        shifts=tuple(_candidate(row[16:-2], leads=leads) for row in rows if row[16] is not None),
    )


@cache
def _sql(vendor: str) -> str:
    """Return the statement, with this database's expression for the local date on which the shift starts."""
    day, zone = connection.ops.datetime_cast_date_sql("shift.starts_at", (), settings.TIME_ZONE)
    return _SQL.format(day=day % tuple(f"'{name}'" for name in zone))


def _stored(row: tuple[Any, ...]) -> StoredScan | None:
    if row[8] is None:
        return None
    checkpoint_id, volunteer_id, shift_id, direction, happened_at, refusal, flags, opened_at = row[8:16]
    return StoredScan(
        checkpoint_id=checkpoint_id,
        volunteer_id=volunteer_id,
        shift_id=shift_id,
        direction=direction,
        happened_at=_required_moment(happened_at),
        refusal=refusal,
        flags=tuple(current_flags(json.loads(flags))),
        visit_opened_at=_moment(opened_at),
    )


def _candidate(row: tuple[Any, ...], *, leads: bool) -> Candidate:
    shift_id, starts_at, ends_at, overtime_until, walk_ins, sign_up_id, visit_id, opened_at, *others = row
    values, consents, scanned_after, walked_in, left_at = others
    starts_at = _required_moment(starts_at)
    ends_at = _moment(overtime_until) or _required_moment(ends_at)
    taken = window(starts_at, ends_at, _parameters(values))
    return Candidate(
        id=shift_id,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=taken.opens_at,
        closes_at=taken.closes_at,
        late_after=taken.late_after,
        walk_ins=bool(walk_ins) or leads,  # the leader needs no sign-up
        signed_up=sign_up_id is not None,
        guardian_consents=bool(consents),
        visit_id=visit_id,
        visit_opened_at=_moment(opened_at),
        walked_in=bool(walked_in),
        scanned_after=bool(scanned_after),
        left_at=_moment(left_at),
    )


@lru_cache  # a rule set's values are parsed once, not at every scan
def _parameters(values: str | None) -> dict[str, int]:
    """Return the parameters of a rule set's stored values; the defaults where no rules are published."""
    return parameters.complete(json.loads(values) if values else {})


def shift_window(shift: Shift, community_id: int) -> Window:
    """Return when the gate of `shift` is open, by the rules in force on its date (C2)."""
    rules = RuleSet.objects.parameters_on(community_id, shift.date)
    return window(shift.starts_at, shift.end_with_overtime, rules)


def _moment(value: Any) -> dt.datetime | None:
    """Return the moment that a database sent: PostgreSQL aware, SQLite naive or as text, in UTC."""
    if value is None:
        return None
    moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(moment, dt.datetime)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _required_moment(value: Any) -> dt.datetime:
    moment = _moment(value)
    assert moment is not None
    return moment
