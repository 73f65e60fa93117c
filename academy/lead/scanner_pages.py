"""The staff scanner's page and its offline parts. `checkin.scanner_views` receives its scans."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.core.links import public_address

# The installed page and its service worker work only below this address.
SCOPE = "/scan/"


@never_cache
@ensure_csrf_cookie  # the script reads the cookie, so that a page kept for long still sends the present token
@require_safe
@login_required
def show_scanner(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show `/scan/<activity>/` to users who may lead the activity. The names come later, with the roster."""
    activity = led_activity(request, activity_id)
    context = {
        "activity": activity,
        "shifts": activity.shifts.all(),
        "scanner": {
            "activity": activity.pk,
            "zone": settings.TIME_ZONE,
            "addresses": _addresses(activity),
            "words": _words(),
        },
        "import_address": public_address(reverse("checkin:scanner_import", args=[activity.pk])),
    }
    return render(request, "lead/scanner.html", context)


@never_cache
@require_safe
@login_required
def send_manifest(request: HttpRequest, activity_id: int) -> JsonResponse:
    """Send the name and icons for a phone that installs the page on its home screen."""
    activity = led_activity(request, activity_id)
    icons = [
        {"src": static(f"icons/mark-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "name": f"{activity.title} · {_('Staff scanner')}",
            "short_name": _("Staff scanner"),
            "lang": get_language(),
            "id": reverse("lead:scanner", args=[activity.pk]),
            "start_url": reverse("lead:scanner", args=[activity.pk]),
            "scope": SCOPE,
            "display": "standalone",
            "background_color": "#faf6ef",
            "theme_color": "#faf6ef",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@never_cache
@require_safe
def send_service_worker(request: HttpRequest) -> HttpResponse:
    """Send `/scan/sw.js`, which keeps the page for use without a network.

    A service worker serves only addresses below its own, so it has this address.
    """
    return render(request, "lead/scanner-sw.js", {"scope": SCOPE}, content_type="text/javascript; charset=utf-8")


def _addresses(activity: Activity) -> dict[str, str]:
    return {
        "roster": reverse("checkin:scanner_roster", args=[activity.pk]),
        "sync": reverse("checkin:sync"),
        "undo": reverse("checkin:scanner_undo", args=[0]),  # the script puts in the activity of the scan
        "worker": reverse("lead:scanner_worker"),
        "decoder": static("built/decoder.js"),
    }


def _words() -> dict[str, Any]:
    """Return the script's sentences in the reader's language; the script fills in `{…}`."""
    return {
        "checkedIn": _("Checked in"),
        "checkedOut": _("Checked out"),
        "checkIn": pgettext("button", "Check in"),
        "checkOut": pgettext("button", "Check out"),
        "alreadyIn": _("Already checked in, since {time}"),
        "alreadyOut": _("Already checked out at {time}"),
        "insistOut": _("Check out all the same"),
        "insistIn": _("Check in all the same"),
        "notCheckedIn": _("Not checked in"),
        "notCheckedOut": _("Not checked out"),
        "since": _("in since {time}"),
        "undone": _("Taken back"),
        "undoing": _("Being taken back"),
        "undoLater": _("It is taken back as soon as there is a network."),
        "waiting": pgettext("scan", "not uploaded"),
        "sent": pgettext("scan", "uploaded"),
        "refused": pgettext("scan", "not accepted"),
        "unknown": _("Unknown card"),
        "unsent": _("{n} not uploaded"),
        "allSent": _("All uploaded"),
        "online": pgettext("network", "Online"),
        "offline": pgettext("network", "No network"),
        "more": _("{n} more: type more of the name."),
        "roster": _("People on the roster: {n}, as of {time}"),
        "soundOn": _("Sound: on"),
        "soundOff": _("Sound: off"),
        "loading": _("Downloading the roster …"),
        "noRoster": _("There is no roster on this phone yet. Go where there is a network and download it first."),
        "notKept": _("This phone could not keep the scan. Write the name down on paper."),
        "memory": _("This browser cannot store scans: leave this page open until everything is uploaded."),
        "expired": _("The roster on this phone is too old. Download it again where there is a network."),
        "signedOut": _("You are signed out. Scans go on being uploaded; for a new roster, sign in again."),
        "deviceTrouble": _(
            "The server does not accept this phone's pass. Nothing is lost: download the roster again, "
            "or save the scans as a file."
        ),
        "serverTrouble": _("The server could not take all scans just now. They stay here and are sent again."),
        "noCode": _("No code found in the photo. Hold the phone closer and the card flat, or look for the name."),
        "not_gate": _("This is an activity's code, not a check-in card. Scan the volunteer's card."),
        "not_slip": _("This is a sign-in slip, not a check-in card. Scan the volunteer's card."),
        "not_unknown": _("This is not a check-in card. Scan the code on the volunteer's card, or look for the name."),
        "camera_insecure": _("This browser allows the camera only on https:// addresses."),
        "camera_denied": _("The camera is not allowed. Allow it in the browser's settings for this page."),
        "camera_missing": _("This device has no camera that the page could use."),
        "camera_busy": _("The camera does not start. Close other programs that use it."),
        "codes": {
            "unknown_card": _("This card is not on this phone's roster. The scan is kept: the server decides."),
            "refused_unknown_card": _("The server does not know this card. Look for the name instead."),
            "card_revoked": _("This card has been replaced by a new one. Ask for the new one, or look for the name."),
            "ask_desk": _("Ask the desk about this person. The scan is kept with a remark."),
            "ask_desk_first": _("Not yet: ask the desk first. The scan is kept, and the server decides."),
            "refused_ask_desk_first": _("Not checked in. Ask the desk about this person."),
            # Rosters and answers of 0.1.0 may still lie on a phone: they say no more than ours.
            "minor_not_allowed": _("Not checked in. Ask the desk about this person."),
            "unknown_checkpoint": _("The server does not know this activity's checkpoint any more."),
            "practice_only": _("This person belongs to another community. Practice and real service do not mix."),
            "id_reused": _("The server has another scan under this number."),
            "device_refused": _("The server does not accept this phone's record. Save it as a file; it stays here."),
            "already_checked_in": _("They were in already. It is kept with a remark."),
            "not_checked_in": _("They had not checked in. It is kept with a remark."),
            "outside_hours": _("Outside the activity's check-in time. It is kept with a remark."),
            "too_early": _("Before the activity's check-in time. It is kept with a remark."),
            "too_late": _("After the activity's check-in time. It is kept with a remark."),
            "not_signed_up": _("Not signed up. It is kept with a remark."),
            "shift_full": _("All places are taken. It is kept with a remark."),
            "role_asks_more": _("The places left ask for more. It is kept with a remark."),
            "needs_consent": _("Ask the desk about this person. The scan is kept with a remark."),
            "suspended": _("Ask the desk about this person. The scan is kept with a remark."),
            "cancelled": _("The activity has been cancelled. It is kept with a remark."),
            "needs_course": _("A course is missing. It is kept with a remark."),
            "needs_tier": _("The tier is not reached yet. It is kept with a remark."),
            "needs_qualification": _("A qualification is missing. It is kept with a remark."),
            "clock": _("This phone's clock is wrong or was set. It is kept with a remark."),
            "token_expired": _("The roster was too old. It is kept with a remark."),
            "no_longer_leader": _("The pass of this scanner has ended. It is kept with a remark."),
            "other": _("It is kept with a remark: {code}"),
        },
    }
