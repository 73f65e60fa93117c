"""The page of the system: the state of its parts, and acts that need no shell (ADR 72)."""

import datetime as dt
import platform
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import django
import wagtail
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from academy.audit.services import prove_later
from academy.core import clock_jumps, health, short_names, upkeep
from academy.core.look import moment
from academy.core.models import Community, Upkeep
from academy.core.rights import RightRequiredMixin, right_required
from academy.hours.models import ServiceRecord
from academy.own_data.retention import RETENTION
from academy.paper import bounded, presentations
from academy.people.holding import terms
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import Right

SYSTEM_TITLE = gettext_lazy("System")
OLD_BACKUP = dt.timedelta(days=2)
LONGEST_PROOF = dt.timedelta(hours=2)  # a proof that began so long ago will not end any more
RECORDS_SHOWN = 20

TESTED_MAIL, PROVED = "desk.test_mail", "desk.prove"  # actions in the log

_WHY = {
    "password": gettext_lazy("The mail server does not accept the name or the password."),
    "recipient": gettext_lazy("The mail server does not accept the address."),
    "sender": gettext_lazy("The mail server does not accept our own address."),
    "refused": gettext_lazy("The mail server refused the message."),
    "no_answer": gettext_lazy("The mail server does not answer."),
}


@dataclass(frozen=True)
class Part:
    """One part of the system, in words."""

    name: Any
    words: Any
    is_good: bool
    advice: Any = ""


