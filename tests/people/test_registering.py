"""Registering at the desk: consents, the next one, and the same person twice (R2, R5, K6)."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from academy.people import selectors
from academy.people.models import Consent, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, merging, registration
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.pages import Statements
from tests.people.desk import NOW, errors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ADD = "volunteer:add"


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


def form(home, **changes):
    return {
        "community": home.pk,
        "name": "王秀英",
        "phone": "13974800001",
        "birth_date": "1958-03-05",
        "evidence": "签字的登记表",
    } | changes


def consent(person, kind):
    return consents.latest_consent(person, kind)


# Consents


def test_k6_the_tick_stores_the_consent_to_the_notice_with_the_same_evidence(client, worker, home):
    client.post(reverse(ADD), form(home, agrees=["public_notice"]))

    person = Volunteer.objects.get()
    notice = consent(person, Consent.Kind.PUBLIC_NOTICE)
    assert notice is not None and notice.granted
    assert (notice.evidence, notice.recorded_by) == ("签字的登记表", worker)


def test_k6_without_the_tick_no_consent_to_the_notice_is_stored(client, worker, home):
    client.post(reverse(ADD), form(home))

    assert consent(Volunteer.objects.get(), Consent.Kind.PUBLIC_NOTICE) is None


def test_n4_photos_and_messages_are_asked_for_and_off_until_somebody_ticks_them(client, worker, home):
    fresh = client.get(reverse(ADD))
    assert [label for _kind, label in fresh.context["form"].fields["agrees"].choices] == [
        "My hours in the public notice",
        "Photos and videos of me in public",
        "Messages to my phone or by e-mail",
    ]
    assert 'name="agrees"' in fresh.content.decode() and "checked" not in fresh.content.decode()

    client.post(reverse(ADD), form(home, agrees=["photos", "messages"]))

    kinds = [kind for kind in Consent.Kind if consent(Volunteer.objects.get(), kind)]
    assert kinds == [Consent.Kind.REGISTRATION, Consent.Kind.PHOTOS, Consent.Kind.MESSAGES]
    page = client.get(reverse("person", args=[Volunteer.objects.get().pk])).content.decode()
    assert "Photos and videos of me in public" in page or "photos and videos of me in public" in page


def test_a_consent_that_nobody_may_refuse_is_not_given_by_a_tick(client, worker, home):
    response = client.post(reverse(ADD), form(home, agrees=["guardian"]))

    assert "agrees" in errors(response) and not Volunteer.objects.exists()


# The next one


@pytest.mark.parametrize(("button", "opens"), [("", False), ("next", True)])
def test_the_message_leads_to_the_person_only_from_the_form_of_the_next_one(client, worker, home, button, opens):
    shown = client.post(reverse(ADD), form(home) | ({button: "1"} if button else {}), follow=True)

    (message,) = shown.context["messages"]
    assert (">Open<" in "".join(str(message).split())) is opens and "Print a sign-in slip" in str(message)


def test_after_saving_one_stands_on_the_page_of_the_person(client, worker, home):
    response = client.post(reverse(ADD), form(home))

    assert response.url == reverse("person", args=[Volunteer.objects.get().pk])


def test_the_next_form_keeps_the_evidence_and_nothing_of_the_person(client, worker, home):
    response = client.post(reverse(ADD), form(home, agrees=["public_notice"], next="1"))
    assert response.url == reverse(ADD) + "?same-evidence"

    fresh = client.get(response.url).context["form"]
    assert fresh["evidence"].value() == "签字的登记表"
    assert not fresh["name"].value() and not fresh["agrees"].value()
    assert not client.get(reverse(ADD)).context["form"]["evidence"].value(), "kept for a form opened later"


def test_with_one_community_the_form_does_not_ask_for_it(client, worker, home):
    assert client.get(reverse(ADD)).context["form"]["community"].is_hidden


def test_with_two_communities_the_form_asks_for_one(client, worker, home):
    other = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER), (CommunityFactory(), DutyRole.SOCIAL_WORKER)])
    client.force_login(other)

    assert not client.get(reverse(ADD)).context["form"]["community"].is_hidden


# The same person twice


def known(home, **facts):
    return VolunteerFactory(
        **{
            "community": home,
            "name": "王秀英",
            "phone": "13974800001",
            "birth_date": dt.date(1958, 3, 5),
            "at": NOW,
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ({}, {}),
        ({"birth_date": None}, {}),
        ({"birth_date": dt.date(1985, 3, 5)}, {}),
        ({"phone": "073188881234"}, {}),
        ({"phone": ""}, {"phone": ""}),
        ({}, {"phone": "", "birth_date": ""}),
    ],
    ids=["all", "phone", "phone, another date", "birth date", "birth date alone", "the name is all there is"],
)
def test_r5_a_person_who_looks_known_is_shown_before_a_second_entry(client, worker, home, stored, typed):
    there = known(home, **stored)

    response = client.post(reverse(ADD), form(home, **typed))

    assert response.status_code == 200 and Volunteer.objects.count() == 1
    page = response.content.decode()
    assert there.number in page and reverse("volunteer:edit", args=[there.pk]) in page
    assert "It is another person: register" in page
    assert page.index("<button hidden") < page.index('name="besides"'), "Enter says that the two differ"
    assert 'value="王秀英"' in page and 'value="签字的登记表"' in page, "what was typed is lost"


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ({"name": "王秀兰"}, {}),
        ({"phone": "13974800002", "birth_date": dt.date(1960, 1, 1)}, {}),
        ({"phone": "", "birth_date": None}, {}),
        ({"phone": ""}, {"birth_date": ""}),
    ],
    ids=["another name", "a namesake", "a namesake without facts", "different facts"],
)
def test_r5_a_namesake_is_registered_without_a_question(client, worker, home, stored, typed):
    known(home, **stored)

    assert client.post(reverse(ADD), form(home, **typed)).status_code == 302
    assert Volunteer.objects.count() == 2


def test_r5_a_person_of_another_community_is_not_shown(client, worker, home):
    known(CommunityFactory())

    assert client.post(reverse(ADD), form(home)).status_code == 302


def test_r5_a_second_click_registers_the_other_person(client, worker, home):
    there = known(home)
    asked = client.post(reverse(ADD), form(home)).context["alike"]

    assert client.post(reverse(ADD), form(home, besides=asked.compared)).status_code == 302
    assert Volunteer.objects.exclude(pk=there.pk).get().name == "王秀英"


def test_r5_the_second_click_is_only_for_those_who_were_shown(client, worker, home):
    there = known(home)
    later = known(home)

    response = client.post(reverse(ADD), form(home, besides=str(there.pk)))

    assert response.context["alike"].people == [later]
    assert response.context["alike"].compared == f"{there.pk},{later.pk}"
    assert client.post(reverse(ADD), form(home, besides=response.context["alike"].compared)).status_code == 302


def test_r5_the_second_click_keeps_the_wish_for_the_next_form(client, worker, home):
    known(home)

    assert '<input type="hidden" name="next"' in client.post(reverse(ADD), form(home, next="1")).content.decode()


def test_r5_the_name_of_a_joined_entry_leads_to_the_one_that_stays(client, worker, home):
    gone, stays = known(home), known(home, name="王秀莹", phone="")
    merging.merge(volunteer=gone, into=stays, by=worker, at=NOW)

    assert client.post(reverse(ADD), form(home)).context["alike"].people == [stays]


def test_r5_a_refused_registration_uses_no_number(client, worker, home):
    there = known(home)
    client.post(reverse(ADD), form(home))
    next_one = known(home, name="李建国")

    assert int(next_one.number[5:11]) == int(there.number[5:11]) + 1


def test_r5_an_import_is_not_compared(home):
    known(home)

    answer = registration.register_volunteer(
        community=home, name="王秀英", phone="13974800001", evidence="…", by=None, at=NOW
    )
    assert isinstance(answer, Volunteer)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="small")  # a small table is read whole there
def test_r5_the_namesakes_are_found_by_an_index_however_long_the_roll_is(home):
    """A list of 50,000 people took half of its time with reading the whole roll for each of them."""
    with Statements() as statements:
        selectors.alike_on_roll(home, "王秀英", "13974800001", NOW.date())
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statements.sql[0]}")
        assert "volunteer_by_name" in str(cursor.fetchall())


# Corrections, and people marked at the gate


def correction(person, **changes):
    return {"name": person.name, "phone": person.phone, "birth_date": ""} | changes


def test_r5_a_person_from_the_gate_who_gets_a_known_birth_date_is_shown(client, worker, home):
    there = known(home)
    fresh = registration.register_at_gate(community=home, name="王秀英", phone="13900000002", by=worker, at=NOW)
    url = reverse("volunteer:edit", args=[fresh.pk])

    asked = client.post(url, correction(fresh, birth_date="58-3-5"))

    assert asked.context["alike"].people == [there]
    assert reverse("volunteer:merge", args=[fresh.pk]) in asked.content.decode()
    assert client.post(url, correction(fresh, birth_date="58-3-5", besides=str(there.pk))).status_code == 302
    fresh.refresh_from_db()
    assert fresh.birth_date == dt.date(1958, 3, 5)


def test_r5_saving_without_a_change_asks_for_no_comparison(client, worker, home):
    there = known(home)
    known(home)

    url = reverse("volunteer:edit", args=[there.pk])
    assert client.post(url, correction(there, birth_date="1958-3-5")).status_code == 302


def test_r5_a_person_from_the_gate_is_compared_with_namesakes_before_they_are_accepted(client, worker, home):
    there = known(home)
    fresh = registration.register_at_gate(community=home, name="王秀英", phone="13900000002", by=worker, at=NOW)
    url = reverse("volunteer:accept", args=[fresh.pk])

    assert there.number in client.get(url).content.decode()
    assert client.post(url).status_code == 200, "accepted without a comparison"
    assert client.post(url, {"besides": str(there.pk)}).status_code == 302
    fresh.refresh_from_db()
    assert not fresh.provisional


def test_a_person_from_the_gate_without_a_namesake_is_accepted_with_one_click(client, worker, home):
    fresh = registration.register_at_gate(community=home, name="新面孔", phone="13900000002", by=worker, at=NOW)

    client.post(reverse("volunteer:accept", args=[fresh.pk]))

    fresh.refresh_from_db()
    assert not fresh.provisional


# Phones and dates as people type them


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("１３９７４８００００１", "13974800001"),
        ("139 7480 0001", "13974800001"),
        ("0731-88881234", "073188881234"),
        ("0731 88881234", "073188881234"),
        ("（0731）8888－1234", "073188881234"),
        ("0731-88881234-802", "073188881234转802"),
        ("0731-88881234转802", "073188881234转802"),
        ("+86 731 8888 1234", "073188881234"),
        ("010-88881234", "01088881234"),
        ("0891-6823456", "08916823456"),
    ],
)
def test_r4_phones_are_stored_plain_however_they_are_typed(client, worker, home, typed, stored):
    client.post(reverse(ADD), form(home, phone=typed))

    assert Volunteer.objects.get().phone == stored


@pytest.mark.parametrize("typed", ["88881234", "1234", "0131-88881234", "13974800001-5", "0731-1888123", "12345678901"])
def test_r4_a_number_that_reaches_nobody_is_refused_at_its_field(client, worker, home, typed):
    refused = errors(client.post(reverse(ADD), form(home, phone=typed)))

    assert "0731-88881234" in refused["phone"][0]


def test_a_landline_is_shown_as_people_write_it(client, worker, home):
    person = known(home, phone="0731-88881234")

    page = client.get(reverse("volunteer:edit", args=[person.pk])).content.decode()
    assert 'value="0731-88881234"' in page


@pytest.mark.parametrize(
    "typed", ["58-3-5", "1958.3.5", "58年3月5日", "１９５８年３月５日", "1958/3/5", "19580305", "580305", "1958-03-05"]
)
def test_a_birth_date_is_read_as_elders_say_it(client, worker, home, typed):
    client.post(reverse(ADD), form(home, birth_date=typed))

    assert Volunteer.objects.get().birth_date == dt.date(1958, 3, 5)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("5-3-1958", "year first"),
        ("三月五日", "year first"),
        ("1958", "Month and day are missing"),
        ("1958年3月", "The day is missing"),
        ("58年13月", "no such month"),
        ("58年0月", "no such month"),
        ("1958-13-5", "no such day"),
        ("58-2-30", "no such day"),
        ("2058-3-5", "still to come"),
        ("1858-3-5", "115 years"),
        ("18-3-5", "four digits"),
    ],
)
def test_an_unclear_birth_date_is_named_at_its_field_and_stays_as_typed(client, worker, home, typed, sentence):
    response = client.post(reverse(ADD), form(home, birth_date=typed))

    assert sentence in errors(response)["birth_date"][0]
    assert f'value="{typed}"' in response.content.decode()


def test_the_consents_begin_with_a_capital_in_english(client, worker):
    page = client.get(reverse(ADD)).content.decode()

    assert "My hours in the public notice" in page and "my hours in the public notice" not in page


def test_a_zero_width_character_makes_no_second_person(client, worker, home):
    known(home)

    response = client.post(reverse(ADD), form(home, name="王\u200b秀 英"))

    assert response.context["alike"].people == [Volunteer.objects.get()]
