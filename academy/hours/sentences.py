"""The sentences that explain a record: one for each clause that made a step, one for each flag.

Volunteers, leaders and coordinators read the same sentences, which therefore name no actor.
"""

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

PART_OF_NIGHT = _("The part of the visit on this day, %(span)s: %(after)s min.")  # H1-visits, split at midnight
NO_WHOLE_VISIT = _("No time between a check-in and its check-out on this day: %(after)s min.")  # H1-visits of 0
BELOW_MINIMUM = _("Less than %(minimum)s minutes, which is too short to be recorded (H3).")
OVERLAP_SETTLED = _("Already counted in settled hours of another activity: %(lost)s min.")
OVERLAP_BOTH = _("Already counted for other activities, settled ones first: %(lost)s min.")
DAY_WITH_SETTLED = _(
    "Above the limit for one day, on which %(settled)s min are settled already: %(lost)s min do not count."
)

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
    "daily_cap": _("The day's limit is reached. Up to a higher limit, more counts if a second person approves it."),
    "double_check_in": _("Checked in twice; the time counts from the first check-in."),
    "imported": _("These hours come from an earlier list, without a check-in."),
    "missing_check_in": _(
        "A check-out has no check-in, or not within the longest visit (H6). Its time does not count until the leader "
        "or a make-up entry puts it right."
    ),
    "missing_check_out": _(
        "A check-in has no check-out, or not within the longest visit (H6). Its time does not count until the leader "
        "or a make-up entry puts it right."
    ),
    "not_service": _("This is not volunteer service and earns no hours."),
    "own_decision": _(
        "The volunteer decided about these hours before they were their own. Look at them as a second person."
    ),
    "overlap": _("Checked in at two activities at once. Each minute counts once, for the earlier check-in."),
    "preparation_cap": _("The limit for preparing one activity is reached. More time does not count."),
    "role_missing": _("Nobody has named the role here yet. The time counts once the leader or a social worker does."),
    "published_late": _("The activity was published after this shift began. A second person confirms the hours (C1)."),
    "too_many_visits": _("More visits than usual on one day. None is left out for that, and the leader takes a look."),
}


# The same flags with the figures of a record, as `explanation.remarks_of` chooses them.
NO_CHECK_IN = _(
    "A check-out has no check-in. Its time does not count until the leader or a make-up entry puts it right."
)
NO_CHECK_OUT = _(
    "A check-in has no check-out. Its time does not count until the leader or a make-up entry puts it right."
)
TOO_LONG = _(
    "From the check-in at %(came)s to the check-out at %(left)s it is more than %(hours)s hours. No visit is longer "
    "(H6), so it does not count until the leader or a make-up entry puts it right."
)
DAY_FULL = _("The limit of %(hours)s hours for this day is reached. More never counts (H4).")
DAY_LIMIT = _(
    "The limit of %(hours)s hours for this day is reached. More, up to %(most)s hours, counts only if a second person "
    "approves it."
)
DAY_SETTLED = _("%(settled)s minutes of this day are settled already; they count first.")
OVERLAPS_SETTLED = _("Settled hours of another activity hold a part of this time. Each minute counts once.")
OVERLAPS_BOTH = _("Other activities hold a part of this time, settled ones first. Each minute counts once.")


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
