"""An accident record in words: facts, a text for the insurer, its clock, and a sheet of A4."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.accidents.accounts import Clock, Standing
from academy.accidents.sheets import AccidentSheet
from academy.core import formats
from academy.core.look import current_language, moment
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet
from academy.people.models import Issuer

Facts = list[tuple[str, str]]


def facts_of(standing: Standing) -> Facts:
    """Return what is known, in the order in which an insurer asks; what is not known is left empty."""
    account, activity = standing.account, standing.accident.activity
    return [
        (_("Activity"), activity.title),
        (_("When"), moment(standing.happened_at)),
        (_("Where"), account.place),
        (_("Hurt"), "、".join(standing.names)),
        (_("Course of events"), account.what),
        (_("First help"), account.done),
        (_("Ambulance"), _("was called") if account.ambulance else _("not called")),
        (_("Witnesses"), account.witnesses),
        (_("Activity leader (on the record)"), activity.leader.stays.name),
        (_("Insurance"), _insurance(standing)),
    ]


def text_of(standing: Standing) -> str:
    """Return the facts as a text to send or to read out to the insurer."""
    numbers = [(f"{one.name}", one.phone) for one in standing.latest.hurt if one.phone]
    facts = [*facts_of(standing), *((_("Telephone of %(name)s") % {"name": name}, phone) for name, phone in numbers)]
    return "\n".join(_("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in facts if value)


def clocks_of(standing: Standing, at: dt.datetime) -> list[tuple[Clock, str, bool]]:
    """Return the clocks that run, each with the time left in words and whether it is over."""
    return [(one, time_left(one.due_at, at), one.due_at <= at) for one in standing.clocks]


def time_left(due_at: dt.datetime, at: dt.datetime) -> str:
    """Return how much time is left until `due_at`, or by how much it is over."""
    left = due_at - at
    hours = abs(left) // dt.timedelta(hours=1)
    if left <= dt.timedelta():
        text = ngettext("overdue by %(count)d hour", "overdue by %(count)d hours", hours) % {"count": hours}
        return text if hours else _("overdue")
    if hours:
        return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}
    minutes = left // dt.timedelta(minutes=1)
    return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes}


def print_pdf(*, standing: Standing, at: dt.datetime) -> bytes | Refusal:
    """Return the record as a sheet of A4 for the insurer, in the reader's language.

    Refuses with `missing_glyphs`.
    """
    activity = standing.accident.activity
    issuer = Issuer.objects.filter(pk=activity.issuer_id).first()
    photos = standing.accident.photos.count()
    told = []
    if standing.insurer:
        words = {"at": moment(standing.insurer.entry.happened_at), "number": standing.insurer.number}
        told.append(_("The insurer was told on %(at)s, No. %(number)s.") % words)
    if standing.platform:
        words = {"at": moment(standing.platform.entry.happened_at), "number": standing.platform.number}
        told.append(_("The higher platform was told on %(at)s, No. %(number)s.") % words)
    if standing.family:
        words = {"at": moment(standing.family.entry.happened_at), "words": standing.family.words}
        told.append(_("The family was told on %(at)s: %(words)s") % words)
    if photos:
        told.append(
            ngettext("%(count)d photo is on record.", "%(count)d photos are on record.", photos) % {"count": photos}
        )
    latest = standing.latest.entry
    written = {"at": moment(latest.written_at), "who": latest.written_by}
    sheet = AccidentSheet(
        community=str(activity.community),
        facts=tuple((name, value) for name, value in facts_of(standing)),
        told=tuple(told),
        recorded=_("Recorded on %(at)s by %(who)s") % written,
        unit=issuer.name if issuer else activity.organiser,
        telephone=issuer.telephone if issuer else "",
        printed_on=formats.day(timezone.localdate(at), current_language(), year=True),
    )
    practice = is_practice(activity.community_id)
    return print_sheet(sheet, language=current_language(), created=at, practice=practice)


def _insurance(standing: Standing) -> str:
    policy = standing.policy
    if policy is None:
        return standing.accident.activity.insurance
    if not policy.claims_telephone:
        return str(policy)
    return _("%(policy)s, claims: %(telephone)s") % {"policy": policy, "telephone": policy.claims_telephone}
