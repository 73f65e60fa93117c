"""The trial of draft rules on a past period, clause by clause, without writing any row."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.decisions.services import decide
from academy.hours.models import CorrectionProposal, HoursTotal, LedgerEntry, ServiceRecord
from academy.hours.services import approvals, confirmation, notices
from academy.hours.services.trial import Trial, try_rules
from academy.people.permissions import DutyRole
from academy.rulebook import services as rulebook
from academy.rulebook.models import RuleSet
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory
from tests.hours.scene import SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

MONDAY = dt.date(2026, 1, 12)
JANUARY = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
FEBRUARY = moment("09:00", dt.date(2026, 2, 2))


def draft_of(scene: Scene, **values: int) -> RuleSet:
    draft = rulebook.draft_rule_set(community=scene.community, by=scene.social_worker, at=FEBRUARY)
    assert isinstance(draft, RuleSet)
    draft.values = {**draft.values, **values}
    draft.save()
    return draft


def tried(draft: RuleSet, since: dt.date = JANUARY[0], until: dt.date = JANUARY[1]) -> Trial:
    return try_rules(draft=draft, since=since, until=until, at=FEBRUARY)


def test_it_says_what_would_differ_per_volunteer_in_total_and_by_which_clause(scene: Scene) -> None:
    long, short = scene.volunteer("王秀英"), scene.volunteer("刘伟")
    scene.attend(long, scene.activity(("08:00", "17:00")).shifts.get(), "08:00", "17:00")  # 540 min, 480 count
    scene.attend(short, scene.activity(("09:00", "12:00"), day=MONDAY).shifts.get(), "09:00", "09:20", day=MONDAY)

    trial = tried(draft_of(scene, daily_minutes=420, minimum_minutes=30, rounding_minutes=10))

    assert (trial.minutes_before, trial.minutes_after, trial.difference) == (500, 420, -80)
    assert trial.clauses == [("H4-day", -60), ("H3-minimum", -20)]
    assert [(row.volunteer, row.difference, dict(row.clauses)) for row in trial.rows] == [
        (long, -60, {"H4-day": -60}),
        (short, -20, {"H3-minimum": -20}),
    ]
    assert trial.flags == [("below_minimum", 1)]


def test_the_changes_by_clause_add_up_to_the_difference(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.attend(volunteer, scene.activity(("08:00", "16:47")).shifts.get(), "08:00", "16:47")

    trial = tried(draft_of(scene, daily_minutes=500, rounding_minutes=30))

    assert trial.difference == 0  # 480 by the day's limit before; now 500 by it, then down to 480
    assert trial.clauses == [("H3-round", -20), ("H4-day", 20)]
    assert sum(minutes for _clause, minutes in trial.clauses) == trial.difference


def test_it_writes_nothing(scene: Scene) -> None:
    volunteer = scene.volunteer()
    activity = scene.activity()
    scene.attend(volunteer, activity.shifts.get())
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("12:30"))
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))
    draft = draft_of(scene, rounding_minutes=30)
    kept = [list(model.objects.order_by("pk").values()) for model in (ServiceRecord, LedgerEntry, HoursTotal)]

    tried(draft)

    assert kept == [list(model.objects.order_by("pk").values()) for model in (ServiceRecord, LedgerEntry, HoursTotal)]
    assert not CorrectionProposal.objects.exists()


def test_a_draft_that_says_the_same_makes_no_difference(scene: Scene) -> None:
    scene.attend(scene.volunteer(), scene.activity().shifts.get())

    trial = tried(draft_of(scene, notice_working_days=5))

    assert len(trial.rows) == 1 and not trial.differing and not trial.clauses


@pytest.mark.parametrize(
    ("since", "until", "people"),
    [
        (SATURDAY, SATURDAY, 1),
        (SATURDAY + dt.timedelta(days=1), dt.date(2026, 1, 31), 0),
        (dt.date(2026, 1, 1), SATURDAY - dt.timedelta(days=1), 0),
    ],
)
def test_a_period_holds_its_own_days_alone(scene: Scene, since: dt.date, until: dt.date, people: int) -> None:
    scene.attend(scene.volunteer(), scene.activity().shifts.get())

    assert len(tried(draft_of(scene, minimum_minutes=300), since, until).differing) == people


def test_a_night_counts_in_the_period_with_the_minutes_of_its_own_side(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.attend(volunteer, scene.activity(("22:00", "26:00")).shifts.get(), "22:00", "26:00")

    trial = tried(draft_of(scene, daily_minutes=60), SATURDAY + dt.timedelta(days=1), SATURDAY + dt.timedelta(days=1))

    assert (trial.minutes_before, trial.minutes_after) == (120, 60)


def test_an_approved_long_day_counts_under_the_draft_too(scene: Scene) -> None:
    volunteer = scene.volunteer()
    scene.attend(volunteer, scene.activity(("08:00", "19:00")).shifts.get(), "08:00", "19:00")
    asked = approvals.ask_daily_approval(
        volunteer=volunteer, date=SATURDAY, minutes=600, reason="防汛", by=scene.social_worker, at=moment("20:00")
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    decide(request=asked, by=approver, at=moment("21:00"), accepted=True)

    trial = tried(draft_of(scene, daily_minutes=60, daily_hard_minutes=540))

    assert (trial.minutes_before, trial.minutes_after) == (600, 540)


def test_another_communitys_rules_stay_as_they_are(scene: Scene) -> None:
    abroad = CommunityFactory()
    RuleSetFactory(community=abroad)
    guest = VolunteerFactory(community=abroad)
    scene.attend(guest, scene.activity(("08:00", "17:00")).shifts.get(), "08:00", "17:00")

    trial = tried(draft_of(scene, daily_minutes=60, minimum_minutes=600))

    # H4: the day's limit is that of the guest's home; all other parameters are this community's.
    assert [(row.volunteer, row.minutes_before, row.minutes_after) for row in trial.rows] == [(guest, 480, 0)]
    assert dict(trial.rows[0].clauses) == {"H3-minimum": -540, "H4-day": 60}


def test_learning_time_is_never_mixed_in(scene: Scene) -> None:
    volunteer = scene.volunteer()
    training = scene.activity(("09:00", "12:00"), kind="training", counts_as="learner")
    scene.attend(volunteer, training.shifts.get())

    (row,) = tried(draft_of(scene, max_visit_minutes=60)).rows

    assert (row.minutes_before, row.minutes_after) == (0, 0)
    assert (row.learning_before, row.learning_after) == (180, 0)


def test_records_of_two_shifts_on_both_sides_of_a_change_have_each_their_own_rules(scene: Scene) -> None:
    later = RuleSetFactory(community=scene.community, effective_from=MONDAY, values={"rounding_minutes": 30})
    volunteer = scene.volunteer()
    for day in (SATURDAY, MONDAY):
        shift = scene.activity(("09:00", "12:00"), day=day).shifts.get()
        scene.attend(volunteer, shift, "09:00", "11:50", day=day)

    records = ServiceRecord.objects.order_by("date")

    assert [(one.rule_set, one.minutes) for one in records] == [(scene.rule_set, 170), (later, 150)]


# The page


def test_an_approver_tries_it(client, scene: Scene) -> None:
    scene.attend(scene.volunteer(), scene.activity(("08:00", "17:00")).shifts.get(), "08:00", "17:00")
    draft = draft_of(scene, daily_minutes=420, notice_working_days=9)
    rulebook.open_for_comments(rule_set=draft, reason="…", by=scene.social_worker, at=FEBRUARY)
    url = reverse("desk:try_rules", args=[draft.pk])
    client.force_login(UserFactory(duties=[(scene.community, DutyRole.APPROVER)]))

    with time_machine.travel(FEBRUARY, tick=False):
        page = client.get(url)
        assert page.context["trial"].difference == -60
        assert [one["value"] for one in page.context["without_hours"]] == ["9"]
        assert "王秀英" in page.content.decode()
        assert client.get(url, {"since": "2026-01-11", "until": "2026-02-01"}).context["trial"].rows == []


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2026-01-31", "2026-01-01", "until"),
        ("2026-01-01", "2026-02-02", "until"),  # today
        ("2024-01-01", "2026-01-01", "since"),
        ("gestern", "2026-01-01", "since"),
    ],
)
def test_a_period_that_cannot_be_tried_is_said_beside_it(client, scene: Scene, since, until, field) -> None:
    url = reverse("desk:try_rules", args=[draft_of(scene).pk])
    client.force_login(scene.social_worker)

    with time_machine.travel(FEBRUARY, tick=False):
        page = client.get(url, {"since": since, "until": until})

    assert field in page.context["form"].errors and "trial" not in page.context
    assert page.context["form"]["since"].value() == since


def test_other_users_cannot_try_the_draft(client, scene: Scene) -> None:
    url = reverse("desk:try_rules", args=[draft_of(scene).pk])
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.APPROVER)]))

    assert client.get(url).status_code == 404
