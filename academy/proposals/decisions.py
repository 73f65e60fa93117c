"""The decision about an activity that a volunteer proposes."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.decisions.kinds import RequestKind, register
from academy.people.models import User
from academy.people.permissions import Right
from academy.proposals import leading, services
from academy.proposals.models import Proposal, ProposalRequest


@register
class ProposalKind(RequestKind[ProposalRequest]):
    """A volunteer proposes an activity. Staff who run activities decide; one of them is enough.

    A yes plans the activity with the proposer as leader. Staff look at it once more and publish it.
    """

    model = ProposalRequest
    slug = "proposal"
    template = "proposals/decisions/proposal.html"
    related = ("proposal__community", "proposal__volunteer__merged_into", "proposal__activity", "asked_by__volunteer")
    prefetch = ("proposal__notes",)
    columns = ("proposal", "reason")
    right = Right.RUN_ACTIVITIES
    readers = (Right.RUN_ACTIVITIES,)
    alone_right = Right.RUN_ACTIVITIES
    accepted = gettext_lazy("Accepted and planned. Look at it once more, then publish it.")
    declined = gettext_lazy("Declined. The proposer reads your reason.")

    def patience(self, request: ProposalRequest, at: dt.datetime) -> int:
        return 0

    def summary(self, request: ProposalRequest) -> str:
        notes = list(request.proposal.notes.all())
        if request.decided_at is None and notes:
            said = _("They answered you.") if not notes[-1].of_staff else _("Staff asked back and wait for an answer.")
            return join_sentences([_("To be started and led by a volunteer."), said])
        return _("To be started and led by a volunteer.")

    def beside(self, requests: list[ProposalRequest]) -> dict[int, dict[str, Any]]:
        found = {}
        for request in requests:
            proposal = request.proposal
            lacks = leading.cannot_lead(proposal.volunteer, day=proposal.day) if proposal.day else None
            found[request.pk] = {"lacks": lacks, "notes": list(proposal.notes.all())}
        return found

    def lock_first(self, request: ProposalRequest) -> None:
        services.lock(request)

    def cannot_accept(self, request: ProposalRequest, *, at: dt.datetime) -> Refusal | None:
        return services.cannot_accept(request, at=at)

    def act(self, request: ProposalRequest, *, by: User, at: dt.datetime) -> None:
        services.carry_out(request, by=by, at=at)

    def next_step(self, request: ProposalRequest) -> str:
        activity = Proposal.objects.values_list("activity", flat=True).get(pk=request.proposal_id)
        return reverse("activity:edit", args=[activity]) if activity else ""
