"""Staff paste a thread of a chat group: one look, answers, sign-ups with the line as evidence (R8)."""

import copy
import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.activities import thread_signing
from academy.activities.models import SignUp
from academy.activities.thread_forms import ThreadForm
from academy.activities.thread_rows import look_at
from academy.core.refusals import Refusal
from academy.core.verbs import verbs_for
from academy.people.models import Consent, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import erasing
from academy.profiles.models import Profile
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 8, 2, 0, tzinfo=dt.UTC)  # two days before the shift


class Desk:
    """A community with people, an activity to come and a social worker."""

    def __init__(self):
        self.home = CommunityFactory(name="花园社区")
        self.worker = UserFactory(first_name="社工小李", duties=[(self.home, DutyRole.SOCIAL_WORKER)])
        self.activity = ActivityFactory(community=self.home, leader__name="林队长")  # nobody of the threads
        self.people = {
            name: VolunteerFactory(community=self.home, name=name, phone=f"138000000{at:02}", at=NOW)
            for at, name in enumerate(("张桂兰", "刘芳", "陈小燕", "李梅"), 11)
        }
        self.twins = [
            VolunteerFactory(community=self.home, name="李建国", phone=phone, at=NOW)
            for phone in ("13800000021", "13800000022")
        ]
        for twin, area in zip(self.twins, ("3栋", "9栋"), strict=True):
            Profile.objects.create(volunteer=twin, area=area)
        Profile.objects.create(volunteer=self.people["李梅"], area="7栋201")

    @property
    def shift(self):
        return self.activity.shifts.get()

    @property
    def role(self):
        return self.activity.roles.get()

    @property
    def url(self):
        return reverse("sign_up_by_thread", args=[self.activity.pk])


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(Desk)


@pytest.fixture
def desk(made, client):
    with time_machine.travel(NOW, tick=False):
        client.force_login(made.worker)
        client.cookies["django_language"] = "en"
        yield copy.deepcopy(made)


def post(client, desk, text, step="read", **rows):
    data = {"thread": text, "place": f"{desk.shift.pk}:{desk.role.pk}", step: "1"}
    return client.post(desk.url, {**data, **rows})


def sign_ups(desk):
    return SignUp.objects.filter(shift__activity=desk.activity, cancelled_at=None)


def chosen(response):
    """Return the answers that the page proposes, as its form would post them."""
    return {
        f"row-{row.key}-{name}": "" if (value := one[name].value()) is None else value
        for _heading, rows in response.context["parts"]
        for row, one in rows
        for name in one.fields
    }


def save(client, desk, text, **answers):
    """Read the thread, then post the proposed answers with some changed."""
    return post(client, desk, text, "save", **{**chosen(post(client, desk, text)), **answers})


def test_reading_a_thread_signs_nobody_up(client, desk):
    response = post(client, desk, "#接龙\n1. 张桂兰\n2. 刘芳 +1\n3. 大家好呀")

    assert [str(heading) for heading, _rows in response.context["parts"]] == ["To be asked", "Clear"]
    assert not sign_ups(desk).exists()


def test_clear_people_are_signed_up_with_their_line_as_evidence(client, desk):
    save(client, desk, "#接龙\n1. 张桂兰 13800000011 下午才能到\n2. 刘芳 +1")

    first, second = sign_ups(desk).order_by("pk")
    assert (first.volunteer, first.said, first.signed_up_by) == (
        desk.people["张桂兰"],
        "1. 张桂兰 下午才能到",  # without the phone
        desk.worker,
    )
    assert (second.volunteer, second.companions) == (desk.people["刘芳"], 1)
    page = client.get(reverse("activity_sign_ups", args=[desk.activity.pk])).content.decode()
    assert "下午才能到" in page and "+1" in page


def test_two_of_one_name_are_asked_and_only_the_chosen_one_is_signed_up(client, desk):
    text = "#接龙\n1. 李建国"
    save(client, desk, text)
    assert not sign_ups(desk).exists()

    save(client, desk, text, **{"row-2-0-who": str(desk.twins[1].pk)})

    assert sign_ups(desk).get().volunteer == desk.twins[1]


