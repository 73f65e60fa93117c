"""The keys of roster rows. Ticks on the screen, printed rows and scanners identify people by them."""

from collections.abc import Iterable

from django.db.models import Q

from academy.activities.models import Activity
from academy.checkin import tokens
from academy.checkin.services.codes import secret
from academy.core.keys import normalise_key
from academy.people.models import Volunteer


def row_key(activity: Activity, volunteer_id: int) -> str:
    """Return the key of the volunteer's row on the activity's roster."""
    return tokens.row_key(secret(), activity.pk, volunteer_id)


def find_people(activity: Activity, keys: Iterable[str]) -> dict[str, Volunteer]:
    """Return the people behind the keys of rows, by normalised key. For merged people, the row that stays.

    A key holds its volunteer's id: the cost does not grow with the community. The key's code proves that it was made
    for this activity, so that the query needs no scope.
    """
    keys = {normalise_key(key) for key in keys}
    volunteer_ids = {key: tokens.volunteer_of_row(secret(), activity.pk, key) for key in keys}
    ids = {key: pk for key, pk in volunteer_ids.items() if pk is not None}
    former = {key for key in keys - ids.keys() if len(key) == tokens.ROW_CODE_LENGTH}
    if former:
        ids |= _read_former(activity, former)
    people = Volunteer.objects.select_related("merged_into").in_bulk(ids.values())
    return {key: people[pk].stays for key, pk in ids.items() if pk in people}


def _read_former(activity: Activity, keys: set[str]) -> dict[str, int]:
    """Return the volunteers' ids for keys that hold no id, from rosters that version 0.1.0 made.

    Tries every volunteer of the community. Drop this in the release after the next, when all such sheets are keyed in.
    """
    may_be = Q(community=activity.community_id) | Q(sign_ups__shift__activity=activity)
    candidates = Volunteer.objects.filter(may_be).distinct().values_list("pk", flat=True)
    codes = ((tokens.row_code(secret(), activity.pk, pk), pk) for pk in candidates)
    return {code: pk for code, pk in codes if code in keys}
