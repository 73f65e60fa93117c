"""Units and social organisations are commended; the people who speak for them hear of it."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from academy.advancement import services
from academy.advancement.models import UnitCommendation
from academy.core.refusals import Refusal
from academy.messaging.models import Message
from academy.people.models import Volunteer
from academy.units import services as units
from academy.units.models import Unit
from tests.factories import UnitFactory, VolunteerFactory
from tests.hours.scene import Scene, moment
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DAY = dt.date(2026, 1, 12)
AT = moment("10:00", DAY)
PRAISE = {"title": "优秀社区社会组织", "text": "重阳节敬老演出", "given_on": DAY, "at": AT}


@pytest.fixture
def dancers(scene: Scene) -> Unit:
    return UnitFactory(community=scene.community, name="夕阳红广场舞队")


@pytest.fixture
def contact(scene: Scene, dancers: Unit) -> Volunteer:
    contact = VolunteerFactory(community=scene.community, name="张桂兰", login=True)
    units.put_in_unit(volunteer=contact, unit=dancers, is_contact=True, by=None, at=AT)
    units.put_in_unit(volunteer=scene.volunteer(), unit=dancers, by=None, at=AT)
    return contact


def code_of(answer: object) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_a_commendation_of_a_unit_is_kept_and_told_to_its_contact_alone(
    scene: Scene, dancers: Unit, contact: Volunteer
) -> None:
    kept = services.commend_unit(unit=dancers, **PRAISE, by=scene.social_worker)

    assert isinstance(kept, UnitCommendation) and str(kept) == "夕阳红广场舞队 · 优秀社区社会组织"
    message = Message.objects.get()
    assert message.volunteer == contact and "优秀社区社会组织" in message.text
    client = Client()
    client.force_login(contact.user)
    page = text_of(client.get(message.path))
    assert "优秀社区社会组织" in page and "重阳节敬老演出" in page


def test_only_a_social_worker_commends_and_says_what_for(scene: Scene, dancers: Unit, contact: Volunteer) -> None:
    def refused(**changes: object) -> str:
        return code_of(services.commend_unit(**{"unit": dancers, **PRAISE, "by": scene.social_worker, **changes}))

    assert refused(by=scene.leading) == "not_allowed"
    assert refused(by=Scene().social_worker) == "not_allowed"
    assert refused(title=" ") == refused(text=" ") == "needs_reason"
    assert not UnitCommendation.objects.exists() and not Message.objects.exists()


def test_k4_nobody_commends_the_unit_they_speak_for(scene: Scene, dancers: Unit) -> None:
    me = VolunteerFactory(community=scene.community, name="李敏")
    Volunteer.objects.filter(pk=me.pk).update(user=scene.social_worker)
    units.put_in_unit(volunteer=me, unit=dancers, is_contact=True, by=None, at=AT)

    assert code_of(services.commend_unit(unit=dancers, **PRAISE, by=scene.social_worker)) == "own_matter"


def test_from_the_units_page_to_the_commendation_on_it(scene: Scene, dancers: Unit, contact: Volunteer) -> None:
    desk = Client()
    desk.force_login(scene.social_worker)
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    address = f"{reverse('unit_commendation:add')}?unit={dancers.pk}"
    page = reverse("unit_page", args=[dancers.pk])
    assert address in desk.get(page).content.decode()

    form = desk.get(address).context["form"]
    assert form["unit"].value() == dancers.pk
    given = {"unit": dancers.pk, "title": PRAISE["title"], "text": PRAISE["text"], "given_on": "2026-01-12"}
    done = desk.post(reverse("unit_commendation:add"), given)

    assert done["Location"] == page
    with translation.override("en"):
        shown = text_of(desk.get(page))
    assert "Commendations" in shown and "重阳节敬老演出" in shown
