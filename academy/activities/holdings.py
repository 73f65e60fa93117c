"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.activities.absence_models import AbsenceNote
from academy.activities.call_models import Call
from academy.activities.models import Activity, SignUp
from academy.activities.needs.exception_models import NeedException, RevokedException
from academy.activities.waiting.models import WaitingEntry
from academy.people.holding import hold

hold(
    SignUp,
    _("My sign-ups"),
    "shift.activity",
    "shift.starts_at",
    "role",
    "walk_in",
    "signed_up_at",
    "cancelled_at",
    "held_until",
    "absence",
    "said",
    "companions",
    order=40,
    moment="signed_up_at",
)
hold(
    WaitingEntry,
    _("Waiting for a place"),
    "shift.activity",
    "shift.starts_at",
    "role",
    "joined_at",
    "offered_at",
    "answer_by",
    "ended_at",
    "outcome",
    order=42,
    moment="joined_at",
)
hold(
    AbsenceNote,
    _("Notes that I did not come"),
    "sign_up.shift.activity",
    "sign_up.shift.starts_at",
    "absence",
    "noted_at",
    path="sign_up__volunteer",
    order=42,
    moment="noted_at",
)
hold(Activity, _("Activities that I lead"), "title", "place", "published_at", path="leader", order=41, is_own=False)
hold(
    NeedException,
    _("Exceptions for roles"),
    "role.activity",
    "role",
    "reason",
    "missing",
    "asked_at",
    "accepted",
    "answer",
    "decided_at",
    order=42,
)
hold(
    Call,
    _("Urgent calls to me"),
    "shift.activity",
    "shift.starts_at",
    "called_at",
    "comes",
    "answered_at",
    order=43,
    moment="answered_at",
)
hold(
    RevokedException,
    _("Exceptions that were revoked"),
    "exception.role.activity",
    "exception.role",
    "reason",
    "revoked_at",
    path="exception__volunteer",
    order=43,
    moment="revoked_at",
)
