"""Check a list of people, import it and take it back, for `bench_roll`; print the figures as JSON.

`python -m tests.bench.roll_lists <lines>`, with the settings of the installation. The memory is the peak of the process
beyond its start, with the list in its hands.
"""

import io
import itertools
import json
import sys
import time
from pathlib import Path

import django

django.setup()

from openpyxl import Workbook  # noqa: E402

from academy.people.permissions import DutyRole  # noqa: E402
from academy.roll.columns import guess  # noqa: E402
from academy.roll.models import RollFile  # noqa: E402
from academy.roll.services import files, importing, staging  # noqa: E402
from tests.factories import CommunityFactory, UserFactory  # noqa: E402
from tests.roll.importing import NOW  # noqa: E402
from tests.roll.lists import HEADINGS, person  # noqa: E402

EDGE = 1_000  # the first and the last lines, whose times are compared
FAMILIES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "秀英桂兰建国志强丽华明玉梅芳军伟静敏淑珍海燕"


def main(lines: int) -> dict[str, float]:
    by = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])
    content = _workbook(lines)
    before = _peak()
    file = files.keep_file(community=by.duties.get().community, name="名册.xlsx", content=content, by=by, at=NOW)
    assert isinstance(file, RollFile), file
    top = files.top_of(file)
    assert isinstance(top, tuple), top
    found = guess(top[1])
    files.choose_columns(
        file=file, sheet=top[0].sheet, header=found.header, columns=found.columns, evidence="名单", by=by
    )
    file.refresh_from_db()
    started = time.perf_counter()
    assert staging.check_list(file=file, by=by, at=NOW) == file
    checked = time.perf_counter() - started
    figures = {"check_s": checked, "check_mb": (_peak() - before) / 1024}
    assert file.lines.wanted().count() == lines
    moments = [time.perf_counter()]
    importing.import_list(file=file, by=by, at=NOW, tell=lambda done: moments.append(time.perf_counter()))
    assert file.lines.exclude(volunteer=None).count() == lines
    parts = [end - begin for begin, end in itertools.pairwise(moments)]
    edge = EDGE // importing.PART
    started = time.perf_counter()
    file.refresh_from_db()
    assert importing.take_back(file=file, by=by, at=NOW) == file
    back = time.perf_counter() - started
    return figures | {
        "take_back_s": back,
        "import_s": moments[-1] - moments[0],
        "first_s": sum(parts[:edge]),
        "last_s": sum(parts[-edge:]),
        "longest_part_ms": max(parts) * 1000,
        "peak_mb": (_peak() - before) / 1024,
    }


def _workbook(lines: int) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(list(HEADINGS))
    for number in range(lines):
        name = FAMILIES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
        sheet.append(
            person(name=name, phone=f"138{number:08}", birth_date=f"19{40 + number % 50}-03-{1 + number // 8_000:02}")
        )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _peak() -> float:
    """Return the peak memory of this process in KB; `getrusage` begins with the peak of its parent."""
    status = Path("/proc/self/status").read_text()
    return next(float(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
