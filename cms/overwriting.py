"""Two people edit one page: the second save stands, and its author hears of the first.

The history keeps the first one. Before a deletion, the page says who has it open.

The editor's script asks before such a save when it has noticed the other one. It may not have: a phone slept, or both
saved within seconds.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin.models import EditingSession
from wagtail.models import Page

from academy.core.look import moment


@dataclass(frozen=True)
class Earlier:
    """The version that a save puts into the history, unseen by its author."""

    revision: int
    who: str
    at: Any


def note(request: HttpRequest, page: Page) -> None:
    """Note before a save that somebody else has saved since the form was opened."""
    latest, loaded = page.latest_revision, request.POST.get("loaded_revision_id")
    mine = request.POST.get("overwrite_revision_id") or loaded
    if latest is None or not loaded or mine == str(latest.pk) or latest.user_id == request.user.pk:
        return
    request.__dict__["_overwritten"] = Earlier(latest.pk, str(latest.user or ""), latest.created_at)


def tell(request: HttpRequest, page: Page) -> None:
    """Send a message after the save: whose version went into the history, and how to compare both."""
    earlier: Earlier | None = request.__dict__.get("_overwritten")
    latest = page.latest_revision
    if earlier is None or latest is None or latest.pk == earlier.revision:
        return
    sentence = _(
        "While you were writing, %(who)s saved this page (%(at)s). Yours is the latest version now; theirs is kept."
    )
    both = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, earlier.revision, latest.pk])
    named = sentence % {"who": earlier.who or _("somebody"), "at": moment(earlier.at)}
    messages.warning(request, format_html('{} <a href="{}">{}</a>', named, both, _("Compare both")))


def warn_of_writers(request: HttpRequest, page: Page) -> None:
    """Send a message before a deletion: who has this page open in the editor now."""
    since = timezone.now() - EditingSession.IDLE_TIMEOUT
    sessions = EditingSession.objects.filter(content_type=page.cached_content_type, object_id=str(page.pk))
    others = sessions.filter(last_seen_at__gte=since).exclude(user=request.user).select_related("user").order_by("pk")
    if names := list(dict.fromkeys(str(session.user) for session in others)):
        sentence = _("Being edited now by: %(names)s. Ask first: a deletion takes what is being written along.")
        messages.warning(request, sentence % {"names": "、".join(names)})
