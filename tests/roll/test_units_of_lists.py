"""The column of units: a known name is a membership, an unknown one is asked about."""

import datetime as dt
import json

import pytest
from django.core.management import call_command

from academy.people.models import Volunteer
from academy.roll.faults import Verdict
from academy.roll.models import Answer, RollFile
from academy.roll.services import importing, staging
from academy.units import services as units
from academy.units.models import UnitMembership
from tests.factories import UnitFactory
from tests.hours.scene import Scene
from tests.roll.importing import NOW, codes, hand_in

pytestmark = pytest.mark.slow

LIST = "姓名,手机,所属单位\n周强,13900000001,中心 小学\n吴梅,13900000002,向阳超市\n".encode()


def test_a_known_unit_gets_its_member_and_an_unknown_one_is_a_question(scene: Scene) -> None:
    school = UnitFactory(community=scene.community, name="中心小学")
    file = hand_in(scene, content=LIST)
    assert codes(file) == [[], ["unknown_unit"]]
    assert "向阳超市" in str(file.lines.get(row=3).sentences[0])

    staging.answer_questions(file=file, answers={3: Answer.NEW}, by=scene.social_worker)
    importing.import_list(file=file, by=scene.social_worker, at=NOW)

    membership = UnitMembership.objects.get()
    assert (membership.unit, membership.volunteer.name, membership.since) == (school, "周强", None)
    assert Volunteer.objects.filter(name="吴梅").exists()


def test_a_person_on_the_roll_joins_from_the_day_of_the_import_on(scene: Scene) -> None:
    UnitFactory(community=scene.community, name="中心小学")
    person = scene.volunteer("周强", phone="13900000001")
    file = hand_in(scene, content=LIST)
    line = file.lines.get(row=2)
    assert line.verdict == Verdict.ASK and "中心 小学" in str(line.sentences[0])

    staging.answer_questions(file=file, answers={2: Answer.UPDATE}, by=scene.social_worker)
    done = importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert isinstance(done, RollFile)
    assert UnitMembership.objects.get(volunteer=person).since == dt.date(2026, 3, 2)

    assert isinstance(importing.take_back(file=done, by=scene.social_worker, at=NOW), RollFile)
    assert not UnitMembership.objects.exists()


def test_a_member_of_the_unit_is_no_change(scene: Scene) -> None:
    school = UnitFactory(community=scene.community, name="中心小学")
    person = scene.volunteer("周强", phone="13900000001")
    units.put_in_unit(volunteer=person, unit=school, by=None, at=NOW)

    assert codes(hand_in(scene, content=LIST))[0] == ["on_roll"]


def test_a_membership_of_the_list_is_no_use_of_its_people_and_goes_with_them(scene: Scene) -> None:
    UnitFactory(community=scene.community, name="中心小学")
    file = hand_in(scene, content=LIST)
    done = importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert isinstance(done, RollFile) and UnitMembership.objects.exists()

    assert isinstance(importing.take_back(file=done, by=scene.social_worker, at=NOW), RollFile)
    assert not UnitMembership.objects.exists() and not Volunteer.objects.filter(name="周强").exists()


def test_a_member_who_became_the_contact_since_keeps_the_import(scene: Scene) -> None:
    school = UnitFactory(community=scene.community, name="中心小学")
    done = imported_list(scene)
    units.put_in_unit(volunteer=Volunteer.objects.get(name="周强"), unit=school, is_contact=True, by=None, at=NOW)

    answer = importing.take_back(file=done, by=scene.social_worker, at=NOW)
    assert getattr(answer, "code", "") == "in_use"


def imported_list(scene: Scene) -> RollFile:
    done = importing.import_list(file=hand_in(scene, content=LIST), by=scene.social_worker, at=NOW)
    assert isinstance(done, RollFile)
    return done


def test_check_roll_knows_the_units(scene: Scene, tmp_path, capsys) -> None:
    UnitFactory(community=scene.community, name="中心小学")
    file = tmp_path / "名册.csv"
    file.write_bytes(LIST)

    call_command("check_roll", str(file), "--format", "json", "--community", scene.community.name)

    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows[0]["stored"]["unit"] == "中心 小学"
    assert [fault["code"] for fault in rows[1]["faults"]] == ["unknown_unit"]
    assert "unit" not in rows[1]["stored"]
