"""The import of a list of people: all of it or the good lines, never twice, taken back as one act."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from academy.activities import services as activities
from academy.core.files import private_files
from academy.core.refusals import Refusal
from academy.people import cards
from academy.people.models import Consent, PersonalKey, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import erasing, slips
from academy.people.services.consents import evidence_of, has_consented
from academy.roll import left_out
from academy.roll.faults import KNOWN, Verdict
from academy.roll.models import Answer, RollFile
from academy.roll.services import files, importing, staging
from academy.tables.left_out import LeftOut
from tests.factories import UserFactory
from tests.hours.scene import Scene
from tests.roll.importing import EVIDENCE, NOW, codes, hand_in, imported
from tests.roll.lists import person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LI = {"name": "李强", "phone": "13900139000", "birth_date": "1960-1-1"}
CHILD = {"name": "周小明", "birth_date": "2016-1-1", "guardian": "李芳", "guardian_phone": "13900139001"}


def present(scene: Scene) -> list[str]:
    people = Volunteer.objects.present().filter(community=scene.community).exclude(pk=scene.leader.pk)
    return sorted(people.values_list("name", flat=True))


def test_sentences_write_dates_as_screens_do(scene: Scene) -> None:
    imported(scene, person())
    newer = hand_in(scene, person(birth_date="1958-3-6"), person(**{**LI, "birth_date": "60-1-1"}))
    with override("zh-hans"):
        sentences = [str(sentence) for line in newer.lines.all() for sentence in line.sentences]
    assert [codes_of_line[0] for codes_of_line in codes(newer)] == ["differs", "two_digit_year"]
    assert "1960年1月1日" in sentences[1]
    assert not any(re.search(r"\d{4}-\d\d-\d\d", sentence) for sentence in sentences), sentences


def test_people_are_registered_with_one_evidence_for_all_lines(scene: Scene) -> None:
    done = imported(scene, person(notice="是"), person(**LI), person(**CHILD))
    assert present(scene) == ["周小明", "李强", "王秀英"]
    wang, child = Volunteer.objects.get(name="王秀英"), Volunteer.objects.get(name="周小明")
    assert (wang.phone, wang.birth_date, wang.registered_by) == (
        "13800138000",
        dt.date(1958, 3, 5),
        scene.social_worker,
    )
    assert has_consented(wang, Consent.Kind.PUBLIC_NOTICE, day=NOW.date())
    assert not has_consented(Volunteer.objects.get(name="李强"), Consent.Kind.PUBLIC_NOTICE, day=NOW.date())
    assert {one.evidence for one in wang.consents.all()} == {EVIDENCE}
    consent = child.consents.get()
    assert "李芳" in evidence_of(consent)[consent.pk] and "李芳" not in consent.evidence  # N4
    assert done.state == "imported"


def test_the_same_list_again_changes_nothing(scene: Scene) -> None:
    lines = [person(notice="是"), person(**LI), person(name="陈静", phone="", birth_date="")]
    imported(scene, *lines)
    before = (Volunteer.objects.count(), Consent.objects.count())
    again = hand_in(scene, *lines)
    assert codes(again) == [["on_roll"], ["on_roll"], ["no_phone", "on_roll"]]
    answer = importing.import_list(file=again, by=scene.social_worker, at=NOW)
    assert isinstance(answer, Refusal)
    assert answer.code == "nothing_to_import"
    assert (Volunteer.objects.count(), Consent.objects.count()) == before


def test_a_newer_list_shows_what_differs_and_asks(scene: Scene) -> None:
    imported(scene, person(), person(**LI))
    newer = hand_in(scene, person(phone="13700137000", notice="是"), person(**LI))
    assert codes(newer) == [["differs"], ["on_roll"]]
    assert "138" in str(newer.lines.first().sentences[0])
    assert importing.cannot_import(file=newer, only_if_all=False, by=scene.social_worker).code == "nothing_to_import"
    assert staging.answer_questions(file=newer, answers={2: "update"}, by=scene.social_worker) == 0
    importing.import_list(file=newer, by=scene.social_worker, at=NOW)
    wang = Volunteer.objects.get(name="王秀英")
    assert wang.phone == "13700137000"
    assert has_consented(wang, Consent.Kind.PUBLIC_NOTICE, day=NOW.date())
    newer.refresh_from_db()
    assert isinstance(importing.take_back(file=newer, by=scene.social_worker, at=NOW), RollFile)
    wang.refresh_from_db()
    assert (wang.phone, wang.taken_back_at) == ("13800138000", None)
    assert not has_consented(wang, Consent.Kind.PUBLIC_NOTICE, day=NOW.date())


def test_all_lines_or_the_good_ones(scene: Scene) -> None:
    file = hand_in(scene, person(), person(name="张三、李四"), person(name="王阿姨", phone="13900139001"))
    assert importing.cannot_import(file=file, only_if_all=True, by=scene.social_worker).code == "not_all_good"
    importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert present(scene) == ["王秀英"]


def test_two_people_of_one_name_are_registered_once_somebody_said_so(scene: Scene) -> None:
    file = hand_in(scene, person(), person(phone="13900139000"))
    assert codes(file) == [[], ["alike_in_file"]]
    staging.answer_questions(file=file, answers={3: "new"}, by=scene.social_worker)
    importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert present(scene) == ["王秀英", "王秀英"]


def test_a_person_registered_at_the_desk_meanwhile_becomes_a_question(scene: Scene) -> None:
    file = hand_in(scene, person(), person(**LI))
    scene.volunteer(name="李强", phone="13900139000")
    importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert codes(file) == [[], ["alike_on_roll"]]
    assert present(scene) == ["李强", "王秀英"]


def test_an_import_is_taken_back_as_one_act(scene: Scene) -> None:
    done = imported(scene, person(notice="是"), person(**LI))
    wang = Volunteer.objects.get(name="王秀英")
    card = cards.card_for(volunteer=wang, by=scene.social_worker, at=NOW)
    [(_slip, code)] = slips.print_slips(volunteers=[wang], by=scene.social_worker, at=NOW)
    assert isinstance(importing.take_back(file=done, by=scene.social_worker, at=NOW), RollFile)
    wang.refresh_from_db()
    card.refresh_from_db()
    assert present(scene) == []
    assert (wang.phone, wang.birth_date, PersonalKey.objects.filter(volunteer=wang).exists()) == ("", None, False)
    assert card.revoked_at == NOW
    assert isinstance(slips.find_slip(code), Refusal)
    assert not has_consented(wang, Consent.Kind.REGISTRATION, day=NOW.date())
    assert imported(scene, person()).state == "imported"  # the same list, by another import


def test_taking_many_people_back_takes_as_many_statements_as_two(scene: Scene) -> None:
    def statements(*names: str) -> int:
        lines = [
            person(name=name, phone=f"1380013{8000 + at}", sex="女", address="3号楼") for at, name in enumerate(names)
        ]
        done = imported(scene, *lines)
        with CaptureQueriesContext(connection) as captured:
            assert isinstance(importing.take_back(file=done, by=scene.social_worker, at=NOW), RollFile)
        return len(captured)

    assert statements("王秀英", "李强") == statements("陈静", "赵建国", "周美玲", "孙国庆", "吴丽华", "郑小龙")


def test_an_import_stays_once_somebody_has_been_used_and_the_refusal_names_them(scene: Scene) -> None:
    done = imported(scene, person(), person(**LI))
    role = scene.activity(("09:00", "12:00"), day=dt.date(2026, 3, 7)).shifts.get().activity.roles.get()
    shift = role.activity.shifts.get()
    li = Volunteer.objects.get(name="李强")
    activities.sign_up(volunteer=li, shift=shift, role=role, by=scene.social_worker, at=NOW)
    answer = importing.take_back(file=done, by=scene.social_worker, at=NOW)
    assert isinstance(answer, Refusal)
    assert answer.code == "in_use"
    assert "李强" in str(answer)
    assert "王秀英" not in str(answer)
    assert present(scene) == ["李强", "王秀英"]


def test_a_stopped_import_leaves_nobody_half_registered(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int) -> None:
        if done == 2:
            raise Stopped

    monkeypatch.setattr(importing, "PART", 1)
    file = hand_in(scene, person(), person(**LI), person(name="陈静", phone="13900139002"))
    with pytest.raises(Stopped):
        importing.import_list(file=file, by=scene.social_worker, at=NOW, tell=stop)
    assert present(scene) == []
    importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert present(scene) == ["李强", "王秀英", "陈静"]


def test_a_second_run_goes_on_where_a_dead_worker_stopped(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PART", 1)
    monkeypatch.setattr(importing, "_undo", lambda *args, **kwargs: None)  # as if the process was killed
    file = hand_in(scene, person(), person(**LI))
    with pytest.raises(ZeroDivisionError):
        importing.import_list(file=file, by=scene.social_worker, at=NOW, tell=lambda done: 1 // 0)
    assert present(scene) == ["王秀英"]
    assert files.discard(file=file, by=scene.social_worker).code == "half_done"
    importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert present(scene) == ["李强", "王秀英"]


def test_only_those_who_manage_people_import(scene: Scene) -> None:
    trainer = UserFactory(duties=[(scene.community, DutyRole.TRAINER)])
    refused = files.keep_file(community=scene.community, name="a.csv", content=b"a", by=trainer, at=NOW)
    assert refused.code == "not_allowed"
    file = hand_in(scene, person())
    assert importing.import_list(file=file, by=trainer, at=NOW).code == "not_allowed"
    assert files.discard(file=file, by=trainer).code == "not_allowed"


def test_the_stored_file_is_sealed_and_forgotten_after_a_month(scene: Scene) -> None:
    file = imported(scene, person(note="34052419800101001X"), person(name="张三、李四"))
    with private_files.open(file.file) as stored:
        assert b"34052419800101001X" not in stored.read()

    later = NOW + files.FORGOTTEN + dt.timedelta(days=1)
    files.forget_old(at=later)
    file.refresh_from_db()
    assert (file.file, file.lines.count(), present(scene)) == ("", 1, ["王秀英"])
    assert isinstance(files.content_of(file), Refusal)


def test_a_waiting_line_about_an_erased_person_keeps_no_word_and_registers_nobody(scene: Scene) -> None:
    known = scene.volunteer("王秀英")
    file = hand_in(scene, person(birth_date=""), person(name="李强", phone="13900139000"))
    line = file.lines.get(row=2)
    assert (line.person, line.verdict) == (known, Verdict.ASK)
    staging.answer_questions(file=file, answers={2: Answer.NEW}, by=scene.social_worker)

    erasing.erase(volunteer=known, by=scene.social_worker, at=NOW)

    line.refresh_from_db()
    assert (line.name, line.phone, line.answer, line.verdict) == ("", "", "", Verdict.SKIP)
    assert [str(fault) for fault in line.sentences] == [str(KNOWN["erased"][1])]
    found = left_out.lines_left_out(file)
    assert isinstance(found, LeftOut) and list(found.lines) == []
    importing.import_list(file=file, by=scene.social_worker, at=NOW)
    assert {one.name for one in Volunteer.objects.filter(registered_at=NOW)} == {"李强"}


def test_each_consent_has_its_column_and_the_evidence_of_the_list(scene: Scene) -> None:
    rows = "姓名,手机,同意个人信息处理,同意照片,同意短信\n王秀英,13800138000,是,是,是\n李强,13900139000,是,否,\n"
    importing.import_list(file=hand_in(scene, content=rows.encode()), by=scene.social_worker, at=NOW)
    yes, no = Volunteer.objects.get(name="王秀英"), Volunteer.objects.get(name="李强")
    for kind in (Consent.Kind.PHOTOS, Consent.Kind.MESSAGES):
        assert has_consented(yes, kind, day=NOW.date()) and not has_consented(no, kind, day=NOW.date())
        assert Consent.objects.get(volunteer=yes, kind=kind).evidence == EVIDENCE
    assert not has_consented(yes, Consent.Kind.PUBLIC_NOTICE, day=NOW.date())
