"""The back office's list of people whom no message reaches."""

import pytest
from django.urls import reverse

from academy.activities.message_kinds import CHANGE
from academy.messaging import services
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.factories import CommunityFactory, UserFactory
from tests.hours.scene import moment
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AT = moment("10:00")
LIST = "/admin/to-tell/"
MOVED = "“值守”改到10点。"


@pytest.fixture
def elder(scene, clock):
    clock.move_to(AT)
    person = scene.volunteer("赵淑珍", phone="13900000021")
    services.send_all([services.Draft(CHANGE, person, "one", MOVED, event="activity:1")], at=AT)
    return person


def test_the_home_page_counts_them_and_leads_to_the_list(scene, elder, sign_in):
    desk = sign_in(scene.social_worker)

    home = desk.get("/admin/").content.decode()
    assert "person to tell, whom no message reaches" in home and f'href="{LIST}"' in home

    page = desk.get(LIST)
    assert "赵淑珍" in text_of(page) and MOVED in text_of(page)
    assert 'href="tel:13900000021"' in page.content.decode()


def test_who_was_told_is_ticked_off(scene, elder, sign_in):
    desk = sign_in(scene.social_worker)
    message = Message.objects.get()

    page = desk.post(LIST, {"message": message.pk}, follow=True)

    assert "1 message told." in text_of(page) and "nobody waits for a call" in text_of(page)
    message.refresh_from_db()
    assert (message.told_by, message.told_at) == (scene.social_worker, AT)
    assert "whom no message reaches" not in desk.get("/admin/").content.decode()


def test_another_community_cannot_tick_it_off(elder, sign_in):
    stranger = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])

    page = sign_in(stranger).post(LIST, {"message": Message.objects.get().pk}, follow=True)

    assert "0 messages told." in text_of(page)
    assert Message.objects.get().told_at is None


def test_staff_see_their_own_new_messages_on_their_home(scene, sign_in):
    own = scene.volunteer("李敏", login=True)
    duties.grant_duty(user=own.user, community=scene.community, role=DutyRole.SOCIAL_WORKER, by=None)
    services.send_all([services.Draft(CHANGE, own, "one", MOVED)], at=AT)

    home = sign_in(own.user).get("/admin/").content.decode()

    assert "new message for you" in home and reverse("home:messages") in home
