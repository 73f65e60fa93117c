"""The export of the roll is a list that the import reads: handed in again, it leaves all as it is."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from academy.people.models import Consent, Volunteer
from academy.people.services import consents, volunteers
from academy.profiles.models import Profile
from academy.profiles.services import details
from academy.roll.columns import guess
from academy.roll.models import RollFile
from academy.roll.services import files, importing, staging
from academy.units import services as units
from academy.units.models import Unit
from tests.browsers import clock, sign_in
from tests.factories import CommunityFactory, RuleSetFactory, VolunteerFactory
from tests.hours.scene import Scene
from tests.roll.importing import EVIDENCE, NOW, hand_in

__all__ = ["clock", "sign_in"]
pytestmark = pytest.mark.slow

LIST = """姓名,性别,生日,手机,楼栋,同意登记,同意公示,同意照片,同意短信,技能,紧急联系人,紧急电话,与本人关系,平台编号,单位
王秀英,女,1958-3-5,13800138000,3栋,是,是,是,是,理发、修鞋,李明,13900139000,儿子,CS0001,五星超市
欧阳𬀩,男,1960年1月1日,0731-88881234-802,5栋,是,否,否,,,,,,43010000123,
买买提·吐尔逊,男,,13900139001,,是,,,,,,,,,
Jean-Luc O'Neill,,,,,是,是,,,,,,,,
王伟,,,13900139002,,是,,,,,,,,,
"""


@pytest.fixture
def roll(scene: Scene, clock) -> Scene:
    """A roll of people whom lists and desks brought, with all that an import would refuse."""
    clock.move_to(NOW)
    by, unit = scene.social_worker, Unit.objects.create(community=scene.community, name="五星超市")
    importing.import_list(file=hand_in(scene, content=LIST.encode()), by=by, at=NOW)
    wang = Volunteer.objects.get(name="王秀英")
    units.put_in_unit(volunteer=wang, unit=Unit.objects.create(community=scene.community, name="治安队"), by=by, at=NOW)
    assert unit.memberships.filter(volunteer=wang).exists()
    there: dict[str, Any] = {"community": scene.community, "at": NOW}
    child = VolunteerFactory(name="小朋友", birth_date=dt.date(2014, 5, 1), **there)
    consents.record_consent(volunteer=child, kind="photos", granted=True, evidence="表", by=by, at=NOW)
    details.save_details(volunteer=child, changes={"emergency_name": "妈"}, by=by, at=NOW)
    VolunteerFactory(name="王伟", phone="13900139002", **there)  # a namesake with the same phone
    VolunteerFactory(name="阿", **there)
    VolunteerFactory(name="王阿姨", **there)
    VolunteerFactory(name="=李建国", **there)
    VolunteerFactory(name="张三（3栋）", phone="13900139003", **there)
    marked = VolunteerFactory(name="现场的人", phone="13900139004", **there)
    Volunteer.objects.filter(pk=marked.pk).update(provisional=True)
    left = VolunteerFactory(name="走了的人", phone="13900139005", **there)
    volunteers.leave(volunteer=left, reason="搬家", by=by, at=NOW)
    consents.record_consent(volunteer=left, kind="registration", granted=False, evidence="信", by=by, at=NOW)
    gone = VolunteerFactory(name="注销的人", phone="13900139006", **there)
    Volunteer.objects.filter(pk=gone.pk).update(name="已注销", phone="", erased_at=NOW)
    return scene


def exported(sign_in, scene: Scene, kind: str, language: str) -> bytes:
    with translation.override(language):
        client = sign_in(scene.social_worker)
        client.cookies["django_language"] = language
        answer = client.get(reverse("volunteer:index"), {"export": kind}, headers={"accept-language": language})
        return b"".join(answer.streaming_content)


def check(scene: Scene, name: str, content: bytes) -> RollFile:
    """Hand a file in as the screens do, and check it."""
    by = scene.social_worker
    file = files.keep_file(community=scene.community, name=name, content=content, by=by, at=NOW)
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


def last_codes(file: RollFile) -> dict[str, str]:
    return {line.name: line.faults[-1][0] for line in file.lines.all()}


KINDS = [(kind, language) for kind in ("csv", "xlsx") for language in ("zh-hans", "en")]


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_the_export_handed_in_again_changes_nothing(roll, sign_in, kind, language) -> None:
    file = check(roll, f"名册.{kind}", exported(sign_in, roll, kind, language))
    found = last_codes(file)
    assert found.pop("已注销") == "erased_on_roll"
    assert set(found.values()) == {"on_roll"} and {line.verdict for line in file.lines.all()} == {4}
    assert file.lines.count() == Volunteer.objects.count()
    assert importing.cannot_import(file=file, only_if_all=False, by=roll.social_worker).code == "nothing_to_import"


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_the_command_says_so_too(roll, sign_in, tmp_path: Path, kind, language) -> None:
    (path := tmp_path / f"roll.{kind}").write_bytes(exported(sign_in, roll, kind, language))
    out = StringIO()
    call_command("check_roll", str(path), format="json", stdout=out, community=roll.community.name)
    answer = json.loads(out.getvalue())
    assert {row["verdict"] for row in answer["rows"]} == {"skip"}, answer["rows"]
    assert answer["counts"]["skip"] == Volunteer.objects.count() and answer["columns_not_stored"] == []


def of_people(community: Any) -> dict[str, Any]:
    """Return all that the import can read of these people."""
    found = {}
    for person in Volunteer.objects.filter(
        community=community, name__in=[row.split(",")[0] for row in LIST.split("\n")]
    ):
        profile = Profile.objects.filter(volunteer=person).first() or Profile()
        found[person.name, person.phone] = (
            person.birth_date,
            [getattr(profile, name) for name in details.COLUMNS],
            sorted(profile.words.values_list("text", flat=True)) if profile.pk else [],
            {kind for kind in Consent.Kind.values if consents.has_consented(person, kind, day=NOW.date())},
        )
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_onto_an_empty_roll_it_gives_the_same_people(roll, sign_in, kind) -> None:
    twin = Volunteer.objects.filter(name="王伟").latest("pk")
    Volunteer.objects.filter(pk=twin.pk).update(name="王伟军", phone="")
    raw = exported(sign_in, roll, kind, "zh-hans")
    other = CommunityFactory()
    RuleSetFactory(community=other)
    roll.social_worker.duties.create(community=other, role="social_worker")
    for name in ("五星超市", "治安队"):
        Unit.objects.create(community=other, name=name)
    empty = type("There", (), {"community": other, "social_worker": roll.social_worker})()
    file = check(empty, f"名册.{kind}", raw)
    codes = {line.name: [code for code, _values in line.faults] for line in file.lines.all()}
    assert all("number_not_here" in codes[row.split(",")[0]] for row in LIST.split("\n")[1:-1])
    assert "several_units" in codes["王秀英"]  # said, where it is not kept
    assert codes["现场的人"] == ["number_not_here"] and "no_consent" in codes["走了的人"]
    importing.import_list(file=file, by=roll.social_worker, at=NOW)
    assert of_people(other) == of_people(roll.community)


def lines_of(scene: Scene, *rows: str) -> list[list[str]]:
    file = check(scene, "名册.csv", ("志愿者编号,姓名,手机,紧急联系人,楼栋,技能\n" + "\n".join(rows)).encode())
    return [[code for code, _values in line.faults] for line in file.lines.all()]


def test_a_masked_value_overwrites_nothing(roll) -> None:
    wang = Volunteer.objects.get(name="王秀英")
    assert lines_of(roll, f"{wang.number},王秀英,,李*,3*栋,修*") == [
        ["no_phone", "masked_detail", "masked_detail", "on_roll"]
    ]
    assert lines_of(roll, f"{wang.number},王*英,,,,")[0] == ["masked_name", "no_phone"]
    assert "masked_phone" in lines_of(roll, f"{wang.number},王秀英,138****8000,,,")[0]


def test_a_number_of_ours_finds_the_person_and_is_no_number_of_a_platform(roll) -> None:
    wang, ouyang = Volunteer.objects.get(name="王秀英"), Volunteer.objects.get(name="欧阳𬀩")
    assert lines_of(roll, f"{wang.number},王秀英,13700137000,,,")[0] == [
        "differs"
    ]  # a new phone, and surely the person
    assert lines_of(roll, f"{ouyang.number},王秀英,13800138000,,,")[0] == ["number_of_another"]
    mistyped = wang.number[:-1] + ("0" if wang.number[-1] != "0" else "1")
    assert lines_of(roll, f"{mistyped},王秀英,13800138000,,,")[0] == ["bad_number", "on_roll"]
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in wang.number.lower())
    assert lines_of(roll, f"{wide},王秀英,,,,")[0] == ["no_phone", "on_roll"]
    foreign = lines_of(roll, "43010000124,王秀英,13800138000,,,")
    assert foreign == [["differs"]]  # below this heading, lists of a platform have its numbers
    assert not Profile.objects.filter(platform_number__startswith="V").exists()


def test_a_merged_number_leads_to_the_entry_that_stays(roll) -> None:
    wang, other = (
        Volunteer.objects.get(name="王秀英"),
        VolunteerFactory(name="王秀英", community=roll.community, at=NOW),
    )
    Volunteer.objects.filter(pk=other.pk).update(merged_into=wang)
    file = check(roll, "名册.csv", f"志愿者编号,姓名\n{other.number},王秀英\n".encode())
    assert [line.person_id for line in file.lines.all()] == [wang.pk]


def test_a_no_beside_a_consent_in_force_is_a_fault(roll) -> None:
    wang = Volunteer.objects.get(name="王秀英")
    file = check(roll, "名册.csv", f"志愿者编号,姓名,同意登记\n{wang.number},王秀英,否\n".encode())
    assert "no_consent" in [code for code, _values in file.lines.get().faults]
    assert file.lines.get().verdict == 3
