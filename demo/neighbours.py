"""The people of Y's buildings: a list of an earlier social worker, imported as any list is."""

import datetime as dt
from pathlib import Path

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import User
from academy.roll import columns
from academy.roll.models import RollFile
from academy.roll.services import files, importing, staging

LIST = Path(__file__).parent / "neighbours.csv"


def import_neighbours(community: Community, *, by: User, at: dt.datetime) -> RollFile:
    """Import the list of 201 people: half are over 60, some share a phone or have none."""
    file = files.keep_file(community=community, name="Y社区志愿者花名册.csv", content=LIST.read_bytes(), by=by, at=at)
    assert isinstance(file, RollFile), file
    top = files.top_of(file)
    assert not isinstance(top, Refusal), top
    guessed = columns.guess(top[1])
    file = files.choose_columns(
        file=file, sheet="", header=guessed.header, columns=guessed.columns, evidence="签字的登记表", by=by
    )
    assert isinstance(file, RollFile), file
    file = staging.check_list(file=file, by=by, at=at)
    assert isinstance(file, RollFile), file
    file = importing.import_list(file=file, by=by, at=at)
    assert isinstance(file, RollFile), file
    return file
