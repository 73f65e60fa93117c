"""Staff sign people up and withdraw them: from the activity and from the person (R8)."""

import datetime as dt

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.log_actions import registry as log
from wagtail.models import ModelLogEntry

from academy.activities import placing, services
from academy.activities.models import Activity, SignUp
from academy.core.refusals import Refusal
from academy.core.verbs import verbs_for
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, volunteers
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up
from tests.people.desk import errors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 8, 2, 0, tzinfo=dt.UTC)  # two days before the shift
BEGUN = dt.datetime(2026, 1, 10, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home, client):
    worker = UserFactory(first_name="社工小李", duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    client.cookies["django_language"] = "en"
    return worker


@pytest.fixture
def activity(home):
    return ActivityFactory(community=home)


def person(home, name="王秀英", **facts):
    return VolunteerFactory(**{"community": home, "name": name, "at": NOW, **facts})


def place(activity):
    return f"{activity.shifts.get().pk}:{activity.roles.get().pk}"


def add(client, activity, someone, **data):
    url = reverse("sign_up_for_activity", args=[activity.pk])
    return client.post(url, {"volunteer": someone.pk, "place": place(activity), **data})


def taken(volunteer):
    return SignUp.objects.filter(volunteer=volunteer, cancelled_at=None)


def actions(thing):
    return [entry.action for entry in log.get_logs_for_instance(thing)]


def said(thing):
    return [str(entry.message) for entry in log.get_logs_for_instance(thing)]


# From the activity


def test_staff_sign_a_person_up_from_the_activity(client, worker, home, activity):
    volunteer = person(home)

    response = add(client, activity, volunteer)

    assert response.url == reverse("activity_sign_ups", args=[activity.pk])
    assert taken(volunteer).get().signed_up_by == worker
    assert "activities.sign_up" in actions(activity) and "activities.sign_up" in actions(volunteer)


def test_the_history_says_whom_and_for_what(client, worker, home, activity):
    volunteer = person(home)
    add(client, activity, volunteer)

    (of_person,) = [text for text in said(volunteer) if "Signed up by staff" in text]
    (of_activity,) = [text for text in said(activity) if "Signed up by staff" in text]
    assert activity.title in of_person and "志愿者" in of_person
    assert volunteer.number in of_activity


def test_the_only_shift_and_role_are_chosen_already(client, worker, home, activity):
    form = client.get(reverse("sign_up_for_activity", args=[activity.pk])).context["form"]

    assert form["place"].initial == place(activity)
    assert "20 places left" in str(form["place"])


REFUSED = {
    "suspended": ("volunteer", "suspended"),
    "minor": ("volunteer", "consent is missing (N2)"),
    "dangerous": ("volunteer", "adults only"),
    "twice": ("volunteer", "a place in this shift already"),
    "elsewhere": ("volunteer", "another community"),
    "full": ("place", "All places are taken"),
    "cancelled": ("place", "cancelled"),
    "unpublished": ("place", "not published"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_stands_at_the_field_and_speaks_to_staff(client, worker, home, case):
    volunteer = person(home, birth_date=dt.date(2012, 1, 1) if case in ("minor", "dangerous") else None)
    activity = ActivityFactory(
        community=home,
        capacity=0 if case == "full" else 20,
        published=None if case == "unpublished" else NOW - dt.timedelta(days=1),
        **({"dangerous": True, "insurance": "P1"} if case == "dangerous" else {}),
    )
    match case:
        case "suspended":
            volunteers.suspend(volunteer=volunteer, reason="…", by=None, at=NOW)
        case "twice":
            sign_up(volunteer, activity.shifts.get(), at=NOW)
        case "cancelled":
            services.cancel_activity(activity=activity, by=None, at=NOW)
        case "elsewhere":
            other = CommunityFactory()
            client.force_login(UserFactory(duties=[(one, DutyRole.SOCIAL_WORKER) for one in (home, other)]))
            volunteer = person(other)

    field, sentence = REFUSED[case]
    response = add(client, activity, volunteer)

    assert sentence in errors(response)[field][0]
    assert taken(volunteer).count() == (1 if case == "twice" else 0)
    assert volunteer.number in response.content.decode(), "the choice is lost"


def test_a_missing_consent_leads_to_its_form(client, worker, home, activity):
    child = person(home, name="小明", birth_date=dt.date(2012, 1, 1))
    refused = BeautifulSoup(add(client, activity, child).content, "html.parser")

    page = client.get(refused.find("a", string="Record the consent")["href"])

    assert page.context["form"]["volunteer"].value() == child.pk
    assert page.context["form"]["kind"].value() == Consent.Kind.GUARDIAN
    far = person(CommunityFactory())
    assert client.get(reverse("consent:add"), {"volunteer": far.pk}).context["form"]["volunteer"].value() is None


def test_n2_a_minor_with_the_guardians_consent_is_signed_up(client, worker, home, activity):
    volunteer = person(home, birth_date=dt.date(2012, 1, 1))
    consents.record_consent(
        volunteer=volunteer, kind=Consent.Kind.GUARDIAN, granted=True, evidence="签字", by=None, at=NOW
    )

    assert add(client, activity, volunteer).status_code == 302


@pytest.mark.parametrize("sent", [{"place": "1:x"}, {"place": ""}, {"volunteer": ""}, {"volunteer": "0"}])
def test_a_choice_that_is_none_is_named_at_its_field(client, worker, home, activity, sent):
    assert list(errors(add(client, activity, person(home), **sent))) == list(sent)


def test_a_shift_that_has_begun_is_not_offered(client, worker, home, activity):
    with time_machine.travel(BEGUN, tick=False):
        assert errors(add(client, activity, person(home)))["place"] == ["Choose from the list."]


def test_the_service_refuses_a_shift_that_has_begun_and_staff_of_elsewhere(worker, home, activity):
    shift, role = activity.shifts.get(), activity.roles.get()
    volunteer = person(home)
    late = placing.sign_up(volunteer=volunteer, shift=shift, role=role, by=worker, at=BEGUN)
    stranger = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])

    assert late == Refusal("too_late", placing._FOR_STAFF["too_late"])
    assert placing.sign_up(volunteer=volunteer, shift=shift, role=role, by=stranger, at=NOW).code == "not_allowed"
    there = sign_up(volunteer, shift, at=NOW)
    assert placing.withdraw(sign_up=there, by=stranger, at=NOW).code == "not_allowed"


# The list


def page(client, activity):
    response = client.get(reverse("activity_sign_ups", args=[activity.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_tells_namesakes_apart_and_says_who_signed_up(client, worker, home, activity):
    shift = activity.shifts.get()
    self_made = person(home, name="李建国", phone="13974800001", login=True)
    sign_up(self_made, shift, at=NOW)
    add(client, activity, person(home, name="李建国", phone="0731-88881234"))

    text = page(client, activity)

    assert "…0001" in text and "…1234" in text and "13974800001" not in text
    assert "themselves" in text and "社工小李" in text
    assert "18 of 20 places left" in text


def test_an_empty_shift_says_so(client, worker, home, activity):
    assert "Nobody is signed up for this shift yet." in page(client, activity)


def test_the_list_takes_as_many_statements_for_20_people_as_for_2(client, worker, home, activity):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            page(client, activity)
        return len(captured)

    for _number in range(2):
        add(client, activity, person(home))
    page(client, activity)
    few = statements()
    for _number in range(18):
        add(client, activity, person(home))
    assert statements() == few


def test_n4_looking_at_the_list_is_logged_for_a_child(client, worker, home, activity):
    child = person(home, birth_date=dt.date(2014, 1, 1))
    consents.record_consent(volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, evidence="…", by=None, at=NOW)
    sign_up(child, activity.shifts.get(), at=NOW)

    page(client, activity)

    assert ModelLogEntry.objects.filter(action="people.view_minor", object_id=str(child.pk)).exists()


# Withdrawal


def withdraw(client, there, reason="", query=""):
    return client.post(reverse("withdraw_sign_up", args=[there.pk]) + query, {"reason": reason})


def test_staff_withdraw_a_person_with_a_reason(client, worker, home, activity):
    volunteer = person(home)
    there = sign_up(volunteer, activity.shifts.get(), at=NOW)
    assert reverse("withdraw_sign_up", args=[there.pk]) in page(client, activity)

    response = withdraw(client, there, "生病，电话说的")

    assert response.url == reverse("activity_sign_ups", args=[activity.pk])
    assert not taken(volunteer)
    assert any("生病，电话说的" in text for text in said(volunteer))
    assert any("生病，电话说的" in text and volunteer.number in text for text in said(activity))


def test_a_withdrawal_needs_no_reason_and_happens_once(client, worker, home, activity):
    there = sign_up(person(home), activity.shifts.get(), at=NOW)

    assert withdraw(client, there, query="?from=person").url == reverse("volunteer_sign_ups", args=[there.volunteer_id])
    assert withdraw(client, there).status_code == 404
    assert placing.withdraw(sign_up=there, by=worker, at=NOW).code == "already_done"


def test_a_shift_that_has_begun_keeps_its_sign_ups(client, worker, home, activity):
    there = sign_up(person(home), activity.shifts.get(), at=NOW)

    with time_machine.travel(BEGUN, tick=False):
        assert reverse("withdraw_sign_up", args=[there.pk]) not in page(client, activity)
        assert "stays on record" in errors(withdraw(client, there))["reason"][0]


# From the person


def test_staff_sign_a_person_up_from_their_page_among_shifts_with_places(client, worker, home, activity):
    volunteer, url = person(home), None
    ActivityFactory(title="别的社区")
    ActivityFactory(community=home, title="还没发布", published=None)
    other = ActivityFactory(community=home, title="护河")
    url = reverse("volunteer_sign_ups", args=[volunteer.pk])
    shown = str(client.get(url).context["form"]["place"])
    assert activity.title in shown and "护河" in shown and "别的社区" not in shown and "还没发布" not in shown

    assert client.post(url, {"place": place(other)}).url == url

    assert taken(volunteer).get().shift.activity == other
    fresh = client.get(url)
    assert "护河" in fresh.content.decode() and "护河" not in str(fresh.context["form"]["place"])
    assert f"{reverse('withdraw_sign_up', args=[taken(volunteer).get().pk])}?from=person" in fresh.content.decode()


def test_a_refusal_of_the_person_stands_at_the_only_field(client, worker, home, activity):
    volunteer = person(home)
    volunteers.suspend(volunteer=volunteer, reason="…", by=None, at=NOW)

    response = client.post(reverse("volunteer_sign_ups", args=[volunteer.pk]), {"place": place(activity)})

    assert "suspended" in errors(response)["place"][0]


def test_without_coming_shifts_the_page_says_so(client, worker, home):
    text = client.get(reverse("volunteer_sign_ups", args=[person(home).pk])).content.decode()

    assert "nothing to withdraw from" in text and "Publish one first" in text


# Rights and verbs


def test_pages_of_another_community_are_not_found(client, worker):
    foreign = ActivityFactory()
    volunteer = person(foreign.community)
    there = sign_up(volunteer, foreign.shifts.get(), at=NOW)

    for name, pk in [
        ("activity_sign_ups", foreign.pk),
        ("sign_up_for_activity", foreign.pk),
        ("volunteer_sign_ups", volunteer.pk),
        ("withdraw_sign_up", there.pk),
    ]:
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
        assert client.post(reverse(name, args=[pk])).status_code in (404, 405), name


def test_the_verbs_stand_where_they_can_be_done(worker, home, activity):
    def labels(thing, user=worker):
        return {str(verb.url).partition("#")[0] for verb in verbs_for(thing, user)}

    adding, listing = (reverse(name, args=[activity.pk]) for name in ("sign_up_for_activity", "activity_sign_ups"))
    assert {adding, listing} <= labels(activity)
    services.cancel_activity(activity=activity, by=None, at=NOW)
    activity = Activity.objects.get(pk=activity.pk)
    assert listing in labels(activity) and adding not in labels(activity)
    draft = ActivityFactory(community=home, published=None)
    assert reverse("sign_up_for_activity", args=[draft.pk]) not in labels(draft)
    volunteer = person(home)
    assert reverse("volunteer_sign_ups", args=[volunteer.pk]) in labels(volunteer)
    administrator = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])
    assert reverse("volunteer_sign_ups", args=[volunteer.pk]) not in labels(volunteer, administrator)
