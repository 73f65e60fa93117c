"""Details in a list of people: kept, compared by the document, taken back."""

from typing import Any

import pytest

from academy.people.models import Consent, Volunteer
from academy.people.services import consents
from academy.profiles.models import Profile
from academy.profiles.services import details, keeping_documents
from academy.roll.columns import guess
from academy.roll.models import RollFile
from academy.roll.services import files, importing, staging
from tests.hours.scene import Scene
from tests.roll.importing import EVIDENCE, NOW, codes
from tests.roll.lists import csv_of

pytestmark = pytest.mark.django_db

WOMAN, MAN = "430102195803051225", "34052419800101001X"
HEADINGS = (
    "姓名", "手机", "证件类型", "证件号码", "性别", "居住区域", "紧急联系人", "技能", "平台编号", "同意留存证件号",
)  # fmt: skip


def row(*cells: str) -> list[str]:
    return [*cells, *[""] * (len(HEADINGS) - len(cells))]


def hand_in(scene: Scene, *rows: list[str], agreed: str = "表上打勾", headings: Any = HEADINGS[:-1]) -> RollFile:
    by = scene.social_worker
    content = csv_of(*[one[: len(headings)] for one in rows], headings=headings)
    file = files.keep_file(community=scene.community, name="名册.csv", content=content, by=by, at=NOW)
    assert isinstance(file, RollFile), file
    top = files.top_of(file)
    assert isinstance(top, tuple)
    found = guess(top[1])
    chosen = files.choose_columns(
        file=file, sheet=top[0].sheet, header=found.header, columns=found.columns, evidence=EVIDENCE,
        document_evidence=agreed, by=by,
    )  # fmt: skip
    assert isinstance(chosen, RollFile), chosen
    checked = staging.check_list(file=chosen, by=by, at=NOW)
    assert isinstance(checked, RollFile), checked
    return checked


def take(scene: Scene, file: RollFile) -> RollFile:
    done = importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert isinstance(done, RollFile), done
    return done


GOOD = row("王秀英", "13800138000", "身份证", WOMAN, "女", "松林小区3栋", "李明 139-0013-9000", "理发、修鞋", "CS0001")


def test_all_details_are_kept_and_no_line_keeps_the_number(scene: Scene) -> None:
    file = hand_in(scene, GOOD)
    assert codes(file) == [[]]
    assert WOMAN not in str(file.lines.values_list("details", "faults", "document"))

    take(scene, file)

    person = Volunteer.objects.get(name="王秀英")
    profile = Profile.objects.get(volunteer=person)
    assert (profile.sex, profile.area) == ("female", "松林小区3栋")
    assert (profile.emergency_name, profile.emergency_phone) == ("李明", "13900139000")
    assert profile.platform_number == "CS0001"
    assert set(profile.words.values_list("text", flat=True)) == {"理发", "修鞋"}
    assert keeping_documents.read_number(profile) == WOMAN
    consent = consents.latest_consent(person, Consent.Kind.DOCUMENT)
    assert consent is not None and consent.evidence == "表上打勾"
    assert not file.lines.exclude(document="").exists()


def test_without_their_consent_numbers_are_compared_and_not_kept(scene: Scene) -> None:
    take(scene, hand_in(scene, GOOD, agreed=""))

    profile = Profile.objects.get()
    assert (profile.document, profile.area) == ("", "松林小区3栋")


@pytest.mark.parametrize(("cell", "is_kept"), [("是", True), ("否", False), ("", False)])
def test_a_column_says_whose_number_is_kept(scene: Scene, cell: str, is_kept: bool) -> None:
    take(scene, hand_in(scene, [*GOOD[:-1], cell], headings=HEADINGS))

    assert bool(Profile.objects.get().document) is is_kept


def test_the_same_file_again_changes_nothing(scene: Scene) -> None:
    take(scene, hand_in(scene, GOOD))

    assert codes(hand_in(scene, GOOD)) == [["on_roll"]]


