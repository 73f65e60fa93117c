"""Places in a shift: one statement takes a place, and a unique constraint decides between two people.

No lock is needed when N people want N − 1 places at the same moment. The rows of the shift and the role are kept until
the transaction ends: a change of the plan that takes one out waits, or is found to have come first. A place that is
held for somebody on the waiting list is taken for all others; the person takes it by every way that leads here (ADR
123).
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from academy.activities.models import CountsAs, Role, SignUp
from academy.activities.refusals import ROLE_GONE
from academy.core.refusals import Refusal
from academy.learning.models import Course

# Walk-ins get one of these roles; leaders, instructors and assistants are asked beforehand.
WALK_IN_COUNTS_AS = (CountsAs.VOLUNTEER, CountsAs.LEARNER, CountsAs.ATTENDEE)

# A role that asks for something is given to a walk-in only after a look at the person (T3).
_ASKS_NOTHING = """
    role.tier = '' AND role.min_age IS NULL AND role.max_age IS NULL AND NOT role.needs_agreement
    AND NOT EXISTS (SELECT 1 FROM activities_role_courses asked WHERE asked.role_id = role.id)
    AND NOT (role.counts_as = 'learner'
             AND EXISTS (SELECT 1 FROM activities_shift taught
                           JOIN learning_course_requires first ON first.from_course_id = taught.teaches_id
                          WHERE taught.id = %(shift)s))
"""

# The lowest free place number of each role. Numbers above the capacity, from a time when it was larger, stay taken.
# A no-show keeps the number and does not count (A4), so that somebody else can come. People without a name, whom a
# person brings, count as heads.
_FREE_PLACES = """
    SELECT role.id AS role_id,
           (SELECT MIN(free.seat)
              FROM (SELECT 1 AS seat
                     UNION ALL
                    SELECT below.seat + 1 FROM activities_signup below
                     WHERE below.shift_id = %(shift)s AND below.role_id = role.id
                       AND (below.cancelled_at IS NULL OR below.held_until IS NOT NULL)) free
             WHERE NOT EXISTS (SELECT 1 FROM activities_signup taken
                                WHERE taken.shift_id = %(shift)s AND taken.role_id = role.id
                                  AND (taken.cancelled_at IS NULL OR taken.held_until IS NOT NULL)
                                  AND taken.seat = free.seat)) AS seat
      FROM activities_role role JOIN activities_shift shift ON shift.id = %(shift)s
     WHERE role.activity_id = %(activity)s AND {roles}
       AND role.capacity > (SELECT COALESCE(SUM(1 + present.companions), 0) FROM activities_signup present
                             WHERE present.shift_id = %(shift)s AND present.role_id = role.id
                               AND ((present.cancelled_at IS NULL AND present.absence = '')
                                    OR present.held_until IS NOT NULL))
     ORDER BY role.id
     LIMIT 1
"""

_TAKE = """
    INSERT INTO activities_signup
           (shift_id, role_id, volunteer_id, seat, walk_in, signed_up_at, signed_up_by_id, cancelled_at)
    SELECT %(shift)s, place.role_id, %(volunteer)s, place.seat, %(walk_in)s, %(at)s, %(by)s, NULL
      FROM ({places} {keep}) place
     WHERE place.seat IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM activities_signup same
                         JOIN people_volunteer merged ON merged.id = same.volunteer_id
                        WHERE same.shift_id = %(shift)s AND same.cancelled_at IS NULL
                          AND merged.merged_into_id = %(volunteer)s)
        ON CONFLICT DO NOTHING
 RETURNING id, role_id, seat
