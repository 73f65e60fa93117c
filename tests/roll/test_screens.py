"""The screens of a list of people, from the file to the paper, and back."""

from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from academy.people.models import Card, Slip, Volunteer
from academy.roll import acts
from academy.roll.models import RollFile, RollLine
from academy.roll.refusals import FILE_GONE, GOES_ON, NOT_ALLOWED, NOT_IMPORTED
from academy.roll.services import importing
from academy.roll.works import TakingBackList
from academy.works import services as works
from academy.works.kinds import Job, Product
from academy.works.models import Work
from tests.hours.scene import Scene
from tests.pages import text_of
from tests.roll.importing import NOW, imported
from tests.roll.lists import csv_of, person, saved, sheet
from tests.tables.old_files import compound, stored

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LI = {"name": "李强", "phone": "13900139000", "birth_date": "1960-1-1"}


def hand_in(desk: Client, scene: Scene, content: bytes, name: str = "名册.csv") -> Any:
    given = {"community": scene.community.pk, "file": SimpleUploadedFile(name, content)}
    return desk.post(reverse("roll_file:add"), given)


def checked(desk: Client, scene: Scene, content: bytes, name: str = "名册.csv") -> RollFile:
    """Hand a list in, confirm the guessed columns, and return it."""
    page = desk.get(hand_in(desk, scene, content, name)["Location"])
    form = page.context["form"]
    given = {field: "" if (value := form[field].initial) is None else value for field in form.fields}
    response = desk.post(page.request["PATH_INFO"], {**given, "evidence": "2026年签字名单"})
    file = RollFile.objects.latest("pk")
    assert response["Location"] == reverse("roll_file:check", args=[file.pk])
    return file


def test_from_the_file_to_slips_and_cards_in_one_print(desk: Client, scene: Scene) -> None:
    file = checked(desk, scene, csv_of(person(), person(**LI), person(name="张三、李四")))
    address = reverse("roll_file:check", args=[file.pk])
    page = text_of(desk.get(address))
    assert "This cell names several people" in page
    assert "Nobody is registered yet" in page
    assert not Volunteer.objects.filter(name="王秀英").exists()
    done = desk.post(address, {"good": "1"}, follow=True)
    assert "2 people are new on the roll" in text_of(done)
    desk.post(reverse("roll_file:print", args=[file.pk]))
    work = Work.objects.get()
    assert (work.state, work.lines) == ("finished", [])
    people = Volunteer.objects.filter(name__in=["王秀英", "李强"])
    assert Slip.objects.filter(volunteer__in=people).count() == 2
    assert Card.objects.filter(volunteer__in=people).count() == 2
    assert desk.post(reverse("work_file", args=[work.pk])).content.startswith(b"%PDF")


def test_a_question_is_answered_in_place_or_for_all_lines(desk: Client, scene: Scene) -> None:
    rows = [person(name=f"{name}阿姨", phone=f"1390013900{n}") for n, name in enumerate("王李张")]
    file = checked(desk, scene, csv_of(*rows))
    address = reverse("roll_file:check", args=[file.pk])
    assert "Some lines have faults or open questions" in text_of(desk.post(address, {"all": "1"}))
    desk.post(address, {"all-title_name": "new", "answer-3": "leave", "store": "1"})
    assert list(RollLine.objects.values_list("answer", flat=True)) == ["new", "leave", "new"]
    desk.post(address, {"all": "1"})
    assert Volunteer.objects.filter(name__endswith="阿姨").count() == 2


def test_a_person_on_the_roll_stands_beside_the_line(desk: Client, scene: Scene) -> None:
    known = scene.volunteer(name="李强", phone="13900139000")
    file = checked(desk, scene, csv_of(person(**LI)))
    address = reverse("roll_file:check", args=[file.pk])
    page = desk.get(address)
    assert known.number in text_of(page)
    assert 'value="update"' in page.content.decode()
    desk.post(address, {"answer-2": "update", "all": "1"})
    known.refresh_from_db()
    assert str(known.birth_date) == "1960-01-01"


def test_the_line_further_up_stands_beside_the_one_that_may_be_the_same_person(desk: Client, scene: Scene) -> None:
    rows = [person(**LI), person(**(LI | {"phone": "073188881234"}))]
    file = checked(desk, scene, csv_of(*rows))
    page = text_of(desk.get(reverse("roll_file:check", args=[file.pk])))
    assert "line 2: 李强 13900139000 1 Jan 1960" in page
    assert "0731-88881234" in page


