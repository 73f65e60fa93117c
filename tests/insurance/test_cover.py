"""Which policy covers an activity on a day (V1), and what a dangerous one asks for."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from academy.activities import changing
from academy.activities import services as activities
from academy.activities.models import Activity
from academy.insurance import cover
from academy.insurance.models import FilingTerms, Policy
from academy.insurance.services import terms
from academy.people.permissions import DutyRole
from academy.rotas.services import opening
from tests.factories import ActivityFactory, CommunityFactory, UserFactory
from tests.hours.scene import SATURDAY, moment
from tests.insurance.policies import THURSDAY, YEAR, file_it, policy_for
from tests.rotas.scene import MONDAY, RotaScene
from tests.rotas.scene import NOW as ROTA_NOW

pytestmark = pytest.mark.django_db
BEFORE = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


@pytest.fixture
def planned(scene):
    """An activity of Saturday that is not published yet."""
    return ActivityFactory(community=scene.community, leader=scene.leader, issuer=scene.issuer, published=None)


def publish(activity, **more):
    return activities.publish_activity(activity=activity, by=None, at=moment("08:00", THURSDAY), **more)


def test_the_policy_that_an_activity_names_comes_before_that_of_the_year(scene, planned):
    of_year = policy_for(scene)
    policy_for(scene, "PICC-2025", BEFORE)
    policy_for(scene, "PICC-OTHER", for_all=False)
    assert cover.policy_on(planned, SATURDAY) == of_year

    named = policy_for(scene, "PICC-WATER", for_all=False)
    planned.insurance = "PICC-WATER"

    assert cover.policy_on(planned, SATURDAY) == named
    assert cover.policy_on(planned, dt.date(2027, 1, 1)) is None


def test_of_two_policies_the_later_one_covers_the_day_when_one_year_follows_another(scene, planned):
    policy_for(scene, "EARLIER", (dt.date(2025, 2, 1), dt.date(2026, 1, 31)))
    later = policy_for(scene)

    assert cover.policy_on(planned, SATURDAY) == later


def test_a_policy_of_another_community_covers_nothing_here(scene, planned):
    foreign = policy_for(scene)
    foreign.community = CommunityFactory()
    foreign.save()

    assert cover.policy_on(planned, SATURDAY) is None


def test_the_numbers_in_force_are_those_that_have_not_ended(scene):
    policy_for(scene, "OLD", BEFORE)
    policy_for(scene)

    assert cover.numbers_in_force([scene.community.pk], SATURDAY) == ["PICC-2026-8"]


@pytest.mark.parametrize(
    ("days", "code"),
    [pytest.param(YEAR, None, id="in force"), pytest.param(BEFORE, "policy_ended", id="ended last year")],
)
def test_a_dangerous_activity_is_published_only_while_its_policy_covers_the_day(scene, planned, days, code):
    policy_for(scene, days=days, for_all=False)
    Activity.objects.filter(pk=planned.pk).update(dangerous=True, insurance="PICC-2026-8")
    planned.refresh_from_db()

    answer = publish(planned)

    assert getattr(answer, "code", None) == code
    assert code is None or "2026年1月10日" in str(answer)


def test_a_dangerous_activity_is_not_moved_to_a_day_without_cover(scene, planned):
    policy_for(scene, days=(YEAR[0], SATURDAY), for_all=False)
    Activity.objects.filter(pk=planned.pk).update(dangerous=True, insurance="PICC-2026-8")
    planned.refresh_from_db()
    assert isinstance(publish(planned), Activity)
    moved = Activity.objects.get(pk=planned.pk)
    [shift] = moved.shifts.all()
    shift.starts_at, shift.ends_at = (one + dt.timedelta(days=7) for one in (shift.starts_at, shift.ends_at))
    moved.shifts = [shift]

    answer = changing.save_activity(activity=moved, by=scene.social_worker, at=moment("09:00", THURSDAY))

    assert answer.code == "policy_ended"
    assert timezone.localdate(planned.shifts.get().starts_at) == SATURDAY


def test_each_date_of_a_dangerous_standing_shift_needs_cover():
    rotas = RotaScene()
    ends = MONDAY + dt.timedelta(days=10)
    Policy.objects.create(community=rotas.home, insurer="人保", number="P-9", starts_on=MONDAY, ends_on=ends)
    unsaved = rotas.unsaved(dangerous=True, insurance="P-9", weeks_ahead=4)

    answer = opening.plan_series(series=unsaved, by=rotas.worker, at=ROTA_NOW)

    assert answer.code == "policy_ended"
    assert not Activity.objects.filter(community=rotas.home).exists()


def test_a_number_that_is_not_on_record_is_taken_at_its_word(scene, planned):
    Activity.objects.filter(pk=planned.pk).update(dangerous=True, insurance="P-1")
    planned.refresh_from_db()

    assert isinstance(publish(planned), Activity)


def test_an_ended_policy_stops_only_what_is_dangerous(scene, planned):
    policy_for(scene, days=BEFORE, for_all=False)
    Activity.objects.filter(pk=planned.pk).update(insurance="PICC-2026-8")
    planned.refresh_from_db()

    assert isinstance(publish(planned), Activity)


@pytest.mark.parametrize("before", ["not_asked", "warn", "stop"])
def test_publishing_without_a_filing_warns_or_stops_as_the_community_chose(scene, planned, before):
    policy_for(scene)
    administrator = UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)])
    assert isinstance(terms.set_before(community=scene.community, before=before, by=administrator), FilingTerms)

    remarks = terms.remarks_on(planned)
    answer = publish(planned)

    assert getattr(answer, "code", None) == ("not_filed" if before == "stop" else None)
    assert len(remarks) == (before != "not_asked")


def test_a_stop_ends_with_the_filing_and_never_concerns_activities_in_a_row(scene, planned):
    FilingTerms.objects.create(community=scene.community, before="stop")
    another = ActivityFactory(community=scene.community, leader=scene.leader, issuer=scene.issuer, published=None)

    assert isinstance(publish(another, in_row=True), Activity)
    file_it(scene, planned)
    assert isinstance(publish(planned), Activity)


def test_without_a_policy_or_a_number_the_remark_asks_for_one(scene, planned):
    assert "没有登记在册的保单" in " ".join(terms.remarks_on(planned))
    policy_for(scene)
    assert "没有登记在册的保单" not in " ".join(terms.remarks_on(planned))


def test_only_an_administrator_chooses(scene):
    answer = terms.set_before(community=scene.community, before="stop", by=scene.social_worker)

    assert answer.code == "not_allowed"
    assert terms.before_of(scene.community.pk) == "warn"


@pytest.mark.parametrize(
    "change",
    [{"ends_on": dt.date(2025, 1, 1)}, {"number": " "}, {"report_hours": 0}],
    ids=["ends before it begins", "a number of blanks", "no hours"],
)
def test_the_database_refuses_a_policy_that_makes_no_sense(scene, change):
    policy = policy_for(scene)

    with pytest.raises(IntegrityError), transaction.atomic():
        type(policy).objects.filter(pk=policy.pk).update(**change)


def test_a_number_stands_once_in_a_community(scene):
    policy_for(scene)

    with pytest.raises(IntegrityError), transaction.atomic():
        policy_for(scene)
