"""UnmetNeed things for a role, judged on the shift's date (T3, A2, A3, N2, N3): the pure core."""

import datetime as dt

import pytest

from academy.activities.needs.judging import HeldCourse, NeededCourse, Needs, Record, UnmetNeed, unmet_needs

DAY = dt.date(2026, 1, 10)
NINE = dt.time(9)
AID, CROSS, VISITS = 1, 2, 3  # first aid, its equivalent without an end, another course
EARLY, NEXT = DAY - dt.timedelta(days=400), DAY + dt.timedelta(days=1)


def whats(needs: Needs, record: Record, *, day: dt.date = DAY, begins: dt.time = NINE) -> list[str]:
    return [one.what for one in unmet_needs(needs, record, day=day, begins=begins)]


def test_a_role_that_asks_for_nothing_is_for_everybody():
    assert whats(Needs(), Record()) == []


@pytest.mark.parametrize(
    ("held", "found"),
    [
        ([], ["course"]),
        ([HeldCourse(AID, EARLY)], ["expired"]),  # completed, but no qualification holds
        ([HeldCourse(AID, EARLY), HeldCourse(AID, EARLY, DAY)], ["expired"]),  # its last day was the day before
        ([HeldCourse(AID, EARLY), HeldCourse(AID, EARLY, NEXT)], []),
        ([HeldCourse(AID, EARLY, DAY), HeldCourse(AID, DAY, NEXT)], []),  # renewed on the very day
        ([HeldCourse(AID, NEXT, NEXT + dt.timedelta(days=1000))], ["course"]),  # learnt after the shift
        ([HeldCourse(CROSS, EARLY)], []),  # an equivalent that never ends
        ([HeldCourse(VISITS, EARLY)], ["course"]),
    ],
)
def test_a_course_that_expires_holds_on_the_day(held, found):
    needs = Needs(courses=(NeededCourse(AID, {AID: True, CROSS: False}),))
    assert whats(needs, Record(held=tuple(held))) == found


def test_a_course_that_never_expires_counts_forever():
    needs = Needs(courses=(NeededCourse(VISITS, {VISITS: False}),))
    assert whats(needs, Record(held=(HeldCourse(VISITS, DAY),))) == []
    assert whats(needs, Record(held=(HeldCourse(VISITS, NEXT),))) == ["course"]


@pytest.mark.parametrize(
    ("tiers", "found"),
    [
        ({}, ["tier"]),
        ({"beginner": EARLY}, ["tier"]),
        ({"intermediate": DAY}, []),
        ({"intermediate": NEXT}, ["tier"]),  # awarded after the day
        ({"advanced": EARLY}, []),
    ],
)
def test_a_tier_or_a_higher_one_was_reached_by_the_day(tiers, found):
    assert whats(Needs(tier="intermediate"), Record(tiers=tiers)) == found


@pytest.mark.parametrize(
    ("born", "found"),
    [
        (dt.date(2010, 1, 11), ["too_young"]),  # 16 on the day after
        (dt.date(2010, 1, 10), []),
        (dt.date(1955, 1, 11), []),  # 70 until the day itself
        (dt.date(1955, 1, 10), ["too_old"]),
        (None, ["age_unknown"]),
    ],
)
def test_the_ages_are_those_on_the_day(born, found):
    assert whats(Needs(min_age=16, max_age=70), Record(birth_date=born)) == found


@pytest.mark.parametrize("born", [dt.date(2008, 1, 11), dt.date(2010, 5, 5)])
def test_a_minor_needs_the_guardians_consent_and_no_consent_opens_danger(born):
    minor = Record(birth_date=born, consents=False)
    assert whats(Needs(), minor) == ["consent"]
    assert whats(Needs(dangerous=True), minor) == ["danger"]
    assert whats(Needs(dangerous=True), Record(birth_date=born)) == ["danger"]


def test_an_adult_on_the_day_needs_no_consent():
    adult = Record(birth_date=dt.date(2008, 1, 10), consents=False)
    assert whats(Needs(dangerous=True, minors_until=NINE), adult) == []


@pytest.mark.parametrize(
    ("until", "begins", "found"),
    [
        (20, 19, []),
        (20, 20, ["minors_late"]),
        (20, 0, ["minors_late"]),
        (20, 5, []),
        (1, 0, []),
        (1, 1, ["minors_late"]),
        (1, 20, []),
    ],
)
def test_minors_go_home_at_their_hour_and_stay_there_for_the_night(until, begins, found):
    begins = dt.time(begins, 30) if begins == 0 else dt.time(begins)
    assert whats(Needs(minors_until=dt.time(until)), Record(birth_date=dt.date(2010, 1, 1)), begins=begins) == found


def test_every_reason_comes_at_once_the_laws_first():
    needs = Needs(
        courses=(NeededCourse(AID, {AID: True}), NeededCourse(VISITS, {VISITS: False})),
        tier="beginner",
        min_age=18,
        agreement=True,
    )
    record = Record(birth_date=dt.date(2012, 1, 1), suspended=True, consents=False)
    assert unmet_needs(needs, record, day=DAY, begins=NINE) == [
        UnmetNeed("suspended"),
        UnmetNeed("consent"),
        UnmetNeed("agreement"),
        UnmetNeed("course", course=AID),
        UnmetNeed("course", course=VISITS),
        UnmetNeed("tier", tier="beginner"),
        UnmetNeed("too_young", age=18),
    ]


def test_an_exception_lifts_training_and_age_and_no_law():
    needs = Needs(
        courses=(NeededCourse(AID, {AID: True}),), tier="advanced", max_age=10, agreement=True, dangerous=True
    )
    record = Record(birth_date=dt.date(2012, 1, 1), consents=False, excepted=True)
    assert whats(needs, record) == ["danger", "agreement"]
    assert whats(needs, Record(birth_date=dt.date(1990, 1, 1), excepted=True, signed=True)) == []


def test_courses_before_a_taught_one_are_missing_courses():
    assert unmet_needs(Needs(), Record(first=(VISITS,)), day=DAY, begins=NINE) == [UnmetNeed("course", course=VISITS)]


def test_a_signature_is_asked_for_where_the_role_does():
    assert whats(Needs(agreement=True), Record()) == ["agreement"]
    assert whats(Needs(agreement=True), Record(signed=True)) == []
