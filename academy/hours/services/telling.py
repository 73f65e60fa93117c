"""Messages to volunteers about decisions on their hours, shown on their own page."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core import shown_hours
from academy.core.links import link_to
from academy.core.look import lazy_day, lazy_working_day
from academy.hours.models import DailyApproval, MakeUp, Objection, ServiceRecord
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER, MessageKind, register
from academy.messaging.models import Tone
from academy.people.models import Volunteer

HOURS = register(MessageKind("hours", pgettext_lazy("kind of message", "My hours"), order=60))

ACCEPTED = _("A request about your hours at “%(title)s” was accepted. Have a look at your hours.")
DECLINED = _("A request about your hours at “%(title)s” was declined: %(answer)s")
UPHELD = _("An objection to your hours at “%(title)s” was upheld: %(answer)s")
DISMISSED = _("An objection to your hours at “%(title)s” was dismissed.")
YOURS_UPHELD = _("Your objection to hours at “%(title)s” was upheld.")
YOURS_DISMISSED = _("Your objection to hours at “%(title)s” was dismissed: %(answer)s")
EFFECTIVE = _("Your %(hours)s hours at “%(title)s” count now. Thank you.")
LONG_DAY = _("Your long day on %(day)s was approved.")
NO_LONG_DAY = _("Your long day on %(day)s was not approved: %(answer)s")


def tell_make_up(make_up: MakeUp, *, at: dt.datetime) -> None:
    """Send the decision on a make-up entry or correction to the volunteer."""
    text = ACCEPTED if make_up.accepted else DECLINED
    values = {"title": make_up.shift.activity.title, "answer": make_up.answer}
    _tell(make_up.volunteer, f"make_up:{make_up.pk}", text, values, at, tone=_tone(make_up.accepted))


def tell_objection(objection: Objection, *, at: dt.datetime) -> None:
    """Send the decision to the volunteer of the record, and to the user who objected on their own page."""
    values = {"title": objection.record.described.title, "answer": objection.answer}
    key = f"objection:{objection.pk}"
    _tell(objection.record.volunteer, key, UPHELD if objection.accepted else DISMISSED, values, at)
    by = objection.asked_by
    if by is not None and by.own_volunteer is not None and not objection.objector:
        text = YOURS_UPHELD if objection.accepted else YOURS_DISMISSED
        _tell(by.own_volunteer, f"{key}:mine", text, values, at, path="", tone=_tone(objection.accepted))


def tell_daily_approval(approval: DailyApproval, *, at: dt.datetime) -> None:
    """Send the decision on a long day to the volunteer."""
    values = {"day": lazy_day(approval.date, at), "answer": approval.answer}
    text = LONG_DAY if approval.accepted else NO_LONG_DAY
    _tell(approval.volunteer, f"daily_approval:{approval.pk}", text, values, at, tone=_tone(approval.accepted))


def tell_corrected(record: ServiceRecord, new: ServiceRecord | None, *, at: dt.datetime) -> None:
    """Send the old and the new minutes of a settled record that was corrected."""
    values = {"title": record.described.title, "before": record.minutes, "after": new.minutes if new else 0}
    text = _("Your time at “%(title)s” was corrected: %(before)s minutes before, %(after)s now.")
    if new is not None and new.waits_to_replace:
        assert new.effective_on is not None
        values["day"] = lazy_working_day(new.effective_on, at)
        text = _("Your time at “%(title)s” is corrected on %(day)s: %(before)s minutes until then, %(after)s after it.")
    path = link_to("record", new.pk) if new else ""
    _tell(record.volunteer, f"corrected:{record.pk}", text, values, at, path=path, kind=HOURS)


def tell_effective(records: Iterable[ServiceRecord], *, at: dt.datetime) -> int:
    """Send each person their hours that count from now on; a correction was told before. Return how many."""
    drafts = [
        messaging.Draft(
            HOURS,
            record.volunteer,
            f"effective:{record.pk}",
            messaging.fill_in(
                EFFECTIVE,
                title=record.described.title,
                hours=shown_hours.hours(record.minutes, record.community_id),
            ),
            link_to("record", record.pk),
            Tone.GOOD,
        )
        for record in records
        if record.minutes and record.replaces_id is None
    ]
    return messaging.send_all(drafts, at=at) if drafts else 0


def _tone(accepted: bool | None) -> Tone:
    return Tone.GOOD if accepted else Tone.PLAIN


def _tell(
    volunteer: Volunteer,
    key: str,
    text: Any,
    values: dict[str, Any],
    at: dt.datetime,
    path: str | None = None,
    tone: Tone = Tone.PLAIN,
    kind: MessageKind = ANSWER,
) -> None:
    messaging.send(
        kind=kind,
        volunteer=volunteer,
        key=key,
        text=messaging.fill_in(text, **values),
        path=link_to("my_page") if path is None else path,
        tone=tone,
        at=at,
    )
