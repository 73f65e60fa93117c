"""One event, one message: who gets it, and what replaces what."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from academy.messaging import kinds, services
from academy.messaging.kinds import ANSWER, WORK, MessageKind
from academy.messaging.models import Message
from academy.people.models import Leaving, Volunteer
from tests.hours.scene import moment

pytestmark = pytest.mark.django_db

AT = moment("09:00")


@pytest.fixture
def volunteer(scene) -> Volunteer:
    return scene.volunteer()


def draft(volunteer, key="one", text="下雨。", kind=WORK, **facts) -> services.Draft:
    return services.Draft(kind, volunteer, key, text, **facts)


def texts(volunteer) -> list[str]:
    return [message.text for message in Message.objects.of(volunteer).order_by("pk")]


def test_a_second_change_replaces_the_first_one_that_nobody_read(volunteer):
    services.send_all([draft(volunteer, "a", "改到10点", event="activity:1")], at=AT)
    services.send_all([draft(volunteer, "b", "改到11点", event="activity:1")], at=AT)
    services.send_all([draft(volunteer, "c", "另一个活动", event="activity:2")], at=AT)

    assert texts(volunteer) == ["改到11点", "另一个活动"]


def test_a_change_that_was_read_stays(volunteer):
    services.send_all([draft(volunteer, "a", "改到10点", event="activity:1")], at=AT)
    services.mark_read(volunteer=volunteer, at=AT)
    services.send_all([draft(volunteer, "b", "改到11点", event="activity:1")], at=AT)

    assert texts(volunteer) == ["改到10点", "改到11点"]


def test_the_same_change_for_somebody_else_replaces_nothing(scene, volunteer):
    other = scene.volunteer("李建国")
    services.send_all([draft(volunteer, "a", event="activity:1")], at=AT)
    services.send_all([draft(other, "b", event="activity:1")], at=AT)

    assert texts(volunteer) and texts(other)


def test_the_database_keeps_one_unread_message_for_each_event(volunteer):
    services.send_all([draft(volunteer, "a", event="activity:1")], at=AT)

    def again(**facts):
        return Message(volunteer=volunteer, key="b", texts={"en": "x"}, sent_at=AT, event="activity:1", **facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        again().save()
    again(read_at=AT).save()


def test_the_database_takes_what_was_told_for_read(volunteer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(volunteer=volunteer, key="b", texts={"en": "x"}, sent_at=AT, told_at=AT)


@pytest.mark.parametrize(
    ("facts", "kind", "sent"),
    [
        ({"suspended_at": AT}, WORK, 0),
        ({"suspended_at": AT, "left_as": Leaving.LEFT}, WORK, 0),
        ({"suspended_at": AT, "left_as": Leaving.LEFT}, ANSWER, 1),  # to a request about their own data
        ({"suspended_at": AT, "left_as": Leaving.DIED}, ANSWER, 0),
        ({"erased_at": AT}, ANSWER, 0),
        ({}, WORK, 1),
    ],
    ids=["suspended", "left", "left and answered", "died", "erased", "takes part"],
)
def test_who_takes_no_part_gets_no_message(volunteer, facts, kind, sent):
    Volunteer.objects.filter(pk=volunteer.pk).update(**facts)
    volunteer.refresh_from_db()

    assert services.send_all([draft(volunteer, kind=kind)], at=AT) == sent
    assert Message.objects.count() == sent


def test_what_is_no_longer_so_is_taken_back_unless_it_was_read(scene, volunteer):
    other = scene.volunteer("李建国")
    services.send_all([draft(one, key) for one in (volunteer, other) for key in ("a", "b")], at=AT)
    read = Message.objects.get(volunteer=other, key="b")
    services.mark_read(volunteer=other, at=AT, only=[read.pk])

    services.drop_unread(keys=["a"], volunteer=volunteer)
    services.drop_unread(keys=["b"])

    assert set(Message.objects.values_list("volunteer__name", "key")) == {("李建国", "a"), ("李建国", "b")}


def test_the_count_is_of_the_own_messages_and_of_those_one_acts_for(scene):
    from tests.home.my_page import agent_of

    me, elder, stranger = scene.volunteer(login=True), scene.volunteer("赵淑珍"), scene.volunteer("李建国")
    agent_of(elder, me.user)
    services.send_all([draft(one) for one in (me, elder, stranger)], at=AT)

    assert services.count_unread(me.user) == 2
    services.mark_read(volunteer=me, at=AT)
    assert services.count_unread(me.user) == 1


def test_a_kind_is_registered_once_and_found_by_its_slug():
    assert kinds.kind_called("answer") is ANSWER
    assert kinds.kind_called("of an earlier release") is None
    with pytest.raises(ValueError, match="answer"):
        kinds.register(MessageKind("answer", "Something else", order=1))
    assert kinds.register(ANSWER) is ANSWER


def test_the_kinds_stand_in_their_order_and_have_different_names():
    every = kinds.all_kinds()

    assert [kind.slug for kind in every[:4]] == ["reminder", "change", "place", "call"]
    assert len({str(kind.label) for kind in every}) == len(every)
    assert all(len(kind.slug) <= 20 for kind in every)


def test_old_messages_of_this_community_alone_are_cleared_so_many_at_once(scene, volunteer):
    services.send_all([draft(volunteer, str(number)) for number in range(3)], at=AT)

    later = AT + dt.timedelta(days=1)
    assert services.clear_old(scene.community, AT, 5) == 0
    assert services.clear_old(scene.community, later, 2) == 2
    assert services.clear_old(scene.community, later, 5) == 1
