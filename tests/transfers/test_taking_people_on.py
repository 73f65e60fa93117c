"""Unknown people of a history come onto the roll, and leave it with an import taken back."""

from typing import Any

import pytest
from django.test import Client

from academy.core.refusals import Refusal
from academy.hours.models import ImportReversal, ServiceRecord
from academy.people.models import Consent, Volunteer
from academy.profiles.services import details
from academy.roll import acts
from academy.roll.faults import Verdict
from academy.roll.models import Answer, RollFile
from academy.roll.services import importing as roll
from academy.roll.services import staging
from academy.transfers.models import Upload
from academy.transfers.services import importing
from tests.hours.scene import Scene
from tests.pages import text_of
from tests.transfers.lists import NOW, import_list, row, run_dry, upload_list

pytestmark = pytest.mark.slow

EVIDENCE = "2026年1月签字的登记表，第3号文件夹"


def take(scene: Scene, upload: Upload) -> RollFile:
    """List the unknown people of the upload, and register those without a question."""
    listed = acts.list_people(
        community=scene.community,
        name="名单.csv",
        people=run_dry(scene, upload).unknown_people,
        named_by=upload.sha256,
        evidence=EVIDENCE,
        by=scene.social_worker,
        at=NOW,
    )
    assert isinstance(listed, RollFile), listed
    return listed


def registered(scene: Scene, upload: Upload) -> RollFile:
    done = roll.import_list(file=take(scene, upload), by=scene.social_worker, at=NOW)
    assert isinstance(done, RollFile), done
    return done


def undo(done: Any, scene: Scene) -> ImportReversal:
    answer = importing.take_back(done=done, reason="传错了", by=scene.social_worker, at=NOW)
    assert isinstance(answer, ImportReversal), answer
    return answer


def test_each_unknown_person_is_named_once_with_the_phone_of_any_line(scene: Scene) -> None:
    upload = upload_list(
        scene,
        row(name="周强"),
        row(name="周 强", phone="139 0000 0001", date="2025-03-02"),
        row(name="吴梅", phone="13900000002"),
        row(name="吴梅", phone="13900000003", date="2025-03-02"),
        row(scene.volunteer().number, date="2025-03-03"),
        row(number="V999", name="冯军", date="2025-03-04"),
    )

    assert run_dry(scene, upload).unknown_people == [
        ("周强", "139 0000 0001"),
        ("吴梅", "13900000002"),
        ("吴梅", "13900000003"),
    ]


def test_people_who_may_be_on_the_roll_are_asked_about_and_others_are_registered(scene: Scene) -> None:
    # The roll has 周强 by now, without a phone: perhaps the same person.
    upload = upload_list(scene, row(name="周强", phone="13900000001"), row(name="吴梅", phone="13900000002"))
    people = run_dry(scene, upload).unknown_people
    scene.volunteer("周强")
    listed = acts.list_people(
        community=scene.community,
        name="名单.csv",
        people=people,
        named_by=upload.sha256,
        evidence=EVIDENCE,
        by=scene.social_worker,
        at=NOW,
    )
    assert isinstance(listed, RollFile)
    assert [line.verdict for line in listed.lines.all()] == [Verdict.ASK, Verdict.OK]

    staging.answer_questions(file=listed, answers={2: Answer.LEAVE}, by=scene.social_worker)
    roll.import_list(file=listed, by=scene.social_worker, at=NOW)

    newcomer = Volunteer.objects.get(name="吴梅")
    assert newcomer.phone == "13900000002" and Volunteer.objects.filter(name="周强").count() == 1
    consent = Consent.objects.get(volunteer=newcomer)
    assert (consent.kind, consent.evidence) == ("registration", EVIDENCE)


def test_the_same_list_has_its_people_listed_once(scene: Scene) -> None:
    upload = upload_list(scene, row(name="周强"))
    assert take(scene, upload) == take(scene, upload)


def test_no_list_without_a_word_about_the_consent(scene: Scene) -> None:
    answer = acts.list_people(
        community=scene.community,
        name="名单.csv",
        people=[("周强", "")],
        named_by="0",
        evidence=" ",
        by=scene.social_worker,
        at=NOW,
    )
    assert isinstance(answer, Refusal) and answer.code == "needs_evidence"
    assert not RollFile.objects.exists()


def test_records_and_people_are_taken_back_together(scene: Scene) -> None:
    upload = upload_list(scene, row(name="周强"), row(name="吴梅", date="2025-03-02"))
    registered(scene, upload)
    done = import_list(scene, upload=upload)
    assert done.count == 2

    undo(done, scene)

    assert not Volunteer.objects.filter(name__in=["周强", "吴梅"]).exists()
    assert Volunteer.objects.exclude(taken_back_at=None).count() == 2
    assert ServiceRecord.objects.filter(state="withdrawn").count() == 2
    assert RollFile.objects.get().state == "taken_back"


def test_people_who_were_used_otherwise_stay(scene: Scene) -> None:
    upload = upload_list(scene, row(name="周强"), row(name="吴梅", date="2025-03-02"))
    registered(scene, upload)
    done = import_list(scene, upload=upload)
    import_list(scene, row(name="吴梅", date="2025-04-01"))  # another list names her

    undo(done, scene)

    assert Volunteer.objects.filter(name__in=["周强", "吴梅"]).count() == 2
    assert [file.state for file in importing.people_of(done)] == ["imported"]


def test_details_that_staff_added_since_keep_the_people(scene: Scene) -> None:
    upload = upload_list(scene, row(name="周强"))
    done = registered(scene, upload)
    later = NOW.replace(hour=NOW.hour + 1)
    person = Volunteer.objects.get(name="周强")
    details.save_details(volunteer=person, changes={"area": "3 栋"}, by=scene.social_worker, at=later)

    answer = roll.take_back(file=done, by=scene.social_worker, at=later)

    assert isinstance(answer, Refusal) and answer.code == "in_use" and "周强" in str(answer)


def test_the_page_leads_from_the_lines_to_the_roll_and_back(desk: Client, scene: Scene) -> None:
    upload = upload_list(scene, row(name="周强", phone="13900000001"))
    check = f"/admin/upload/check/{upload.pk}/"
    assert "Take 1 person onto the roll" in text_of(desk.get(check))

    page = desk.get(f"/admin/upload/people/{upload.pk}/")
    assert "周强 13900000001" in text_of(page)
    assert "This field is required" in text_of(desk.post(f"/admin/upload/people/{upload.pk}/", {"evidence": ""}))

    listed = desk.post(f"/admin/upload/people/{upload.pk}/", {"evidence": EVIDENCE})
    file = RollFile.objects.get()
    assert listed["Location"] == f"/admin/roll_file/check/{file.pk}/"
    done = desk.post(listed["Location"], {"all": "1"}, follow=True)
    assert "Go on with the hours of these people" in text_of(done)

    page = desk.get(check)
    assert "Take 1 person" not in text_of(page) and "Import 1 line" in text_of(page)
    assert "The roll has everybody in this list" in text_of(
        desk.post(f"/admin/upload/people/{upload.pk}/", {"evidence": EVIDENCE})
    )
