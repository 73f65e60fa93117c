"""The yearly statement: its figures, the yes, the ways of a no, the picture."""

import datetime as dt
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from academy.certificates import statements
from academy.certificates.statement_models import StatementAnswer
from academy.families.services import allow_agent
from academy.people.models import Volunteer
from academy.people.services import merging
from tests.answers import code_of
from tests.factories import IssuerFactory, UserFactory
from tests.hours.scene import ISSUED_AT, Scene

NEW_YEAR = dt.datetime(2027, 1, 10, 9, tzinfo=ISSUED_AT.tzinfo)


def say_yes(volunteer: Volunteer, times: int = 2, minutes: int = 300, **changes: object) -> object:
    given = {"by": volunteer.user, "at": NEW_YEAR, **changes}
    return statements.say_yes(volunteer=volunteer, year=2026, times=times, minutes=minutes, **given)  # type: ignore[arg-type]


def test_it_sums_the_year_of_all_units_without_learning(scene: Scene, volunteer: Volunteer) -> None:
    scene.serve(volunteer, "14:00", "15:00", issuer=IssuerFactory(community=scene.community))
    scene.serve(volunteer, "16:00", "17:00", kind="training", counts_as="learner")
    scene.serve(volunteer, "09:00", "10:00", day=dt.date(2026, 2, 7))
    scene.serve(volunteer, "09:00", "10:00", day=dt.date(2025, 12, 27))
    scene.attend(volunteer, scene.activity(day=dt.date(2026, 2, 14)).shifts.get())
    found = statements.statement_of(volunteer, 2026, at=NEW_YEAR)
    assert (found.times, found.minutes, found.waiting) == (4, 420, 1)
    assert found.months[:3] == (360, 60, 0) and sum(found.months) == 420
    assert found.is_over and found.answered is None
    assert statements.years_of(volunteer) == [2026, 2025]


def test_a_yes_is_noted_once_with_its_figures(volunteer: Volunteer) -> None:
    first = say_yes(volunteer)
    assert isinstance(first, StatementAnswer)
    assert (first.year, first.times, first.minutes, first.answered_by) == (2026, 2, 300, volunteer.user)
    assert say_yes(volunteer) == first
    assert statements.statement_of(volunteer, 2026, at=NEW_YEAR).answered == first


def test_figures_that_changed_are_asked_about_again(scene: Scene, volunteer: Volunteer) -> None:
    say_yes(volunteer)
    scene.serve(volunteer, "14:00", "15:00")
    assert statements.statement_of(volunteer, 2026, at=NEW_YEAR).answered is None
    assert code_of(say_yes(volunteer)) == "statement_changed"
    assert isinstance(say_yes(volunteer, 3, 360), StatementAnswer)


