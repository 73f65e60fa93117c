"""The pages of the first set-up: the key, the steps, a look over everything, the links to hand out."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.core import encryption, formats
from academy.core.http import form_page
from academy.core.links import public_address
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.paper.codes import qr_svg
from academy.paper.http import pdf_response
from academy.people import password_slips
from academy.people.http import network_of
from academy.people.models import Duty
from academy.people.services import attempts, logins
from academy.people.services.attempts import Limit, Source
from academy.rulebook.parameters import PARAMETERS
from cms import set_up_draft, set_up_key, starting_pages
from cms.founding import NewCommunity, found_first_community
from cms.models import FirstSetUp
from cms.set_up_forms import FORMS, KeyForm, StaffForm, facts_of
from cms.writing import ORIGINAL, TRANSLATION

STEPS: dict[str, Any] = {
    "community": _("The community"),
    "unit": _("The recording unit"),
    "desk": _("The desk"),
    "staff": _("The first people"),
    "rules": _("The rules"),
    "pages": _("The pages"),
}
OWN_TEMPLATES = ("staff", "rules", "pages")
HANDED_OUT = "first_links"  # the session of the browser that founded the community
LINKS_SHOWN = 24 * 60 * 60  # seconds
OF_A_NETWORK = Limit(free=10, half_life=60)

WRONG_KEY = _("This is not the key. Copy it whole from the server's log, or let the operator print it again.")
TOO_MANY = _("There were too many attempts. Try again in %(seconds)s seconds.")


def empty_first(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a sign-in page: while the installation is empty, it leads to the first set-up."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if set_up_key.is_open():
            return HttpResponseRedirect(reverse("set_up:key"))
        return view(request, *args, **kwargs)

    return guarded


def _with_key(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a page of the set-up: browsers that gave the key see it until the founding."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = set_up_key.current()
        if row is None:
            return _closed(request)
        if not _has_given(request, row):
            return HttpResponseRedirect(reverse("set_up:key"))
        return view(request, row, *args, **kwargs)

    return guarded


def _has_given(request: HttpRequest, row: FirstSetUp) -> bool:
    return constant_time_compare(request.session.get(set_up_key.SESSION, ""), set_up_key.mark_of(row))


def _closed(request: HttpRequest) -> HttpResponse:
    """Return, after the founding, the page for a browser that gave the key; raise 404 for any other."""
    # A second tap founds at the same moment: what its session holds is older than the founding.
    held = request.session.load() if request.session.session_key else {}
    if HANDED_OUT in held:
        return HttpResponseRedirect(reverse("set_up:done"))
    if set_up_key.SESSION in held:
        return render(request, "cms/set_up_closed.html", status=410)
    raise Http404


@never_cache
@form_page
def key(request: HttpRequest) -> HttpResponse:
    """Ask for the key: the first page of an empty installation (`/set-up/`, `?key=`)."""
    row = set_up_key.current()
    if row is None:
        return _closed(request)
    if request.method != "POST" and _has_given(request, row):
        return HttpResponseRedirect(_goes_on_at(row))
    form = KeyForm(request.POST) if request.method == "POST" else KeyForm(initial={"key": request.GET.get("key", "")})
    wait = 0
    if form.is_bound and form.is_valid():
        sources = [Source("set_up", network_of(request), OF_A_NETWORK)]
        wait = attempts.begin(sources=sources, at=timezone.now())
        if not wait and set_up_key.fits(row, form.cleaned_data["key"]):
            attempts.take_back(sources=sources)
            request.session.cycle_key()
            request.session[set_up_key.SESSION] = set_up_key.mark_of(row)
            return HttpResponseRedirect(_goes_on_at(row))
        form.add_error("key", TOO_MANY % {"seconds": wait} if wait else WRONG_KEY)
    response = render(request, "cms/set_up_key.html", {"form": form}, status=429 if wait else 200)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _goes_on_at(row: FirstSetUp) -> str:
    """Return the address of the first step that is not complete; the look over all of them after the last."""
    typed = set_up_draft.read(row)
    open_steps = [name for name in STEPS if not _is_filled(name, typed)]
    return reverse("set_up:step", args=open_steps[:1]) if open_steps else reverse("set_up:check")


@_with_key
@form_page
def step(request: HttpRequest, row: FirstSetUp, name: str) -> HttpResponse:
    """Show and store one step. Going back keeps what was typed, also what is not valid yet."""
    if name not in STEPS:
        raise Http404
    names = list(STEPS)
    place = names.index(name)
    before = reverse("set_up:step", args=[names[place - 1]]) if place else ""
    after = reverse("set_up:step", args=[names[place + 1]]) if name != names[-1] else reverse("set_up:check")
    if request.GET.get("then") == "check":
        after = reverse("set_up:check")
    typed, theirs = set_up_draft.read(row), None
    form = _form_of(name, typed, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        is_valid = form is None or form.is_valid()
        texts = {field: request.POST.get(field, "") for field in form.fields} if form is not None else {}
        if is_valid and name == "community":
            texts["slug"] = form.cleaned_data["slug"]  # the pinyin, if it was left empty
        try:
            written = set_up_draft.write(step=name, texts=texts, seen=request.POST.get("seen"), at=timezone.now())
        except set_up_draft.ChangedMeanwhile:
            row.refresh_from_db()
            typed = set_up_draft.read(row)
            theirs = _differing(form, typed[name])
        else:
            if written is None:
                return _closed(request)
            typed = written
            if "back" in request.POST and before:
                return HttpResponseRedirect(before)
            if is_valid:
                return HttpResponseRedirect(after)
    context = {
        "theirs": theirs,
        "seen": set_up_draft.mark_of(typed.get(name)),
        "days": set_up_draft.FORGOTTEN.days,
        "is_forgotten": set_up_draft.is_forgotten(row),
        "name": name,
        "title": STEPS[name],
        "steps": _steps(typed, name),
        "number": place + 1,
        "form": form,
        "before": before,
        "community": typed.get("community", {}),
        "defaults": {one: parameter.shown(parameter.default) for one, parameter in PARAMETERS.items()},
        **(_pages_context(typed) if name == "pages" else {}),
    }
    return render(request, f"cms/set_up_{name}.html" if name in OWN_TEMPLATES else "cms/set_up_step.html", context)


@_with_key
@form_page
def check(request: HttpRequest, row: FirstSetUp) -> HttpResponse:
    """Show everything that was typed; a POST founds the community."""
    typed = set_up_draft.read(row)
    forms = {name: form(typed.get(name, {})) for name, form in FORMS.items()}
    is_ready = all([form.is_valid() for form in forms.values()])
    seen = set_up_draft.mark_of(typed)
    is_changed = request.method == "POST" and request.POST.get("seen", seen) != seen
    if request.method == "POST" and is_ready and not is_changed:
        staff: StaffForm = forms["staff"]
        with transaction.atomic():
            answer = found_first_community(
                facts=facts_of(forms), staff=staff.staff, public_url=settings.PUBLIC_URL, at=timezone.now()
            )
            if not isinstance(answer, Refusal):
                _hand_out(request, answer)
        if isinstance(answer, Refusal):
            return _closed(request)
        return HttpResponseRedirect(reverse("set_up:done"))
    context = {
        "steps": _steps(typed, ""),
        "parts": [(name, STEPS[name], _lines(name, forms[name]), forms[name].errors) for name in FORMS],
        "is_ready": is_ready,
        "seen": seen,
        "is_changed": is_changed,
        "alone": not typed.get("staff", {}).get("approver"),
        "public_url": settings.PUBLIC_URL,
    }
    return render(request, "cms/set_up_check.html", context)


@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Show the browser that founded the community the links that set passwords, for a day."""
    context = {"people": _people(request), "back_office": reverse("wagtailadmin_home")}
    return render(request, "cms/set_up_done.html", context)


