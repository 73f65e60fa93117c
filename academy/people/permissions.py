"""The matrix of rights.

A *duty* is granted in a community and stored (`Duty`). A *belonging* is never granted: it follows from the relation
of a user to a volunteer or an activity. Wagtail's groups only open the admin and its pages.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """One thing that a user may do, in a community or to a volunteer or activity of their own."""

    OPEN_ADMIN = "open_admin"
    WRITE_COURSES = "write_courses"
    PUBLISH_COURSES = "publish_courses"
    RUN_ACTIVITIES = "run_activities"
    MANAGE_PEOPLE = "manage_people"
    SEE_DOCUMENTS = "see_documents"  # whole ID numbers, one by one; each look is logged (V2)
    CONFIRM_HOURS = "confirm_hours"
    DECIDE = "decide"  # the second person: daily approvals, make-ups, objections, promotions (K4)
    ISSUE_CERTIFICATES = "issue_certificates"
    VIEW_FIGURES = "view_figures"
    WRITE_RULES = "write_rules"  # drafts of the management rules; a second person publishes them
    GRANT_DUTIES = "grant_duties"
    KEEP_CALENDAR = "keep_calendar"  # holidays and moved workdays, the same for all communities
    KEEP_SETTINGS = "keep_settings"  # the community's own facts
    KEEP_SYSTEM = "keep_system"  # the page of the system, the same for all communities
    # rights that belongings give
    CHECK_IN = "check_in"
    SEE_HOURS = "see_hours"
    PRINT_CERTIFICATE = "print_certificate"
    LEAD = "lead"
    SIGN_UP_MEMBERS = "sign_up_members"
    CONSENT = "consent"


class DutyRole(models.TextChoices):
    """A task that the organisation gives a person in a community."""

    TRAINER = "trainer", _("trainer")
    SOCIAL_WORKER = "social_worker", _("social worker")
    APPROVER = "approver", _("approver")
    STREET_VIEWER = "street_viewer", _("street viewer")
    ADMINISTRATOR = "administrator", _("administrator")


# The rights of a duty in one sentence, for users who grant it.
ROLE_SENTENCES: dict[DutyRole, Any] = {
    DutyRole.TRAINER: _("Writes courses and lessons, which a social worker publishes; sees no personal data."),
    DutyRole.SOCIAL_WORKER: _(
        "Does the daily work: the roll, activities, check-in, confirming hours, certificates, publishing courses, "
        "drafting the rules."
    ),
    DutyRole.APPROVER: _(
        "Is the second person: decides make-up entries, corrections, objections, stars and new rules. This duty alone "
        "does not open the back office."
    ),
    DutyRole.STREET_VIEWER: _("Reads figures and records, with names hidden, without changing them."),
    DutyRole.ADMINISTRATOR: _(
        "Keeps the settings: the community, recording units, staff and their duties, holidays, the system; also keeps "
        "the roll. Runs no activities and confirms no hours."
    ),
}


class Belonging(StrEnum):
    """A user's relation to a volunteer or an activity. Computed when asked, never stored."""

    SELF = "self"  # Volunteer.user
    AGENT = "agent"  # Agency
    GUARDIAN = "guardian"  # Consent
    UNIT_CONTACT = "unit_contact"  # UnitMembership
    LEADER = "leader"  # Activity.leader


R = Right

DUTY_RIGHTS: dict[DutyRole, frozenset[Right]] = {
    DutyRole.TRAINER: frozenset({R.OPEN_ADMIN, R.WRITE_COURSES}),
    DutyRole.SOCIAL_WORKER: frozenset(
        {
            R.OPEN_ADMIN,
            R.WRITE_COURSES,
            R.PUBLISH_COURSES,
            R.RUN_ACTIVITIES,
            R.MANAGE_PEOPLE,
            R.SEE_DOCUMENTS,
            R.CONFIRM_HOURS,
            R.ISSUE_CERTIFICATES,
            R.VIEW_FIGURES,
            R.WRITE_RULES,
        }
    ),
    DutyRole.APPROVER: frozenset({R.DECIDE}),
    DutyRole.STREET_VIEWER: frozenset({R.OPEN_ADMIN, R.VIEW_FIGURES}),
    DutyRole.ADMINISTRATOR: frozenset(
        {
            R.OPEN_ADMIN,
            R.MANAGE_PEOPLE,
            R.SEE_DOCUMENTS,
            R.VIEW_FIGURES,
            R.GRANT_DUTIES,
            R.KEEP_CALENDAR,
            R.KEEP_SETTINGS,
            R.KEEP_SYSTEM,
        }
    ),
}

BELONGING_RIGHTS: dict[Belonging, frozenset[Right]] = {
    Belonging.SELF: frozenset({R.CHECK_IN, R.SEE_HOURS, R.PRINT_CERTIFICATE}),
    Belonging.AGENT: frozenset({R.CHECK_IN, R.SEE_HOURS, R.PRINT_CERTIFICATE}),
    Belonging.GUARDIAN: frozenset({R.SEE_HOURS, R.PRINT_CERTIFICATE, R.CONSENT}),
    Belonging.UNIT_CONTACT: frozenset({R.SIGN_UP_MEMBERS}),
    Belonging.LEADER: frozenset({R.LEAD, R.CONFIRM_HOURS}),
}

# Rights that reach beyond one community, or open it to logins of real people: a practice community gives none (ADR 77).
NOT_IN_PRACTICE = frozenset({R.GRANT_DUTIES, R.KEEP_CALENDAR, R.KEEP_SYSTEM})


def roles_with(right: Right) -> list[DutyRole]:
    """Return the duties that give `right`."""
    return [role for role, rights in DUTY_RIGHTS.items() if right in rights]


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Return the rights that these duties give together."""
    return frozenset(right for role in roles for right in DUTY_RIGHTS[DutyRole(role)])