def test_who_answers(scene: Scene, volunteer: Volunteer) -> None:
    agent = UserFactory()
    assert code_of(say_yes(volunteer, by=agent)) == "not_allowed"
    assert code_of(say_yes(volunteer, by=scene.social_worker)) == "not_allowed"
    allow_agent(volunteer=volunteer, user=agent, evidence="口头同意", by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(say_yes(volunteer, by=agent), StatementAnswer)
    assert code_of(statements.say_yes(volunteer=volunteer, year=2024, times=0, minutes=0, by=agent, at=NEW_YEAR)) == (
        "nothing_effective"
    )


def test_the_answer_of_a_merged_row_is_the_persons(scene: Scene, volunteer: Volunteer) -> None:
    answer = say_yes(volunteer)
    other = scene.volunteer("王秀英")
    merging.merge(volunteer=volunteer, into=other, by=scene.social_worker, at=NEW_YEAR)
    other.refresh_from_db()
    assert statements.statement_of(other, 2026, at=NEW_YEAR).answered == answer


def test_the_database_keeps_one_answer_for_the_same_figures(volunteer: Volunteer) -> None:
    say_yes(volunteer)
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementAnswer.objects.create(
            volunteer=volunteer, year=2026, times=2, minutes=300, answered_at=NEW_YEAR, answered_by=volunteer.user
        )


@pytest.mark.slow
def test_the_picture_has_the_shape_of_a_phone_and_its_colours(volunteer: Volunteer) -> None:
    content = statements.picture_of(statements.statement_of(volunteer, 2026, at=NEW_YEAR), at=NEW_YEAR)
    assert isinstance(content, bytes)
    with Image.open(BytesIO(content)) as picture:
        assert picture.size == (1080, 1440)
        assert len(set(picture.convert("RGB").getpixel((540, 20)))) > 1  # type: ignore[arg-type]
        frame = round(5.8 / 108 * 1080)
        for strip in ((frame + 5, frame + 5, 1070 - frame, frame + 40), (frame + 5, frame + 5, frame + 40, 1370)):
            assert len(picture.convert("RGB").crop(strip).getcolors() or []) == 1  # it keeps clear of its frame


@pytest.mark.slow
def test_a_name_that_cannot_be_printed_makes_no_picture(volunteer: Volunteer) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(name="王🌟")
    volunteer.refresh_from_db()
    answer = statements.picture_of(statements.statement_of(volunteer, 2026, at=NEW_YEAR), at=NEW_YEAR)
    assert code_of(answer) == "missing_glyphs"


@pytest.mark.slow
def test_the_page_asks_and_takes_a_yes(client: Client, scene: Scene, volunteer: Volunteer) -> None:
    assert volunteer.user is not None
    client.force_login(volunteer.user)
    with time_machine.travel(NEW_YEAR, tick=False):
        assert "/my/year/2026/" in client.get("/my/certificates/").content.decode()
        shown = client.get("/my/year/2026/").content.decode()
        assert "您 2026 年：2 场 5.0 小时，对吗？" in shown
        assert "/my/records/?who=" in shown and "/my/missing/" in shown
        answer = client.post("/my/year/2026/", {"times": "2", "minutes": "300"}, follow=True)
        assert StatementAnswer.objects.count() == 1 and 'name="times"' not in answer.content.decode()
        assert client.get("/my/year/2026/picture.png").headers["Content-Type"] == "image/png"
        for year in (1999, 2028):
            assert client.get(f"/my/year/{year}/").status_code == 404
        assert client.get("/my/year/2025/picture.png").status_code == 404
        assert client.get("/my/year/2026/?who=V2026000000A").status_code == 404


def test_two_units_are_named_before_the_certificate_is_issued(
    client: Client, scene: Scene, volunteer: Volunteer
) -> None:
    """P3: records of two recording units give two certificates, and the screen says so."""
    other = IssuerFactory(community=scene.community, name="第二家记录单位")
    scene.serve(volunteer, "14:00", "15:00", issuer=other)
    client.force_login(scene.social_worker)
    form = {
        "issuer": str(scene.issuer.pk),
        "volunteer": str(volunteer.pk),
        "period_from": "2026-01-01",
        "period_to": "2026-01-31",
    }
    with time_machine.travel(ISSUED_AT, tick=False):
        page = client.post("/admin/certificate/new/", form).content.decode()
        assert "第二家记录单位" in page and "另外出具" in page
        client.force_login(volunteer.user)  # type: ignore[arg-type]
        assert "各出一份" in client.get("/my/certificates/").content.decode()


def test_in_january_each_person_who_served_is_asked_once(scene: Scene, volunteer: Volunteer) -> None:
    scene.volunteer("刘伟")  # without service
    for early in (NEW_YEAR.replace(day=4), NEW_YEAR.replace(hour=8), NEW_YEAR.replace(month=2)):
        assert statements.ask_everybody(at=early) == 0
    assert statements.ask_everybody(at=NEW_YEAR) == 1
    assert statements.ask_everybody(at=NEW_YEAR) == 0
    message = volunteer.messages.get(key="statement:2026")
    assert "2 场 5.0 小时，对吗" in message.texts["zh-hans"] and message.path == "/my/year/2026/"
