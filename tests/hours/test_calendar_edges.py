"""The borders of days, months, years and rule versions, from scans to totals."""

import datetime as dt

import pytest

from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation, notices, totals
from tests.factories import RuleSetFactory
from tests.hours.scene import Scene, moment

NEW_YEAR = dt.date(2026, 1, 1)


def night(scene: Scene, day: dt.date, came: str = "22:00", left: str = "26:00") -> list[ServiceRecord]:
    """Create a night watch that begins on `day`, with one volunteer who attends it."""
    shift = scene.activity((came, left), day=day).shifts.get()
    scene.attend(scene.volunteer(), shift, came, left)
    return list(ServiceRecord.objects.order_by("date"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(dt.date(2026, 1, 31), dt.date(2026, 2, 1), id="month"),
        pytest.param(dt.date(2025, 12, 31), dt.date(2026, 1, 1), id="year"),
        pytest.param(dt.date(2028, 2, 28), dt.date(2028, 2, 29), id="into a leap day"),
        pytest.param(dt.date(2028, 2, 29), dt.date(2028, 3, 1), id="out of a leap day"),
        pytest.param(dt.date(2026, 2, 28), dt.date(2026, 3, 1), id="no leap day"),
    ],
)
def test_a_night_belongs_to_both_its_days(scene: Scene, first: dt.date, second: dt.date) -> None:
    records = night(scene, first, "22:30", "26:00")

    assert [(record.date, record.minutes) for record in records] == [(first, 90), (second, 120)]


@pytest.mark.parametrize("day", [dt.date(2025, 12, 31), dt.date(2026, 2, 28), dt.date(2028, 2, 29)])
def test_it_takes_effect_as_a_whole_and_adds_up(scene: Scene, day: dt.date) -> None:
    records = night(scene, day)
    at = moment("27:00", day)
    confirmation.confirm(activity=records[0].activity, by=scene.leading, at=at)
    notices.end_notices(at=at + dt.timedelta(days=60))

    assert totals.total_of(records[0].volunteer).service_minutes == 240


@pytest.mark.slow
@pytest.mark.both
def test_a_shift_keeps_the_rules_of_the_day_on_which_it_began(scene: Scene) -> None:
    later = RuleSetFactory(community=scene.community, effective_from=NEW_YEAR, values={"rounding_minutes": 30})

    before = night(scene, dt.date(2025, 12, 31), "22:10", "25:20")
    assert [(one.rule_set, one.minutes) for one in before] == [(scene.rule_set, 110), (scene.rule_set, 80)]

    scene.attend(scene.volunteer("刘伟"), scene.activity(("09:00", "12:00"), day=NEW_YEAR).shifts.get(), left="11:50")
    after = ServiceRecord.objects.get(volunteer__name="刘伟")
    assert (after.rule_set, after.minutes) == (later, 150)


def test_h4_each_day_has_the_limit_of_its_own_rules(scene: Scene) -> None:
    RuleSetFactory(community=scene.community, effective_from=NEW_YEAR, values={"daily_minutes": 60})

    records = night(scene, dt.date(2025, 12, 31))

    assert [(one.date, one.minutes, one.flags) for one in records] == [
        (dt.date(2025, 12, 31), 120, []),
        (NEW_YEAR, 60, ["daily_cap"]),
    ]


@pytest.mark.parametrize(
    ("confirmed", "effective"),
    [
        # Spring Festival 2026: 15 to 23 February off, Saturdays the 14th and the 28th worked.
        pytest.param(dt.date(2026, 2, 13), dt.date(2026, 2, 26), id="over a moved workday and the holidays"),
        pytest.param(dt.date(2026, 2, 14), dt.date(2026, 2, 27), id="confirmed on a moved workday"),
        pytest.param(dt.date(2026, 2, 26), dt.date(2026, 3, 3), id="a Saturday that is worked counts"),
        pytest.param(dt.date(2025, 12, 30), dt.date(2026, 1, 6), id="over the new year"),
    ],
)
def test_k5_the_notice_counts_working_days_as_they_were_moved(
    scene: Scene, confirmed: dt.date, effective: dt.date
) -> None:
    activity = scene.activity(day=confirmed)
    scene.attend(scene.volunteer(), activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30", confirmed))

    record = ServiceRecord.objects.get()
    assert record.effective_on == effective
    notices.end_notices(at=moment("23:59", effective - dt.timedelta(days=1)))
    assert ServiceRecord.objects.get().state == RecordState.ON_NOTICE
    notices.end_notices(at=moment("00:00", effective))
    assert ServiceRecord.objects.get().state == RecordState.EFFECTIVE
