"""The screens of an import, from the file to the reversal."""

import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from academy.hours.models import (
    Import,
    ServiceRecord,
)
from academy.transfers import import_viewsets, judging
from academy.transfers.models import Upload
from academy.transfers.services import imports
from tests.hours.scene import Scene
from tests.pages import text_of
from tests.transfers.lists import (
    COLUMNS,
    NOW,
    csv_of,
    import_list,
    row,
    upload_list,
)

pytestmark = pytest.mark.slow


def hand_in(desk: Client, scene: Scene, content: bytes, name: str = "名单.csv") -> Any:
    given = {"community": scene.community.pk, "issuer": scene.issuer.pk, "leader": scene.leader.pk}
    return desk.post("/admin/upload/new/", {**given, "file": SimpleUploadedFile(name, content)})


def test_a_social_worker_hands_in_confirms_looks_through_and_imports(desk: Client, scene: Scene) -> None:
    volunteer = scene.volunteer()
    assert "Recording unit" in desk.get("/admin/upload/new/").content.decode()
    content = csv_of(row(volunteer.number), row(name="周强"), ["合计", "", "", "", "2"])
    response = hand_in(desk, scene, content)
    upload = Upload.objects.get()
    assert response["Location"] == f"/admin/upload/edit/{upload.pk}/"
    assert desk.get(f"/admin/upload/check/{upload.pk}/")["Location"] == response["Location"]

    page = desk.get(f"/admin/upload/edit/{upload.pk}/")
    assert "春季植树" in page.content.decode()
    form = page.context["form"]
    guessed = {name: form[name].initial for name in form.fields}
    assert {name: guessed[name] for name in COLUMNS} == COLUMNS
    assert (guessed["header"], guessed["in_minutes"], guessed["organiser_for_all"]) == (1, 0, scene.issuer.name)
    response = desk.post(
        f"/admin/upload/edit/{upload.pk}/",
        {name: value or (0 if value == 0 else "") for name, value in guessed.items()},
    )
    assert response["Location"] == f"/admin/upload/check/{upload.pk}/"

    page = desk.get(f"/admin/upload/check/{upload.pk}/")
    shown = page.content.decode()
    assert "Import the 1 good line" in shown
    assert "Nobody on the roll has this name" in shown
    assert "Skipped sums" in shown
    response = desk.post(f"/admin/upload/check/{upload.pk}/", {"mark": page.context["judged"].mark, "good": "1"})
    done = Import.objects.get()
    assert response["Location"] == f"/admin/import/inspect/{done.pk}/"
    assert "春季植树" in desk.get(response["Location"]).content.decode()
    listed = desk.get("/admin/import/").content.decode()
    assert "名单.csv" in listed and str(scene.social_worker) in listed
    assert "/admin/upload/new/" in listed and re.search(r'<td class="[^"]*nobr[^"]*">\s*imported\s*</td>', listed)
    file = desk.get(f"/admin/import/file/{done.pk}/")
    assert b"".join(file.streaming_content) == content
    assert "attachment" in file["Content-Disposition"]


def test_without_notice_the_pages_say_that_hours_count_at_once(db: None) -> None:
    scene = Scene(values={"notice_working_days": 0})
    upload = upload_list(scene, row(scene.volunteer().number))
    desk = Client()
    desk.force_login(scene.social_worker)
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    address = f"/admin/upload/check/{upload.pk}/"
    with time_machine.travel(NOW, tick=False):
        page = desk.get(address)
        assert "so their hours count at once" in text_of(page) and "go on public notice" not in text_of(page)
        answer = desk.post(address, {"mark": page.context["judged"].mark, "all": "1"}, follow=True)
    assert "1 lines are imported. Their hours count already" in text_of(answer)


def test_a_long_list_shows_its_first_lines_and_counts_all(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "SHOWN", 2)
    number = scene.volunteer().number
    good = [row(number, date=f"2025-03-0{day}") for day in range(1, 5)]
    upload = upload_list(scene, *good, *[row(name="周强", date=f"2025-03-0{day}") for day in range(1, 4)])
    page = desk.get(f"/admin/upload/check/{upload.pk}/")
    assert (page.context["judged"].good, page.context["judged"].bad) == (4, 3)
    assert "The first 2 of 4 lines; the others are as good" in text_of(page)
    assert "The first 2 of 3 lines; the download holds all." in text_of(page)
    assert "Import the 4 good lines" in text_of(page)


