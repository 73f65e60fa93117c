"""The letter of thanks, and a member's quarter for their employer."""

import datetime as dt

import pytest
import time_machine
from wagtail.log_actions import registry as log

from academy.core.periods import quarter_of
from academy.feedback.models import Face, Feedback
from academy.groups import papers
from academy.groups.services import heads
from academy.units import services as units
from tests.factories import ActivityFactory, UnitFactory, effective_record
from tests.groups.samples import BEFORE, START, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
LATER = START + dt.timedelta(days=80)


@pytest.fixture
def group():
    with time_machine.travel(BEFORE, tick=False):
        return build()


def agree(group, granted=True, at=LATER):
    units.answer_for_employer(
        volunteer=group.one, unit=group.unit, granted=granted, evidence="签字", by=group.worker, at=at
    )


def print_it(group, at=LATER):
    return papers.print_quarter(volunteer=group.one, unit=group.unit, day=dt.date(2026, 2, 1), by=group.worker, at=at)


def test_the_letter_has_the_figures_and_the_contributions(group):
    effective_record(group.one, group.shift)
    heads.count_heads(unit=group.unit, shift=group.shift, people=12, by=group.leader.user, at=START)
    units.record_contribution(
        unit=group.unit, kind="equipment", word="音响一套", since=dt.date(2026, 3, 1), by=None, at=START
    )
    units.record_contribution(
        unit=group.unit, kind="venue", word="旧礼堂", since=dt.date(2024, 3, 1), by=None, at=START
    )

    text = "\n".join(papers.thanks_paragraphs(group.unit, YEAR))

    for part in ("3.0", "12", "音响一套", "花园社区"):
        assert part in text
    assert "旧礼堂" not in text
    assert papers.print_thanks(unit=group.unit, period=YEAR, at=LATER).startswith(b"%PDF")


def test_the_letter_says_what_the_served_people_thought_if_enough_were_content(group):
    effective_record(group.one, group.shift)
    other = ActivityFactory(community=group.unit.community)

    def say(activity, face, *browsers):
        for browser in browsers:
            Feedback.objects.create(activity=activity, face=face, browser=browser, given_at=START)

    def letter():
        return "\n".join(papers.thanks_paragraphs(group.unit, YEAR))

    say(other, Face.GOOD, *"abcdefgh")  # nobody of the unit was there
    say(group.shift.activity, Face.GOOD, *"abcd")
    assert "满意" not in letter()
    say(group.shift.activity, Face.BAD, "e")
    assert "有 5 位留下了评价，其中 4 位表示满意" in letter()
    say(group.shift.activity, Face.BAD, *"fgh")
    assert "满意" not in letter()  # half of them: that is for the organiser alone


def test_the_quarter_needs_the_persons_own_consent(group):
    assert print_it(group).code == "needs_employer_consent"

    agree(group)
    assert print_it(group).startswith(b"%PDF")

    agree(group, granted=False, at=LATER + dt.timedelta(hours=1))
    assert print_it(group, at=LATER + dt.timedelta(hours=2)).code == "needs_employer_consent"


def test_the_quarter_goes_to_the_persons_own_unit_alone(group):
    agree(group)
    group.one.unit_memberships.all().delete()

    assert print_it(group).code == "not_a_member"


def test_the_quarter_holds_the_persons_own_effective_records(group):
    record = effective_record(group.one, group.shift)
    effective_record(group.two, group.shift)
    spring = ActivityFactory(
        community=group.home,
        leader=group.leader,
        starts_at=START + dt.timedelta(days=90),
        ends_at=START + dt.timedelta(days=90, hours=2),
    )
    effective_record(group.one, spring.shifts.get())

    period = quarter_of(dt.date(2026, 2, 1))

    assert papers.records_in(group.one, group.home.pk, period) == [record]


def test_printing_the_quarter_is_logged(group):
    agree(group)
    print_it(group)

    entry = log.get_logs_for_instance(group.one).filter(action="groups.print_quarter").get()
    assert (entry.user, entry.data["unit"]) == (group.worker, "湘江机械厂")


def test_the_quarter_is_for_the_unit_that_the_consent_names(group):
    other = UnitFactory(community=group.home)
    units.put_in_unit(volunteer=group.one, unit=other, by=None, at=BEFORE)
    agree(group)

    answer = papers.print_quarter(volunteer=group.one, unit=other, day=dt.date(2026, 2, 1), by=group.worker, at=LATER)
    assert answer.code == "needs_employer_consent"


def test_the_quarter_holds_the_records_of_the_membership_alone(group, monkeypatch):
    effective_record(group.one, group.shift)
    agree(group)
    printed = []
    monkeypatch.setattr(papers, "print_sheet", lambda sheet, **given: printed.append(sheet) or b"%PDF")
    print_it(group)
    group.one.unit_memberships.update(since=START.date() + dt.timedelta(days=1))
    print_it(group)

    assert [len(sheet.lines) for sheet in printed] == [1, 0]
