"""Lists of past service for tests: their lines, and the way from an upload to its import."""

import datetime as dt
from typing import Any

from django.db import transaction

from academy.audit import services as audit
from academy.hours.models import Import
from academy.people.models import User
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from academy.transfers.services.import_lines import DryRun
from tests.hours.scene import AUDITED, Scene, moment

MONDAY = dt.date(2026, 2, 2)
NOW = moment("09:00", MONDAY)
LATER = moment("00:05", dt.date(2026, 2, 6))  # three working days of notice are over
HEADERS = ("志愿者编号", "姓名", "联系电话", "服务日期", "服务时长", "活动名称", "地点", "服务内容", "组织者")
FIELDS = ("number", "name", "phone", "date", "hours", "title", "place", "content", "organiser")
COLUMNS = {name: place for place, name in enumerate(FIELDS)}


def row(number: str = "", **changes: str) -> list[str]:
    """Return a good line of the list, with these `changes`."""
    cells = {
        "number": number,
        "name": "",
        "phone": "",
        "date": "2025-03-01",
        "hours": "2",
        "title": "春季植树",
        "place": "小区北门",
        "content": "植树浇水",
        "organiser": "居委会",
        **changes,
    }
    return [cells[name] for name in COLUMNS]


def csv_of(*rows: Any) -> bytes:
    return "\n".join(",".join(map(str, cells)) for cells in (HEADERS, *rows)).encode()


def upload_list(scene: Scene, *rows: Any, content: bytes | None = None, columns: Any = None, **choice: Any) -> Upload:
    """Upload a spreadsheet and confirm its columns."""
    upload = imports.keep_upload(
        community=scene.community,
        issuer=scene.issuer,
        leader=scene.leader,
        name="2025.csv",
        content=csv_of(*rows) if content is None else content,
        by=scene.social_worker,
        at=NOW,
    )
    assert isinstance(upload, Upload), upload
    answer = imports.choose_columns(
        upload=upload, header=1, columns=columns or COLUMNS, by=scene.social_worker, **choice
    )
    assert isinstance(answer, Upload), answer
    return answer


def run_dry(scene: Scene, upload: Upload, by: User | None = None) -> DryRun:
    run = imports.dry_run(upload=upload, by=by or scene.social_worker, at=NOW)
    assert isinstance(run, DryRun), run
    return run


def import_list(scene: Scene, *rows: Any, upload: Upload | None = None, all_: bool = False) -> Import:
    upload = upload or upload_list(scene, *rows)
    answer = importing.import_rows(
        upload=upload,
        mark=run_dry(scene, upload).mark,
        only_if_all_are_good=all_,
        by=scene.social_worker,
        at=NOW,
    )
    assert isinstance(answer, Import), answer
    return answer


def codes(run: DryRun) -> list[list[str]]:
    return [[problem.code for problem in line.problems] for line in run.lines]


def audited() -> list[str]:
    with transaction.atomic():
        return list(audit.differences(at=AUDITED))
