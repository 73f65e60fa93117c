"""Two people found the first community at the same moment, on real connections."""

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import Duty, User
from academy.people.permissions import DutyRole
from cms import set_up_draft, set_up_key
from cms.founding import FirstStaff, FoundingFacts, NewCommunity, found_first_community
from cms.models import FirstSetUp
from tests.at_once import at_once
from tests.factories import found
from tests.first_set_up import fill_in, give_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _empty_installation() -> None:
    settings.DEMO = False
    yield
    settings.DEMO = True


def founding(slug: str) -> NewCommunity | Refusal:
    facts = FoundingFacts(
        name=f"{slug}社区",
        slug=slug,
        issuer="居委会",
        person_responsible="赵敏",
        handler="孙丽",
        telephone="0731-88881234",
        address="松林路 8 号",
    )
    staff = [FirstStaff(DutyRole.ADMINISTRATOR, "周静", "13900000001")]
    return found_first_community(facts=facts, staff=staff, public_url="https://academy.test", at=timezone.now())


def test_of_two_foundings_at_once_one_is_refused() -> None:
    set_up_key.current()
    answers = at_once(lambda: founding("songlin"), lambda: founding("zhulin"))
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [one.code for one in refused] == ["already_founded"]
    assert Community.objects.count() == 1 and User.objects.count() == 1
    assert Duty.objects.get().community == Community.objects.get()
    assert not FirstSetUp.objects.exists()


def test_the_page_founds_nothing_beside_a_command_at_the_same_moment() -> None:
    set_up_key.current()
    answers = at_once(lambda: founding("songlin"), lambda: found("zhulin"))
    if isinstance(answers[0], Refusal):
        assert list(Community.objects.values_list("slug", flat=True)) == ["zhulin"]
    else:
        assert Community.objects.count() == 2, "the command came second: it may add a community"


def test_two_taps_found_once_and_both_lead_to_the_links() -> None:
    row = set_up_key.current()
    assert row is not None
    first, second = give_key(Client(), row), Client()
    fill_in(first)
    second.cookies = first.cookies
    responses = at_once(lambda: first.post("/set-up/check/"), lambda: second.post("/set-up/check/"))
    assert [response.headers.get("Location") for response in responses] == ["/set-up/done/"] * 2
    assert Community.objects.count() == 1
    assert first.get("/set-up/done/").status_code == 200


def test_workers_that_start_at_once_agree_on_the_key() -> None:
    rows = at_once(*[set_up_key.current] * 3)
    assert len({set_up_key.key_of(row) for row in rows if row}) == 1


def test_two_steps_at_once_are_both_kept() -> None:
    row = set_up_key.current()
    assert row is not None
    at_once(
        lambda: set_up_draft.write(step="community", texts={"name": "松林社区"}, at=timezone.now()),
        lambda: set_up_draft.write(step="desk", texts={"address": "松林路 8 号"}, at=timezone.now()),
    )
    assert set(set_up_draft.read(FirstSetUp.objects.get())) == {"community", "desk"}


def test_the_database_holds_one_set_up() -> None:
    with pytest.raises(IntegrityError):
        FirstSetUp.objects.create(pk=2, salt="x")
