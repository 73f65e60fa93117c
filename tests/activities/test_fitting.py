"""A role with needs is refused with every reason and its link, on each way to a place (T3, A2, A3)."""

import datetime as dt
from copy import deepcopy

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from academy.activities import calling, placing, services
from academy.activities.models import CountsAs, Role, Shift, SignUp
from academy.activities.needs.reasons import Unfit
from academy.agreements import services as agreements
from academy.families import services as families
from academy.groups.services import links
from academy.people.services import merging, volunteers
from tests.activities.needing import END, LONG_AGO, NOW, START, Needing, award, complete
from tests.factories import ActivityFactory, UnitFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _two_days_before(without_pages):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def needing_of_module(rows_of_module):
    return rows_of_module(Needing)


@pytest.fixture
def needing(needing_of_module, db):
    return deepcopy(needing_of_module)


def take(needing, volunteer=None, activity=None, **more):
    return services.sign_up(
        volunteer=volunteer or needing.volunteer,
        shift=needing.shift(activity),
        role=needing.role(activity),
        by=None,
        at=NOW,
        **more,
    )


def codes(outcome):
    return [one.code for one in outcome.reasons] if isinstance(outcome, Unfit) else []


def page_of(activity):
    return reverse("activities:detail", args=[activity.pk])


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


# One place for all ways


def test_a_missing_course_is_named_and_linked(needing):
    refused = take(needing)
    assert isinstance(refused, Unfit) and refused.code == "needs_course"
    assert "心肺复苏" in str(refused)
    (reason,) = refused.reasons
    assert [href for href, _words in reason.links] == [
        reverse("course", args=["first-aid"]),
        reverse("classes:list", args=["first-aid"]),
    ]
    assert not SignUp.objects.exists()


def test_who_completed_the_course_takes_the_place(needing):
    complete(needing.volunteer, needing.aid)
    assert isinstance(take(needing), SignUp)


def test_an_equivalent_fulfils_the_course(needing):
    cross = needing.course("cross", "红十字救护员", stands_for=needing.aid, required=False)
    complete(needing.volunteer, cross)
    assert isinstance(take(needing), SignUp)


@pytest.mark.parametrize(("years_and_days", "code"), [((3, -1), ""), ((3, 0), "needs_qualification")])
def test_a_qualification_is_judged_on_the_shifts_date_not_today(needing, years_and_days, code):
    """It holds on the day of the sign-up in both cases, and on the last but one day of three years alone."""
    years, days = years_and_days
    learnt = START.replace(year=START.year - years) - days * DAY
    complete(needing.volunteer, needing.aid, on=learnt)
    outcome = take(needing)
    assert (outcome.code if isinstance(outcome, Unfit) else "") == code


def test_a_fact_of_a_joined_entry_counts(needing):
    other = needing.person("王秀英")
    complete(other, needing.aid)
    merging.merge(volunteer=other, into=needing.volunteer, by=needing.worker, at=NOW)
    assert isinstance(take(needing), SignUp)


def test_a_tier_reached_opens_the_role(needing):
    activity = needing.plan(title="带队", tier="intermediate")
    assert codes(take(needing, activity=activity)) == ["needs_tier"]
    award(needing.volunteer, "beginner", by=needing.worker)
    assert codes(take(needing, activity=activity)) == ["needs_tier"]
    award(needing.volunteer, "intermediate", by=needing.worker)
    assert isinstance(take(needing, activity=activity), SignUp)


@pytest.mark.parametrize(
    ("born", "found"),
    [
        (dt.date(1950, 1, 1), ["too_old"]),
        (dt.date(2008, 1, 10), []),
        (dt.date(2008, 1, 11), ["needs_consent", "too_young"]),
        (None, ["age_unknown"]),
    ],
)
def test_the_ages_of_a_role(needing, born, found):
    activity = needing.plan(title="搬运", min_age=18, max_age=70)
    assert codes(take(needing, needing.person(birth_date=born), activity)) == found


def test_a_role_asks_for_the_agreement_though_the_activity_is_no_home_visit(needing):
    activity = needing.plan(title="陪诊", needs_agreement=True)
    draft = agreements.write_draft(
        community=needing.community, kind="agreement", title="协议书", text="守时", by=needing.worker, at=LONG_AGO
    )
    agreement = agreements.publish(agreement=draft, by=needing.worker, at=LONG_AGO)
    assert codes(take(needing, activity=activity)) == ["needs_agreement"]
    agreements.sign(agreement=agreement, volunteer=needing.volunteer, by=needing.volunteer.user, at=NOW)
    assert isinstance(take(needing, activity=activity), SignUp)


