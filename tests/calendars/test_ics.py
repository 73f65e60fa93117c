"""iCalendar by RFC 5545: folding, escaping, times in UTC."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from academy.calendars.ics import Event, escape, fold, write

SHANGHAI = ZoneInfo("Asia/Shanghai")
MADE = dt.datetime(2026, 1, 5, 10, tzinfo=SHANGHAI)


def event(**fields) -> Event:
    return Event(
        **{
            "uid": "shift-1@academy.test",
            "starts_at": dt.datetime(2026, 1, 6, 17, 30, tzinfo=SHANGHAI),
            "ends_at": dt.datetime(2026, 1, 6, 19, 30, tzinfo=SHANGHAI),
            "title": "值守",
            **fields,
        }
    )


def unfolded(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode().split("\r\n")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], text)


def test_a_calendar_holds_its_events_in_utc():
    lines = unfolded(write("我的志愿服务", [event(place="东门", url="https://a.test/activities/1/")], made_at=MADE))
    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Volunteer academy//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:我的志愿服务",
        "X-WR-CALNAME:我的志愿服务",
        "BEGIN:VEVENT",
        "UID:shift-1@academy.test",
        "DTSTAMP:20260105T020000Z",
        "DTSTART:20260106T093000Z",
        "DTEND:20260106T113000Z",
        "SUMMARY:值守",
        "LOCATION:东门",
        "URL:https://a.test/activities/1/",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_cancelled_event_says_so_and_a_feed_says_how_often_to_look():
    lines = unfolded(write("值守", [event(cancelled=True)], made_at=MADE, refresh_hours=6))
    assert "STATUS:CANCELLED" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in lines


def test_commas_semicolons_backslashes_and_lines_are_escaped():
    assert escape("扫把,水桶;手套\\围裙\r\n东门\n8:00") == "扫把\\,水桶\\;手套\\\\围裙\\n东门\\n8:00"


def test_a_text_cannot_begin_a_line_of_its_own():
    content = write(
        "x", [event(title="a\r\nEND:VCALENDAR", url="https://a.test/\r\nX:1", text="b\x00\x0bc")], made_at=MADE
    )
    lines = unfolded(content)
    assert lines.count("END:VCALENDAR") == 1
    assert "SUMMARY:a\\nEND:VCALENDAR" in lines
    assert "URL:https://a.test/X:1" in lines
    assert "DESCRIPTION:bc" in lines


@given(st.text())
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(text):
    line = f"SUMMARY:{escape(text)}"
    folded = fold(line)
    assert all(len(part) <= 75 for part in folded.removesuffix(b"\r\n").split(b"\r\n"))
    for part in folded.split(b"\r\n"):
        part.decode()
    assert folded.replace(b"\r\n ", b"") == f"{line}\r\n".encode("utf-8", "replace")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_a_program_reads_the_same_text(text):
    assert unescaped(escape(text)) == text
