"""Two desks at the same moment, on two real connections."""

import pytest
from django.utils import timezone

from academy.core.refusals import Refusal
from academy.people.services import logins
from academy.profiles.models import IdentityRequest, Profile
from academy.profiles.services import details, identity, keeping_documents
from tests.answers import code_of
from tests.at_once import at_once
from tests.factories import CommunityFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WOMAN = "430102195803051225"


def test_r5_one_document_kept_for_two_people_at_once_stays_with_one():
    home = CommunityFactory()
    people = VolunteerFactory.create_batch(2, community=home)

    answers = at_once(
        *(
            lambda person=person: keeping_documents.keep_document(
                volunteer=person, kind="resident_id", number=WOMAN, evidence="表", by=None, at=timezone.now()
            )
            for person in people
        )
    )

    assert sorted(map(code_of, answers)) == ["", "document_known"]
    assert Profile.objects.exclude(document="").count() == 1


def test_details_of_one_person_saved_twice_at_once_are_one_row():
    person = VolunteerFactory()

    answers = at_once(
        *(
            lambda name=name: details.save_details(volunteer=person, changes={name: "A3"}, by=None, at=timezone.now())
            for name in ("area", "platform_number")
        )
    )

    assert not any(isinstance(answer, Refusal) for answer in answers)
    profile = Profile.objects.get()
    assert (profile.area, profile.platform_number) == ("A3", "A3")


def test_two_taps_make_one_request():
    person = VolunteerFactory(login=True)
    user = logins.login_for(volunteer=person)

    answers = at_once(
        *[
            lambda: identity.ask_for_change(
                volunteer=person, wish=identity.Wish(name="王英"), reason="", by=user, at=timezone.now()
            )
        ]
        * 2
    )

    assert sorted(map(code_of, answers)) == ["", "already_asked"]
    assert IdentityRequest.objects.count() == 1
