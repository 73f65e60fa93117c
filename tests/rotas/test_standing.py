"""People who stand in every week, one skip by one tap, and the place kept for newcomers."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from academy.activities import seats, signing_alike
from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.checkin.models import Scan
from academy.families.models import ActivityConsent
from academy.people.models import Consent
from academy.people.services import consents, erasing
from academy.rotas.models import Series, StandingPlace
from academy.rotas.services import opening, standing
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.pages import Statements
from tests.rotas.scene import (
    MONDAY,
    NOW,
    THURSDAYS,
    TUESDAYS,
    WEDNESDAYS,
    RotaScene,
    code_of,
    date_on,
    days_of,
    shift_on,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TUESDAY = MONDAY + dt.timedelta(days=1)
NEXT_TUESDAY = TUESDAY + dt.timedelta(days=7)


@pytest.fixture
def scene():
    return RotaScene()


@pytest.fixture
def series(scene):
    return scene.plan(weeks_ahead=2)


def test_a_person_gets_a_place_in_each_date_and_one_tap_skips_one(scene, series):
    person = scene.person()
    answer = scene.stand(series, person)
    assert (answer.signed_up, answer.full) == (4, 0)
    first = standing.places_to_come(series, [person], at=NOW)[0]
    assert isinstance(activities.cancel_sign_up(sign_up=first, by=person.user, at=NOW), SignUp)
    assert days_of(person) == ["1-8", "1-13", "1-15"]
    assert StandingPlace.objects.in_force().get().volunteer == person


def test_a_place_taken_before_stays_and_a_full_date_is_left_out(scene, series):
    person = scene.person()
    take(series, TUESDAY, person)
    for number in range(5):
        take(series, NEXT_TUESDAY, scene.person(f"邻居{number}"))
    answer = scene.stand(series, person, TUESDAYS)
    assert (answer.signed_up, answer.full) == (0, 1)
    assert days_of(person) == ["1-6"]


def test_a_full_date_whose_place_is_held_for_the_person_is_theirs(scene, series):
    person = scene.person()
    place = take(series, TUESDAY, person)
    seats.hold(place, until=NOW + dt.timedelta(hours=12), at=NOW)
    for number in range(4):
        take(series, TUESDAY, scene.person(f"邻居{number}"))
    answer = scene.stand(series, person, TUESDAYS)
    assert (answer.signed_up, answer.full) == (2, 0)
    assert SignUp.objects.get(pk=place.pk).held_until is None


def test_a_place_that_another_request_takes_at_this_moment_is_left_to_it(scene, series, monkeypatch):
    others = [scene.person(f"邻居{number}") for number in range(5)]
    for other in others[:4]:
        take(series, TUESDAY, other)
    read = signing_alike._free_places

    def read_then_lose(wanted, at):
        free = read(wanted, at)
        take(series, TUESDAY, others[4])
        return free

    monkeypatch.setattr(signing_alike, "_free_places", read_then_lose)
    answer = scene.stand(series, scene.person(), TUESDAYS)
    assert (answer.signed_up, answer.full) == (1, 1)


def test_each_place_is_judged_on_its_day_as_one_by_one(scene):
    """T3: who is too young for the first dates gets the later ones by the clock."""
    series = scene.plan(weeks_ahead=1, min_age=18)
    person = scene.person(birth_date=dt.date(2008, 1, 20))
    assert code_of(scene.stand(series, person)) == "needs_consent"
    adult = scene.person("李建国", birth_date=dt.date(1990, 1, 1))
    scene.stand(series, adult, TUESDAYS)
    StandingPlace.objects.create(
        series=series,
        volunteer=person,
        weekdays=TUESDAYS,
        since=MONDAY,
        added_by=scene.worker,
        added_at=NOW,
    )
    for weeks in (1, 2):
        opening.open_ahead(at=NOW + dt.timedelta(weeks=weeks))
    assert days_of(person) == ["1-20"]  # 18 on that day
    assert days_of(adult) == ["1-6", "1-13", "1-20"]


def test_many_people_stand_in_on_many_dates_in_few_statements(scene):
    def statements(weeks, people):
        series = scene.plan(title=f"{weeks} {people}", weeks_ahead=weeks, capacity=people + 1)
        for number in range(people):
            last = scene.person(f"邻居{weeks}-{number}")
            with Statements() as said:
                scene.stand(series, last)
        Series.objects.filter(pk=series.pk).update(weeks_ahead=2 * weeks, opens_on=MONDAY)
        with Statements() as opened:
            opening.open_ahead(at=NOW)
        assert len(days_of(last)) > 3 * weeks
        return len(said.sql), len(opened.sql)

    statements(1, 1)  # what is read once for all
    few, many = statements(1, 1), statements(10, 4)
    assert many[0] <= few[0] + 4 and many[1] <= few[1] + 12


def test_minors_stand_in_on_many_dates_in_few_statements(scene):
    """N2: the guardian's consent is read once and judged on each day."""

    def statements(weeks):
        series = scene.plan(title=f"{weeks}", weeks_ahead=weeks)
        child = scene.person(f"小明{weeks}", birth_date=dt.date(2012, 1, 1))
        consents.record_consent(volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, evidence="", by=None, at=NOW)
        with Statements() as said:
            scene.stand(series, child)
        assert len(days_of(child)) > weeks
        return len(said.sql)

    statements(1)  # what is read once for all
    assert statements(10) <= statements(2)


