"""The proposer's page on the phone, and what staff find."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.proposals import services
from academy.proposals.models import LeadingTerms, Proposal, ProposalNote
from tests.factories import CommunityFactory, UserFactory
from tests.hours.scene import SATURDAY, moment
from tests.pages import markup_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = moment("08:00")
FORM = {
    "title": "关爱弱势长者",
    "what": "陪独居老人聊天，送年货",
    "whom": "独居老人",
    "day": (SATURDAY + dt.timedelta(days=7)).isoformat(),
    "begins": "09:00",
    "ends": "11:00",
    "place": "2栋",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def phone(client, volunteer):
    client.force_login(volunteer.user)
    return client


def handed_in(phone):
    phone.post(reverse("proposals:new"), {**FORM, "hand_in": "1"})
    return Proposal.objects.get()


def test_an_idea_is_typed_saved_and_handed_in(phone, scene):
    assert reverse("proposals:mine") in markup_of(phone.get(reverse("activities:list")))
    saved = phone.post(reverse("proposals:new"), {"title": "关爱弱势长者"}, follow=True)
    assert "草稿" in markup_of(saved)
    proposal = Proposal.objects.get()
    page = phone.post(reverse("proposals:proposal", args=[proposal.pk]), {"title": "关爱", "hand_in": "1"}, follow=True)
    assert Proposal.objects.get().title == "关爱" and Proposal.objects.get().state == "draft"
    assert "做什么" in markup_of(page)

    phone.post(reverse("proposals:proposal", args=[proposal.pk]), {**FORM, "hand_in": "1"})

    assert Proposal.objects.get().state == "talk"
    assert "关爱弱势长者" in markup_of(phone.get(reverse("home:my")))
    assert "关爱弱势长者" in markup_of(phone.get(reverse("proposals:mine")))


def test_a_page_opened_on_another_phone_puts_no_words_back(phone, scene):
    phone.post(reverse("proposals:new"), FORM)
    proposal = Proposal.objects.get()
    address = reverse("proposals:proposal", args=[proposal.pk])
    form = phone.get(address).context["form"]
    older = {name: form[name].value() or "" for name in form.fields}
    phone.post(address, {**FORM, "place": "3栋"})

    phone.post(address, {**older, "whom": "独居的老人"})
    proposal.refresh_from_db()
    assert (proposal.place, proposal.whom) == ("3栋", "独居的老人")

    page = phone.post(address, {**older, "place": "4栋"})
    proposal.refresh_from_db()
    assert proposal.place == "3栋" and "3栋" in str(page.context["form"].errors["place"])
    asked = page.context["form"]
    phone.post(address, {name: asked[name].value() or "" for name in asked.fields})
    proposal.refresh_from_db()
    assert (proposal.place, proposal.whom) == ("4栋", "独居的老人")


def test_a_wrong_field_keeps_all_that_was_typed(phone):
    page = phone.post(reverse("proposals:new"), {**FORM, "people": "0", "ends": "08:00"})

    assert not Proposal.objects.exists() and "陪独居老人聊天" in markup_of(page)
    page = phone.post(reverse("proposals:new"), {**FORM, "ends": "08:00"})
    assert not Proposal.objects.exists() and "陪独居老人聊天" in markup_of(page)


def test_staff_ask_back_and_the_proposer_answers(phone, scene):
    proposal = handed_in(phone)
    phone.force_login(scene.social_worker)
    page = reverse("proposals:proposal", args=[proposal.pk])
    assert page in markup_of(phone.get(reverse("decisions:list")))
    assert proposal.volunteer.name in markup_of(phone.get(page))

    phone.post(reverse("proposals:note", args=[proposal.pk]), {"text": "年货谁出？"})
    phone.force_login(proposal.volunteer.user)
    assert "年货谁出" in markup_of(phone.get(page))
    phone.post(reverse("proposals:note", args=[proposal.pk]), {"text": "居委会"})

    assert ProposalNote.objects.count() == 2
    phone.force_login(scene.social_worker)
    assert "由志愿者发起并带领。发起人已经回复您了。" in markup_of(phone.get(reverse("decisions:list")))
    phone.force_login(proposal.volunteer.user)
    refused = phone.post(reverse("proposals:note", args=[proposal.pk]), {"text": " "})
    assert refused.status_code == 409 and 'data-refusal="needs_reason"' in markup_of(refused)


def test_staff_decide_on_the_card_and_the_page_shows_the_reason(phone, scene):
    proposal = handed_in(phone)
    request = proposal.last_request
    phone.force_login(scene.social_worker)
    phone.post(reverse("decisions:answer", args=["proposal", request.pk]), {"decline": "1", "answer": "等开春"})

    phone.force_login(proposal.volunteer.user)
    page = markup_of(phone.get(reverse("proposals:proposal", args=[proposal.pk])))
    assert "等开春" in page and 'name="hand_in"' in page


def test_it_is_taken_back_once(phone):
    proposal = handed_in(phone)
    url = reverse("proposals:take_back", args=[proposal.pk])

    assert phone.post(url).status_code == 302 and Proposal.objects.get().state == "withdrawn"
    assert 'data-refusal="not_open"' in markup_of(phone.post(url))


def test_strangers_and_staff_read_no_draft(phone, scene, client):
    phone.post(reverse("proposals:new"), FORM)
    proposal = Proposal.objects.get()
    url = reverse("proposals:proposal", args=[proposal.pk])
    for user in (scene.social_worker, scene.volunteer("李建国", login=True).user):
        client.force_login(user)
        assert client.get(url).status_code == 404
    services.hand_in(proposal=proposal, by=proposal.volunteer.user, at=NOW)
    client.force_login(scene.social_worker)
    assert client.get(url).status_code == 200
    assert client.post(url, FORM).status_code == 404
    assert client.post(reverse("proposals:take_back", args=[proposal.pk])).status_code == 404
    client.force_login(UserFactory(duties=[(CommunityFactory(), "social_worker")]))
    assert client.get(url).status_code == 404


def test_a_login_without_a_volunteer_is_told_who_proposes(client, scene):
    client.force_login(scene.social_worker)

    assert "志愿者" in markup_of(client.get(reverse("proposals:mine")))
    assert client.get(reverse("proposals:new")).status_code == 404


def test_what_is_missing_to_lead_is_said_before_writing(phone, scene, volunteer):
    type(volunteer).objects.filter(pk=volunteer.pk).update(birth_date=SATURDAY - dt.timedelta(days=15 * 366))

    assert "18" in markup_of(phone.get(reverse("proposals:new")))
    assert "18" in markup_of(phone.get(reverse("proposals:mine")))


def test_the_terms_for_leading_are_set_in_the_back_office(client, scene):
    client.force_login(scene.social_worker)

    client.post(reverse("leading_terms:add"), {"community": scene.community.pk, "course": ""})

    terms = LeadingTerms.objects.get()
    assert terms.community == scene.community and terms.course is None
