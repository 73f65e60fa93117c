"""Two real connections at the same moment: one list is imported once, one record is handed over once."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from academy.core.refusals import Refusal
from academy.hours.models import Import, ImportedRow, ServiceRecord
from academy.hours.services import notices
from academy.people.permissions import DutyRole
from academy.transfers import acts
from academy.transfers.models import Upload
from academy.transfers.services import handing_over, importing, imports
from academy.works import services as works
from academy.works.models import Work
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
            lambda upload=upload, by=by: importing.import_rows(
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
            lambda: importing.import_rows(
                upload=Upload.objects.get(pk=upload.pk),
                mark=mark,
                only_if_all_are_good=True,
                by=scene.social_worker,
                at=NOW,
            )
        ]
        * 2
    )
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["already_done"]
    assert ServiceRecord.objects.count() == 1


def test_two_clicks_and_two_workers_import_a_long_list_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: None)
    monkeypatch.setattr(acts, "FEW", 1)
    scene = Scene()
    numbers = [scene.volunteer(f"志愿者{number}").number for number in range(4)]
    upload = upload_list(scene, *map(row, numbers), lines=4)
    mark = run_dry(scene, upload).mark
    given = {"upload": upload, "mark": mark, "only_if_all_are_good": True, "by": scene.social_worker, "at": NOW}
    work, same = at_once(*[lambda: acts.import_rows(**given)] * 2)
    assert work == same == Work.objects.get()

    at_once(*[lambda: works.perform.func(work_id=work.pk)] * 2)
    assert Work.objects.get().state == "finished"
    assert Import.objects.count() == 1
    assert ServiceRecord.objects.count() == ImportedRow.objects.count() == 4


def test_two_people_who_begin_one_long_list_at_once_share_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: None)
    monkeypatch.setattr(acts, "FEW", 0)
    scene = Scene()
    upload = upload_list(scene, row(scene.volunteer().number), lines=1)
    given = {"mark": run_dry(scene, upload).mark, "only_if_all_are_good": True, "at": NOW}
    workers = [scene.social_worker, UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)])]
    begun = at_once(*(partial(acts.import_rows, upload=upload, by=by, **given) for by in workers))
    assert set(begun) == {Work.objects.get()}


def test_a_click_during_the_writing_leads_to_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: None)
    monkeypatch.setattr(acts, "FEW", 0)
    scene = Scene()
    upload = upload_list(scene, row(scene.volunteer().number), lines=1)
    mark = run_dry(scene, upload).mark
    given = {"upload": upload, "mark": mark, "only_if_all_are_good": True, "by": scene.social_worker, "at": NOW}
    work = acts.import_rows(**given)
    _nothing, second = at_once(lambda: works.perform.func(work_id=work.pk), lambda: acts.import_rows(**given))
    assert second == work or second.code == "already_done"
    assert Import.objects.count() == 1


def test_the_file_is_read_and_checked_outside_of_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: None)
    monkeypatch.setattr(acts, "FEW", 0)
    scene = Scene()
    upload = upload_list(scene, row(scene.volunteer().number), lines=1)
    given = {"mark": run_dry(scene, upload).mark, "only_if_all_are_good": True, "by": scene.social_worker, "at": NOW}
    work = acts.import_rows(upload=upload, **given)
    seen = []
    real_read, real_judge = imports.reading.read, imports.compare

    def read(*args: Any) -> Any:
        seen.append(("read", connection.in_atomic_block))
        return real_read(*args)

    def judge(*args: Any, **kwargs: Any) -> None:
        seen.append(("judge", connection.in_atomic_block))
        real_judge(*args, **kwargs)

    monkeypatch.setattr(imports.reading, "read", read)
    monkeypatch.setattr(imports, "compare", judge)
    works.perform.func(work_id=work.pk)
    assert seen == [("read", False), ("judge", False), ("judge", True)]


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