@never_cache
@require_POST
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the slip with a password link for one of the first people, until they have a password."""
    if pk not in {person["duty"].pk for person in _people(request) if person["link"]}:
        raise Http404
    duty = get_object_or_404(Duty.objects.select_related("user", "community"), pk=pk)
    answer = password_slips.print_pdf(duty=duty, by=None, at=timezone.now())
    if isinstance(answer, Refusal):
        return render(request, "cms/set_up_done.html", {"people": _people(request), "refusal": answer}, status=409)
    return pdf_response(answer, f"{duty.user}.pdf")


def _hand_out(request: HttpRequest, founded: NewCommunity) -> None:
    """Keep the links in the session, so that the page can be opened again.

    They are sealed: a reader of the database sees none. The session is saved with the founding, so that none is lost.
    """
    links = {duty.user_id: str(logins.password_link(user=duty.user, by=None)) for duty in founded.duties}
    handed = [(duty.pk, links[duty.user_id]) for duty in founded.duties]
    request.session.pop(set_up_key.SESSION, None)
    request.session[HANDED_OUT] = encryption.seal({"at": int(time.time()), "links": handed})
    request.session.save()


def _people(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the first people with their duties, and the link of each without a password; 404 after a day."""
    try:
        kept = encryption.unseal(request.session.get(HANDED_OUT, ""))
    except encryption.DecryptionError:
        raise Http404 from None
    if time.time() - kept["at"] > LINKS_SHOWN:
        raise Http404
    links = dict(kept["links"])
    people: dict[int, dict[str, Any]] = {}
    for duty in Duty.objects.filter(pk__in=links).select_related("user", "community").order_by("pk"):
        if duty.user_id in people:
            people[duty.user_id]["duties"].append(duty.get_role_display())
            continue
        link = "" if duty.user.has_usable_password() else public_address(links[duty.pk])
        code = qr_svg(link) if link else ""
        people[duty.user_id] = {"duty": duty, "duties": [duty.get_role_display()], "link": link, "code": code}
    return list(people.values())


