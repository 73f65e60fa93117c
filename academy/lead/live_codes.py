"""The live code, shown only while a shift takes scans, and what the page's script compares."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from academy.activities.models import Activity
from academy.checkin.services import codes
from academy.core import links
from academy.core.keys import split_key
from academy.lead.phases import Phase, Span, Work, next_act, phase_at
from academy.lead.selectors import Presence
from academy.paper.codes import qr_svg

MINUTES_AHEAD = 6  # the page lasts five minutes if the network fails just before the next request


def moment_of(activity: Activity, spans: Collection[Span], presence: Presence, now: dt.datetime) -> str:
    """Return the phase and the act of the page's bar as one text: the page's script compares it."""
    cancelled = activity.cancelled_at is not None
    return f"{phase_at(spans, now, cancelled=cancelled)}:{bar_act(activity, spans, presence, now)}"


def bar_act(activity: Activity, spans: Collection[Span], presence: Presence, now: dt.datetime) -> str:
    """Return the act of the bar at the foot of the page, from the people present alone."""
    work = Work(inside=len(presence.inside), to_confirm=presence.people)
    return next_act(spans, now, work, cancelled=activity.cancelled_at is not None)


def code_now(activity: Activity, spans: Collection[Span], now: dt.datetime) -> dict[str, Any] | None:
    """Return the code of `now`; None unless a shift takes scans and the activity is not cancelled."""
    return next(iter(codes_from(activity, spans, now, minutes=0)), None)


def typed_address() -> str:
    """Return the address where people type a code, short enough to read aloud."""
    return links.typed_address("/c/")


def codes_from(
    activity: Activity, spans: Collection[Span], now: dt.datetime, *, minutes: int = MINUTES_AHEAD
) -> list[dict[str, Any]]:
    """Return the code of `now` and those of the next `minutes`; none unless a shift takes scans now."""
    if phase_at(spans, now, cancelled=activity.cancelled_at is not None) != Phase.DURING:
        return []
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    return [
        {
            "starts": live_code.starts_at.timestamp() * 1000,
            "ends": live_code.ends_at.timestamp() * 1000,
            "lasts": int((live_code.ends_at - live_code.starts_at).total_seconds()),
            "left": int((live_code.ends_at - now).total_seconds()),
            "text": live_code.code,
            "grouped": split_key(live_code.code),
            "svg": qr_svg(links.public_address(f"/c/{checkpoint.key}/{live_code.code}/").upper()),
        }
        for live_code in codes.rotating_codes(checkpoint, at=now, minutes=minutes)
    ]