def test_a_consent_that_ends_leaves_a_minor_the_dates_until_then(scene):
    series = scene.plan(weeks_ahead=1)
    child = scene.person("小明", birth_date=dt.date(2012, 1, 1))
    consents.record_consent(
        volunteer=child,
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        evidence="",
        by=None,
        at=NOW,
        valid_until=NEXT_TUESDAY,
    )
    scene.stand(series, child)
    for weeks in (1, 2):
        opening.open_ahead(at=NOW + dt.timedelta(weeks=weeks))
    assert days_of(child) == ["1-6", "1-8", "1-13"]


def test_a_consent_to_one_date_opens_that_date_alone(scene):
    series = scene.plan(weeks_ahead=2)
    child = scene.person("小明", birth_date=dt.date(2012, 1, 1))
    activity = date_on(series, TUESDAY).activity
    given = consents.record_consent(
        volunteer=child, kind=Consent.Kind.GUARDIAN_ONCE, granted=True, evidence="", by=None, at=NOW
    )
    ActivityConsent.objects.create(consent=given, activity_id=activity.pk)
    assert code_of(take(series, TUESDAY, child)) == "yes"
    assert code_of(take(series, NEXT_TUESDAY, child)) == "needs_consent"


def test_no_more_people_stand_in_than_there_are_usual_places(scene, series):
    for number in range(5):
        assert code_of(scene.stand(series, scene.person(f"邻居{number}"), TUESDAYS)) == "yes"
    late = scene.person("第六人")
    assert code_of(scene.stand(series, late)) == "no_standing_place"
    assert days_of(late) == []
    assert code_of(scene.stand(series, late, THURSDAYS)) == "yes"


def test_the_refusals_of_standing_in(scene, series):
    person = scene.person()
    stranger = UserFactory()

    def ask(**fields):
        given = {"series": series, "volunteer": person, "by": person.user, "at": NOW, **fields}
        return code_of(standing.stand_in(**given))

    assert ask(by=stranger) == "not_allowed"
    other = VolunteerFactory(community=CommunityFactory(), login=True, at=NOW)
    assert ask(volunteer=other, by=other.user) == "other_community"
    assert ask(weekdays=WEDNESDAYS) == "no_weekday"
    assert ask() == "yes"
    assert ask() == "stands_already"
    Series.objects.filter(pk=series.pk).update(last_day=MONDAY)
    assert ask(volunteer=scene.person("李建国"), by=scene.worker, at=NOW + dt.timedelta(days=1)) == "series_over"


