"""The page that makes a guardian's link and takes a signed form (N2), and who may open it."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from academy.families import guardian_services
from academy.families.models import GuardianLink, SignedForm
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import logins, personal_data
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory, sign_up
from tests.home.minors import NOW, YES, activity, ask, child, community, five_days_before, text_of, worker

pytestmark = pytest.mark.django_db

__all__ = ["activity", "child", "community", "five_days_before", "worker"]  # fixtures


# The page that makes the link


def test_a_minor_makes_the_link_and_it_is_shown_once(client, child):
    client.force_login(child.user)
    made = client.post("/my/guardian/", {"act": "ask", "name": "张强", "phone": "139 0000 5678"})
    code = re.search(r"/g/([0-9A-Z]{20})/", made.content.decode()).group(1)

    assert GuardianLink.objects.get().phone == "13900005678"
    assert client.get(f"/g/{code}/").status_code == 200
    assert code not in client.get("/my/guardian/").content.decode()


def test_a_bad_phone_gets_a_sentence_and_loses_nothing(client, child):
    client.force_login(child.user)
    page = client.post("/my/guardian/", {"act": "ask", "name": "张强", "phone": "12"})

    assert 'value="张强"' in page.content.decode() and not GuardianLink.objects.exists()


def test_staff_a_leader_and_an_agent_may_ask_and_others_get_404(client, child, worker, activity, community):
    stranger = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])
    other = VolunteerFactory(community=community, login=True)
    address = f"/my/guardian/?who={child.number}"
    for user, status in ((worker, 200), (other.user, 404), (stranger, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status


def test_an_adult_needs_none_and_sees_why(client, child):
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2000, 1, 1))
    client.force_login(child.user)
    assert 'data-refusal="not_a_minor"' in client.get("/my/guardian/").content.decode()


def test_a_signed_form_is_stored_privately_and_opened_by_keepers_of_the_roll(client, child, worker, activity):
    client.force_login(worker)
    address = f"/my/guardian/?who={child.number}"
    file = SimpleUploadedFile("同意书.jpg", b"picture")
    client.post(address, {"act": "paper", "paper-name": "张强", "paper-activity": activity.pk, "paper-form": file})

    form = SignedForm.objects.get()
    assert form.consent.kind == "guardian_once" and form.consent.scope.activity_id == activity.pk
    page = client.get(f"/guardian/forms/{form.pk}/")
    assert b"".join(page.streaming_content) == b"picture" and "attachment" in page["Content-Disposition"]
    client.force_login(child.user)
    assert client.get(f"/guardian/forms/{form.pk}/").status_code == 404
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]))
    assert client.get(f"/guardian/forms/{form.pk}/").status_code == 404


def test_a_bad_file_gets_a_sentence(client, child, worker):
    client.force_login(worker)
    file = SimpleUploadedFile("form.exe", b"x")
    page = client.post(f"/my/guardian/?who={child.number}", {"act": "paper", "paper-name": "张强", "paper-form": file})
    assert "这个文件不行" in text_of(page) and not SignedForm.objects.exists()


def test_the_desk_closes_a_link_and_a_minor_does_not(client, child, worker):
    code = ask(child)
    link = GuardianLink.objects.get()
    client.force_login(child.user)
    client.post("/my/guardian/", {"act": "close", "link": link.pk})
    assert client.get(f"/g/{code}/").status_code == 200
    link.refresh_from_db()
    assert link.closed_at is None
    client.force_login(worker)
    client.post(f"/my/guardian/?who={child.number}", {"act": "close", "link": link.pk})
    link.refresh_from_db()
    assert link.closed_at is not None


def test_n4_a_look_at_a_child_under_14_is_logged_also_at_the_guardians_papers(client, child, worker):
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2013, 1, 1))
    seen = ModelLogEntry.objects.filter(action=personal_data.MINOR_VIEWED)
    client.force_login(child.user)
    client.get("/my/guardian/")
    assert not seen.exists()  # the child itself

    client.force_login(worker)
    client.get(f"/my/guardian/?who={child.number}")
    guardian_services.record_at_desk(
        volunteer=child, granted=True, evidence="表", form=SimpleUploadedFile("1.jpg", b"x"), by=worker, at=NOW
    )
    list(client.get(f"/guardian/forms/{SignedForm.objects.get().pk}/"))

    assert [entry.user for entry in seen] == [worker, worker]


def test_a_leader_asks_for_the_children_of_their_own_activities_alone(client, child, activity):
    logins.login_for(volunteer=activity.leader)
    activity.leader.refresh_from_db()
    client.post(f"/g/{ask(child)}/", YES)
    client.force_login(activity.leader.user)
    address = f"/my/guardian/?who={child.number}"
    assert client.get(address).status_code == 404
    before = GuardianLink.objects.count()
    assert client.post(address, {"name": "张强", "phone": "13900005678"}).status_code == 404
    assert GuardianLink.objects.count() == before

    sign_up(child, activity.shifts.get(), at=NOW)
    text = text_of(client.get(f"/my/guardian/?who={child.number}"))
    assert "张小雨" in text and "可以参加各项活动" in text


def test_no_form_is_stored_for_an_adult(client, child, worker):
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2000, 1, 1))
    client.force_login(worker)
    file = SimpleUploadedFile("1.jpg", b"x")
    client.post(f"/my/guardian/?who={child.number}", {"act": "paper", "paper-name": "张强", "paper-form": file})
    assert not SignedForm.objects.exists()
