"""A volunteer's idea: written, handed in, talked over, decided, planned (T3, T5, K4)."""

import datetime as dt
from copy import deepcopy

import pytest
import time_machine
from django.db import IntegrityError, transaction

from academy.activities.models import Activity
from academy.activities.services import cancel_activity, publish_activity
from academy.core.refusals import Refusal
from academy.decisions.services import OWN_MATTER, decide
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from academy.people.services import duties
from academy.proposals import services
from academy.proposals.leading import cannot_lead
from academy.proposals.models import LeadingTerms, Proposal, ProposalNote, ProposalRequest
from tests.activities.needing import NOW, Needing, complete
from tests.factories import CommunityFactory, IssuerFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]

DAY = NOW.date() + dt.timedelta(days=9)
IDEA = {
    "title": "冬季防火宣传",
    "what": "上门发防火册子，看看楼道",
    "whom": "3栋和5栋的老人",
    "day": DAY,
    "begins": dt.time(9),
    "ends": dt.time(11, 30),
    "place": "3栋楼下",
    "people": 6,
    "risks": "楼梯滑",
    "help_needed": "册子",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def needing_of_module(rows_of_module):
    def rows():
        needing = Needing()
        needing.issuer = IssuerFactory(community=needing.community)
        return needing

    return rows_of_module(rows)


@pytest.fixture
def needing(needing_of_module, db):
    return deepcopy(needing_of_module)


def write(needing, proposal=None, **fields):
    return services.write(
        proposal=proposal, volunteer=needing.volunteer, fields=fields, by=needing.volunteer.user, at=NOW
    )


def handed_in(needing, **fields):
    proposal = write(needing, **{**IDEA, **fields})
    request = services.hand_in(proposal=proposal, by=needing.volunteer.user, at=NOW)
    assert isinstance(request, ProposalRequest), request
    return request


def answer(needing, request, accepted, words="", by=None):
    return decide(request=request, by=by or needing.worker, at=NOW, accepted=accepted, answer=words)


def code_of(outcome):
    return outcome.code if isinstance(outcome, Refusal) else "done"


def test_a_draft_keeps_whatever_was_typed(needing):
    proposal = write(needing, title="", what="想做点什么")

    assert Proposal.objects.get().what == "想做点什么" and proposal.state == "draft"
    assert write(needing, proposal, title="防火").title == "防火"
    assert Proposal.objects.get().what == "想做点什么"


def test_another_volunteer_neither_writes_nor_hands_in_nor_takes_back(needing):
    other = needing.person("李建国", login=True)
    request = handed_in(needing)
    proposal = request.proposal

    assert (
        code_of(services.write(proposal=proposal, volunteer=needing.volunteer, fields=IDEA, by=other.user, at=NOW))
        == "not_allowed"
    )
    assert code_of(services.hand_in(proposal=proposal, by=other.user, at=NOW)) == "not_allowed"
    assert code_of(services.take_back(proposal=proposal, by=other.user, at=NOW)) == "not_allowed"
    assert code_of(services.add_note(proposal=proposal, text="嗯", by=other.user, at=NOW)) == "not_allowed"


def test_ten_drafts_are_enough(needing):
    for _ in range(services.MOST_DRAFTS):
        write(needing, title="想法")

    assert code_of(write(needing, title="再一个")) == "too_many_drafts"


def test_the_end_comes_after_the_beginning(needing):
    assert code_of(write(needing, **{**IDEA, "ends": dt.time(9)})) == "ends_before_start"
    proposal = write(needing, **IDEA)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(ends=dt.time(9))
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(people=0)


@pytest.mark.parametrize("name", services.ASKED)
def test_handing_in_names_what_is_missing(needing, name):
    proposal = write(needing, **{**IDEA, name: None if name in ("day", "begins", "ends") else ""})

    outcome = services.hand_in(proposal=proposal, by=needing.volunteer.user, at=NOW)

    assert code_of(outcome) == "incomplete"
    assert str(Proposal._meta.get_field(name).verbose_name) in str(outcome)


def test_a_day_that_is_past_is_refused(needing):
    proposal = write(needing, **{**IDEA, "day": NOW.date() - dt.timedelta(days=1)})

    assert code_of(services.hand_in(proposal=proposal, by=needing.volunteer.user, at=NOW)) == "day_past"


def test_a_yes_plans_the_activity_with_the_proposer_as_leader(needing):
    request = handed_in(needing)

    assert answer(needing, request, True).accepted

    activity = Activity.objects.get(title="冬季防火宣传")
    assert activity.leader == needing.volunteer and activity.volunteer_initiated and activity.published_at is None
    assert activity.issuer.community == needing.community and activity.place == "3栋楼下"
    shift, role = activity.shifts.get(), activity.roles.get()
    assert (shift.ends_at - shift.starts_at) == dt.timedelta(hours=2, minutes=30) and role.capacity == 6
    proposal = Proposal.objects.get()
    assert proposal.activity == activity and proposal.state == "planned"
    assert "通过" in Message.objects.get(volunteer=needing.volunteer).text
    publish_activity(activity=activity, by=needing.worker, at=NOW)
    assert Proposal.objects.get().state == "published"
    cancel_activity(activity=activity, by=needing.worker, at=NOW)
    assert Proposal.objects.get().state == "cancelled"


def test_an_accepted_proposal_stays_as_it_is(needing):
    request = handed_in(needing)
    answer(needing, request, True)
    by = needing.volunteer.user

    assert code_of(write(needing, request.proposal, title="别的")) == "already_done"
    assert code_of(services.hand_in(proposal=request.proposal, by=by, at=NOW)) == "already_done"
    assert code_of(services.add_note(proposal=request.proposal, text="嗯", by=by, at=NOW)) == "already_done"
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalRequest.objects.create(
            proposal=request.proposal, asked_at=NOW, decided_at=NOW, decided_by=by, accepted=True
        )


def test_a_no_has_a_reason_and_can_be_handed_in_again(needing):
    request = handed_in(needing)

    assert code_of(answer(needing, request, False)) == "needs_reason"
    answer(needing, request, False, "那天有别的活动")

    assert Proposal.objects.get().state == "declined"
    assert "那天有别的活动" in Message.objects.get(volunteer=needing.volunteer).text
    assert isinstance(services.hand_in(proposal=request.proposal, by=needing.volunteer.user, at=NOW), ProposalRequest)
    assert Proposal.objects.get().state == "talk"


def test_a_withdrawn_one_is_opened_again(needing):
    request, by = handed_in(needing), needing.volunteer.user

    assert code_of(services.hand_in(proposal=request.proposal, by=by, at=NOW)) == "already_asked"
    services.take_back(proposal=request.proposal, by=by, at=NOW)
    assert Proposal.objects.get().state == "withdrawn"
    assert code_of(services.take_back(proposal=Proposal.objects.get(), by=by, at=NOW)) == "not_open"

    assert isinstance(services.hand_in(proposal=request.proposal, by=by, at=NOW), ProposalRequest)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalRequest.objects.create(proposal=request.proposal, asked_at=NOW)


def test_the_talk_goes_to_and_fro(needing):
    request = handed_in(needing)

    services.add_note(proposal=request.proposal, text="  谁去印册子？ ", by=needing.worker, at=NOW)
    services.add_note(proposal=request.proposal, text="我女儿", by=needing.volunteer.user, at=NOW)

    assert list(ProposalNote.objects.values_list("text", "of_staff")) == [("谁去印册子？", True), ("我女儿", False)]
    assert "谁去印册子" in Message.objects.get(volunteer=needing.volunteer).text


def test_the_talk_needs_words_a_request_and_an_end(needing, monkeypatch):
    draft = write(needing, **IDEA)
    assert code_of(services.add_note(proposal=draft, text="嗯", by=needing.volunteer.user, at=NOW)) == "not_open"
    proposal = handed_in(needing).proposal
    assert code_of(services.add_note(proposal=proposal, text="  ", by=needing.worker, at=NOW)) == "needs_reason"
    monkeypatch.setattr(services, "MOST_NOTES", 1)
    services.add_note(proposal=proposal, text="好", by=needing.worker, at=NOW)
    assert code_of(services.add_note(proposal=proposal, text="好", by=needing.worker, at=NOW)) == "talk_full"
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalNote.objects.create(proposal=proposal, author=needing.worker, of_staff=True, text="", written_at=NOW)


def test_who_may_not_lead_yet_reads_what_is_missing(needing):
    person = needing.volunteer
    assert cannot_lead(person, day=DAY) is None
    LeadingTerms.objects.create(community=needing.community, course=needing.aid)
    request = handed_in(needing)

    lacking = answer(needing, request, True)
    assert code_of(lacking) == "needs_course" and "心肺复苏" in str(lacking)

    complete(person, needing.aid)
    assert cannot_lead(person, day=DAY) is None
    assert code_of(cannot_lead(person, day=DAY + dt.timedelta(days=4 * 365))) == "needs_qualification"
    assert answer(needing, request, True).accepted


def test_neither_a_minor_nor_a_suspended_person_leads(needing):
    minor = needing.person("小明", birth_date=DAY - dt.timedelta(days=15 * 366))
    suspended = needing.person("老张")
    type(suspended).objects.filter(pk=suspended.pk).update(suspended_at=NOW)
    suspended.refresh_from_db()

    assert code_of(cannot_lead(minor, day=DAY)) == "minors_do_not_lead"
    assert code_of(cannot_lead(suspended, day=DAY)) == "suspended"


def test_without_a_recording_unit_nothing_is_planned():
    community = CommunityFactory()
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    person = VolunteerFactory(community=community, login=True)
    proposal = services.write(proposal=None, volunteer=person, fields=IDEA, by=person.user, at=NOW)
    request = services.hand_in(proposal=proposal, by=person.user, at=NOW)

    assert code_of(decide(request=request, by=worker, at=NOW, accepted=True)) == "needs_issuer"


def test_staff_decide_nothing_that_they_propose(needing):
    staff = VolunteerFactory(community=needing.community, login=True, name="赵敏")
    duties.grant_duty(user=staff.user, community=needing.community, role=DutyRole.SOCIAL_WORKER, by=None)
    proposal = services.write(proposal=None, volunteer=staff, fields=IDEA, by=staff.user, at=NOW)
    request = services.hand_in(proposal=proposal, by=staff.user, at=NOW)

    assert answer(needing, request, True, by=staff.user) == OWN_MATTER
