"""The sentences that explain a record: one for each clause that made a step, one for each flag.

Volunteers, leaders and coordinators read the same sentences, which therefore name no actor.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.checkin.flags import SENTENCES
from academy.hours.evidence import Evidence

# %(after)s and %(lost)s are whole minutes: those left, and those that the clause took away.
STEPS = {
    "H1-import": _("From an earlier list of service: %(after)s min."),
    "H1-visits": _("From check-in to check-out: %(after)s min."),
    "H3-plan": _("Before the start or after the end: %(lost)s min do not count."),
    "H2-breaks": _("Breaks: %(lost)s min do not count."),
    "H5-overlap": _("Already counted for an activity with an earlier check-in: %(lost)s min."),
    "H3-minimum": _("Too short to be recorded: %(lost)s min do not count."),
    "H8-preparation": _("Above the limit for preparing one activity: %(lost)s min do not count."),
    "H4-day": _("Above the limit for one day: %(lost)s min do not count."),
    "H3-round": _("Rounded down: %(lost)s min do not count."),
    "H9": _("Taking part in this is not volunteer service, so no time counts."),
}

# Short titles of the clauses, for sums over many records.
STEP_TITLES = {
    "H1-visits": _("scanned time"),
    "H3-plan": _("outside the planned time"),
    "H2-breaks": _("breaks"),
    "H5-overlap": _("counted elsewhere already"),
    "H3-minimum": _("too short"),
    "H8-preparation": _("limit on preparation"),
    "H4-day": _("limit of the day"),
    "H3-round": _("rounding down"),
    "H9": _("no volunteer service"),
}

FLAGS = {
    "below_minimum": _("The time is too short to be recorded."),
    "daily_cap": _("The day's limit is reached. More time counts only if a second person approves it."),
    "double_check_in": _("Checked in twice; the time counts from the first check-in."),
    "imported": _("These hours come from an earlier list, without a check-in."),
    "missing_check_in": _(
        "A check-out has no check-in. Its time does not count until the leader or a make-up entry puts it right."
    ),
    "missing_check_out": _(
        "A check-in has no check-out. Its time does not count until the leader or a make-up entry puts it right."
    ),
    "not_service": _("This is not volunteer service and earns no hours."),
    "own_decision": _(
        "The volunteer decided about these hours before they were their own. Look at them as a second person."
    ),
    "overlap": _("Checked in at two activities at once. Each minute counts once, for the earlier check-in."),
    "preparation_cap": _("The limit for preparing one activity is reached. More time does not count."),
    "role_missing": _("Nobody has named the role here yet. The time counts once the leader or a social worker does."),
    "published_late": _("The activity was published after this shift began. A second person confirms the hours (C1)."),
    "too_many_visits": _("More visits than usual on one day. All of them count, and the leader takes a look."),
}


EVIDENCE_WORDS = {
    Evidence.SCANNED.value: pgettext_lazy("what hours rest on", "scanned on the spot"),
    Evidence.ROSTER.value: pgettext_lazy("what hours rest on", "roster or the leader's word"),
    Evidence.MAKE_UP.value: pgettext_lazy("what hours rest on", "entered afterwards"),
    Evidence.IMPORTED.value: pgettext_lazy("what hours rest on", "imported from an earlier list"),
}


def clause_of(step_clause: str) -> str:
    """Return the code of the clause that a step cites: H3 of ``H3-plan``, H9 of ``H9``."""
    return step_clause.partition("-")[0]


def step_sentence(clause: str, before: int, after: int) -> str:
    """Return the sentence of a step in the active language.

    Call ``step_sentence(*step)``, or ``step_sentence(**step)`` for a stored step.
    """
    return str(STEPS[clause]) % {"after": after, "lost": before - after}


def flag_sentence(flag: str) -> str:
    """Return the meaning of a flag of a record, or of a scan behind it, and what happens next."""
    return str(FLAGS.get(flag) or SENTENCES[flag])


def explain_steps(steps: Iterable[Mapping[str, Any]], *, rule_set_id: int) -> list[dict[str, Any]]:
    """Return a record's stored steps as `components/steps.html` shows them, with links to their clauses."""
    return [
        {
            **step,
            "clause": clause_of(step["clause"]),
            "sentence": step_sentence(**step),
            "url": reverse("rulebook:clause", args=(rule_set_id, clause_of(step["clause"]))),
        }
        for step in steps
    ]
