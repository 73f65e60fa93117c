"""Certificates of a person whose data is erased, also at the same moment (V3, P5, P6)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.certificates import integrity, printing, services
from academy.certificates.models import Certificate
from academy.core.refusals import Refusal
from academy.people.models import Issuer, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import erasing
from tests.at_once import at_once
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    RuleSetFactory,
    UserFactory,
    VolunteerFactory,
    effective_record,
)
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]


@pytest.fixture
def place():
    home = CommunityFactory(name="花园社区")
    RuleSetFactory(community=home)
    activity = ActivityFactory(community=home)
    volunteer = VolunteerFactory(community=home, name="王秀英", phone="13900000011", login=True)
    record = effective_record(volunteer, activity.shifts.get())
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])

    def issue() -> Certificate | Refusal:
        return services.issue(
            issuer=Issuer.objects.get(pk=activity.issuer_id),
            volunteer=Volunteer.objects.get(pk=volunteer.pk),
            period_from=record.date,
            period_to=record.date,
            by=worker,
            at=timezone.now(),
        )

    def erase() -> Volunteer | Refusal:
        return erasing.erase(volunteer=Volunteer.objects.get(pk=volunteer.pk), by=worker, at=timezone.now())

    return issue, erase


def page_of(client, certificate):
    return client.get(reverse("certificates:verify", args=[certificate.code])).content.decode()


def test_an_issued_certificate_stays_verifiable_without_the_name(client, place):
    issue, erase = place
    certificate = issue()
    assert "王*英" in page_of(client, certificate)

    erase()

    page = page_of(client, certificate)
    assert certificate.number in page and certificate.snapshot["hours"] in page and "有效" in page
    assert "王*英" not in page and "姓名已按本人要求删除" in page
    certificate = services.find(certificate.code)
    assert integrity.is_intact(certificate)
    assert printing.render(certificate, at=timezone.now()).code == "personal_data_gone"


def test_a_certificate_of_an_earlier_release_hides_its_masked_name_too(client, place, monkeypatch):
    issue, erase = place
    made = services.snapshot_of
    monkeypatch.setattr(services, "snapshot_of", lambda *args: {**made(*args), "masked_name": "王*英"})
    certificate = issue()

    erase()

    assert "王*英" not in page_of(client, certificate)


def test_after_the_erasure_no_certificate_is_made(place):
    issue, erase = place
    erase()

    assert issue().code == "personal_data_gone"
    assert not Certificate.objects.exists()


def test_an_erasure_while_a_certificate_is_made_leaves_each_side_a_clear_answer(client, place):
    issue, erase = place

    certificate, erased = at_once(issue, erase)

    assert isinstance(erased, Volunteer) and erased.erased_at
    if isinstance(certificate, Refusal):
        assert certificate.code == "personal_data_gone" and "本人要求删除" in str(certificate)
    else:
        assert "姓名已按本人要求删除" in page_of(client, certificate)
        answer = printing.render(services.find(certificate.code), at=timezone.now())
        assert answer.code == "personal_data_gone"


def test_an_erasure_while_a_certificate_is_printed_leaves_the_whole_paper_or_a_sentence(place):
    issue, erase = place
    certificate = issue()

    def render() -> bytes | Refusal:
        return printing.render(Certificate.objects.get(pk=certificate.pk), at=timezone.now())

    answer, erased = at_once(render, erase)

    assert isinstance(erased, Volunteer) and erased.erased_at
    if isinstance(answer, Refusal):
        assert answer.code == "personal_data_gone" and "本人要求删除" in str(answer)
    else:
        assert "王秀英" in pages(answer)[0] and certificate.number in pages(answer)[0]
    assert render().code == "personal_data_gone"
