"""Two real connections at the same moment: one list is imported once, one record is handed over once."""

from functools import partial

import pytest

from academy.core.refusals import Refusal
from academy.hours.models import ImportedRow, ServiceRecord
from academy.hours.services import notices
from academy.people.permissions import DutyRole
from academy.transfers.services import handing_over, imports
from tests.at_once import at_once
from tests.factories import UserFactory, workbook
from tests.hours.scene import Scene, moment
from tests.transfers.lists import LATER, NOW, audited, row, run_dry, upload_list

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_two_social_workers_importing_the_same_list_at_once_import_it_once() -> None:
    scene = Scene()
    numbers = [scene.volunteer(f"志愿者{number}").number for number in range(4)]
    workers = [scene.social_worker, UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)])]
    uploads = [upload_list(scene, *map(row, numbers)) for _worker in workers]
    mark = run_dry(scene, uploads[0]).mark
    answers = at_once(
        *(
            lambda upload=upload, by=by: imports.import_rows(
                upload=upload, mark=mark, only_if_all_are_good=True, by=by, at=NOW
            )
            for upload, by in zip(uploads, workers, strict=True)
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Import", "Refusal"]
    assert ServiceRecord.objects.count() == ImportedRow.objects.count() == 4
    notices.end_notices(at=LATER)
    assert audited() == []


def test_two_taps_import_one_upload_once() -> None:
    scene = Scene()
    upload = upload_list(scene, row(scene.volunteer().number))
    mark = run_dry(scene, upload).mark
    answers = at_once(
        *[
            lambda: imports.import_rows(
                upload=upload, mark=mark, only_if_all_are_good=True, by=scene.social_worker, at=NOW
            )
        ]
        * 2
    )
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["already_done"]
    assert ServiceRecord.objects.count() == 1


def test_of_two_filled_forms_with_the_same_record_one_is_handed_in() -> None:
    scene = Scene()
    record = scene.serve(scene.volunteer(), "09:00", "12:00")
    form = handing_over.add_workbook(
        community=scene.community,
        platform="平台",
        name="1.xlsx",
        data=workbook(["姓名", "日期"]),
        by=scene.social_worker,
        at=moment("13:00"),
    )
    filled = [
        handing_over.fill_workbook(
            workbook=form, since=record.date, until=record.date, by=scene.social_worker, at=moment(f"14:0{number}")
        )
        for number in range(2)
    ]
    answers = at_once(
        *(
            partial(handing_over.hand_over, handover=handover, by=scene.social_worker, at=moment("15:00"))
            for handover in filled
        )
    )
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["already"]
