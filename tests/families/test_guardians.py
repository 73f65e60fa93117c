"""Guardians' consents (N2): by a link, for a year or for one activity, withdrawable, ended at 18."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.families import guardian_services, guardians
from academy.families.models import ActivityConsent, GuardianLink
from academy.messaging.models import Message
from academy.people.models import Consent
from academy.people.services import consents, erasing
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 1, 5, 1, 0, tzinfo=dt.UTC)  # the activity is on 10 January
DAY = dt.date(2026, 1, 10)
PHONE = "13900005678"


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def child(community):
    return VolunteerFactory(
        community=community, name="张小雨", birth_date=dt.date(2011, 5, 1), at=NOW - dt.timedelta(days=30)
    )


@pytest.fixture
def activity(community):
    return ActivityFactory(community=community)


def ask(child, *, activity_id=None, at=NOW):
    link, code = guardian_services.ask_guardian(
        volunteer=child, name="张强", phone=PHONE, activity_id=activity_id, by=None, at=at
    )
    return link, code


def say(code, granted=True, *, at=NOW, **ticks):
    return guardian_services.answer(
        code=code, granted=granted, name="张强", relation="父亲", at=at, **{"digits": PHONE[-4:], **ticks}
    )


def sign_up(child, activity, *, at=NOW):
    shift = activity.shifts.get()
    return activities.sign_up(volunteer=child, shift=shift, role=activity.roles.get(), by=None, at=at)


def test_the_link_asks_and_its_yes_opens_sign_up(child, activity):
    assert sign_up(child, activity).code == "needs_consent"
    link, code = ask(child)
    assert code not in link.code_hash

    say(code)

    assert isinstance(sign_up(child, activity), SignUp)
    consent = Consent.objects.get(kind="guardian")
    assert consent.valid_until == dt.date(2027, 1, 4)
    said = consents.evidence_of(consent)[consent.pk]
    assert "张强" in said and "5678" in said and PHONE not in said
    assert consent.evidence == "" and "张强" not in consent.personal


def test_notice_and_photos_stay_off_unless_ticked(child):
    say(ask(child)[1])
    assert not Consent.objects.filter(kind__in=["guardian_notice", "guardian_photos"]).exists()

    say(ask(child)[1], notice=True)
    assert consents.has_consented(child, "guardian_notice", day=DAY)
    assert not consents.has_consented(child, "guardian_photos", day=DAY)


def test_the_same_answer_twice_is_one_fact(child):
    _link, code = ask(child)
    say(code)
    say(code)

    assert Consent.objects.filter(kind="guardian").count() == 1


@pytest.mark.parametrize(("born", "asked_too"), [(dt.date(2012, 1, 5), False), (dt.date(2012, 1, 6), True)])
def test_n4_under_14_the_yes_covers_the_data_too(child, born, asked_too):
    child.birth_date = born
    child.save()
    before = Consent.objects.filter(kind="registration").count()
    Consent.objects.filter(kind="registration")
    consents.record_consent(
        volunteer=child, kind="registration", granted=False, evidence="—", by=None, at=NOW - dt.timedelta(hours=1)
    )

    say(ask(child)[1])

    assert Consent.objects.filter(kind="registration", granted=True).count() == before + asked_too
    assert guardians.is_accompanied(child, dt.date(2026, 1, 5)) is asked_too


def test_a_consent_for_one_activity_opens_no_other(child, activity, community):
    other = ActivityFactory(community=community, title="图书整理")
    say(ask(child, activity_id=activity.pk)[1])

    assert isinstance(sign_up(child, activity), SignUp)
    assert sign_up(child, other).code == "needs_consent"
    assert ActivityConsent.objects.get().activity_id == activity.pk


def test_a_no_for_one_activity_leaves_the_year(child, activity, community):
    other = ActivityFactory(community=community, title="图书整理")
    say(ask(child)[1])
    say(ask(child, activity_id=activity.pk)[1], granted=False, at=NOW + dt.timedelta(minutes=1))

    assert sign_up(child, activity).code == "needs_consent"
    assert isinstance(sign_up(child, other), SignUp)


def test_a_withdrawal_gives_back_the_places_and_says_so(child, activity):
    _link, code = ask(child)
    say(code)
    place = sign_up(child, activity)

    guardian_services.withdraw(code=code, activity_id=None, at=NOW + dt.timedelta(hours=1))

    place.refresh_from_db()
    assert place.cancelled_at == NOW + dt.timedelta(hours=1)
    assert "监护人的同意已经结束" in Message.objects.get(volunteer=child).text
    assert sign_up(child, activity, at=NOW + dt.timedelta(hours=2)).code == "needs_consent"


def test_a_withdrawal_for_all_ends_the_one_for_an_activity_too(child, activity):
    _link, code = ask(child, activity_id=activity.pk)
    say(code)
    guardian_services.withdraw(code=code, activity_id=None, at=NOW + dt.timedelta(hours=1))

    assert guardians.given(child, day=DAY) == []
    assert not guardians.covers(child, activity_id=activity.pk, day=DAY)


def test_a_withdrawal_of_one_activity_keeps_other_places(child, activity, community):
    other = ActivityFactory(community=community, title="图书整理")
    say(ask(child)[1])
    _link, code = ask(child, activity_id=activity.pk)
    say(code, at=NOW + dt.timedelta(minutes=1))
    gone, kept = sign_up(child, activity), sign_up(child, other)
    # The year's consent covers the activity already, so a no for it alone withdraws it.
    say(code, granted=False, at=NOW + dt.timedelta(minutes=2))

    gone.refresh_from_db()
    kept.refresh_from_db()
    assert gone.cancelled_at is not None and kept.cancelled_at is None


def test_nothing_in_force_is_nothing_to_withdraw(child):
    _link, code = ask(child)
    assert guardian_services.withdraw(code=code, activity_id=None, at=NOW).code == "nothing_to_withdraw"


def test_giving_a_place_back_needs_no_consent(child, activity):
    _link, code = ask(child)
    say(code)
    place = sign_up(child, activity)
    Consent.objects.create(
        volunteer=child, kind="guardian", granted=False, evidence="—", recorded_at=NOW + dt.timedelta(hours=1)
    )

    given_back = activities.cancel_sign_up(sign_up=place, by=None, at=NOW + dt.timedelta(hours=2))

    assert not isinstance(given_back, Refusal) and given_back.cancelled_at is not None


def test_a_consent_that_ends_before_the_day_says_when(child, activity):
    consents.record_consent(
        volunteer=child,
        kind="guardian",
        granted=True,
        evidence="表",
        by=None,
        at=NOW - dt.timedelta(days=360),
        valid_until=dt.date(2026, 1, 9),
    )

    refusal = sign_up(child, activity)

    assert refusal.code == "needs_consent"
    assert str(refusal) == "监护人的同意只到2026年1月9日，那天之前就结束了。请监护人再同意一次。"


@pytest.mark.parametrize(("born", "signed_up"), [(dt.date(2008, 1, 10), True), (dt.date(2008, 1, 11), False)])
def test_who_turns_18_on_the_day_needs_no_consent(child, activity, born, signed_up):
    child.birth_date = born
    child.save()
    assert isinstance(sign_up(child, activity), SignUp) is signed_up


def test_the_link_of_somebody_who_turned_18_last_night_says_so(child):
    child.birth_date = dt.date(2008, 1, 10)
    child.save()
    _link, code = ask(child)
    say(code)

    last_evening, next_morning = (dt.datetime(2026, 1, 9, hour, 59, tzinfo=dt.UTC) for hour in (15, 16))
    assert isinstance(guardian_services.find_link(code, at=last_evening), GuardianLink)
    refusal = guardian_services.find_link(code, at=next_morning)
    assert (refusal.code, str(refusal)) == (
        "grown_up",
        "张*雨已经满18岁，监护人的同意到此结束，您不用再做什么。",
    )


@pytest.mark.parametrize(
    ("later", "code"),
    [(dt.timedelta(days=14, seconds=-1), None), (dt.timedelta(days=14), "link_expired")],
)
def test_a_link_waits_a_fortnight_for_its_answer(child, later, code):
    found = guardian_services.find_link(ask(child)[1], at=NOW + later)
    assert getattr(found, "code", None) == code


def test_an_answered_link_stays_for_the_year(child):
    _link, code = ask(child)
    say(code)
    assert isinstance(guardian_services.find_link(code, at=NOW + dt.timedelta(days=390)), GuardianLink)
    assert guardian_services.find_link(code, at=NOW + dt.timedelta(days=397)).code == "link_expired"


def test_a_guessed_link_and_a_closed_one_open_nothing(child):
    link, code = ask(child)
    assert guardian_services.find_link("0" * 20, at=NOW).code == "unknown_link"
    guardian_services.close_link(link=link, by=None, at=NOW)
    assert guardian_services.find_link(code, at=NOW).code == "link_closed"
    assert say(code).code == "link_closed"


def test_a_second_link_to_the_same_phone_closes_the_first(child):
    _first, code = ask(child)
    ask(child)
    assert guardian_services.find_link(code, at=NOW).code == "link_closed"


@pytest.mark.parametrize(("born", "code"), [(None, "needs_birth_date"), (dt.date(2008, 1, 5), "not_a_minor")])
def test_only_minors_have_guardians(child, born, code):
    child.birth_date = born
    child.save()
    answer = guardian_services.ask_guardian(volunteer=child, name="张强", phone=PHONE, by=None, at=NOW)
    assert answer.code == code


@pytest.mark.parametrize(
    ("born", "code"),
    [
        (dt.date(2010, 1, 6), "not_of_working_age"),
        (dt.date(2010, 1, 5), None),
        (dt.date(2008, 1, 6), None),
        (dt.date(2008, 1, 5), "not_of_working_age"),
    ],
)
def test_16_and_17_on_their_own_labour_count_as_adults(child, activity, born, code):
    child.birth_date = born
    child.save()
    answer = guardian_services.declare_own_labour(volunteer=child, granted=True, evidence="劳动合同", by=None, at=NOW)
    assert getattr(answer, "code", None) == code
    if code is None:
        assert isinstance(sign_up(child, activity), SignUp)


def test_n3_own_labour_and_consent_open_no_dangerous_activity(child, community):
    child.birth_date = dt.date(2009, 1, 1)
    child.save()
    dangerous = ActivityFactory(community=community, title="清淤", dangerous=True, insurance="P-1")
    guardian_services.declare_own_labour(volunteer=child, granted=True, evidence="劳动合同", by=None, at=NOW)
    say(ask(child)[1])

    assert sign_up(child, dangerous).code == "minor_not_allowed"


@pytest.mark.parametrize(("days", "left"), [(44, 1), (45, 0)])
def test_the_clock_forgets_a_link_a_month_after_its_end_and_keeps_the_consent(child, days, left):
    ask(child)
    _link, code = guardian_services.ask_guardian(volunteer=child, name="李梅", phone="13900001111", by=None, at=NOW)
    say(code, digits="1111")

    tick.send(sender=None, at=NOW + dt.timedelta(days=days))

    assert GuardianLink.objects.filter(phone=PHONE).count() == left
    assert (
        GuardianLink.objects.filter(phone="13900001111").exists() and Consent.objects.filter(kind="guardian").exists()
    )


# The phone that a link is for (ADR 112)


def test_a_yes_needs_the_last_digits_of_the_guardians_phone(child):
    _link, code = ask(child)

    answer = say(code, digits="1234")
    assert answer.code == "wrong_digits" and "2" in str(answer)
    assert not Consent.objects.filter(kind="guardian").exists()
    say(code)
    assert guardians.covers(child, activity_id=None, day=DAY)


def test_after_three_wrong_tries_the_link_is_closed(child):
    _link, code = ask(child)
    codes = [say(code, digits=digits).code for digits in ("1111", "", "2222")]

    assert codes == ["wrong_digits", "wrong_digits", "too_many_digits"]
    assert say(code).code == "link_closed"


def test_a_no_needs_no_digits(child):
    say(ask(child)[1], granted=False, digits="")
    assert not Consent.objects.get(kind="guardian").granted


def test_a_child_gives_no_link_to_its_own_number_and_the_desk_may(community):
    child = VolunteerFactory(
        community=community, name="张小雨", phone=PHONE, birth_date=dt.date(2011, 5, 1), login=True, at=NOW
    )
    asked = {"volunteer": child, "name": "张强", "phone": PHONE, "at": NOW}
    assert guardian_services.ask_guardian(by=child.user, **asked).code == "childs_own_phone"

    _link, code = guardian_services.ask_guardian(by=None, **asked)
    say(code)
    said = consents.evidence_of(Consent.objects.get(kind="guardian"))
    assert "名册上" in next(iter(said.values()))


def test_the_evidence_says_that_the_child_gave_the_number(community):
    child = VolunteerFactory(community=community, birth_date=dt.date(2011, 5, 1), login=True, at=NOW)
    _link, code = guardian_services.ask_guardian(volunteer=child, name="张强", phone=PHONE, by=child.user, at=NOW)
    say(code)

    assert "孩子" in consents.evidence_of(Consent.objects.get(kind="guardian")).popitem()[1]


def test_an_erased_childs_consents_name_no_guardian(child):
    say(ask(child)[1], notice=True)
    erasing.erase(volunteer=child, by=None, at=NOW + dt.timedelta(days=1))

    kept = list(Consent.objects.filter(kind__startswith="guardian"))
    assert len(kept) == 4, "two consents and their ends"
    assert all("张强" not in one.evidence + one.personal for one in kept)
    assert not any(consents.evidence_of(*kept).values())
    assert not any("张强" in str(entry.data) for entry in ModelLogEntry.objects.all())


def test_an_extra_is_not_changed_once_the_child_is_erased(child, monkeypatch):
    _link, code = ask(child)
    say(code)
    # The erasing ends between the look at the link and the lock of the child's row.
    locked = guardian_services._locked

    def erase_first(person):
        monkeypatch.setattr(guardian_services, "_locked", locked)
        erasing.erase(volunteer=person, by=None, at=NOW)
        return locked(person)

    monkeypatch.setattr(guardian_services, "_locked", erase_first)
    answer = guardian_services.change_extra(code=code, kind="guardian_photos", granted=True, at=NOW)
    assert answer.code == "unknown_link"
    assert not Consent.objects.filter(kind="guardian_photos").exists()


@pytest.mark.parametrize(("name", "size"), [("同意书.exe", 9), ("同意书.jpg", guardian_services.FORM_BYTES + 1)])
def test_a_form_that_is_no_photo_is_refused(child, name, size):
    form = SimpleUploadedFile(name, b"x")
    form.size = size
    answer = guardian_services.record_at_desk(
        volunteer=child, granted=True, evidence="签字", form=form, by=UserFactory(), at=NOW
    )
    assert answer.code == "bad_form" and not Consent.objects.filter(kind="guardian").exists()
