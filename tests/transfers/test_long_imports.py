"""Long lists of past service: imported in the background, all or the good lines, once, or not at all."""

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from academy.core.refusals import Refusal
from academy.hours.models import Import, ImportedRow, ServiceRecord
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import personal_data
from academy.tables.refusals import UNREADABLE
from academy.transfers import acts, judging, models
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from academy.works import services as works
from academy.works.models import Work
from tests.factories import UserFactory
from tests.hours.scene import Scene
from tests.pages import text_of
from tests.transfers.lists import COLUMNS, LATER, NOW, audited, import_list, row, run_dry, upload_list

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _two_lines_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "FEW", 1)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Leave the tasks in the queue; return them."""
    queue: list[dict[str, Any]] = []
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: queue.append(kwargs))
    return queue


def long_list(scene: Scene, *more: Any) -> Upload:
    number = scene.volunteer().number
    rows = [row(number), row(number, date="2025-03-02"), *more]
    return upload_list(scene, *rows, lines=len(rows))


def begun(scene: Scene, upload: Upload, *, all_: bool = False, mark: str = "") -> Work:
    mark = mark or run_dry(scene, upload).mark
    answer = acts.import_rows(upload=upload, mark=mark, only_if_all_are_good=all_, by=scene.social_worker, at=NOW)
    assert isinstance(answer, Work), answer
    return answer


def run(work: Work) -> Work:
    """Do the work as a worker does."""
    works.perform.func(work_id=work.pk)
    work.refresh_from_db()
    return Work.objects.get(pk=work.pk)


def at_half(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Let `act` happen between the check of the lines and the writing, once."""
    told, real = [], works._tell

    def tell(work: Work, done: int) -> None:
        told.append(done)
        if done and done == work.total // 2 and told.count(done) == 1:
            act()
        real(work, done)

    monkeypatch.setattr(works, "_tell", tell)


def test_a_short_list_is_imported_at_once(desk: Client, scene: Scene) -> None:
    upload = upload_list(scene, row(scene.volunteer().number), lines=1)
    answer = desk.post(reverse("upload:check", args=[upload.pk]), {"mark": run_dry(scene, upload).mark, "all": "1"})
    assert answer["Location"] == reverse("import:inspect", args=[Import.objects.get().pk])
    assert not Work.objects.exists()


def test_the_page_of_a_long_list_shows_progress_then_the_import(
    desk: Client, scene: Scene, queue: list[dict[str, Any]]
) -> None:
    upload = long_list(scene, row("没有这个编号"))
    address = reverse("upload:check", args=[upload.pk])
    given = {"mark": run_dry(scene, upload).mark, "good": "1"}
    outcome = desk.post(address, given)["Location"]
    assert desk.post(address, given)["Location"] == outcome
    assert len(queue) == Work.objects.count() == 1
    assert desk.get(outcome)["Location"] == address

    page = desk.get(address)
    assert f"3;url={outcome}" in page.content.decode()
    assert "3 lines are checked again" in text_of(page) and "Import the 2 good lines" not in text_of(page)
    assert reverse("work", args=[Work.objects.get().pk]) in page.content.decode()
    colleague, stranger = Client(), Client()
    colleague.force_login(UserFactory(duties=[(scene.community, DutyRole.SOCIAL_WORKER)]))
    stranger.force_login(Scene().social_worker)
    assert "progress" in colleague.get(address).content.decode()

    work = run(Work.objects.get())
    done = Import.objects.get()
    assert (work.state, work.done, done.count, done.left_out) == ("finished", 3, 2, 1)
    inspected = reverse("import:inspect", args=[done.pk])
    assert "2 lines are imported and on public notice" in text_of(desk.get(outcome, follow=True))
    assert colleague.get(outcome)["Location"] == work.next_url == inspected
    assert stranger.get(outcome).status_code == 404
    assert inspected in desk.get(reverse("work", args=[work.pk])).content.decode()


