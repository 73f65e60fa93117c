"""Photos of an activity: the leader's page, the files, and the request of a person in one of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.activities.belongings import may_see_people
from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.core import practice
from academy.core.bodies import takes_files
from academy.core.files import send_file
from academy.core.http import form_page, posted_id, posted_ids
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.people import namesakes
from academy.people.http import network_of, user_of
from academy.people.models import User
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source
from academy.photos import selectors, services
from academy.photos.models import Photo
from academy.rulebook.models import RuleSet

OF_A_NETWORK = Limit(free=5, half_life=60 * 60)
SLOW_DOWN = Refusal("too_many_attempts", gettext_lazy("There were many such requests. Wait a while, or call the desk."))
SIZES = ("small", "large")


@takes_files
@login_required
@never_cache
@form_page
def manage(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show an activity's photos to its leader and staff; add, show, hide and delete them."""
    activity = led_activity(request, activity_id)
    if request.method == "POST":
        outcome = _act(request, activity)
        if not isinstance(outcome, Refusal):
            return redirect(reverse("photos:manage", args=[activity.pk]))
        return _render(request, activity, refusal=outcome)
    return _render(request, activity)


@require_safe
def send(request: HttpRequest, pk: int, size: str) -> HttpResponseBase:
    """Send a photo: to everybody while it is shown, else to the leader and staff alone."""
    photo = _photo(pk)
    is_public = Photo.objects.public().filter(pk=pk).exists() and photo.activity.published_at is not None
    if size not in SIZES or not (is_public or _manages(request, photo.activity)):
        raise Http404
    file = photo.large if size == "large" else photo.small
    response = send_file(request, file.path, content_type="image/jpeg")
    # Short: a photo that was taken away is gone from every browser soon.
    response.headers["Cache-Control"] = "private, max-age=300" if is_public else "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@form_page
def ask_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a photo away at the wish of a person in it, without sign-in; the leader and staff look at it."""
    photo = _photo(pk)
    practice.show(request, photo.activity.community_id)
    if not Photo.objects.public().filter(pk=pk).exists():
        return render(request, "photos/away.html", {"activity": photo.activity, "photo": None})
    refusal = None
    if request.method == "POST":
        now = timezone.now()
        source = Source("photos.network", network_of(request), OF_A_NETWORK)
        wait = attempts.begin(sources=[source], at=now)
        outcome = SLOW_DOWN if wait else services.ask_removal(photo=photo, words=request.POST.get("words", ""), at=now)
        if not isinstance(outcome, Refusal) or outcome.code == services.ASKED_BEFORE.code:
            messages.success(request, _("The photo is taken away. Thank you for telling us."))
            return redirect("activities:detail", photo.activity_id)
        refusal = outcome
    context = {"activity": photo.activity, "photo": photo, "refusal": refusal}
    response = render(request, "photos/away.html", context, status=409 if refusal else 200)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _act(request: HttpRequest, activity: Activity) -> Refusal | None:
    """Do what the button says. Return the refusal of the whole; those of single files become messages."""
    user, now, chosen = user_of(request), timezone.now(), posted_ids(request, "photo")
    if "cover" in request.POST:
        cover = services.use_as_cover(activity=activity, photo=posted_id(request, "cover") or 0, by=user, at=now)
        if isinstance(cover, Refusal):
            return cover
        messages.success(request, _("This photo is the picture of the activity now."))
        return None
    match request.POST.get("act"):
        case "show":
            shown = services.show(
                activity=activity,
                photos=chosen,
                cleared="cleared" in request.POST,
                by=user,
                at=now,
                asked=posted_ids(request, "asked"),
            )
            if isinstance(shown, Refusal):
                return shown
            if selectors.asks_open(activity, chosen):
                messages.warning(request, str(services.ASKED_MEANWHILE))
            messages.success(request, _("Shown on the page of the activity."))
        case "hide":
            hidden = services.hide(activity=activity, photos=chosen, by=user, at=now)
            if isinstance(hidden, Refusal):
                return hidden
            messages.success(request, _("Taken off the page. You still see them here."))
        case "delete":
            deleted = services.delete(activity=activity, photos=chosen, by=user, at=now)
            if isinstance(deleted, Refusal):
                return deleted
            messages.success(request, _("Deleted."))
        case _:
            added = services.add(activity=activity, files=request.FILES.getlist("files"), by=user, at=now)
            if isinstance(added, Refusal):
                return added
            for name, refusal in added.refused:
                messages.warning(request, f"{name}: {refusal.message}")
            if added.stored:
                said = ngettext("%(n)d photo is stored.", "%(n)d photos are stored.", added.stored)
                messages.success(request, said % {"n": added.stored})
    return None


def _render(request: HttpRequest, activity: Activity, *, refusal: Refusal | None = None) -> HttpResponse:
    hidden = selectors.not_to_be_seen(activity, day=timezone.localdate())
    log_people_shown(request, hidden)
    context = {
        "activity": activity,
        "photos": selectors.photos_of(activity),
        "hidden": hidden,
        "tails": namesakes.tails(hidden),
        "refusal": refusal,
        "years": RuleSet.objects.parameters_on(activity.community_id, timezone.localdate())["retention_years"],
        "has_begun": activity.shifts.filter(starts_at__lte=timezone.now()).exists(),
    }
    return render(request, "photos/manage.html", context, status=409 if refusal else 200)


def _photo(pk: int) -> Photo:
    return get_object_or_404(Photo.objects.kept().select_related("activity__community", "activity__leader"), pk=pk)


def _manages(request: HttpRequest, activity: Activity) -> bool:
    user = request.user
    is_published = activity.published_at is not None
    return isinstance(user, User) and is_published and may_see_people(user, activity, at=timezone.now())
