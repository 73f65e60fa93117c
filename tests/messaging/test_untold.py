"""People whom no message reaches: who stands on the list, and with what text."""

import datetime as dt

import pytest

from academy.activities.message_kinds import CHANGE
from academy.families.models import GuardianLink
from academy.families.services import allow_agent
from academy.learning.message_kinds import HONOUR
from academy.messaging import services, untold
from academy.messaging.models import Message
from academy.people.models import Consent, User, Volunteer
from tests.factories import CommunityFactory, UserFactory
from tests.hours.scene import moment
from tests.pages import Statements

pytestmark = pytest.mark.django_db

AT = moment("10:00")
MOVED = "“值守”改到10点。"


@pytest.fixture
def elder(scene) -> Volunteer:
    return scene.volunteer("赵淑珍", phone="13900000021")


def send(*people, kind=CHANGE, key="one", text=MOVED, at=AT, event="activity:7", path="/activities/7/", **facts):
    drafts = [services.Draft(kind, one, key, text, path, event=event, **facts) for one in people]
    services.send_all(drafts, at=at)


def names(scene, at=AT) -> list[str]:
    return [one.person.name for one in untold.people_to_tell([scene.community], at=at)]


def signed_in(user: User) -> None:
    User.objects.filter(pk=user.pk).update(last_login=AT)


def test_who_never_signed_in_is_called_with_telephone_and_text(scene, elder, settings):
    send(elder)

    (one,) = untold.people_to_tell([scene.community], at=AT)

    assert one.phone == "13900000021"
    assert "赵淑珍" in one.text and MOVED in one.text
    assert one.text.endswith(f"{settings.PUBLIC_URL}/activities/7/")
    assert untold.count_people([scene.community], at=AT) == 1


def test_a_page_that_asks_for_a_sign_in_is_not_in_the_text(scene, elder):
    send(elder, path="/my/tiers/")

    assert "/my/" not in untold.people_to_tell([scene.community], at=AT)[0].text


def test_who_signs_in_is_not_called(scene):
    person = scene.volunteer("李建国", login=True)
    send(person)
    assert names(scene) == ["李建国"]

    signed_in(person.user)
    assert names(scene) == []


def test_who_has_an_agent_or_guardian_with_a_sign_in_is_not_called(scene, elder):
    agent, mother, child = UserFactory(), UserFactory(), scene.volunteer("陈小雨")
    allow_agent(volunteer=elder, user=agent, evidence="表", by=None, at=AT)
    Consent.objects.create(
        volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, guardian=mother, evidence="", recorded_at=AT
    )
    send(elder, child)
    assert len(names(scene)) == 2

    signed_in(agent)
    assert names(scene) == ["陈小雨"]
    signed_in(mother)
    assert names(scene) == []


def test_a_minors_guardian_stands_beside_with_the_number(scene):
    child = scene.volunteer("陈小雨")
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2015, 5, 1))
    GuardianLink.objects.create(
        volunteer=child, name="陈妈妈", phone="13900000022", code_hash="x", made_at=AT, expires_at=moment("20:00")
    )
    send(child)

    (one,) = untold.people_to_tell([scene.community], at=AT)

    assert (one.guardian, one.guardian_phone) == ("陈妈妈", "13900000022")


@pytest.mark.parametrize(
    "change",
    [
        {"read_at": AT},
        {"mailed_at": AT},
        {"sent_at": AT - dt.timedelta(days=15)},
        {"until": AT},
        {"kind": HONOUR.slug},
    ],
    ids=["read", "sent by e-mail", "old", "of no use", "good news that can wait"],
)
def test_what_needs_no_call_is_not_on_the_list(scene, elder, change):
    send(elder)
    Message.objects.update(**change)

    assert names(scene) == []
    assert untold.count_people([scene.community], at=AT) == 0


@pytest.mark.parametrize("facts", [{"suspended_at": AT}, {"erased_at": AT}], ids=str)
def test_who_takes_no_part_is_not_called(scene, elder, facts):
    send(elder)
    Volunteer.objects.filter(pk=elder.pk).update(**facts)

    assert names(scene) == []


def test_the_next_event_comes_first_and_a_person_stands_once(scene, elder):
    other = scene.volunteer("李建国")
    send(elder, until=moment("20:00"))
    send(other, until=moment("15:00"))
    send(elder, key="two", event="", until=moment("21:00"))

    assert names(scene) == ["李建国", "赵淑珍"]
    assert untold.count_people([scene.community], at=AT) == 2


def test_another_community_is_not_asked_to_call(elder):
    send(elder)

    assert not untold.people_to_tell([CommunityFactory()], at=AT)


def test_a_text_that_several_lack_can_go_to_the_group(scene, elder):
    send(elder, scene.volunteer("李建国"))
    send(elder, key="expiry", text="快到期了", event="")

    (text,) = untold.group_texts(untold.people_to_tell([scene.community], at=AT))

    assert (text.text, text.people) == (MOVED, 2)


def test_what_was_told_leaves_the_list_and_keeps_who_told_it(scene, elder):
    send(elder)

    told = services.mark_told(messages=list(Message.objects.all()), by=scene.social_worker, at=AT)

    assert told == 1 and names(scene) == []
    message = Message.objects.get()
    assert (message.told_by, message.told_at, message.read_at) == (scene.social_worker, AT, AT)
    assert services.mark_told(messages=[message], by=scene.social_worker, at=AT) == 0


def test_more_people_take_no_more_statements(scene, elder):
    def count() -> int:
        with Statements() as statements:
            untold.people_to_tell([scene.community], at=AT)
        return len(statements.sql)

    send(elder)
    few = count()
    send(*(scene.volunteer(name) for name in ("李建国", "张桂兰", "吴丽华")))
    assert count() == few <= 3
