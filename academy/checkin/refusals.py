"""A sentence for every refusal at the gate.

The code is stored with the scan. The sentence is made again, in the reader's language, each time a page shows it.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from academy.activities import services as activities
from academy.core import formats
from academy.core.refusals import Refusal

IN_SERVICE = Refusal("in_service", gettext_lazy("This person is in service at this moment. They check out first."))


def refusal_for(
    code: str,
    *,
    at: dt.datetime,
    opens_at: dt.datetime | None = None,
    since: dt.datetime | None = None,
) -> Refusal:
    """Return the refusal with `code`, worded for the volunteer at `at`.

    `opens_at`: when check-in opens; `since`: when the volunteer checked in.
    """
    match code:
        case "unknown_checkpoint":
            message = _("We do not know this code. Scan it again, or ask the leader.")
        case "bad_code":
            message = _("This is not the code on the leader's screen. Scan the screen again.")
        case "code_expired":
            message = _("This code has changed. Scan the leader's screen again: it shows a new one.")
        case "too_early" if opens_at is not None:
            message = _("You are early. Check-in opens at %(time)s: check in then.") % {"time": _when(opens_at, at)}
        case "too_early":
            message = _("You are early. Check in shortly before the start.")
        case "too_late":
            message = _("It is too late to scan. If you were here, tell the leader: your time can still be entered.")
        case "not_signed_up":
            message = _("You are not signed up for this, and it takes no walk-ins. Ask the leader for a place.")
        case "already_checked_in" if since is not None:
            message = _("You have been here since %(time)s. Check out when you leave.") % {"time": _when(since, at)}
        case "already_checked_in":
            message = _("You are checked in already. Check out when you leave.")
        case "not_checked_in":
            message = _("You are not checked in, so you cannot check out. Tell the leader when you came.")
        case "cancelled":
            message = _("This activity has been cancelled. The leader or the social worker can tell you more.")
        case "practice_only":
            message = _("Practice and real service do not mix: this code is not for you. Nothing was recorded.")
        case "unknown_card":
            message = _("We do not know this card. Look for the person on the roster, or write down name and phone.")
        case "card_revoked":
            message = _("This card has been replaced by a newer one. Look for the person on the roster.")
        case "device_refused":
            message = _("This scan cannot be trusted: it was not made by this scanner, or was changed afterwards.")
        case "id_reused":
            message = _("This page has been used already. Scan the code again.")
        case "own_scan":
            message = _("You cannot check yourself in this way. Scan the code, or ask another leader.")
        case "too_many_waiting":
            message = _(
                "Many people are waiting already. Go to the leader: scan the code on their screen, or give your name."
            )
        case "claim_answered":
            message = _("This request was answered already. Nothing was changed.")
        case "claim_expired":
            message = _("This was asked too long ago. If the person was here, their time can still be entered.")
        case _:
            return _SIGN_UP_REFUSALS[code]
    return Refusal(code, message)


def worded_for_typing(refusal: Refusal) -> Refusal:
    """Return the refusal in the words for a person who typed the code and did not scan it."""
    message = _FOR_TYPING.get(refusal.code)
    return refusal if message is None else Refusal(refusal.code, message)


_FOR_TYPING = {
    "unknown_checkpoint": gettext_lazy(
        "We do not know this code. Compare what you typed with the poster or the screen."
    ),
    "bad_code": gettext_lazy("This is not the code on the leader's screen. Type the code that it shows now."),
    "code_expired": gettext_lazy("This code has changed. Type the new one from the leader's screen."),
    "id_reused": gettext_lazy("This page has been used already. Type the code again."),
    "no_volunteer": gettext_lazy(
        "This sign-in is not a volunteer's. Sign in with your own slip, then type the code again."
    ),
}

_SIGN_UP_REFUSALS = {
    known.code: known
    for known in (
        activities.SHIFT_FULL,
        activities.ROLE_ASKS_MORE,
        activities.SUSPENDED,
        activities.MINOR_NOT_ALLOWED,
        activities.NEEDS_CONSENT,
    )
}


def leader_refusal(
    code: str,
    *,
    at: dt.datetime,
    opens_at: dt.datetime | None = None,
    since: dt.datetime | None = None,
    otherwise: Refusal | None = None,
) -> Refusal:
    """Return the refusal with `code`, worded for the leader who ticks the volunteer's name.

    A code that no tick can have keeps the words of `otherwise`.
    """
    if otherwise is not None and code not in _FOR_LEADER:
        return otherwise
    match code:
        case "too_early" if opens_at is not None:
            message = _("Too early: check-in opens at %(time)s.") % {"time": _when(opens_at, at)}
        case "already_checked_in" if since is not None:
            message = _("Here since %(time)s already.") % {"time": _when(since, at)}
        case _:
            message = str(_FOR_LEADER[code])
    return Refusal(code, message)


_FOR_LEADER = {
    "too_early": gettext_lazy("Too early: check-in is not open yet."),
    "too_late": gettext_lazy("Too late to tick. Key in the signed roster, or correct the time before you confirm."),
    "not_signed_up": gettext_lazy(
        "Not signed up, and this shift takes no walk-ins. The social worker can add a place."
    ),
    "shift_full": gettext_lazy("All places are taken. The social worker can raise the number."),
    "role_asks_more": gettext_lazy(
        "The places left ask for a course, a tier or an age. The social worker can make an exception."
    ),
    "already_checked_in": gettext_lazy("Checked in already."),
    "not_checked_in": gettext_lazy("Not checked in, so a check-out is not possible."),
    "cancelled": gettext_lazy("This activity has been cancelled: nobody is checked in any more."),
    "suspended": gettext_lazy("Suspended from volunteering. The social worker can end this."),
    "minor_not_allowed": gettext_lazy("Under 18, and this activity is for adults only. Nobody can override this."),
    "needs_consent": gettext_lazy(
        "Under 18, and the guardian's consent is missing. Bring it signed to the social worker."
    ),
    "practice_only": gettext_lazy("Practice and real service do not mix: this person belongs to the other community."),
    "id_reused": gettext_lazy("This page was out of date. Look at it again, then tap once more."),
}


def keying_refusal(
    code: str,
    *,
    window: tuple[dt.datetime, dt.datetime] | None = None,
    overlapping: Sequence[tuple[dt.datetime, dt.datetime | None]] = (),
) -> Refusal:
    """Return the refusal of a row of the signed roster.

    `window`: when the gate was open; `overlapping`: the visits or scans within its time.
    """
    if window is not None:
        opens_at, closes_at = window
        message = _("The gate was open from %(opens)s to %(closes)s. Compare the times with the sheet.") % {
            "opens": _when(opens_at, closes_at),
            "closes": _when(closes_at, closes_at),
        }
    elif overlapping:
        times = ", ".join(_span(opened, closed) for opened, closed in overlapping)
        message = _("This time is there already: %(times)s. Nothing was added.") % {"times": times}
    else:
        message = str(_FOR_KEYING.get(code) or _FOR_LEADER[code])
    return Refusal(code, message)


_FOR_KEYING = {
    "bad_time": gettext_lazy("Write the time as on the sheet, for example 905 or 9:05."),
    "needs_times": gettext_lazy("Enter both times: when they came and when they left."),
    "times_reversed": gettext_lazy("They left before they came. Compare both times with the sheet."),
    "in_the_future": gettext_lazy("This time has not come yet. Key the sheet in when the person has left."),
    "confirmed": gettext_lazy("These hours are confirmed already. The social worker can correct them."),
    "cancelled": gettext_lazy("This activity was already cancelled at that time."),
    "taken_back": gettext_lazy("This row was taken back. Open the page again to key it in."),
    "id_reused": gettext_lazy("This row was keyed in already, with other times. Open the page again to see them."),
}


def _span(opened: dt.datetime, closed: dt.datetime | None) -> str:
    start = formats.clock(timezone.localtime(opened))
    if closed is None:
        return _("since %(time)s") % {"time": start}
    return start if closed == opened else f"{start}–{formats.clock(timezone.localtime(closed))}"


def _when(moment: dt.datetime, at: dt.datetime) -> str:
    """Return the time of `moment`, with its date unless `at` is on the same day."""
    local, today = timezone.localtime(moment), timezone.localdate(at)
    if local.date() == today:
        return formats.clock(local)
    year = local.year != today.year
    return f"{formats.day(local.date(), get_language() or '', weekday=True, year=year)} {formats.clock(local)}"
