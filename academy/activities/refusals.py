"""Refusals about a person and a role: codes with their sentences, each in the words for that person."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.core import formats
from academy.core.refusals import Refusal

SUSPENDED = Refusal("suspended", _("Your volunteering is suspended. Talk to the social worker, who can end this."))
MINOR_NOT_ALLOWED = Refusal(
    "minor_not_allowed", _("This activity is for adults only. Choose another one; the social worker can help you.")
)
NEEDS_CONSENT = Refusal(
    "needs_consent",
    _("The guardian's consent is missing. Send your guardian the link, or bring the form signed to the desk."),
)
AGE_NOT_KNOWN = Refusal(
    "age_unknown", _("This role asks for an age, and your birth date is not on the roll yet. Tell it to the desk.")
)
ROLE_ASKS_MORE = Refusal(
    "role_asks_more",
    _("The places left ask for a course, a tier or an age. Talk to the leader, and sign up beforehand next time."),
)
ROLE_GONE = Refusal(
    "role_gone", _("Meanwhile this was taken out of the plan. Look at the activity again, and choose what is there.")
)
FOREIGN_COURSE = Refusal(
    "foreign_course", _("A role asks for a course of another community. Choose a course of the activity's own.")
)
NOTHING_MISSING = Refusal("nothing_missing", _("Nothing stands in the way here. Take the place."))
NO_EXCEPTION = Refusal(
    "no_exception",
    _("No exception is possible here: the law or a signature asks for it. The page says what to do instead."),
)
ASKED_BEFORE = Refusal(
    "already_asked", _("This was asked for already. The social worker decides; you get a message then.")
)
NEEDS_WORDS = Refusal("needs_reason", _("Write down why, in a few words: the decision rests on it."))


def consent_ends(day: Any) -> Refusal:
    """Return the refusal for a consent that ends before the shift."""
    sentence = _("The guardian's consent ends on %(day)s, before this day. Ask your guardian to consent again.")
    return Refusal(NEEDS_CONSENT.code, sentence % {"day": day})


def minors_late(until: dt.time) -> Refusal:
    """Return the refusal for a minor and a shift that begins when minors have gone home."""
    sentence = _("Minors go home at %(time)s, and this shift begins later. Choose an earlier one.")
    return Refusal("minors_late", sentence % {"time": formats.clock(until)})


def needs_course(title: str) -> Refusal:
    """Return the refusal for a course that is not completed yet (T3)."""
    sentence = _("First complete “%(course)s”; then this role is open to you.")
    return Refusal("needs_course", sentence % {"course": formats.inner_quotes(title)})


def needs_qualification(title: str) -> Refusal:
    """Return the refusal for a course whose qualification does not hold on the day (T3, T6)."""
    sentence = _("“%(course)s” has expired by that day. Renew it in a class; then this role is open to you.")
    return Refusal("needs_qualification", sentence % {"course": formats.inner_quotes(title)})


def needs_tier(tier: Any) -> Refusal:
    """Return the refusal for a tier that is not reached yet (T3)."""
    return Refusal("needs_tier", _("This role is for volunteers from the tier “%(tier)s” on.") % {"tier": tier})


def too_young(age: int) -> Refusal:
    """Return the refusal for a person below the youngest age of a role (A2)."""
    return Refusal("too_young", _("This role is for people of %(age)s years or older.") % {"age": age})


def too_old(age: int) -> Refusal:
    """Return the refusal for a person above the oldest age of a role (A2)."""
    return Refusal("too_old", _("This role is for people of %(age)s years or younger.") % {"age": age})