def test_every_reason_comes_at_once(needing):
    activity = needing.plan(title="应急队", courses=[needing.aid, needing.visits], tier="advanced", max_age=30)
    person = needing.person(birth_date=dt.date(1980, 1, 1))
    volunteers.suspend(volunteer=person, reason="休息", by=needing.worker, at=NOW)
    person.refresh_from_db()
    refused = take(needing, person, activity)
    assert codes(refused) == ["suspended", "needs_course", "needs_course", "needs_tier", "too_old"]
    assert all(title in str(refused) for title in ("心肺复苏", "上门礼仪"))


def test_a_minor_signs_up_for_no_shift_that_begins_when_minors_are_home(needing):
    activity = needing.plan(title="夜巡", terms={"minors_until": dt.time(9)})
    assert codes(take(needing, needing.person(birth_date=dt.date(2010, 1, 1)), activity)) == ["minors_late"]
    assert isinstance(take(needing, activity=activity), SignUp)


def test_a_minor_without_a_sign_up_gets_no_place_in_the_night_either(needing):
    activity = needing.plan(title="守岁", terms={"minors_until": dt.time(20)})
    shift = activity.shifts.get()
    minor, night = needing.person(birth_date=dt.date(2010, 1, 1)), dt.datetime(2026, 1, 10, 16, 30, tzinfo=dt.UTC)
    Shift.objects.filter(pk=shift.pk).update(starts_at=night, ends_at=night + dt.timedelta(hours=2))  # 0:30
    placed = services.place_walk_in(volunteer=minor, shift_id=shift.pk, activity_id=activity.pk, by=None, at=night)
    assert placed.code == "role_asks_more"


def test_a_shift_that_teaches_a_course_asks_its_learners_for_the_courses_before(needing):
    needing.visits.requires.add(needing.aid)
    activity = ActivityFactory(
        community=needing.community,
        shifts=[{"starts_at": START, "ends_at": END, "teaches": needing.visits}],
        roles=[{"name": "学员", "counts_as": CountsAs.LEARNER}, {"name": "助教", "counts_as": CountsAs.ASSISTANT}],
    )
    shift = activity.shifts.select_related("activity").get()
    learner, assistant = activity.roles.order_by("pk")

    def join(role, person):
        return services.sign_up(volunteer=person, shift=shift, role=role, by=None, at=NOW)

    assert codes(join(learner, needing.volunteer)) == ["needs_course"]
    assert isinstance(join(assistant, needing.volunteer), SignUp)
    renewing = needing.person("刘伟")
    complete(renewing, needing.visits)
    assert isinstance(join(learner, renewing), SignUp)  # who has the course already renews it


def test_staff_read_the_reasons_in_their_own_words_with_a_way_on(needing):
    refused = placing.sign_up(
        volunteer=needing.volunteer, shift=needing.shift(), role=needing.role(), by=needing.worker, at=NOW
    )
    assert refused.code == "needs_course"
    assert reverse("why_not", args=[needing.activity.pk, needing.volunteer.pk]) in str(refused)


def test_a_call_is_no_way_round(needing):
    (call,) = calling.call(
        people=[needing.volunteer], shift=needing.shift(), role=needing.role(), by=needing.worker, at=NOW
    )
    assert calling.answer(call=call, comes=True, at=NOW).code == "needs_course"


def test_a_units_link_says_nothing_of_a_person_and_lets_nobody_round(needing):
    person = needing.person("周强", phone="13900000009")
    link = links.make_link(
        unit=UnitFactory(community=needing.community),
        shift=needing.shift(),
        role=needing.role(),
        places=2,
        by=needing.worker,
        at=NOW,
    )
    assert links.accept(link=link, name=person.name, phone=person.phone, at=NOW).code == "ask_at_desk"
    complete(person, needing.aid)
    assert links.accept(link=link, name=person.name, phone=person.phone, at=NOW).volunteer == person


# Walk-ins


def walk_in(needing, activity, volunteer=None):
    return services.place_walk_in(
        volunteer=volunteer or needing.volunteer,
        shift_id=activity.shifts.get().pk,
        activity_id=activity.pk,
        by=None,
        at=START,
    )


def test_a_walk_in_gets_a_role_that_asks_for_something_only_if_they_have_it(needing):
    assert walk_in(needing, needing.activity).code == "role_asks_more"
    complete(needing.volunteer, needing.aid)
    assert walk_in(needing, needing.activity).role == needing.role()


def test_a_walk_in_gets_the_role_that_asks_for_nothing(needing):
    simple = Role.objects.create(activity=needing.activity, name="引导", capacity=1)
    assert walk_in(needing, needing.activity).role == simple
    assert walk_in(needing, needing.activity, needing.person()).code == "role_asks_more"


def test_a_full_shift_is_full_for_a_walk_in_whatever_it_asks_for(needing):
    needing.activity.roles.update(capacity=0)
    assert walk_in(needing, needing.activity).code == "shift_full"


# Before the button is pressed


@pytest.fixture
def phone(needing):
    client = Client()
    client.force_login(needing.volunteer.user)
    return client


