"""Planning, publishing and signing up: each rule with a case it allows and a case it refuses."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from academy.activities import services
from academy.activities.belongings import leads, may_confirm, may_lead
from academy.activities.models import Activity, Break, CountsAs, Kind, Role, Shift, SignUp
from academy.activities.signals import activity_published
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, volunteers
from tests.answers import code_of
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    IssuerFactory,
    UserFactory,
    VolunteerFactory,
    sign_up,
)

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
END = START + dt.timedelta(hours=3)
DAY_BEFORE = START - dt.timedelta(days=1)


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


# Planning


def test_an_activity_is_planned_whole():
    activity = ActivityFactory(
        published=None,
        shifts=[
            {"starts_at": START, "ends_at": END, "walk_ins": False, "breaks": [(START + hours(1), START + hours(2))]},
            {"starts_at": END, "ends_at": END + hours(1)},
        ],
        roles=[{"name": "讲师", "counts_as": CountsAs.INSTRUCTOR, "capacity": 1}, {"name": "学员"}],
    )
    first, second = activity.shifts.all()
    assert (first.walk_ins, second.walk_ins) == (False, True)
    assert [(pause.starts_at, pause.ends_at) for pause in first.breaks.all()] == [(START + hours(1), START + hours(2))]
    assert [role.name for role in activity.roles.all()] == ["讲师", "学员"]
    assert activity.published_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"shifts": [{"starts_at": END, "ends_at": START}]},
        {"shifts": [{"starts_at": START, "ends_at": END, "breaks": [(END, START)]}]},
        {"roles": [{"name": "岗位", "counts_as": "boss"}]},
        {"roles": [{"name": "岗位"}, {"name": "岗位"}]},
        {"kind": "party"},
        {"title": ""},
    ],
    ids=["shift backwards", "break backwards", "unknown role", "role twice", "unknown kind", "no title"],
)
def test_what_makes_no_sense_is_not_planned(wrong):
    with pytest.raises(ValidationError):
        ActivityFactory(**wrong)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda a: Shift.objects.create(activity=a, starts_at=END, ends_at=START), "shift_ends_after_start"),
        (lambda a: Shift.objects.create(activity=a, starts_at=START, ends_at=START), "shift_ends_after_start"),
        (
            lambda a: Shift.objects.create(activity=a, starts_at=START, ends_at=END, overtime_until=START),
            "shift_overtime_after_end",
        ),
        (lambda a: Break.objects.create(shift=a.shifts.get(), starts_at=END, ends_at=START), "break_ends_after_start"),
        (lambda a: Role.objects.create(activity=a, name="志愿者"), "role_name_once"),
        (lambda a: Role.objects.create(activity=a, name="新", counts_as="boss"), "role_counts_as_known"),
        (lambda a: Activity.objects.filter(pk=a.pk).update(kind="party"), "activity_kind_known"),
        (lambda a: Activity.objects.filter(pk=a.pk).update(dangerous=True), "activity_dangerous_published_insured"),
    ],
)
def test_the_database_refuses_it_too(make, name):
    activity = ActivityFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        make(activity)


def test_the_database_takes_what_makes_sense():
    activity = ActivityFactory()
    Shift.objects.create(activity=activity, starts_at=START, ends_at=END, overtime_until=END)
    Break.objects.create(shift=activity.shifts.first(), starts_at=START, ends_at=END)
    Role.objects.create(activity=ActivityFactory(), name="新")
    Activity.objects.filter(pk=activity.pk).update(dangerous=True, insurance="P-1")
    Activity.objects.filter(pk=ActivityFactory(published=None).pk).update(dangerous=True)


# Publishing


@pytest.fixture
def signals():
    published: list[Activity] = []

    def hear(activity: Activity, **kwargs: object) -> None:
        published.append(activity)

    activity_published.connect(hear)
    yield published
    activity_published.disconnect(hear)


def test_publishing_sends_its_signal_once_and_on_commit(signals, django_capture_on_commit_callbacks):
    activity = ActivityFactory(published=None)
    same = Activity.objects.get(pk=activity.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.publish_activity(activity=activity, by=None, at=DAY_BEFORE) is activity
        assert signals == []
        services.publish_activity(activity=activity, by=None, at=START)
        services.publish_activity(activity=same, by=None, at=START)  # read before the first call
    assert signals == [activity]
    assert activity.published_at == same.published_at == DAY_BEFORE


def test_an_activity_needs_a_shift_and_a_role():
    activity = ActivityFactory(published=None)
    activity.shifts.all().delete()
    assert code_of(services.publish_activity(activity=activity, by=None, at=DAY_BEFORE)) == "needs_shift"
    activity = ActivityFactory(published=None)
    activity.roles.all().delete()
    assert code_of(services.publish_activity(activity=activity, by=None, at=DAY_BEFORE)) == "needs_role"


@pytest.mark.parametrize(
    ("dangerous", "insurance", "refused"),
    [(True, "", "needs_insurance"), (True, "P-1", ""), (False, "", "")],
)
def test_a_dangerous_activity_needs_insurance(dangerous, insurance, refused):
    activity = ActivityFactory(published=None, dangerous=dangerous, insurance=insurance)
    assert code_of(services.publish_activity(activity=activity, by=None, at=DAY_BEFORE)) == refused


def test_leader_and_recording_unit_are_of_the_community():
    activity = ActivityFactory(published=None, leader=VolunteerFactory())
    assert code_of(services.publish_activity(activity=activity, by=None, at=DAY_BEFORE)) == "foreign_leader"
    activity = ActivityFactory(published=None, issuer=IssuerFactory())
    assert code_of(services.publish_activity(activity=activity, by=None, at=DAY_BEFORE)) == "foreign_issuer"


def test_a_cancelled_activity_is_not_published():
    activity = ActivityFactory(published=None)
    services.cancel_activity(activity=activity, by=None, at=DAY_BEFORE)
    assert code_of(services.publish_activity(activity=activity, by=None, at=DAY_BEFORE)) == "cancelled"


@pytest.mark.parametrize(("at", "late"), [(START, False), (START + hours(0.1), True), (END, True)])
def test_an_activity_that_has_begun_is_published_late(at, late):
    activity = ActivityFactory(published=at)
    assert activity.published_at == at
    assert activity.shifts.get().is_published_late is late


def test_not_published_is_not_late():
    assert not ActivityFactory(published=None).shifts.get().is_published_late


def test_cancelling_is_for_what_is_not_over():
    activity = ActivityFactory()
    assert code_of(services.cancel_activity(activity=activity, by=None, at=END)) == "too_late"
    services.cancel_activity(activity=activity, by=None, at=DAY_BEFORE)
    services.cancel_activity(activity=activity, by=None, at=START)
    activity.refresh_from_db()
    assert activity.cancelled_at == DAY_BEFORE


# Signing up


@pytest.fixture
def activity() -> Activity:
    return ActivityFactory()


def take(activity: Activity, volunteer=None, *, at: dt.datetime = DAY_BEFORE, walk_in: bool = False):
    return services.sign_up(
        volunteer=volunteer or VolunteerFactory(community=activity.community),
        shift=activity.shifts.order_by("starts_at")[0],
        role=activity.roles.order_by("id")[0],
        by=None,
        at=at,
        walk_in=walk_in,
    )


def test_signing_up_keeps_who_when_and_by_whom(activity):
    user = UserFactory()
    volunteer = VolunteerFactory(community=activity.community)
    outcome = services.sign_up(
        volunteer=volunteer, shift=activity.shifts.get(), role=activity.roles.get(), by=user, at=DAY_BEFORE
    )
    stored = SignUp.objects.get()
    assert outcome == stored
    assert (stored.volunteer, stored.signed_up_by, stored.signed_up_at) == (volunteer, user, DAY_BEFORE)
    assert (stored.seat, stored.walk_in, stored.cancelled_at) == (1, False, None)


def test_signing_up_ends_with_the_start_but_not_for_walk_ins(activity):
    assert code_of(take(activity, at=START - hours(0.01))) == ""
    assert code_of(take(activity, at=START)) == "too_late"
    assert code_of(take(activity, at=START, walk_in=True)) == ""


def test_only_what_is_published_and_stands_is_open():
    assert code_of(take(ActivityFactory(published=None))) == "not_published"
    activity = ActivityFactory()
    services.cancel_activity(activity=activity, by=None, at=DAY_BEFORE)
    assert code_of(take(activity)) == "cancelled"


def test_a_role_of_another_activity_is_a_mistake(activity):
    with pytest.raises(ValueError, match="role"):
        services.sign_up(
            volunteer=VolunteerFactory(),
            shift=activity.shifts.get(),
            role=ActivityFactory().roles.get(),
            by=None,
            at=DAY_BEFORE,
        )


def test_a_suspended_volunteer_has_no_place(activity):
    volunteer = VolunteerFactory(community=activity.community)
    volunteers.suspend(volunteer=volunteer, reason="", by=None, at=DAY_BEFORE)
    assert code_of(take(activity, volunteer)) == "suspended"
    volunteers.reinstate(volunteer=volunteer, by=None, at=DAY_BEFORE)
    assert code_of(take(activity, volunteer)) == ""


@pytest.mark.parametrize(
    ("born", "dangerous", "consented", "refused"),
    [
        pytest.param(dt.date(2008, 1, 10), True, False, "", id="18 on the day, dangerous"),
        pytest.param(dt.date(2008, 1, 11), True, True, "minor_not_allowed", id="17, dangerous"),
        pytest.param(dt.date(2008, 1, 11), False, False, "needs_consent", id="17, no consent"),
        pytest.param(dt.date(2008, 1, 11), False, True, "", id="17, consent"),
        pytest.param(None, True, False, "", id="age unknown"),
    ],
)
def test_minors(born, dangerous, consented, refused):
    activity = ActivityFactory(dangerous=dangerous, insurance="P-1")
    volunteer = VolunteerFactory(community=activity.community, birth_date=born)
    if consented:
        consents.record_consent(
            volunteer=volunteer, kind=Consent.Kind.GUARDIAN, granted=True, evidence="", by=None, at=DAY_BEFORE
        )
    assert code_of(take(activity, volunteer)) == refused


def test_one_person_takes_a_place_and_a_full_shift_refuses():
    activity = ActivityFactory(capacity=2)
    volunteer = VolunteerFactory(community=activity.community)
    assert code_of(take(activity, volunteer)) == ""
    assert code_of(take(activity, volunteer)) == "already_signed_up"
    assert code_of(take(activity)) == ""
    assert code_of(take(activity)) == "shift_full"


def test_each_shift_and_each_role_has_its_own_places():
    activity = ActivityFactory(
        shifts=[{"starts_at": START, "ends_at": END}, {"starts_at": END, "ends_at": END + hours(1)}],
        roles=[{"name": "甲", "capacity": 1}, {"name": "乙", "capacity": 1}],
    )
    for shift in activity.shifts.all():
        for role in activity.roles.all():
            assert sign_up(VolunteerFactory(community=activity.community), shift, role).seat == 1


def test_a_place_given_back_is_taken_again():
    activity = ActivityFactory(capacity=3)
    places = [sign_up(VolunteerFactory(community=activity.community), activity.shifts.get()) for _ in range(3)]
    services.cancel_sign_up(sign_up=places[1], by=None, at=DAY_BEFORE)
    outcome = take(activity, places[1].volunteer)
    assert outcome.seat == 2
    assert code_of(take(activity)) == "shift_full"


def test_a_capacity_below_the_places_taken_leaves_no_place():
    activity = ActivityFactory(capacity=3)
    places = [sign_up(VolunteerFactory(community=activity.community), activity.shifts.get()) for _ in range(3)]
    activity.roles.update(capacity=2)
    services.cancel_sign_up(sign_up=places[0], by=None, at=DAY_BEFORE)
    assert code_of(take(activity)) == "shift_full"
    services.cancel_sign_up(sign_up=places[1], by=None, at=DAY_BEFORE)
    assert code_of(take(activity)) == ""


def test_signing_up_asks_for_courses_and_standing_shifts_and_takes_one_statement(activity, django_assert_num_queries):
    volunteer = VolunteerFactory(community=activity.community)
    shift, role = activity.shifts.select_related("activity").get(), activity.roles.get()
    with django_assert_num_queries(6):  # and a savepoint around them
        services.sign_up(volunteer=volunteer, shift=shift, role=role, by=None, at=DAY_BEFORE)


def test_giving_a_place_back_ends_with_the_start(activity):
    place = take(activity)
    assert code_of(services.cancel_sign_up(sign_up=place, by=None, at=START)) == "too_late"
    services.cancel_sign_up(sign_up=place, by=None, at=DAY_BEFORE)
    services.cancel_sign_up(sign_up=place, by=None, at=DAY_BEFORE + hours(1))
    assert place.cancelled_at == DAY_BEFORE


def a_place(activity: Activity, **more: object) -> SignUp:
    fields = {
        "shift": activity.shifts.get(),
        "role": activity.roles.get(),
        "volunteer": VolunteerFactory(community=activity.community),
        "seat": 1,
        "signed_up_at": DAY_BEFORE,
        **more,
    }
    return SignUp.objects.create(**fields)


def test_one_seat_is_one_sign_up_and_one_person_has_one(activity):
    first = a_place(activity)
    for wrong in ({"seat": 1}, {"seat": 2, "volunteer": first.volunteer}, {"seat": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            a_place(activity, **wrong)
    SignUp.objects.update(cancelled_at=DAY_BEFORE)
    a_place(activity, volunteer=first.volunteer)


# Who may what


def test_the_leader_and_the_communitys_social_workers_run_it():
    activity = ActivityFactory(leader__login=True)
    community = activity.community
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    others = [
        UserFactory(),
        UserFactory(duties=[(community, DutyRole.TRAINER)]),
        UserFactory(duties=[(community, DutyRole.APPROVER)]),
        UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]),
        VolunteerFactory(community=community, login=True).user,
    ]
    for user in (activity.leader.user, worker):
        assert may_lead(user, activity)
        assert may_confirm(user, activity)
    for user in others:
        assert not may_lead(user, activity)
        assert not may_confirm(user, activity)
    assert leads(activity.leader.user, activity)
    assert not leads(worker, activity)


def test_a_closed_login_leads_no_activity():
    activity = ActivityFactory(leader__login=True)
    user = activity.leader.user
    user.is_active = False
    assert not may_lead(user, activity)


def test_upcoming_is_published_standing_and_not_over():
    ends = END + hours(48)
    later = ActivityFactory(
        shifts=[{"starts_at": START, "ends_at": END}, {"starts_at": ends - hours(1), "ends_at": ends}]
    )
    sooner = ActivityFactory(starts_at=END + hours(1), ends_at=END + hours(2), kind=Kind.MEETING)
    ActivityFactory()
    ActivityFactory(published=None, starts_at=END, ends_at=ends)
    cancelled = ActivityFactory(starts_at=END, ends_at=ends)
    services.cancel_activity(activity=cancelled, by=None, at=END)
    assert list(Activity.objects.upcoming(END)) == [sooner, later]