def test_a_newer_file_shows_what_differs_and_asks(scene: Scene) -> None:
    take(scene, hand_in(scene, GOOD))
    newer = [*GOOD]
    newer[5], newer[7] = "松林小区5栋", "理发、缝纫"

    file = hand_in(scene, newer)

    assert codes(file) == [["differs"]]
    said = str(file.lines.get().sentences[0])
    assert "松林小区3栋 → 松林小区5栋" in said and "缝纫" in said and WOMAN not in said
    staging.answer_questions(file=file, answers={2: "update"}, by=scene.social_worker)
    take(scene, file)
    profile = Profile.objects.get()
    assert profile.area == "松林小区5栋"
    assert set(profile.words.values_list("text", flat=True)) == {"理发", "修鞋", "缝纫"}

    file.refresh_from_db()
    importing.take_back(file=file, by=scene.social_worker, at=NOW)
    profile.refresh_from_db()
    assert profile.area == "松林小区3栋"
    assert set(profile.words.values_list("text", flat=True)) == {"理发", "修鞋"}
    assert keeping_documents.read_number(profile) == WOMAN


def test_r5_the_document_finds_the_person_under_another_phone(scene: Scene) -> None:
    take(scene, hand_in(scene, GOOD))
    moved = [*GOOD]
    moved[1] = "13800138999"

    assert codes(hand_in(scene, moved)) == [["differs"]]


def test_r5_one_document_under_two_names_is_a_fault(scene: Scene) -> None:
    take(scene, hand_in(scene, GOOD))
    other = [*GOOD]
    other[0] = "王秀芳"

    file = hand_in(scene, other)

    assert codes(file) == [["id_on_roll"]]
    assert WOMAN not in str(file.lines.get().sentences[0])


def test_two_namesakes_with_two_documents_are_two_people(scene: Scene) -> None:
    take(scene, hand_in(scene, row("王秀英", "13800138000", "护照", "E12345678")))

    file = hand_in(scene, row("王秀英", "13800138000", "护照", "E87654321"))

    assert codes(file) == [[]]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (row("王秀英", "13800138000", "学生证", "12345678"), ["unknown_document"]),
        (row("王秀英", "13800138000", "护照", "1"), ["document_form"]),
        (row("王秀英", "13800138000", "台胞证", "12345678"), []),
        (row("王秀英", "13800138000", "", "", "", "", "李明12"), []),
        (row("王秀英", "13800138000", "", "", "", "楼" * 81), ["detail_too_long"]),
        (row("王秀英", "13800138000", "", "", "", MAN), ["detail_too_long"]),
        (row("王秀英", "13800138000", "", "", "", "", "", "", "1.23E+17"), ["platform_lost_digits"]),
    ],
)
def test_each_fault_is_named(scene: Scene, cells: list[str], wanted: list[str]) -> None:
    assert codes(hand_in(scene, cells)) == [wanted]


def test_a_wrong_emergency_phone_is_left_out_and_named(scene: Scene) -> None:
    headings = ("姓名", "手机", "紧急联系人", "与本人关系", "紧急联系电话")
    file = hand_in(scene, ["王秀英", "13800138000", "李明", "女儿", "123"], headings=headings)

    assert codes(file) == [["bad_emergency_phone"]]
    take(scene, file)
    profile = Profile.objects.get()
    assert (profile.emergency_name, profile.emergency_relation, profile.emergency_phone) == ("李明", "女儿", "")


def test_an_import_is_taken_back_with_its_details(scene: Scene) -> None:
    file = take(scene, hand_in(scene, GOOD))

    answer = importing.take_back(file=file, by=scene.social_worker, at=NOW)

    assert isinstance(answer, RollFile), answer
    assert not Profile.objects.exists()


def test_details_that_were_changed_since_keep_the_import(scene: Scene) -> None:
    file = take(scene, hand_in(scene, GOOD))
    person = Volunteer.objects.get(name="王秀英")
    details.save_details(volunteer=person, changes={"area": "别处"}, by=None, at=NOW)

    assert getattr(importing.take_back(file=file, by=scene.social_worker, at=NOW), "code", "") == "in_use"


def test_no_number_of_a_minor_is_kept(scene: Scene) -> None:
    headings = ("姓名", "手机", "身份证号", "出生日期", "监护人", "监护人电话")
    file = hand_in(
        scene, ["王小明", "13800138000", "430102201201011224", "2012-1-1", "李芳", "13900139000"], headings=headings
    )
    assert not file.lines.exclude(document="").exists()
