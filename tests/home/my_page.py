"""The own page, for tests."""

from academy.families import services as families
from academy.hours.services import confirmation
from tests.hours.scene import moment

MY = "/my/"
RECORDS = "/my/records/"
MOST_STATEMENTS = 12  # on “My page” of a volunteer without a duty (ADR 115)


def confirm(record, by):
    confirmed = confirmation.confirm(activity=record.activity, by=by, at=moment("12:30"), records=[record])
    assert isinstance(confirmed, confirmation.ConfirmationResult)
    record.refresh_from_db()
    return record


def agent_of(elder, user):
    families.allow_agent(volunteer=elder, user=user, evidence="当面同意", by=None, at=moment("08:00"))