def test_a_line_that_staff_answered_is_not_asked_about_again(client, desk):
    save(client, desk, "#接龙\n1. 李建国\n2. 小燕子", **{"row-2-0-who": str(desk.twins[1].pk)})

    response = post(client, desk, "#接龙\n1. 张桂兰\n2. 李建国\n3. 小燕子")

    look = response.context["look"]
    assert [row.name for row in look.settled] == ["李建国"] and look.settled[0].place.volunteer == desk.twins[1]
    assert [row.entry.name for row in look.asked] == ["小燕子"]
    changed = post(client, desk, "#接龙\n1. 李建国 待定").context["look"]
    assert [row.entry.name for row in changed.asked] == ["李建国"]


def test_a_building_in_the_persons_details_tells_two_of_one_name_apart(client, desk):
    save(client, desk, "#接龙\n1. 李建国 3栋\n2. 7栋李姐")

    assert {one.volunteer for one in sign_ups(desk)} == {desk.twins[0], desk.people["李梅"]}


def test_the_same_thread_with_three_new_lines_adds_three(client, desk):
    save(client, desk, "#接龙\n1. 张桂兰")
    before = sign_ups(desk).get()

    response = save(client, desk, "#接龙\n1. 张桂兰\n2. 刘芳\n3. 陈小燕\n4. 7栋李姐")

    assert sign_ups(desk).count() == 4 and sign_ups(desk).filter(pk=before.pk).exists()
    assert "3 people signed up." in response.content.decode()


def test_a_withdrawal_in_the_thread_gives_the_place_back(client, desk):
    sign_up(desk.people["刘芳"], desk.shift, at=NOW)

    response = save(client, desk, "#接龙\n1. 张桂兰\n2. 刘芳 来不了了")

    assert sign_ups(desk).get().volunteer == desk.people["张桂兰"]
    assert "1 person withdrawn." in response.content.decode()
    for thing in (desk.people["刘芳"], desk.activity):
        (entry,) = log.get_logs_for_instance(thing).filter(action="activities.withdraw")
        assert entry.data["reason"] == "群里的接龙"  # not the line: no erasure changes the log


def test_a_new_person_is_entered_as_provisional_with_the_consent_from_the_group(client, desk):
    save(client, desk, "#接龙\n1. 孟丽君 13512340000 40栋")

    place = sign_ups(desk).get()
    assert (place.volunteer.name, place.volunteer.phone, place.volunteer.provisional) == ("孟丽君", "13512340000", True)
    assert place.said == "1. 孟丽君 40栋"
    evidence = Consent.objects.get(volunteer=place.volunteer).evidence  # no erasure changes it
    assert desk.activity.title in evidence and "40栋" not in evidence


def test_a_new_person_without_a_phone_is_refused_in_place_and_what_was_typed_stays(client, desk):
    response = save(client, desk, "#接龙\n1. 孟丽君", **{"row-2-0-who": "new", "row-2-0-name": "孟丽珺"})

    ((_heading, ((_row, form),)),) = response.context["parts"]
    assert "phone" in form.errors and form["name"].value() == "孟丽珺"
    assert not sign_ups(desk).exists() and not Volunteer.objects.filter(name__startswith="孟").exists()


@pytest.mark.parametrize("typed", ["陈小燕", "number"])
def test_somebody_else_on_the_roll_is_found_by_name_or_number(client, desk, typed):
    wanted = desk.people["陈小燕"]

    save(client, desk, "#接龙\n1. 开心每一天", **{"row-2-0-other": wanted.number if typed == "number" else typed})

    assert sign_ups(desk).get().volunteer == wanted


@pytest.mark.parametrize(("typed", "code"), [("孟丽君", "not_on_roll"), ("李建国", "several_of_this_name")])
def test_a_name_that_does_not_decide_is_refused_in_place(client, desk, typed, code):
    response = save(client, desk, "#接龙\n1. 开心每一天", **{"row-2-0-other": typed})

    ((_heading, ((_row, form),)),) = response.context["parts"]
    assert form.errors.as_data()["other"][0].code == code and not sign_ups(desk).exists()


