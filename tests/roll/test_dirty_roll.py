"""Two hundred lines with twenty kinds of dirt: each fault is named, and nothing is guessed in silence."""

import datetime as dt

import pytest

from academy.people.models import Volunteer
from academy.roll.services import importing
from tests.hours.scene import Scene
from tests.roll.dirty import LINES, dirty_roll
from tests.roll.importing import NOW, hand_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAMED = {  # the line in the sheet: what is said about it
    5: {"several_people"},
    7: {"bad_phone"},
    9: {"birth_no_such_day"},
    11: {"no_phone", "child_without_guardian", "minor_consent"},
    13: {"no_consent"},
    17: {"twice"},
    19: {"no_phone", "minor_consent"},
    21: {"landline"},
    22: {"hidden_row", "id_lost_digits"},
    23: {"id_checksum"},
    24: {"merged_phone"},
    26: {"formula"},
    27: {"serial_date"},
    28: {"birth_unreadable"},
    29: {"no_name"},
    31: {"heading_again"},
    204: {"sum"},
    205: {"footer"},
}


def test_each_of_twenty_kinds_of_dirt_is_named_and_all_else_is_registered(scene: Scene) -> None:
    before = Volunteer.objects.count()
    file = hand_in(scene, content=dirty_roll())
    named = {line.row: {code for code, _values in line.faults} for line in file.lines.all() if line.faults}
    assert named == NAMED

    importing.import_list(file=file, by=scene.social_worker, at=NOW)
    taken = list(file.lines.exclude(volunteer=None).select_related("volunteer"))
    assert len(taken) == Volunteer.objects.count() - before > LINES - len(NAMED)
    people = {line.row: line.volunteer for line in taken}
    # The same day in five forms, phones in four, a name with an invisible letter and blanks.
    assert {people[row].birth_date for row in (3, 4, 8)} == {
        dt.date(1950, 1, 1),
        dt.date(1951, 2, 2),
        dt.date(1955, 6, 6),
    }
    assert [people[row].phone for row in (6, 8)] == ["13948000003", "13948000005"]
    assert people[20].name == "欧阳秀英"

    again = hand_in(scene, content=dirty_roll())
    assert importing.cannot_import(file=again, only_if_all=False, by=scene.social_worker) is not None
