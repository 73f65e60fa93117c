"""The parameters of a rule set, with defaults, clauses and sources (letters L, P and D of rules.md)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Parameter:
    """A number that a community may set between two bounds, or to one of its choices."""

    name: str
    default: int
    clause: str
    source: str  # L law, P published practice, D our default
    label: Any
    minimum: int = 0
    maximum: int = 0
    choices: tuple[int, ...] = ()  # instead of the bounds
    in_hours: bool = False  # people think of it in hours; it is stored in minutes
    words: tuple[Any, ...] = ()  # what each of the choices means, where the number is only a key

    def shown(self, value: int) -> str:
        """Return `value` as people read it: 480 minutes → ``8``, if they think of it in hours."""
        if self.words and value in self.choices:
            return str(self.words[self.choices.index(value)])
        return f"{value / 60:g}" if self.in_hours else str(value)

    def allows(self, value: int) -> bool:
        """Return whether a draft may hold `value`."""
        return value in self.choices if self.choices else self.minimum <= value <= self.maximum

    @property
    def allowed(self) -> str:
        """The values that a draft may hold, as people read them: ``1–720``, ``1, 5, 10``."""
        if self.choices:
            return ", ".join(map(self.shown, self.choices))
        return f"{self.shown(self.minimum)}–{self.shown(self.maximum)}"


AGREEMENT_OFFERED, AGREEMENT_FOR_DANGER, AGREEMENT_FOR_VISITS = 0, 1, 2  # values of `agreement_for` (A3)
DAY = 720  # minutes: no day holds more (H4), and no visit is longer (H6)

PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            "paper_step_minutes",
            6,
            "H1",
            "D",
            _("Paper shows hours in steps of (minutes)"),
            choices=(6, 12, 30, 60),  # steps of one decimal that divide an hour
        ),
        Parameter(
            "rounding_minutes",
            1,
            "H3",
            "D",
            _("Each record is rounded down to (minutes)"),
            choices=(1, 5, 10, 15, 30),
        ),
        Parameter("minimum_minutes", 15, "H3", "D", _("An activity counts from (minutes)"), maximum=DAY),
        Parameter(
            "daily_minutes", 480, "H4", "P", _("A day counts up to (hours)"), minimum=60, maximum=DAY, in_hours=True
        ),
        Parameter(
            "daily_hard_minutes",
            720,
            "H4",
            "P",
            _("A day counts, with approval, up to (hours)"),
            minimum=60,
            maximum=DAY,
            in_hours=True,
        ),
        Parameter(
            "max_visit_minutes", 720, "H6", "D", _("A visit is at most (hours)"), minimum=60, maximum=DAY, in_hours=True
        ),
        Parameter("max_visits", 3, "C3", "D", _("Visits to a shift in a day without a flag"), minimum=1, maximum=20),
        Parameter(
            "preparation_minutes", 120, "H8", "D", _("Preparation counts up to (hours)"), maximum=DAY, in_hours=True
        ),
        Parameter("check_in_opens_minutes", 90, "C2", "D", _("Check-in opens before the start (minutes)"), maximum=DAY),
        Parameter(
            "check_out_closes_minutes",
            180,
            "C2",
            "D",
            _("Check-out stays open after the end (minutes)"),
            maximum=DAY,
        ),
        Parameter("late_scan_minutes", 60, "C2", "D", _("A check-out is flagged as late after (minutes)"), maximum=DAY),
        Parameter(
            "one_device_people",
            4,
            "C9",
            "D",
            _("One phone is flagged from (people checked in)"),
            minimum=2,
            maximum=100,
        ),
        Parameter("burst_people", 10, "C9", "D", _("A burst is flagged from (people)"), minimum=2, maximum=100),
        Parameter("burst_seconds", 30, "C9", "D", _("A burst lasts at most (seconds)"), minimum=1, maximum=600),
        Parameter("notice_working_days", 3, "K5", "D", _("Public notice (working days)"), maximum=30),
        Parameter(
            "second_person_working_days",
            2,
            "K4",
            "D",
            _("One person may act alone after (working days)"),
            minimum=1,
            maximum=10,
        ),
        Parameter(
            "alone_notice_days",
            7,
            "K4",
            "D",
            _("Public notice of what one person decided alone (days)"),
            minimum=1,
            maximum=60,
        ),
        Parameter(
            "record_working_days",
            10,
            "K3",
            "L",
            _("Confirmed and evaluated after the end within (working days)"),
            minimum=1,
            maximum=10,
        ),
        Parameter(
            "objection_working_days",
            5,
            "K7",
            "D",
            _("An objection is decided within (working days)"),
            minimum=1,
            maximum=20,
        ),
        Parameter("make_up_days", 7, "K9", "D", _("A make-up entry is asked for within (days)"), minimum=1, maximum=31),
        Parameter("make_ups_per_half_year", 3, "K9", "D", _("Make-up entries in half a year"), maximum=20),
        Parameter("min_age", 8, "N1", "L", _("Youngest age with an account (years)"), minimum=8, maximum=18),
        Parameter(
            "agreement_for",
            AGREEMENT_FOR_VISITS,
            "A3",
            "D",
            _("The agreement is signed before signing up for"),
            choices=(AGREEMENT_OFFERED, AGREEMENT_FOR_DANGER, AGREEMENT_FOR_VISITS),
            words=(_("no activity"), _("dangerous activities"), _("home visits and dangerous activities")),
        ),
        Parameter(
            "data_request_working_days",
            15,
            "V3",
            "D",
            _("A request about one's own data is answered within (working days)"),
            minimum=1,
            maximum=15,
        ),
        Parameter("retention_years", 10, "V3", "P", _("Personal data is kept for (years)"), minimum=10, maximum=30),
    )
}


def complete(values: dict[str, int]) -> dict[str, int]:
    """Return every parameter with its value in `values`, or its default.

    Stored versions are read as they are, also with values that a draft may not hold any more. Raises `ValueError` for
    an unknown name and for a value that is no whole number of at least 0.
    """
    for name, value in values.items():
        if name not in PARAMETERS:
            raise ValueError(f"unknown parameter {name}")
        if type(value) is not int or value < 0:
            raise ValueError(f"{name} must be a whole number of at least 0")
    return {name: values.get(name, parameter.default) for name, parameter in PARAMETERS.items()}


def problems(values: dict[str, int]) -> dict[str, Any]:
    """Return the parameters whose values a draft may not hold, each with the reason as a sentence.

    Raises `ValueError` as `complete` does.
    """
    completed = complete(values)
    found: dict[str, Any] = {
        name: _("Only %(values)s are possible here.") % {"values": PARAMETERS[name].allowed}
        if PARAMETERS[name].choices
        else _("Between %(values)s.") % {"values": PARAMETERS[name].allowed}
        for name, value in completed.items()
        if not PARAMETERS[name].allows(value)
    }
    if completed["daily_minutes"] > completed["daily_hard_minutes"] and "daily_minutes" not in found:
        found["daily_minutes"] = _("The limit without approval cannot be higher than the limit with approval.")
    return found


def check(values: dict[str, int]) -> None:
    """Raise `ValueError` for values that a draft may not hold."""
    for name, sentence in problems(values).items():
        raise ValueError(f"{name} = {complete(values)[name]}: {sentence}")


def differences(values: dict[str, int], others: dict[str, int]) -> list[tuple[Parameter, int, int]]:
    """Return the parameters that differ, each with its value under `others` and then under `values`."""
    mine, theirs = complete(values), complete(others)
    return [(one, theirs[name], mine[name]) for name, one in PARAMETERS.items() if theirs[name] != mine[name]]