def test_the_columns_form_counts_the_lines(desk: Client, scene: Scene) -> None:
    upload = long_list(scene)
    form = desk.get(reverse("upload:edit", args=[upload.pk])).context["form"]
    Upload.objects.update(lines=0)
    given = {name: "" if (value := form[name].initial) is None else value for name in form.fields}
    desk.post(reverse("upload:edit", args=[upload.pk]), given)
    assert Upload.objects.get().lines == 2


def test_a_list_that_is_being_imported_is_neither_changed_nor_discarded(
    scene: Scene, queue: list[dict[str, Any]]
) -> None:
    upload = long_list(scene)
    work = begun(scene, upload)
    by = scene.social_worker
    assert imports.discard_upload(upload=upload, by=by).code == "goes_on"
    assert imports.choose_columns(upload=upload, header=1, columns=COLUMNS, by=by).code == "goes_on"
    works.cancel(work=work, by=by, at=NOW)
    assert isinstance(imports.choose_columns(upload=upload, header=1, columns=COLUMNS, by=by), Upload)
    assert imports.discard_upload(upload=upload, by=by) is None
    assert works.order_of(work)["upload"] == upload.pk and work.next_url == reverse("import:index")


def test_only_those_who_import_begin(scene: Scene, queue: list[dict[str, Any]]) -> None:
    upload = long_list(scene)
    given = {"upload": upload, "mark": "", "only_if_all_are_good": False, "at": NOW}
    assert acts.import_rows(**given, by=scene.leading).code == "not_allowed"
    imports.discard_upload(upload=upload, by=scene.social_worker)
    assert acts.import_rows(**given, by=scene.social_worker).code == "already_done"
    assert queue == []


@pytest.mark.parametrize(
    ("all_", "mark", "why"),
    [(True, "", importing.NOT_ALL_GOOD), (False, "of yesterday", importing.CHANGED)],
)
def test_a_refusal_stands_on_the_page_of_the_list_and_nothing_is_lost(
    desk: Client, scene: Scene, queue: list[dict[str, Any]], all_: bool, mark: str, why: Refusal
) -> None:
    upload = long_list(scene, row("没有这个编号"))
    work = run(begun(scene, upload, all_=all_, mark=mark))
    assert (work.state, work.trouble) == ("failed", str(why))
    page = text_of(desk.get(work.next_url))
    assert work.trouble in page and "Import the 2 good lines" in page
    assert not ServiceRecord.objects.exists()


def test_without_a_file_or_a_good_line_nothing_is_imported(scene: Scene, queue: list[dict[str, Any]]) -> None:
    upload = upload_list(scene, row("甲"), row("乙"), lines=2)
    assert run(begun(scene, upload)).trouble == str(importing.NOTHING_TO_IMPORT)
    upload.file.storage.delete(upload.file.name)
    assert run(begun(scene, upload, mark="1")).state == "failed"
    upload = long_list(scene)
    work = begun(scene, upload)
    upload.delete()
    assert run(work).trouble == str(imports.ALREADY_DONE)