"""

# In this order, which is that of `plan_rows.lock_rows_that_go`.
_KEEP = "FOR KEY SHARE OF shift, role"

_LOOK_AGAIN = """
    SELECT (SELECT mine.id FROM activities_signup mine
             WHERE mine.shift_id = %(shift)s AND mine.cancelled_at IS NULL
               AND mine.volunteer_id IN (SELECT one.id FROM people_volunteer one
                                          WHERE one.id = %(volunteer)s OR one.merged_into_id = %(volunteer)s)
             LIMIT 1),
           EXISTS ({places}),
           EXISTS (SELECT 1 FROM activities_signup held
                    WHERE held.shift_id = %(shift)s AND held.held_until > %(at)s
                      AND held.volunteer_id IN (SELECT one.id FROM people_volunteer one
                                                 WHERE one.id = %(volunteer)s OR one.merged_into_id = %(volunteer)s)),
           EXISTS (SELECT 1 FROM activities_role role
                    WHERE role.activity_id = %(activity)s AND {open_to_walk_ins} AND NOT ({asks_nothing})),
           EXISTS (SELECT 1 FROM activities_role role JOIN activities_shift shift ON shift.id = %(shift)s
                    WHERE role.id = %(role)s)
"""

_TAKE_HELD = """
    UPDATE activities_signup
       SET cancelled_at = NULL, held_until = NULL, walk_in = %(walk_in)s, signed_up_at = %(at)s,
           signed_up_by_id = %(by)s
     WHERE id = (SELECT MIN(held.id) FROM activities_signup held
                  WHERE held.shift_id = %(shift)s AND held.held_until > %(at)s
                    AND held.volunteer_id IN (SELECT one.id FROM people_volunteer one
                                               WHERE one.id = %(volunteer)s OR one.merged_into_id = %(volunteer)s)
                    AND held.role_id IN (SELECT role.id FROM activities_role role
                                          WHERE role.activity_id = %(activity)s AND {roles}))
 RETURNING id, role_id, seat
