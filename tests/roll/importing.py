"""The way of a list of people in tests: handed in, its columns chosen, its lines checked."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from academy.roll.columns import guess
from academy.roll.models import RollFile
from academy.roll.services import files, importing, staging
from tests.hours.scene import Scene, moment
from tests.roll.lists import csv_of

NOW = moment("09:00", dt.date(2026, 3, 2))
EVIDENCE = "2026年3月签字名单，第3号文件夹"


def hand_in(scene: Scene, *rows: Sequence[Any], content: bytes | None = None) -> RollFile:
    """Hand a list in and check it."""
    by = scene.social_worker
    content = csv_of(*rows) if content is None else content
    file = files.keep_file(community=scene.community, name="名册.csv", content=content, by=by, at=NOW)
    assert isinstance(file, RollFile), file
    top = files.top_of(file)
    assert isinstance(top, tuple)
    found = guess(top[1])
    chosen = files.choose_columns(
        file=file, sheet=top[0].sheet, header=found.header, columns=found.columns, evidence=EVIDENCE, by=by
    )
    assert isinstance(chosen, RollFile), chosen
    checked = staging.check_list(file=chosen, by=by, at=NOW)
    assert isinstance(checked, RollFile), checked
    return checked


def imported(scene: Scene, *rows: Sequence[Any]) -> RollFile:
    """Hand a list in and import its good lines."""
    done = importing.import_list(file=hand_in(scene, *rows), by=scene.social_worker, at=NOW)
    assert isinstance(done, RollFile), done
    return done


def codes(file: RollFile) -> list[list[str]]:
    return [[code for code, _values in line.faults] for line in file.lines.all()]
