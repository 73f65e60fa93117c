"""Calendars as files for other programs: iCalendar by RFC 5545. Pure: the standard library alone."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CONTENT_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75  # octets, without the end of the line (RFC 5545, 3.1)
_PRODUCT = "-//Volunteer academy//Calendar//EN"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry of a calendar. `uid` stays for its whole life, so that a program updates the entry."""

    uid: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    place: str = ""
    text: str = ""
    url: str = ""
    cancelled: bool = False


def write(name: str, events: Iterable[Event], *, made_at: dt.datetime, refresh_hours: int = 0) -> bytes:
    """Return the calendar with these events. A program looks again every `refresh_hours`."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{escape(name)}", f"X-WR-CALNAME:{escape(name)}"]
    if refresh_hours:
        lines += [f"REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_hours}H", f"X-PUBLISHED-TTL:PT{refresh_hours}H"]
    for event in events:
        lines += _lines_of(event, made_at)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def _lines_of(event: Event, made_at: dt.datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(event.uid)}"
    yield f"DTSTAMP:{_utc(made_at)}"
    yield f"DTSTART:{_utc(event.starts_at)}"
    yield f"DTEND:{_utc(event.ends_at)}"
    yield f"SUMMARY:{escape(event.title)}"
    if event.place:
        yield f"LOCATION:{escape(event.place)}"
    if event.text:
        yield f"DESCRIPTION:{escape(event.text)}"
    if event.url:
        yield f"URL:{_bare(event.url)}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def escape(text: str) -> str:
    """Return the text as a value of iCalendar: backslash, semicolon, comma, new line are escaped."""
    return _without_controls(text.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPES)


def _without_controls(text: str) -> str:
    """Return the text without control characters, except tab and new line: no value may hold them."""
    return "".join(one for one in text if one in "\t\n" or (ord(one) >= 0x20 and ord(one) != 0x7F))


def _bare(address: str) -> str:
    """Return an address, whose type has no escapes, without what would end the line."""
    return "".join(one for one in address if ord(one) > 0x20 and ord(one) != 0x7F)


def fold(line: str) -> bytes:
    """Return the line with its end, folded at 75 octets; no character is cut in two."""
    parts: list[bytes] = []
    part = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        # A folded line begins with a blank, which counts too.
        if len(part) + len(octets) > LONGEST_LINE - (1 if parts else 0):
            parts.append(part)
            part = b""
        part += octets
    parts.append(part)
    return b"\r\n ".join(parts) + b"\r\n"


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