def _form_of(name: str, typed: set_up_draft.Typed, data: Any) -> Any:
    if name not in FORMS:
        return None
    return FORMS[name](data) if data is not None else FORMS[name](initial=typed.get(name))


def _differing(form: Any, stored: dict[str, str]) -> list[tuple[Any, str]]:
    """Return the label and the stored text of each field in which a sent form differs from them."""
    return [(form[one].label, text) for one, text in stored.items() if one in form.fields and text != form[one].value()]


def _steps(typed: set_up_draft.Typed, now: str) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "url": reverse("set_up:step", args=[name]),
            "is_filled": _is_filled(name, typed),
            "is_now": name == now,
        }
        for name, title in STEPS.items()
    ]


def _is_filled(name: str, typed: set_up_draft.Typed) -> bool:
    return name in typed and (name not in FORMS or FORMS[name](typed[name]).is_valid())


def _lines(name: str, form: Any) -> list[tuple[Any, Any]]:
    """Return what was typed in a step as labels and values; of the rules, what differs from the defaults."""
    if name != "rules":
        return [(form[field].label, _shown(form, field)) for field in form.fields]
    if not form.is_valid():
        return []
    day = formats.day(form.cleaned_data["rules_from"], current_language(), year=True)
    return [(form["rules_from"].label, day), *((form[one].label, form[one].value()) for one in form.values)]


def _shown(form: Any, name: str) -> str:
    """Return a field as it will be stored, in the form in which people write it."""
    value = form.cleaned_data.get(name) if form.is_valid() else form[name].value()
    if not value and name.startswith("social_worker"):
        return gettext("the administrator")
    return str(form.fields[name].prepare_value(value) or "—")


def _pages_context(typed: set_up_draft.Typed) -> dict[str, Any]:
    data = {"name": typed.get("community", {}).get("name", "")}
    texts = (starting_pages.HOME, starting_pages.ACADEMY, starting_pages.RECRUITMENT, starting_pages.RULES)
    pages = [{"text": one[ORIGINAL].filled(data), "english": one[TRANSLATION].filled(data)["title"]} for one in texts]
    return {"pages": pages, "public_url": settings.PUBLIC_URL}