"""


def takes_a_place(sign_ups: str = "") -> Q:
    """Return the condition that a sign-up on the path `sign_ups` counts against the places of its role.

    A place is also taken while it is held for somebody who waits; the place of a no-show is free for another person.
    """
    path = f"{sign_ups}__" if sign_ups else ""
    live = Q(**{f"{path}cancelled_at": None, f"{path}absence": ""})
    return live | Q(**{f"{path}held_until__isnull": False})


def heads_in_places(sign_ups: str = "", *, of: Q | None = None) -> Coalesce:
    """Return the number of places that sign-ups take: one for each person, and for each whom they bring."""
    path = f"{sign_ups}__" if sign_ups else ""
    condition = takes_a_place(sign_ups) if of is None else of & takes_a_place(sign_ups)
    return Coalesce(Sum(F(f"{path}companions") + 1, filter=condition), 0)


def asking_roles(activity_id: int, *, shift_id: int) -> QuerySet[Role]:
    """Return the roles for walk-ins that ask for a course, a tier, an age or a signature, in their order.

    Learners are asked for the courses that the course taught in the shift requires.
    """
    through: Any = Course.requires.through
    requires = through.objects.filter(from_course__shifts=shift_id)
    asks = ~Q(tier="") | Q(min_age__isnull=False) | Q(max_age__isnull=False) | Q(needs_agreement=True)
    courses = Exists(Role.courses.through.objects.filter(role=OuterRef("pk")))
    roles = Role.objects.filter(activity=activity_id, counts_as__in=WALK_IN_COUNTS_AS).order_by("pk")
    found: QuerySet[Role] = roles.filter(asks | Q(courses) | (Q(counts_as=CountsAs.LEARNER) & Q(Exists(requires))))
    return found


def places_left(role: Role, shift_id: int) -> int:
    """Return how many places the role has left in this shift; below zero if it is overbooked."""
    taken: int = role.sign_ups.filter(shift=shift_id).aggregate(heads=heads_in_places())["heads"]
    return role.capacity - taken


def has_place(role: Role, shift_id: int) -> bool:
    """Return whether the role has a place left in this shift."""
    return places_left(role, shift_id) > 0


def take_seat(
    *,
    volunteer_id: int,
    shift_id: int,
    activity_id: int,
    role_id: int | None,
    by_id: int | None,
    at: dt.datetime,
    walk_in: bool,
    full: Refusal,
    taken: Refusal,
    asks_more: Refusal | None = None,
) -> SignUp | Refusal:
    """Take the next free place in the role, or, without `role_id`, in the first role open to walk-ins.

    A role that asks for something is taken by its id alone. When no other place is free, it is the one that is held for
    the volunteer. Returns `full` when no place is left, or `asks_more` if it is given and other roles for walk-ins ask
    for something; `role_gone` when the role or the shift is no longer in the plan; and `taken` when the volunteer, or a
    person merged into them, has a place in this shift already.
    Takes one statement, unless another request took the same place at the same moment. Call it in a transaction.
    """
    open_to = "role.counts_as IN ({})".format(", ".join(f"'{one.value}'" for one in WALK_IN_COUNTS_AS))
    roles = f"{open_to} AND {_ASKS_NOTHING}" if role_id is None else "role.id = %(role)s"
    places = _FREE_PLACES.format(roles=roles)
    look_again = _LOOK_AGAIN.format(places=places, open_to_walk_ins=open_to, asks_nothing=_ASKS_NOTHING)
    signed_up_at = SignUp._meta.get_field("signed_up_at").get_db_prep_save(at, connection)
    given: dict[str, Any] = {
        "shift": shift_id,
        "activity": activity_id,
        "role": role_id,
        "volunteer": volunteer_id,
        "walk_in": walk_in,
        "at": signed_up_at,
        "by": by_id,
    }
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_TAKE.format(places=places, keep=_keep()), given)
            if row := cursor.fetchone():
                break
            cursor.execute(look_again, given)
            has_one, is_free, is_held, others_ask, is_there = cursor.fetchone()
            if has_one is not None:
                return taken
            if role_id is not None and not is_there:
                return ROLE_GONE
            if not is_free:
                row = _take_held(_TAKE_HELD.format(roles=roles), given) if is_held else None
                if row is None:
                    return asks_more if asks_more is not None and others_ask else full
                break
    return SignUp(
        pk=row[0],
        shift_id=shift_id,
        role_id=row[1],
        volunteer_id=volunteer_id,
        seat=row[2],
        walk_in=walk_in,
        signed_up_at=at,
        signed_up_by_id=by_id,
    )


def keep_rows(*, shifts: Collection[int], roles: Collection[int]) -> tuple[set[int], set[int]]:
    """Return which of these shifts and roles exist, and keep them until the transaction ends."""
    found = []
    with connection.cursor() as cursor:
        for table, ids in (("shift", shifts), ("role", roles)):
            marks = ", ".join(["%s"] * len(ids)) or "NULL"
            keep = f"FOR KEY SHARE OF {table}" if connection.features.has_select_for_update else ""
            cursor.execute(
                f"SELECT {table}.id FROM activities_{table} {table} WHERE {table}.id IN ({marks}) ORDER BY 1 {keep}",
                sorted(ids),
            )
            found.append({row[0] for row in cursor.fetchall()})
    return found[0], found[1]


def _keep() -> str:
    """Return the clause that keeps the rows; SQLite has one writer and needs none."""
    return _KEEP if connection.features.has_select_for_update else ""


def _take_held(statement: str, given: dict[str, Any]) -> tuple[int, int, int] | None:
    """Make the place live that is held for the volunteer; None without one."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
            row: tuple[int, int, int] | None = cursor.fetchone()
            return row
    except IntegrityError:
        return None  # they took another place in this shift at this moment


def hold(sign_up: SignUp, *, until: dt.datetime, at: dt.datetime) -> None:
    """Turn a place that was taken in this transaction into one that is held until the person answers."""
    SignUp.objects.filter(pk=sign_up.pk).update(cancelled_at=at, held_until=until)


def release(sign_up_id: int | None) -> bool:
    """Free a place that is held. Return False if none is held any more."""
    if sign_up_id is None:
        return False
    deleted, _models = SignUp.objects.filter(pk=sign_up_id, held_until__isnull=False).delete()
    return deleted > 0