def test_what_is_refused_on_the_way_is_said_and_nothing_is_lost(desk: Client, scene: Scene) -> None:
    volunteer = scene.volunteer()
    response = hand_in(desk, scene, b"%PDF", "a.pdf")
    assert "neither CSV nor an Excel file" in response.content.decode()
    hand_in(desk, scene, csv_of(row(volunteer.number)))
    upload = Upload.objects.get()
    response = desk.post(f"/admin/upload/edit/{upload.pk}/", {"header": 1, "in_minutes": 0, "name": 1})
    assert "Choose the column of the date" in response.content.decode()
    imports.choose_columns(upload=upload, header=1, columns=COLUMNS, by=scene.social_worker)
    response = desk.post(f"/admin/upload/check/{upload.pk}/", {"mark": "of yesterday", "good": "1"})
    assert "Something has changed since you checked" in response.content.decode()
    assert "Import 1 line" in response.content.decode()
    assert "名单.csv" in desk.get("/admin/upload/").content.decode()
    upload.file.storage.delete(upload.file.name)
    assert "damaged" in desk.get(f"/admin/upload/check/{upload.pk}/").content.decode()
    response = desk.post(f"/admin/upload/edit/{upload.pk}/", {"header": 0, "in_minutes": 0})
    assert "damaged" in response.content.decode()


def test_the_very_same_file_is_recognised(desk: Client, scene: Scene) -> None:
    number = scene.volunteer().number
    import_list(scene, row(number))
    upload = upload_list(scene, row(number))
    shown = text_of(desk.get(f"/admin/upload/check/{upload.pk}/"))
    assert f"The same file was imported by {scene.social_worker} on 2 Feb 2026" in shown
    assert "This has been imported before." in shown


def test_a_spreadsheet_is_discarded_at_the_desk(desk: Client, scene: Scene) -> None:
    upload = upload_list(scene, row())
    assert "The file is deleted" in desk.get(f"/admin/upload/discard/{upload.pk}/").content.decode()
    assert desk.post(f"/admin/upload/discard/{upload.pk}/")["Location"] == "/admin/upload/"
    assert not Upload.objects.exists()


def test_the_list_of_records_tells_and_filters_what_was_imported(desk: Client, scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.serve(volunteer, "09:00", "12:00", title="冬季防火")
    import_list(scene, row(volunteer.number))

    def titles(**asked: str) -> set[str]:
        page = desk.get("/admin/service_record/", asked).content.decode()
        return {title for title in ("冬季防火", "春季植树") if title in page}

    assert titles() == {"冬季防火", "春季植树"}
    assert titles(imported="true") == {"春季植树"}
    assert titles(imported="false") == {"冬季防火"}
    record = ServiceRecord.objects.get(activity__imported=True)
    shown = desk.get(f"/admin/service_record/inspect/{record.pk}/").content.decode()
    assert "These hours come from an earlier list" in shown


def test_an_imported_activity_is_no_plan_to_be_changed(desk: Client, past: ServiceRecord) -> None:
    assert "春季植树" not in desk.get("/admin/activity/").content.decode()
    assert desk.get(f"/admin/activity/edit/{past.activity_id}/")["Location"] == "/admin/activity/"


def test_the_volunteer_sees_the_day_the_remark_and_the_way_to_a_correction(past: ServiceRecord) -> None:
    with time_machine.travel(NOW, tick=False):
        client = Client()
        client.force_login(past.volunteer.user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        shown = client.get(f"/my/records/{past.pk}/").content.decode()
        assert "Sat 1 Mar 2025" in shown and "0:00" not in shown
        assert "These hours come from an earlier list" in shown
        assert client.get(f"/my/ask/{past.shift_id}/").status_code == 200


def test_an_import_is_taken_back_at_the_desk(desk: Client, scene: Scene) -> None:
    done = import_list(scene, row(scene.volunteer().number))
    address = f"/admin/import/take-back/{done.pk}/"
    page = desk.get(f"/admin/import/inspect/{done.pk}/").content.decode()
    assert address in page
    assert done.sha256 not in page.rpartition("<details")[0] and done.sha256 in page
    assert desk.post(address, {"reason": "选错了列"})["Location"] == f"/admin/import/inspect/{done.pk}/"
    shown = text_of(desk.get(f"/admin/import/inspect/{done.pk}/"))
    assert f"Taken back by {scene.social_worker} on 2 Feb 2026: 选错了列 (1 record)" in shown
    assert "taken back" in desk.get("/admin/import/").content.decode()
    assert "already" in desk.post(address, {"reason": "又一次"}).content.decode()


def test_a_missing_file_of_an_import_is_not_found(desk: Client, scene: Scene) -> None:
    done = import_list(scene, row(scene.volunteer().number))
    done.file.storage.delete(done.file.name)
    assert desk.get(f"/admin/import/file/{done.pk}/").status_code == 404


def test_the_lines_of_a_long_import_stand_on_pages(desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_viewsets, "ROWS_A_PAGE", 2)
    number = scene.volunteer().number
    done = import_list(scene, *[row(number, date=f"2025-03-0{day}") for day in range(1, 6)])
    address = f"/admin/import/inspect/{done.pk}/"

    assert [one.line for one in desk.get(address).context["rows"]] == [2, 3]
    assert "Page 1 of 3" in text_of(desk.get(address))
    assert [one.line for one in desk.get(address, {"p": 3}).context["rows"]] == [6]
