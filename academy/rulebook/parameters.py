"""The parameters of a rule set, with defaults, clauses and sources (letters L, P and D of rules.md)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Parameter:
    name: str
    default: int
    clause: str
    source: str  # L law, P published practice, D our default
    label: Any
    minimum: int = 0
    maximum: int | None = None  # None: no limit


PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        Parameter("paper_step_minutes", 6, "H1", "D", _("Paper shows hours in steps of (minutes)"), minimum=1),
        Parameter("rounding_minutes", 1, "H3", "D", _("Each record is rounded down to (minutes)"), minimum=1),
        Parameter("minimum_minutes", 15, "H3", "D", _("An activity counts from (minutes)")),
        Parameter("daily_minutes", 480, "H4", "P", _("A day counts up to (minutes)")),
        Parameter("daily_hard_minutes", 720, "H4", "P", _("A day counts, with approval, up to (minutes)"), maximum=720),
        Parameter("max_visit_minutes", 720, "H6", "D", _("A visit is at most (minutes)")),
        Parameter("max_visits", 3, "C3", "D", _("Visits a day without a flag")),
        Parameter("preparation_minutes", 120, "H8", "D", _("Preparation counts up to (minutes)")),
        Parameter("check_in_opens_minutes", 90, "C2", "D", _("Check-in opens before the start (minutes)")),
        Parameter("check_out_closes_minutes", 180, "C2", "D", _("Check-out stays open after the end (minutes)")),
        Parameter("late_scan_minutes", 60, "C2", "D", _("A check-out is flagged as late after (minutes)")),
        Parameter("notice_working_days", 3, "K5", "D", _("Public notice (working days)")),
        Parameter("second_person_working_days", 2, "K4", "D", _("One person may act alone after (working days)")),
        Parameter("alone_notice_days", 7, "K4", "D", _("Public notice of what one person decided alone (days)")),
        Parameter(
            "record_working_days",
            10,
            "K3",
            "L",
            _("Confirmed and evaluated after the end within (working days)"),
            minimum=1,
            maximum=10,
        ),
        Parameter("objection_working_days", 5, "K7", "D", _("An objection is decided within (working days)")),
        Parameter("make_up_days", 7, "K9", "D", _("A make-up entry is asked for within (days)")),
        Parameter("make_ups_per_half_year", 3, "K9", "D", _("Make-up entries in half a year")),
        Parameter("min_age", 8, "N1", "L", _("Youngest age with an account (years)"), minimum=8),
    )
}


def complete(values: dict[str, int]) -> dict[str, int]:
    """Return every parameter with its value in `values`, or its default.

    Raises `ValueError` for an unknown name, for a value that is not a whole number between the parameter's bounds, and
    for a daily limit with approval below the one without.
    """
    for name, value in values.items():
        if name not in PARAMETERS:
            raise ValueError(f"unknown parameter {name}")
        least, most = PARAMETERS[name].minimum, PARAMETERS[name].maximum
        if type(value) is not int or value < least or (most is not None and value > most):
            raise ValueError(f"{name} must be a whole number of at least {least}{f', at most {most}' if most else ''}")
    completed = {name: values.get(name, parameter.default) for name, parameter in PARAMETERS.items()}
    if completed["daily_minutes"] > completed["daily_hard_minutes"]:
        raise ValueError("daily_minutes must not be more than daily_hard_minutes")
    return completed


def differences(values: dict[str, int], others: dict[str, int]) -> list[tuple[Parameter, int, int]]:
    """Return the parameters that differ, each with its value under `others` and then under `values`."""
    mine, theirs = complete(values), complete(others)
    return [(one, theirs[name], mine[name]) for name, one in PARAMETERS.items() if theirs[name] != mine[name]]