def test_the_lines_are_judged_again_when_they_are_written(
    scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = long_list(scene)
    first = run_dry(scene, upload).good[0]
    work = begun(scene, upload)
    at_half(monkeypatch, lambda: import_list(scene, row(first.volunteer.number)))
    work = run(work)
    assert (work.state, work.trouble) == ("failed", str(importing.CHANGED))
    assert ImportedRow.objects.count() == 1 and Upload.objects.get() == upload


def test_columns_chosen_since_the_file_was_read_refuse_the_import(scene: Scene) -> None:
    upload = upload_list(scene, row(scene.volunteer().number))
    mark = run_dry(scene, upload).mark
    stale = Upload.objects.get()
    imports.choose_columns(upload=upload, header=0, columns=COLUMNS, by=scene.social_worker)
    given = {"mark": mark, "only_if_all_are_good": False, "by": scene.social_worker, "at": NOW}
    assert importing.import_rows(upload=stale, **given).code == "changed"


@pytest.mark.parametrize("where", ["reading", "writing"])
def test_a_dead_worker_leaves_nothing_and_the_next_one_imports_once(
    scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    work = begun(scene, long_list(scene))
    with monkeypatch.context() as patch:
        if where == "reading":
            at_half(patch, die)
        else:
            patch.setattr(importing.seals, "seal", die)
        with pytest.raises(KeyboardInterrupt):
            works.perform.func(work_id=work.pk)
    assert not Import.objects.exists() and not ServiceRecord.objects.exists()
    assert Upload.objects.get().is_under_way
    assert run(work).state == "finished"
    assert run(work).state == "finished"
    assert (Import.objects.count(), ServiceRecord.objects.count()) == (1, 2)
    assert audited() == []

    done = Import.objects.get()
    reversal = importing.take_back(done=done, reason="选错了列", by=scene.social_worker, at=LATER)
    assert not isinstance(reversal, Refusal) and reversal.count == 2


def test_a_stopped_import_writes_nothing(
    desk: Client, scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = long_list(scene)
    work = begun(scene, upload)
    at_half(monkeypatch, lambda: works.cancel(work=work, by=scene.social_worker, at=NOW))
    assert run(work).state == "cancelled"
    assert not Import.objects.exists() and not ServiceRecord.objects.exists()
    page = text_of(desk.get(reverse("upload:check", args=[upload.pk])))
    assert "Import all 2 lines" in page


def test_a_lost_right_ends_the_work(scene: Scene, queue: list[dict[str, Any]]) -> None:
    work = begun(scene, long_list(scene))
    scene.social_worker.duties.all().delete()
    assert run(work).state == "failed" and not Import.objects.exists()


def test_the_calendar_is_not_read_for_each_line(scene: Scene) -> None:
    def reads(count: int) -> int:
        number = scene.volunteer(f"甲{count}").number
        days = [dt.date(2025, 3, 1) + dt.timedelta(days=day) for day in range(count)]
        upload = upload_list(scene, *(row(number, date=str(day)) for day in days))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            import_list(scene, upload=upload)
        return sum("calendarday" in query["sql"] for query in queries)

    assert reads(1) == reads(6)


def test_a_long_list_is_checked_in_the_background_and_its_page_shows_the_result(
    desk: Client, scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "JUDGED_AT_ONCE", 1)
    upload = long_list(scene, row(name="周强"))
    address = reverse("upload:check", args=[upload.pk])
    assert "Check the list" in text_of(desk.get(address))

    assert desk.post(address, {"judge": "1"})["Location"] == address
    page = desk.get(address)
    assert "3 lines are checked. Nothing is written." in text_of(page)
    works.perform.func(**queue.pop())

    with CaptureQueriesContext(connection) as asked:
        page = desk.get(address)
    assert "Import the 2 good lines" in text_of(page) and "周强" in text_of(page)
    assert "Take 1 person onto the roll" in text_of(page)
    assert not any("hours_servicerecord" in one["sql"] for one in asked), "nothing is counted again"
    assert scene.volunteer("周强") and "Nobody on the roll has this name" in text_of(desk.get(address))
    desk.post(address, {"judge": "1"})
    works.perform.func(**queue.pop())
    page = desk.get(address)
    assert "Import all 3 lines" in text_of(page)
    desk.post(address, {"mark": page.context["judged"].mark, "all": "1"})
    works.perform.func(**queue.pop())
    assert Import.objects.get().count == 3


def test_other_columns_end_the_result_of_a_check(
    desk: Client, scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "JUDGED_AT_ONCE", 1)
    upload = long_list(scene)
    work = acts.judge(upload=upload, by=scene.social_worker, at=NOW)
    assert isinstance(work, Work)
    run(work)
    upload.refresh_from_db()
    assert judging.kept(upload)

    chosen = imports.choose_columns(upload=upload, header=1, columns=COLUMNS, lines=2, by=scene.social_worker)
    assert isinstance(chosen, Upload) and judging.kept(chosen) is None


# The lines left out


def rows_in(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, values_only=True))


def test_the_bad_lines_of_a_long_list_are_judged_and_written_in_the_background(
    desk: Client, scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = long_list(scene, row(name="周强"), row(name="无此人"))
    monkeypatch.setattr(models, "JUDGED_AT_ONCE", 1)
    address = reverse("upload:bad_lines", args=[upload.pk])

    with CaptureQueriesContext(connection) as asked:
        page = desk.get(address)
    assert not any("hours_servicerecord" in one["sql"] for one in asked), "nothing is judged in the request"
    work = Work.objects.get()
    assert page["Location"] == desk.get(address)["Location"] == reverse("work", args=[work.pk])
    assert len(queue) == 1 and work.total == 4
    assert "Stop this work" in text_of(desk.get(page["Location"]))

    scene.volunteer("周强")
    work = run(work)
    assert (work.state, work.file_name) == ("finished", "2025, lines left out 2026-02-02.xlsx")
    (line,) = rows_in(desk.post(reverse("work_file", args=[work.pk])).content)
    assert line[1] == "无此人" and line[-2] == 5 and "Nobody on the roll" in line[-1]
    assert reverse("upload:check", args=[upload.pk]) in desk.get(page["Location"]).content.decode()


def test_the_lines_left_out_of_a_long_import_are_written_in_the_background(
    desk: Client, scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = import_list(scene, row(scene.volunteer().number), row(name="新来的人"), row(name="无此人"))
    monkeypatch.setattr(models, "JUDGED_AT_ONCE", 1)

    page = desk.get(reverse("import:left_out", args=[done.pk]))

    scene.volunteer("新来的人")
    work = run(Work.objects.get())
    assert page["Location"] == reverse("work", args=[work.pk]) and (work.total, work.done) == (3, 3)
    lines = rows_in(desk.post(reverse("work_file", args=[work.pk])).content)
    assert [line[1] for line in lines] == ["新来的人", "无此人"]
    assert "It can be imported now" in lines[0][-1]
    assert work.next_url == reverse("import:inspect", args=[done.pk])


def test_n4_a_file_with_a_childs_line_is_a_look_once_it_is_written(
    desk: Client, scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    child = scene.volunteer("小明")
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2016, 5, 1))
    upload = long_list(scene, row(child.number, date="2025-02-30"))
    monkeypatch.setattr(models, "JUDGED_AT_ONCE", 1)
    desk.get(reverse("upload:bad_lines", args=[upload.pk]))
    looks = ModelLogEntry.objects.filter(action=personal_data.MINOR_VIEWED, object_id=str(child.pk))
    assert not looks.exists()

    run(Work.objects.get())

    page = reverse("upload:check", args=[upload.pk])
    assert [(look.user, look.data["page"]) for look in looks] == [(scene.social_worker, page)]


def test_a_list_that_is_gone_or_unreadable_when_its_lines_are_written_says_so(
    scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "JUDGED_AT_ONCE", 1)
    lost, gone = long_list(scene, row(name="周强")), long_list(scene, row(name="周强"), row(name="无此人"))
    works_of = [acts.list_left_out(source=one, by=scene.social_worker, at=NOW) for one in (lost, gone)]
    lost.file.storage.delete(lost.file.name)
    imports.discard_upload(upload=gone, by=scene.social_worker)

    first, second = [run(work) for work in works_of if isinstance(work, Work)]

    assert (first.state, first.trouble) == ("failed", str(UNREADABLE["corrupt"]))
    assert (second.trouble, second.next_url) == (str(imports.ALREADY_DONE), reverse("import:index"))


def test_only_those_who_import_have_the_lines_left_out_written(
    scene: Scene, queue: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = long_list(scene, row(name="周强"))
    assert acts.list_left_out(source=upload, by=scene.leading, at=NOW) == imports.NOT_ALLOWED
    monkeypatch.setattr(models, "JUDGED_AT_ONCE", 1)
    assert acts.list_left_out(source=upload, by=scene.leading, at=NOW) == imports.NOT_ALLOWED
    assert queue == []
