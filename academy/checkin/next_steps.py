"""The tone of each refusal at the gate, and the next steps that its page offers.

Pages never print the code.
"""

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core import links

WAIT, STOP = "wait", "stop"  # an amber clock: not yet, or once more; a cross: this way does not lead on
AGAIN, TYPE, SLIP, ACTIVITY, OTHERS, MY_PAGE = "again", "type", "slip", "activity", "others", "my_page"
GUARDIAN = "guardian"


class NextStep(NamedTuple):
    """A button below a refusal. The page's one main act is `primary`."""

    href: str
    label: str | Promise
    primary: bool


# Every code that a volunteer can meet at the gate, at “I am here” or with a typed code.
TONES_AND_STEPS = {
    "unknown_checkpoint": (STOP, [TYPE]),
    "bad_code": (STOP, [TYPE]),
    "code_expired": (WAIT, [TYPE]),
    "too_early": (WAIT, [AGAIN, ACTIVITY]),
    "too_late": (STOP, [ACTIVITY]),
    "not_signed_up": (STOP, [ACTIVITY]),
    "shift_full": (STOP, [ACTIVITY]),
    "role_asks_more": (STOP, [ACTIVITY]),
    "already_checked_in": (WAIT, [AGAIN]),
    "not_checked_in": (STOP, [AGAIN]),
    "cancelled": (STOP, [OTHERS]),
    "suspended": (STOP, [MY_PAGE]),
    "minor_not_allowed": (STOP, [OTHERS]),
    "needs_consent": (STOP, [GUARDIAN, ACTIVITY]),
    "practice_only": (STOP, [OTHERS]),
    "id_reused": (WAIT, [AGAIN]),
    "no_volunteer": (STOP, [SLIP]),
    "too_many_waiting": (WAIT, [AGAIN]),
    "claim_declined": (WAIT, [AGAIN]),
    "claim_expired": (WAIT, [AGAIN]),
}


def tone_of(code: str) -> str:
    """Return `wait` or `stop`."""
    return TONES_AND_STEPS[code][0]


def next_steps(code: str, *, gate: str = "", activity_id: int | None = None, typed: bool = False) -> list[NextStep]:
    """Return the buttons that lead on from a refusal, the main one first.

    `gate`: the address at which the person can try again; empty if they need a new code. `typed`: whether they typed
    the code, and did not scan it.
    """
    return [_step(wanted, gate, activity_id, typed) for wanted in TONES_AND_STEPS[code][1]]


def _step(wanted: str, gate: str, activity_id: int | None, typed: bool) -> NextStep:
    match wanted:
        case "again" if gate:
            return NextStep(gate, _("Try again"), primary=True)
        case "again" | "type":
            label = _("Type the new code") if typed else _("Type the code instead")
            return NextStep(reverse("checkin:typed"), label, primary=True)
        case "slip":
            return NextStep(reverse("families:slip_typed"), _("Sign in with a slip"), primary=True)
        case "guardian":
            about = f"?activity={activity_id}" if activity_id is not None else ""
            return NextStep(links.link_to("ask_guardian") + about, _("Ask the guardian"), primary=True)
        case "activity" if activity_id is not None:
            return NextStep(reverse("activities:detail", args=[activity_id]), _("Look at the activity"), primary=False)
        case "my_page":
            return NextStep(links.link_to("my_page"), pgettext_lazy("tab", "My page"), primary=False)
        case _:
            return NextStep(reverse("activities:list"), _("Look at other activities"), primary=False)
