"""The list of the roll: columns that decide, filters, and one consent of many people."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.people import bulk_actions
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, merging, registration, volunteers
from academy.works.models import Work
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.people.desk import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

INDEX = "volunteer:index"
NOTICE = Consent.Kind.PUBLIC_NOTICE


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    client.cookies["django_language"] = "en"
    return worker


def person(home, **facts):
    return VolunteerFactory(**{"community": home, "at": NOW, **facts})


def consent(volunteer, *, kind=NOTICE, granted=True, days=0):
    at = NOW - dt.timedelta(days=days)
    consents.record_consent(volunteer=volunteer, kind=kind, granted=granted, evidence="签字", by=None, at=at)


def has_consented(volunteer, kind=NOTICE):
    return consents.has_consented(volunteer, kind, day=NOW.date())


def headings(response):
    return [str(column.label) for column in response.context["table"].columns.values() if column.label][1:]


# Columns


def test_the_roll_shows_what_decides_and_no_community_where_there_is_one(client, worker, home):
    person(home)

    assert headings(client.get(reverse(INDEX))) == [
        "Name",
        "Volunteer number",
        "Phone",
        "Remarks",
        "Hours this year",
        "Last seen",
        "Public notice",
    ]


def test_with_two_communities_the_roll_shows_and_filters_the_community(client, home):
    client.cookies["django_language"] = "en"
    client.force_login(UserFactory(duties=[(one, DutyRole.SOCIAL_WORKER) for one in (home, CommunityFactory())]))
    person(home)

    response = client.get(reverse(INDEX))
    assert headings(response)[-1] == "Community"
    assert "community" in response.context["filters"].form.fields


def test_the_roll_tells_namesakes_apart_by_the_end_of_the_phone(client, worker, home):
    person(home, name="李建国", phone="13974800001")
    person(home, name="李建国", phone="0731-88881234-802")

    page = client.get(reverse(INDEX)).content.decode()
    assert "…0001" in page and "…1234" in page and "13974800001" not in page


def test_the_roll_says_who_consented_to_the_notice_and_who_is_unusual(client, worker, home):
    yes, no = person(home, name="有"), person(home, name="无")
    consent(yes)
    consent(no)
    consent(no, granted=False)
    volunteers.suspend(volunteer=no, reason="…", by=None, at=NOW)

    rows = {row.instance: row for row in client.get(reverse(INDEX)).context["table"].rows}
    assert [cell_of(rows[yes], name) for name in ("notice", "remarks")] == ["yes", ""]
    assert [cell_of(rows[no], name) for name in ("notice", "remarks")] == ["no", "suspended"]


def cell_of(row, name):
    return str(row.columns[name].get_value(row.instance))


def test_the_roll_takes_as_many_statements_for_30_people_as_for_3(client, worker, home):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse(INDEX)).status_code == 200
        return len(captured)

    for _number in range(3):
        consent(person(home))
    client.get(reverse(INDEX))
    few = statements()
    for _number in range(27):
        consent(person(home))
    assert statements() == few


def test_a_landline_keeps_its_zero_in_the_export(client, worker, home):
    person(home, phone="0731-88881234")

    text = b"".join(client.get(reverse(INDEX), {"export": "csv"}).streaming_content).decode()
    assert "0731-88881234" in text


# Filters


def found(client, **query):
    return set(client.get(reverse(INDEX), query).context["object_list"])


def test_the_roll_is_filtered_by_the_consent_to_the_notice(client, worker, home):
    yes, withdrew, never, joined = (person(home, name=name) for name in ("甲", "乙", "丙", "丁"))
    gone = person(home, name="丁丁")
    for one in (yes, gone):
        consent(one)
    consent(withdrew, days=1)
    consent(withdrew, granted=False)
    merging.merge(volunteer=gone, into=joined, by=worker, at=NOW)

    assert found(client, notice="false") == {withdrew, never}
    assert found(client, notice="true") == {yes, joined}


def test_the_roll_is_filtered_by_who_never_signed_in(client, worker, home):
    without, unused, used = person(home), person(home, login=True), person(home, login=True)
    used.user.last_login = NOW
    used.user.save()

    assert found(client, signed_in="false") == {without, unused}
    assert found(client, signed_in="true") == {used}


def test_the_roll_is_filtered_by_who_was_marked_at_the_gate(client, worker, home):
    person(home)
    fresh = registration.register_at_gate(community=home, name="新面孔", phone="13900000002", by=worker, at=NOW)

    assert found(client, provisional="true") == {fresh}


# One consent of many people


def act(client, people, next_url="", **data):
    url = reverse("wagtail_bulk_action", args=["people", "volunteer", "record_consents"])
    ids = "&".join(f"id={getattr(one, 'pk', one)}" for one in people)
    query = f"?{ids}" + (f"&next={next_url}" if next_url else "")
    return client.post(url + query, {"kind": NOTICE, "evidence": "会上签的名单", **data})


def test_k6_many_people_consent_with_one_evidence(client, worker, home):
    people = [person(home) for _number in range(3)]

    assert act(client, people).status_code == 302

    for one in people:
        stored = consents.latest_consent(one, NOTICE)
        assert stored is not None and (stored.evidence, stored.recorded_by) == ("会上签的名单", worker)
        assert "people.consent" in [entry.action for entry in log.get_logs_for_instance(one)]


def test_k6_the_consent_of_many_people_is_a_work_that_names_who_is_left_out(client, worker, home, monkeypatch):
    monkeypatch.setattr(bulk_actions, "MANY_CONSENTS", 2)
    before, minor, fresh = person(home), person(home, birth_date=dt.date(2012, 1, 1)), person(home)
    consent(before, days=1)

    response = act(client, [before, minor, fresh])

    work = Work.objects.get()
    assert response.url == reverse("work", args=[work.pk])
    assert (work.state, work.total) == ("finished", 3)
    assert [line.who for line in work.lines] == [str(before), str(minor)]
    stored = consents.latest_consent(fresh, NOTICE)
    assert stored is not None and (stored.evidence, stored.recorded_by) == ("会上签的名单", worker)
    assert Consent.objects.filter(kind=NOTICE).count() == 2
    assert reverse("volunteer:index") in client.get(response.url).content.decode()


def test_k6_the_act_names_the_people_and_leaves_out_who_is_not_chosen(client, worker, home):
    chosen, other = person(home, name="选中"), person(home, name="没选")

    url = reverse("wagtail_bulk_action", args=["people", "volunteer", "record_consents"])
    assert chosen.number in client.get(f"{url}?id={chosen.pk}").content.decode()
    act(client, [chosen])
    assert has_consented(chosen) and not has_consented(other)


def test_k6_minors_and_those_who_consented_before_are_left_out(client, worker, home):
    before, minor, fresh = person(home), person(home, birth_date=dt.date(2012, 1, 1)), person(home)
    consent(before, days=1)

    response = act(client, [before, minor, fresh])

    assert has_consented(fresh) and not has_consented(minor)
    assert Consent.objects.filter(volunteer=before, kind=NOTICE).count() == 1
    said = [str(one) for one in client.get(response.url).context["messages"]]
    assert "1 person is recorded" in said[0] and "2 are left out" in said[0]


def test_k6_no_consent_is_recorded_without_evidence(client, worker, home):
    one = person(home)

    assert act(client, [one], evidence="").status_code == 200
    assert not has_consented(one)


def test_the_telephone_consent_goes_the_same_way_and_no_other_kind_does(client, worker, home):
    one = person(home)

    for kind in ("telephone", "photos", "messages"):
        act(client, [one], kind=kind)
        assert has_consented(one, kind)
    assert act(client, [one], kind="guardian").status_code == 200
    assert not has_consented(one, Consent.Kind.GUARDIAN)


def test_k6_everybody_in_the_list_is_everybody_whom_its_filters_leave(client, worker, home):
    listed, other = person(home, name="王秀英"), person(home, name="李建国")
    foreign = VolunteerFactory(name="王秀英")

    act(client, ["all"], next_url=reverse(INDEX) + "%3Fq%3D王秀英")
    assert has_consented(listed) and not has_consented(other) and not has_consented(foreign)

    act(client, ["all"], next_url=reverse(INDEX) + "%3Fprovisional%3Dtrue")
    assert not has_consented(other)
    act(client, ["all"])
    assert has_consented(other) and not has_consented(foreign)


@pytest.mark.parametrize(("typed", "listed"), [("1", "B"), ("wangxiuying", "A"), ("王秀英0001", "A"), ("V2025", "AC")])
def test_k6_everybody_in_the_list_is_everybody_whom_its_search_finds(client, worker, home, typed, listed):
    """A search of its own found people whom the list had not shown, and missed others."""
    people = {"A": person(home, name="王秀英", phone="13900000001"), "B": person(home, name="李1", phone="13900000011")}
    people["C"] = person(home, name="张三", phone="")
    for mark, one in people.items():
        type(one).objects.filter(pk=one.pk).update(number={"A": "V2025A", "B": "V2026B", "C": "V2025C"}[mark])
    shown = {one.pk for one in client.get(reverse(INDEX), {"q": typed}).context["object_list"]}
    assert shown == {people[mark].pk for mark in listed}

    act(client, ["all"], next_url=reverse(INDEX) + f"%3Fq%3D{typed}")
    assert {one.pk for one in people.values() if has_consented(one)} == shown