def test_a_line_that_was_left_out_needs_no_correction(desk: Client, scene: Scene) -> None:
    file = checked(desk, scene, csv_of(person(**LI), person(**(LI | {"phone": "13900139001"}))))
    address = reverse("roll_file:check", args=[file.pk])
    page = text_of(desk.post(address, {"answer-3": "leave", "all": "1"}, follow=True))
    assert "Lines to correct in the file" not in page and "Skipped lines" in page
    assert "Lines that are registered as they stand" not in page, "the figures of the dry run"


def test_the_bad_lines_come_back_as_a_file(desk: Client, scene: Scene) -> None:
    file = checked(desk, scene, saved(sheet(person(), person(name="张三、李四", note="组长"))), "名册.xlsx")
    answer = desk.get(reverse("roll_file:bad_lines", args=[file.pk]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    heads, line = [[cell.value for cell in row] for row in book.active.iter_rows()][-2:]
    assert "张三、李四" in line and "组长" in line and 3 in line
    assert "several people" in str(line[-1]) and "姓名" in heads


def test_the_bad_lines_of_a_large_list_are_written_in_the_background(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = checked(desk, scene, csv_of(person(), person(name="张三、李四", note="组长")))
    monkeypatch.setattr(acts, "SHORT_FILE", 10)

    answer = desk.get(reverse("roll_file:bad_lines", args=[file.pk]))

    work = Work.objects.latest("pk")
    assert answer["Location"] == reverse("work", args=[work.pk])
    assert (work.state, work.total, work.file_name) == ("finished", 1, "名册, lines left out 2026-03-02.xlsx")
    page = desk.get(answer["Location"]).content.decode()
    assert "Download the file" in page and reverse("roll_file:check", args=[file.pk]) in page
    book = load_workbook(BytesIO(desk.post(reverse("work_file", args=[work.pk])).content))
    line = [cell.value for cell in book.active[2]]
    assert "张三、李四" in line and "several people" in str(line[-1])


def test_the_bad_lines_of_a_large_list_whose_file_is_gone_say_so(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = checked(desk, scene, csv_of(person(name="张三、李四")))
    monkeypatch.setattr(acts, "SHORT_FILE", 10)
    RollFile.objects.update(file="roll/gone")

    page = desk.get(reverse("roll_file:bad_lines", args=[file.pk]), follow=True)

    assert Work.objects.latest("pk").state == "failed" and str(FILE_GONE) in text_of(page)


def test_only_those_who_keep_the_roll_have_its_bad_lines_written(scene: Scene) -> None:
    file = imported(scene, person())
    assert acts.list_left_out(file=file, by=scene.leading, at=NOW) == NOT_ALLOWED


def test_the_whole_import_is_taken_back_from_its_page(desk: Client, scene: Scene) -> None:
    file = imported(scene, person(), person(**LI))
    desk.post(reverse("roll_file:take_back", args=[file.pk]))
    assert "Taken back by" in text_of(desk.get(reverse("roll_file:check", args=[file.pk])))
    assert not Volunteer.objects.present().filter(name="王秀英").exists()
    assert "(taken back)" not in text_of(desk.get(reverse("volunteer:index")))


def test_a_long_list_is_checked_and_imported_in_the_background(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "SHORT_FILE", 10)
    monkeypatch.setattr(acts, "FEW", 1)
    file = checked(desk, scene, csv_of(person(), person(**LI)))
    address = reverse("roll_file:check", args=[file.pk])
    desk.post(address, {"all": "1"})
    file.refresh_from_db()
    assert [work.state for work in Work.objects.all()] == ["finished", "finished"]
    assert (file.state, Volunteer.objects.filter(name__in=["王秀英", "李强"]).count()) == ("imported", 2)
    work = Work.objects.latest("pk")
    assert address in desk.get(reverse("work", args=[work.pk])).content.decode()


def test_a_long_import_is_taken_back_in_the_background(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "FEW_BACK", 1)
    file = imported(scene, person(), person(**LI))
    answer = desk.post(reverse("roll_file:take_back", args=[file.pk]))
    work = Work.objects.latest("pk")
    assert (answer["Location"], work.kind) == (reverse("roll_file:check", args=[file.pk]), "roll.take_back")
    assert (work.state, work.done, work.total) == ("finished", 2, 2)
    assert "Taken back by" in text_of(desk.get(answer["Location"]))
    assert not Volunteer.objects.present().filter(name__in=["王秀英", "李强"]).exists()


def test_a_long_import_that_is_in_use_stays_and_its_page_says_who_has_been_used(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "FEW_BACK", 1)
    file = imported(scene, person(), person(**LI))
    Volunteer.objects.filter(name="李强").update(suspended_at=NOW)
    page = desk.post(reverse("roll_file:take_back", args=[file.pk]), follow=True)
    assert "李强" in text_of(page)
    file.refresh_from_db()
    assert (file.state, Work.objects.latest("pk").state) == ("imported", "failed")


def test_while_an_import_is_taken_back_it_is_not_taken_back_again(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: None)
    monkeypatch.setattr(acts, "FEW_BACK", 1)
    file = imported(scene, person(), person(**LI))
    address = reverse("roll_file:take_back", args=[file.pk])
    page = desk.post(address, follow=True)
    assert "0 of 2 are done" in text_of(page)
    assert str(GOES_ON) in text_of(desk.post(address))
    monkeypatch.setattr(acts, "FEW_BACK", 2)
    assert str(GOES_ON) in text_of(desk.post(address))


def test_only_those_who_keep_the_roll_take_an_import_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    file = imported(scene, person(), person(**LI))
    for few in (1, 2):
        monkeypatch.setattr(acts, "FEW_BACK", few)
        assert acts.take_back(file=file, by=scene.leading, at=NOW) == NOT_ALLOWED
    work = acts.take_back(file=file, by=scene.social_worker, at=NOW)
    assert acts.take_back(file=work, by=scene.social_worker, at=NOW) == NOT_IMPORTED


def test_a_taking_back_that_is_stopped_leaves_everybody_on_the_roll(scene: Scene) -> None:
    file = imported(scene, person(), person(**LI))
    with pytest.raises(ZeroDivisionError):
        importing.take_back(file=file, tell=lambda done: 1 // 0, by=scene.social_worker, at=NOW)
    assert Volunteer.objects.present().filter(name__in=["王秀英", "李强"]).count() == 2
    file.refresh_from_db()
    assert file.state == "imported"


def test_a_second_run_of_a_taking_back_finds_it_done(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    file = imported(scene, person(), person(**LI))
    importing.take_back(file=file, by=scene.social_worker, at=NOW)
    job = Job({"file": file.pk}, file.community, scene.social_worker, NOW, lambda done: None)
    assert isinstance(TakingBackList().make(job), Product)


def test_a_list_of_another_community_is_not_found(client: Client, scene: Scene) -> None:
    file, stranger = imported(scene, person()), Scene()
    client.force_login(stranger.social_worker)
    for name in ("check", "edit", "bad_lines", "discard", "take_back", "print"):
        assert client.get(reverse(f"roll_file:{name}", args=[file.pk])).status_code == 404


def test_the_columns_to_confirm_stand_beside_each_other_and_the_evidence_below(desk: Client, scene: Scene) -> None:
    page = desk.get(hand_in(desk, scene, csv_of(person()))["Location"]).content.decode()
    form = BeautifulSoup(page, "html.parser").select_one("ul.fields")
    assert form is not None
    beside = {one["name"] for one in form.select("li.asked-column select")}
    assert {"name", "phone", "guardian"} <= beside
    assert form.select_one("li:not(.asked-column) [name=evidence]") is not None


def test_a_mistake_in_the_columns_keeps_what_was_typed(desk: Client, scene: Scene) -> None:
    address = hand_in(desk, scene, csv_of(person()))["Location"]
    page = desk.post(address, {"header": 1, "name": 1, "phone": 1, "evidence": "名单2026"})
    assert "One column was chosen twice" in text_of(page)
    assert "名单2026" in page.content.decode()
    refused = hand_in(desk, scene, compound(b"", "EncryptedPackage"), "有密码.xlsx")
    assert "This file has a password" in text_of(refused)


def test_a_list_of_excel_97_is_checked_like_a_new_one(desk: Client, scene: Scene) -> None:
    file = checked(desk, scene, stored("roll-of-excel-97"), "花名册.xls")

    page = text_of(desk.get(reverse("roll_file:check", args=[file.pk])))

    assert "王秀英" in page and "5 Mar 1958" in page and "13800138000" in page
    assert file.columns["sheet"] == "志愿者名册"