def test_each_refusal_stands_at_its_person_and_the_others_are_signed_up(client, desk):
    child = VolunteerFactory(community=desk.home, name="周小宝", birth_date=dt.date(2012, 1, 1), at=NOW)

    response = save(client, desk, "#接龙\n1. 张桂兰\n2. 周小宝")

    assert sign_ups(desk).get().volunteer == desk.people["张桂兰"]
    ((_heading, ((row, form),)),) = response.context["parts"]
    assert row.person == child and form.non_field_errors().as_data()[0].code == "needs_consent"


def test_the_last_place_goes_to_the_first_line(client, desk):
    desk.activity.roles.update(capacity=1)

    response = save(client, desk, "#接龙\n1. 张桂兰\n2. 刘芳")

    assert sign_ups(desk).get().volunteer == desk.people["张桂兰"]
    assert "All places are taken" in response.content.decode()


def test_an_empty_paste_is_refused_in_place(client, desk):
    assert "Paste the thread first." in post(client, desk, "").content.decode()


def test_more_than_500_lines_are_refused_in_place_and_blank_ones_do_not_count(client, desk):
    for lines, refused in (("\n\n人" * 501, True), ("\n\n人" * 500, False)):
        form = ThreadForm(
            {"thread": lines, "place": f"{desk.shift.pk}:{desk.role.pk}"}, shifts=desk.activity.shifts.all()
        )
        assert [error.code for error in form.errors.as_data().get("thread", [])] == ["max_length"] * refused


def test_hostile_lines_are_shown_as_text(client, desk):
    page = post(client, desk, "#接龙\n1. 张桂兰\n2. <script>alert(1)</script>\n3. 刘芳<b>").content.decode()

    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_copies_of_the_list_name_their_differences(client, desk):
    page = post(client, desk, "#接龙\n1. 张桂兰\n2. 刘芳\n#接龙\n1. 张桂兰\n2. 刘芳 +1").content.decode()

    assert "刘芳 changed" in page


def test_a_look_at_many_people_takes_constant_statements(desk):
    def statements(text):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            look_at(text, community=desk.home, shift=desk.shift)
        return len(seen)

    text = "#接龙\n1. 张桂兰\n"
    assert statements(text) == statements(text + "2. 刘芳\n3. 陈小燕\n4. 李建国\n5. 7栋李姐")


def test_the_verb_stands_at_a_coming_activity(desk):
    assert desk.url in [verb.url for verb in verbs_for(desk.activity, desk.worker)]


def test_nobody_new_is_entered_for_a_dangerous_activity(desk):
    desk.activity.dangerous, desk.activity.insurance = True, "P1"
    shift = desk.shift
    shift.activity = desk.activity

    outcome = thread_signing.sign_up_new(
        name="孟丽君", phone="13512340000", shift=shift, role=desk.role, said="…", by=desk.worker, at=NOW
    )

    assert isinstance(outcome, Refusal) and outcome.code == "age_unknown"


def test_a_refused_new_person_does_not_stay_on_the_roll(desk):
    desk.activity.roles.update(capacity=0)

    outcome = thread_signing.sign_up_new(
        name="孟丽君", phone="13512340000", shift=desk.shift, role=desk.role, said="…", by=desk.worker, at=NOW
    )

    assert isinstance(outcome, Refusal) and outcome.code == "shift_full"
    assert not Volunteer.objects.filter(name="孟丽君").exists()


def test_new_people_are_entered_only_with_the_right(desk):
    stranger = UserFactory()

    outcome = thread_signing.sign_up_new(
        name="孟丽君", phone="13512340000", shift=desk.shift, role=desk.role, said="…", by=stranger, at=NOW
    )

    assert isinstance(outcome, Refusal) and outcome.code == "not_allowed"


def test_withdrawing_without_a_place_is_refused(desk):
    outcome = thread_signing.withdraw(volunteer=desk.people["刘芳"], shift=desk.shift, by=desk.worker, at=NOW)

    assert isinstance(outcome, Refusal) and outcome.code == "no_place"


def test_erasing_a_person_erases_what_they_wrote_in_the_group(client, desk):
    save(client, desk, "#接龙\n1. 张桂兰 身体不舒服，晚点到")

    erasing.erase(volunteer=desk.people["张桂兰"], by=desk.worker, at=NOW)

    assert SignUp.objects.get(volunteer=desk.people["张桂兰"]).said == ""