def test_the_page_says_why_before_the_button_is_pressed(needing, phone):
    page = soup(phone.get(page_of(needing.activity)))
    (lack,) = page.select(".lack")
    assert "急救员" in lack.text and "心肺复苏" in lack.text
    assert [one["data-reason"] for one in lack.select("li")] == ["needs_course"]
    assert reverse("course", args=["first-aid"]) in [one["href"] for one in lack.select("a")]
    assert page.select('form[action$="/sign-up/"]') == []
    assert page.select_one('.act-bar a[href="#choose"]') is not None


def test_the_page_of_who_fits_has_the_button_and_no_reason(needing, phone):
    complete(needing.volunteer, needing.aid)
    page = soup(phone.get(page_of(needing.activity)))
    assert page.select(".lack") == []
    assert len(page.select('form[action$="/sign-up/"]')) == 1


def test_everybody_reads_of_which_course_a_role_is_the_practicum(needing, client):
    Role.objects.update(practicum=True, practicum_of=needing.visits)
    page = soup(client.get(page_of(needing.activity)))
    [link] = [one for one in page.select("main a") if "上门礼仪" in one.text]
    assert link.text == "“上门礼仪”的实践（跟班）"
    assert link["href"] == reverse("course", args=["visits"])


def test_everybody_reads_what_a_role_asks_for(needing, client):
    activity = needing.plan(title="应急队", courses=[needing.aid], tier="intermediate", min_age=18, max_age=65)
    asks = soup(client.get(page_of(activity))).select_one(".role-asks")
    assert all(words in asks.text for words in ("心肺复苏", "中级", "18", "65"))


def test_of_several_people_only_those_who_fit_are_offered(needing, phone):
    husband = needing.person("李建国")
    families.allow_agent(volunteer=husband, user=needing.volunteer.user, evidence="口头", by=None, at=NOW)
    complete(husband, needing.aid)
    page = soup(phone.get(page_of(needing.activity)))
    assert [one["value"] for one in page.select("select option")] == [str(husband.pk)]
    (lack,) = page.select(".lack")
    assert needing.volunteer.name in lack.text


def test_pressing_all_the_same_shows_every_reason_and_takes_no_place(needing, phone):
    answer = phone.post(
        f"{page_of(needing.activity)}sign-up/", {"shift": needing.shift().pk, "role": needing.role().pk}
    )
    alert = soup(answer).select_one('[data-refusal="needs_course"]')
    assert alert is not None and alert.select_one(f'a[href="{reverse("course", args=["first-aid"])}"]')
    assert not SignUp.objects.exists()


def test_terms_stand_on_the_page(needing, client):
    terms = {"meeting_point": "东门保安亭", "cost": "公交 4 元", "minors_until": dt.time(20, 30)}
    text = soup(client.get(page_of(needing.plan(title="义卖", terms=terms)))).text
    assert all(words in text for words in ("东门保安亭", "公交 4 元", "20:30"))


def test_the_page_costs_the_same_for_more_people_who_signed_up(needing, phone):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert phone.get(page_of(needing.activity)).status_code == 200
        return len(seen)

    statements()  # the process learns that this is no practice community
    few = statements()
    needing.activity.roles.update(capacity=50)
    for _one in range(8):
        person = needing.person()
        complete(person, needing.aid)
        sign_up(person, needing.shift())
    assert statements() == few


def test_the_list_costs_the_same_for_more_roles_that_ask(needing, phone):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert phone.get("/activities/").status_code == 200
        return len(seen)

    statements()
    few = statements()
    for number in range(8):
        needing.plan(title=f"值守 {number}", courses=[needing.aid, needing.visits], tier="beginner")
    assert statements() == few <= 12


# Staff: why can't she?


@pytest.fixture
def desk(needing):
    client = Client()
    client.force_login(needing.worker)
    return client


def test_staff_ask_why_from_the_form_that_signs_up(needing, desk):
    form = reverse("sign_up_for_activity", args=[needing.activity.pk])
    assert 'name="why"' in desk.get(form).content.decode()
    answer = desk.post(form, {"volunteer": needing.volunteer.pk, "why": "1"})
    assert answer["Location"] == reverse("why_not", args=[needing.activity.pk, needing.volunteer.pk])


def test_staff_see_each_role_with_its_reasons(needing, desk):
    Role.objects.create(activity=needing.activity, name="引导", capacity=1)
    page = soup(desk.get(reverse("why_not", args=[needing.activity.pk, needing.volunteer.pk])))
    rows = page.select("table.listing tbody tr")
    assert [[one["data-reason"] for one in row.select("[data-reason]")] for row in rows] == [["needs_course"], []]
    assert rows[1].select_one("a.button") is not None


def test_a_person_of_another_community_is_not_found(needing, desk):
    foreign = VolunteerFactory()
    assert desk.get(reverse("why_not", args=[needing.activity.pk, foreign.pk])).status_code == 404