def test_a_minor_cannot_stand_in_where_it_is_dangerous(scene):
    series = scene.plan(dangerous=True, insurance="P1")
    child = scene.person("小明", birth_date=dt.date(2012, 1, 1))
    assert code_of(scene.stand(series, child)) == "minor_not_allowed"
    assert not StandingPlace.objects.exists()


def test_to_stop_gives_the_places_back_once(scene, series):
    person = scene.person()
    place = scene.stand(series, person).place
    assert code_of(standing.stop_standing_in(place=place, by=UserFactory(), at=NOW)) == "not_allowed"
    for _time in range(2):
        answer = standing.stop_standing_in(place=place, by=person.user, at=NOW)
        assert (answer.ended_at, answer.ended_by) == (NOW, person.user)
    assert days_of(person) == []
    assert code_of(scene.stand(series, person)) == "yes"  # and may come back


def test_one_standing_place_for_a_person(scene, series):
    place = scene.stand(series, scene.person()).place
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingPlace.objects.create(
            series=series, volunteer=place.volunteer, weekdays=1, since=MONDAY, added_by=scene.worker, added_at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingPlace.objects.filter(pk=place.pk).update(weekdays=0)


def test_the_newcomers_place_is_for_newcomers(scene, series):
    regular, new = scene.person(), scene.person("新来的")
    scene.stand(series, regular, TUESDAYS)
    thursday = TUESDAY + dt.timedelta(days=2)
    assert code_of(take(series, thursday, regular, newcomer=True)) == "kept_for_newcomers"
    assert code_of(take(series, TUESDAY, new, newcomer=True)) == "yes"
    assert code_of(take(series, NEXT_TUESDAY, new, newcomer=True)) == "kept_for_newcomers"  # no longer new then
    assert code_of(take(series, NEXT_TUESDAY, new)) == "yes"


def test_who_gave_the_first_date_back_is_new_again(scene, series):
    new = scene.person("新来的")
    place = take(series, TUESDAY, new, newcomer=True)
    activities.cancel_sign_up(sign_up=place, by=new.user, at=NOW)
    assert code_of(take(series, NEXT_TUESDAY, new, newcomer=True)) == "yes"


def test_on_the_day_anybody_takes_the_newcomers_place(scene, series):
    regulars = [scene.person(f"邻居{number}") for number in range(6)]
    for person in regulars[:5]:
        scene.stand(series, person, TUESDAYS)
    scene.stand(series, regulars[5], THURSDAYS)
    shift = shift_on(series, TUESDAY)
    answer = activities.place_walk_in(
        volunteer=regulars[5], shift_id=shift.pk, activity_id=shift.activity_id, by=None, at=shift.starts_at
    )
    assert isinstance(answer, SignUp)
    assert answer.role == date_on(series, TUESDAY).newcomer_role
    assert not Scan.objects.exists()


def test_a_sign_up_for_a_time_that_has_just_moved_is_asked_to_look_again(scene, series):
    person, old = scene.person(), shift_on(series, TUESDAY)
    scene.change(series, starts=18 * 60, ends=20 * 60)
    role = date_on(series, TUESDAY).role
    answer = activities.sign_up(volunteer=person, shift=old, role=role, by=person.user, at=NOW)
    assert code_of(answer) == "just_moved"
    assert code_of(take(series, TUESDAY, person)) == "yes"


def test_a_sign_up_for_a_date_that_has_just_been_cancelled_is_refused(scene, series):
    person, old = scene.person(), shift_on(series, TUESDAY)
    role = date_on(series, TUESDAY).role
    scene.change(series, weekdays=THURSDAYS)
    assert code_of(activities.sign_up(volunteer=person, shift=old, role=role, by=person.user, at=NOW)) == "cancelled"


def test_who_leads_a_standing_shift_is_not_erased(scene, series):
    activities_of_it = series.dates.values("activity")
    for activity in activities.Activity.objects.filter(pk__in=activities_of_it):
        activities.cancel_activity(activity=activity, by=scene.worker, at=NOW)
    answer = erasing.cannot_erase(volunteer=scene.leader, at=NOW)
    assert code_of(answer) == "leads_activities"
