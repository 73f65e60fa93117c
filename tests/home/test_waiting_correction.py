"""A correction that one person decided alone, on the volunteer's own pages (K4)."""

import datetime as dt
import re

import pytest

from academy.decisions.services import decide
from academy.hours.models import MakeUp, ServiceRecord
from academy.hours.services import make_ups
from tests.hours.scene import moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

ASKED = moment("10:00", dt.date(2026, 2, 2))
DECIDED = moment("10:00", dt.date(2026, 2, 9))


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def old(scene, volunteer, clock):
    """An effective record of two hours; a correction to an hour and a half is on notice until 16 February."""
    record = scene.serve(volunteer, "09:00", "11:00")
    asked = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=record.shift,
        came_at=moment("09:00"),
        left_at=moment("10:30"),
        reason="十点半就走了",
        by=volunteer.user,
        at=ASKED,
    )
    assert isinstance(asked, MakeUp)
    decided = decide(request=asked, by=scene.social_worker, at=DECIDED, accepted=True, answer="无人答复")
    assert isinstance(decided, MakeUp)
    clock.move_to(DECIDED)
    return record


def test_my_page_counts_the_old_figure_and_names_the_day_of_the_new_one(volunteer, old, sign_in):
    page = text_of(sign_in(volunteer.user).get("/my/"))

    assert "Service hours 2.0 hours" in page
    assert "Effective 2.0 hours" in page
    assert "expected to take effect" not in page  # the correction adds no time
    assert "A correction on public notice. Until 17 Feb, 2.0 hours count here." in page


def test_the_record_that_still_counts_leads_to_its_correction(volunteer, old, sign_in):
    new = ServiceRecord.objects.get(replaces=old)

    page = sign_in(volunteer.user).get(f"/my/records/{old.pk}/").content.decode()

    link = re.search(rf'<a href="/my/records/{new.pk}/">(.+?)</a>', page)
    assert link is not None
    assert re.sub("<[^>]+>", "", link[1]) == "120 minutes until 17 Feb, 90 from then on"


def test_a_record_without_a_correction_names_none(scene, volunteer, sign_in):
    record = scene.serve(volunteer, "09:00", "11:00")

    assert "Correction" not in text_of(sign_in(volunteer.user).get(f"/my/records/{record.pk}/"))