class SystemView(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Show backup, clock, worker, disk, mail, the proof of the ledger, and the versions."""

    right = Right.KEEP_SYSTEM
    template_name = "desk/admin/system.html"
    page_title = SYSTEM_TITLE
    header_icon = "cogs"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, last = timezone.now(), upkeep.last_results()
        return super().get_context_data(
            parts=[
                _backup(last.get(upkeep.BACKUP), at),
                _clock(at),
                _worker(at),
                _files(),
                _mail(last),
                _retention(last.get(RETENTION), at),
                _slides(),
                *_names(),
            ],
            proof=_proof(last.get(upkeep.PROOF), at, user_of(self.request)),
            mail_form=MailForm(initial={"address": user_of(self.request).email}) if settings.HAS_MAIL_SERVER else None,
            versions=_versions(),
            **kwargs,
        )


class MailForm(forms.Form):
    address = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)


@require_POST
@right_required(Right.KEEP_SYSTEM)
def prove(request: HttpRequest) -> HttpResponse:
    """Let the worker prove the ledger, unless a proof runs already."""
    at = timezone.now()
    stored = upkeep.last_results().get(upkeep.PROOF)
    if stored is not None and _is_running(stored, at):
        messages.info(request, _("The proof runs already."))
        return redirect("system")
    upkeep.begin(upkeep.PROOF, at=at)
    _log(request, PROVED, at)
    prove_later.enqueue()
    messages.success(request, _("The proof has begun. You may leave this page; the result will stand here."))
    return redirect("system")


@require_GET
@right_required(Right.KEEP_SYSTEM)
def send_differences(request: HttpRequest) -> HttpResponse:
    """Send what the last proof found, for the person who maintains the system."""
    stored = upkeep.last_results().get(upkeep.PROOF)
    if stored is None or not stored.facts.get("differences") or not _keeps_all(user_of(request)):
        raise Http404
    lines = "\n".join(stored.facts["differences"]) + "\n"
    return HttpResponse(
        lines,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{_('Proof of the ledger')}.txt") or ""},
    )


@require_POST
@right_required(Right.KEEP_SYSTEM)
def test_mail(request: HttpRequest) -> HttpResponse:
    """Send a short message to the given address, in the way of all other mail."""
    form = MailForm(request.POST)
    if not settings.HAS_MAIL_SERVER:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Give an e-mail address."))
        return redirect("system")
    address = form.cleaned_data["address"]
    _log(request, TESTED_MAIL, timezone.now())
    EmailMessage(
        _("Test of the volunteer academy's mail"),
        _("If you read this, the volunteer academy can send mail. You need not answer."),
        to=[address],
    ).send()
    messages.success(
        request,
        _("The message to %(address)s is on its way. Open this page again in a minute: it says what became of it.")
        % {"address": address},
    )
    return redirect("system")


def _log(request: HttpRequest, action: str, at: dt.datetime) -> None:
    user = user_of(request)
    for community in user.communities_for(Right.KEEP_SYSTEM)[:1]:
        log(community, action, user=user, timestamp=at)


def _backup(stored: Upkeep | None, at: dt.datetime) -> Part:
    name = _("Backup")
    how = _("Ask the person who maintains the system: the backup of each day should be noted here (note_backup).")
    if stored is None or stored.at is None:
        return Part(name, _("No backup has been noted."), is_good=False, advice=how)
    words = _("%(moment)s, %(size)s") % {
        "moment": moment(stored.at),
        "size": filesizeformat(stored.facts.get("bytes", 0)),
    }
    is_good = at - stored.at <= OLD_BACKUP
    return Part(name, words, is_good=is_good, advice="" if is_good else how)


def _clock(at: dt.datetime) -> Part:
    ticked = clock_jumps.last_tick()
    is_good = ticked is not None and at - ticked <= health.PATIENCE
    words = _("last worked %(moment)s") % {"moment": moment(ticked)} if ticked else _("has never worked")
    advice = _("No notice ends, and no reminder is sent. Tell the person who maintains the system.")
    return Part(_("Clock: notices end, reminders leave"), words, is_good=is_good, advice="" if is_good else advice)


def _worker(at: dt.datetime) -> Part:
    is_alive = health.worker_is_alive()
    waiting = DBTaskResult.objects.ready().count()
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__gte=at - dt.timedelta(days=7))
    lost = failed.count()
    words = [_("runs") if is_alive else _("does not run")]
    words.append(ngettext("%(n)s task waits", "%(n)s tasks wait", waiting) % {"n": waiting})
    if lost:
        words.append(ngettext("%(n)s failed in 7 days", "%(n)s failed in 7 days", lost) % {"n": lost})
    advice = _("Nothing is lost, but mail and other work wait. Tell the person who maintains the system.")
    return Part(
        _("Work in the background"),
        pgettext("list separator", ", ").join(words),
        is_good=is_alive and not lost,
        advice="" if is_alive and not lost else advice,
    )


def _files() -> Part:
    has_room = health.files_have_room()
    words = _("there is room for uploads") if has_room else _("no file can be uploaded: the disk is full")
    advice = "" if has_room else _("People can go on checking in. Tell the person who maintains the system.")
    return Part(_("Disk"), words, is_good=has_room, advice=advice)


def _mail(last: dict[str, Upkeep]) -> Part:
    name = _("Mail")
    if not settings.HAS_MAIL_SERVER:
        return Part(name, _("No mail server is set: no page offers mail."), is_good=True)
    sent, lost = last.get(upkeep.MAIL), last.get(upkeep.LOST_MAIL)
    words = [_("last sent %(moment)s") % {"moment": moment(sent.at)} if sent and sent.at else _("none sent yet")]
    is_good = lost is None or lost.at is None or bool(sent and sent.at and sent.at > lost.at)
    if lost is not None and lost.at is not None:
        why = _WHY.get(lost.facts.get("why", ""), _WHY["refused"])
        words.append(_("last failure %(moment)s: %(why)s") % {"moment": moment(lost.at), "why": why})
    advice = "" if is_good else _("It is tried again for half a day. Tell the person who maintains the system.")
    return Part(name, " · ".join(words), is_good=is_good, advice=advice)


def _retention(stored: Upkeep | None, at: dt.datetime) -> Part:
    name = _("Old data is cleared")
    advice = _("The clock looks once a day. Tell the person who maintains the system.")
    if stored is None or stored.at is None:
        return Part(name, _("has not looked yet"), is_good=True)
    cleared = stored.facts.get("cleared", {})
    counts = [f"{one.title} {cleared[one.name]}" for one in terms() if cleared.get(one.name)]
    words = [_("last looked %(moment)s") % {"moment": moment(stored.at)}, *(counts or [_("nothing was old")])]
    is_good = at - stored.at <= OLD_BACKUP
    return Part(name, " · ".join(words), is_good=is_good, advice="" if is_good else advice)


def _slides() -> Part:
    """Return whether PowerPoint files become slides here; without it the system lacks nothing else."""
    name = _("Slides from PowerPoint")
    if presentations.converter() is not None:
        return Part(name, _("LibreOffice is there: trainers upload PPTX, PPT and ODP files."), is_good=True)
    advice = _("A PDF file is always taken. The person who maintains the system can install LibreOffice.")
    if bounded.landlock() < 1:
        advice = _("A PDF file is always taken. The kernel of this server cannot confine LibreOffice (Landlock).")
    return Part(name, _("not set up: trainers are asked to save as PDF"), is_good=True, advice=advice)


def _names() -> list[Part]:
    return [
        Part(
            _("Short name of %(community)s") % {"community": one},
            _("“%(slug)s” fits no address: its public notices cannot be opened.") % {"slug": one.slug},
            is_good=False,
            advice=_("Change it under Settings, Community, for example to “%(slug)s”.")
            % {"slug": short_names.suggest(one.name)},
        )
        for one in short_names.unusable()
    ]


def _is_running(stored: Upkeep, at: dt.datetime) -> bool:
    begun = stored.began_at
    return begun is not None and (stored.at is None or stored.at < begun) and at - begun <= LONGEST_PROOF


def _keeps_all(user: User) -> bool:
    """Return whether the user keeps the system of every community: the proof is of all of them."""
    return (
        not Community.objects.filter(practice_of=None).exclude(pk__in=user.communities_for(Right.KEEP_SYSTEM)).exists()
    )


def _proof(stored: Upkeep | None, at: dt.datetime, user: User) -> dict[str, Any]:
    """Return the last proof for display, with those of the named records that the user may open."""
    if stored is None:
        return {}
    lines = stored.facts.get("differences", [])
    named = {int(match[1]) for line in lines if (match := re.match(r"record (\d+):", line))}
    own = ServiceRecord.objects.filter(pk__in=named, community__in=user.communities_for(Right.KEEP_SYSTEM)).order_by(
        "pk"
    )
    return {
        "running_since": stored.began_at if _is_running(stored, at) else None,
        "at": stored.at,
        "failed": stored.failed,
        "entries": stored.facts.get("entries"),
        "count": stored.facts.get("count", 0),
        "has_list": bool(lines) and _keeps_all(user),
        "records": list(own.values_list("pk", flat=True)[:RECORDS_SHOWN]),
    }


@cache
def _own_version() -> str:
    try:
        return str(tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"])
    except (OSError, KeyError):
        return "—"


def _versions() -> list[tuple[str, str]]:
    database = ".".join(map(str, connection.get_database_version()))
    return [
        (_("Volunteer academy"), _own_version()),
        ("Wagtail", wagtail.__version__),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
        (connection.display_name, database),
    ]
