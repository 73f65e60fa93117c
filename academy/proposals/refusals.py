"""Refusals about proposals: codes with their sentences."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.core import formats
from academy.core.refusals import Refusal

NOT_YOURS = Refusal("not_allowed", _("This proposal is another volunteer's. Write one of your own."))
STAYS = Refusal("already_done", _("This proposal is accepted and stays as it is. Talk to the social worker."))
IN_TALK = Refusal("already_asked", _("This proposal is handed in already. The social worker answers you here."))
NOT_IN_TALK = Refusal("not_open", _("This proposal is not handed in. Hand it in; then you can talk about it here."))
TOO_MANY = Refusal(
    "too_many_drafts", _("You have ten proposals that are not handed in. Go on with one of them, or hand it in.")
)
TOO_MANY_OPEN = Refusal(
    "too_many_open", _("Five of your proposals wait for an answer. Hand in the next one when they are answered.")
)
TALK_FULL = Refusal("talk_full", _("This talk is very long by now. Go on at the desk."))
NEEDS_WORDS = Refusal("needs_reason", _("Write a few words first."))
ENDS_FIRST = Refusal("ends_before_start", _("The end is not after the beginning. Look at the times again."))
DAY_PAST = Refusal("day_past", _("The day is past. Choose a later one."))
NEEDS_ISSUER = Refusal(
    "needs_issuer", _("The community has no recording unit yet. The administrator adds one in the back office.")
)
MINORS_DO_NOT_LEAD = Refusal(
    "minors_do_not_lead", _("A leader is 18 or older. Ask an adult volunteer to propose it with you.")
)
SUSPENDED = Refusal("suspended", _("The volunteering of this person is suspended. Talk to the social worker first."))
NO_PREPARATION = Refusal(
    "no_preparation", _("Only a published service that is still to come can be prepared together. Publish it first.")
)
OTHER_PLACE = Refusal(
    "other_place", _("All sessions of one activity are at one place. Leave the place empty, or change the first one.")
)
SESSION_LATE = Refusal(
    "session_late", _("The session ends after the activity begins, or is past. Choose another time.")
)


def incomplete(missing: list[Any]) -> Refusal:
    """Return the refusal of a proposal that lacks these fields; what was typed is stored."""
    named = "、".join(str(one) for one in missing)
    return Refusal("incomplete", _("It is saved. Before you hand it in, say: %(missing)s.") % {"missing": named})


def lead_needs_course(title: str) -> Refusal:
    """Return the refusal for a proposer without the course that leaders need (T3)."""
    sentence = _("To lead an activity, first complete “%(course)s”. The proposal waits here until then.")
    return Refusal("needs_course", sentence % {"course": formats.inner_quotes(title)})


def lead_needs_renewal(title: str) -> Refusal:
    """Return the refusal for a proposer whose qualification does not hold on the day (T3, T6)."""
    sentence = _("To lead on that day, renew “%(course)s” first: it has expired by then.")
    return Refusal("needs_qualification", sentence % {"course": formats.inner_quotes(title)})
