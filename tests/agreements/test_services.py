"""Agreements: versions, signatures, and the sign-ups that ask for one (A3)."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from wagtail.log_actions import registry as log

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.agreements import services
from academy.agreements.models import Agreement, Signature
from academy.core.refusals import Refusal
from academy.families import services as families
from academy.people.services import merging, personal_data
from tests.agreements.texts import TEXT, photo, publish_text, sign_on_paper, worker_of
from tests.factories import ActivityFactory, CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home):
    return worker_of(home)


@pytest.fixture
def volunteer(home):
    return VolunteerFactory(community=home, name="王秀英", login=True)


def coming(home, **facts):
    """Return a shift of tomorrow and its role."""
    start = timezone.now() + dt.timedelta(days=1)
    activity = ActivityFactory(
        community=home, shifts=[{"starts_at": start, "ends_at": start + dt.timedelta(hours=2)}], **facts
    )
    return SimpleNamespace(shift=activity.shifts.get(), role=activity.roles.first())


def sign_up(volunteer, place, **beside):
    return activities.sign_up(
        volunteer=volunteer, shift=place.shift, role=place.role, by=volunteer.user, at=timezone.now(), **beside
    )


def code_of(answer):
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_each_published_draft_is_the_next_version(home, worker):
    first, second = publish_text(home, by=worker), publish_text(home, by=worker)
    pledge = publish_text(home, by=worker, kind="pledge", title="志愿者承诺书")

    assert [first.version, second.version, pledge.version] == [1, 2, 1]
    assert Agreement.objects.in_force(home.pk) == [second, pledge]


def test_a_kind_has_one_draft_at_a_time(home, worker):
    draft = {
        "community": home,
        "kind": "agreement",
        "title": "协议书",
        "text": TEXT,
        "by": worker,
        "at": timezone.now(),
    }
    services.write_draft(**draft)

    assert code_of(services.write_draft(**draft)) == "draft_exists"
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(community=home, kind="agreement", title="又一份", text=TEXT)


def test_a_published_version_never_changes(home, worker):
    agreement = publish_text(home, by=worker)

    answer = services.edit_draft(agreement=agreement, title="改", text="改", by=worker, at=timezone.now())

    assert code_of(answer) == "published"
    with pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(text="改")
    assert services.publish(agreement=agreement, by=worker, at=timezone.now()).version == 1


def test_a_signature_on_the_phone_names_version_and_time(home, worker, volunteer):
    agreement, now = publish_text(home, by=worker), timezone.now()

    signature = services.sign(agreement=agreement, volunteer=volunteer, by=volunteer.user, at=now)

    assert (signature.agreement.version, signature.recorded_at, signature.by_agent) == (1, now, False)
    assert personal_data.decrypt_for(volunteer, signature.personal) == {"name": "王秀英"}
    assert "王秀英" not in signature.personal
    [entry] = [one for one in log.get_logs_for_instance(volunteer) if one.action == "agreements.sign"]
    assert entry.user == volunteer.user and entry.data["agent"] is False


def test_an_agent_signs_for_an_elder_and_is_logged_as_agent(home, worker, volunteer):
    elder, agreement = VolunteerFactory(community=home, name="李奶奶"), publish_text(home, by=worker)
    families.allow_agent(volunteer=elder, user=volunteer.user, evidence="当面", by=worker, at=timezone.now())

    signature = services.sign(agreement=agreement, volunteer=elder, by=volunteer.user, at=timezone.now())

    assert signature.by_agent and signature.recorded_by == volunteer.user
    [entry] = [one for one in log.get_logs_for_instance(elder) if one.action == "agreements.sign"]
    assert entry.data["agent"] is True


def test_nobody_signs_for_a_stranger(home, worker, volunteer):
    agreement = publish_text(home, by=worker)

    assert code_of(services.sign(agreement=agreement, volunteer=volunteer, by=worker, at=timezone.now())) == (
        "not_allowed"
    )


def test_one_signs_once_and_only_the_version_in_force(home, worker, volunteer):
    first = publish_text(home, by=worker)
    signing = {"volunteer": volunteer, "by": volunteer.user, "at": timezone.now()}
    services.sign(agreement=first, **signing)

    assert code_of(services.sign(agreement=first, **signing)) == "signed"
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.update(by_agent=True)

    second = publish_text(home, by=worker)
    other = VolunteerFactory(community=home, login=True)
    assert code_of(services.sign(agreement=first, volunteer=other, by=other.user, at=timezone.now())) == "new_version"
    assert isinstance(services.sign(agreement=second, **signing), Signature)


def test_a_signed_sheet_needs_a_photo_of_a_day_that_was(home, worker, volunteer):
    agreement = publish_text(home, by=worker)
    today = timezone.localdate()
    paper = {"agreement": agreement, "volunteer": volunteer, "by": worker, "at": timezone.now()}

    tomorrow = today + dt.timedelta(days=1)
    assert code_of(services.record_paper(**paper, signed_on=tomorrow, photo=photo())) == "in_the_future"
    assert code_of(services.record_paper(**paper, signed_on=today, photo=photo("签字.exe"))) == "bad_photo"
    answer = services.record_paper(**{**paper, "by": volunteer.user}, signed_on=today, photo=photo())
    assert code_of(answer) == "not_allowed"

    stored = services.record_paper(**paper, signed_on=today, photo=photo())
    with stored.file.open() as file:
        assert stored.way == "paper" and file.read() == b"\xff\xd8photo"


def test_a_home_visit_asks_for_the_agreement_before_the_sign_up(home, worker, volunteer):
    agreement, place = publish_text(home, by=worker), coming(home, home_visit=True)

    assert code_of(sign_up(volunteer, place)) == "needs_agreement"
    services.sign(agreement=agreement, volunteer=volunteer, by=volunteer.user, at=timezone.now())
    assert isinstance(sign_up(volunteer, place), SignUp)


def test_a_signature_of_an_earlier_version_is_not_enough(home, worker, volunteer):
    sign_on_paper(publish_text(home, by=worker), volunteer, by=worker)
    publish_text(home, by=worker)

    assert code_of(sign_up(volunteer, coming(home, home_visit=True))) == "needs_agreement"


def test_other_activities_only_offer_it(home, worker, volunteer):
    publish_text(home, by=worker)

    assert isinstance(sign_up(volunteer, coming(home)), SignUp)


def test_a_community_without_a_text_asks_for_none(home, volunteer):
    assert isinstance(sign_up(volunteer, coming(home, home_visit=True)), SignUp)


@pytest.mark.parametrize(
    ("agreement_for", "danger", "visit"),
    [(0, "", ""), (1, "needs_agreement", ""), (2, "needs_agreement", "needs_agreement")],
)
def test_the_rules_say_what_it_is_needed_for(home, worker, volunteer, agreement_for, danger, visit):
    RuleSetFactory(community=home, values={"agreement_for": agreement_for})
    publish_text(home, by=worker)

    dangerous = sign_up(volunteer, coming(home, dangerous=True, insurance="P-1"))
    visiting = sign_up(volunteer, coming(home, home_visit=True))

    assert [getattr(answer, "code", "") for answer in (dangerous, visiting)] == [danger, visit]


def test_who_has_not_signed_a_version_is_a_list(home, worker, volunteer):
    other, agreement = VolunteerFactory(community=home), publish_text(home, by=worker)
    VolunteerFactory(community=CommunityFactory())
    sign_on_paper(agreement, volunteer, by=worker)

    assert list(services.unsigned(agreement)) == [other]


def test_a_merged_persons_signature_counts_for_the_one_who_stays(home, worker, volunteer):
    agreement, goes = publish_text(home, by=worker), VolunteerFactory(community=home)
    sign_on_paper(agreement, goes, by=worker)
    merging.merge(volunteer=goes, into=volunteer, by=UserFactory(duties=[(home, "social_worker")]), at=timezone.now())
    volunteer.refresh_from_db()

    assert volunteer not in services.unsigned(agreement)
    assert isinstance(sign_up(volunteer, coming(home, home_visit=True)), SignUp)
