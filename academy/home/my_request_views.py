"""The page of a user's requests, and taking one back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.core.http import safe_next
from academy.core.refusals import Refusal
from academy.decisions import services
from academy.families.belongings import people_with_right
from academy.families.http import chosen_person
from academy.home import my_requests
from academy.people.http import user_of
from academy.people.permissions import Right


@login_required
@never_cache
@require_GET
def show_my_requests(request: HttpRequest) -> HttpResponse:
    """Show what the user asked for, or what was asked for a person whom the user acts for, with its state."""
    user = user_of(request)
    people = people_with_right(user, Right.SEE_HOURS)
    volunteer = chosen_person(request, people) if people else None
    asked = my_requests.requests_of(user, volunteer)
    context = {"volunteer": volunteer, "people": people, "requests": asked, "back": request.get_full_path()}
    return render(request, "home/requests.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, kind: str, request_id: int) -> HttpResponse:
    """Take an open request of the user back; afterwards redirect to `next`, or to the list."""
    user = user_of(request)
    mine = my_requests.find_mine(user, kind, request_id)
    if mine is None:
        raise Http404
    answer = services.withdraw(request=mine, by=user, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.warning(request, str(answer))
    else:
        messages.success(request, _("Taken back. You can ask again at any time."))
    return redirect(safe_next(request) or reverse("home:requests"))
