"""The yearly statement on the phone: figures, a yes, the ways of a no, a picture to share."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.certificates import statements
from academy.certificates.statements import Statement
from academy.core.http import form_page, posted_id
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.families.belongings import people_with_right
from academy.families.http import chosen_person
from academy.paper.http import png_response
from academy.people.http import user_of
from academy.people.permissions import Right


@login_required
@never_cache
@form_page
def show_statement(request: HttpRequest, year: int) -> HttpResponse:
    """Ask whether the figures of the year are right; record the yes."""
    statement = _statement(request, year)
    who = f"?who={statement.volunteer.number}"
    if request.method == "POST":
        answer = statements.say_yes(
            volunteer=statement.volunteer,
            year=year,
            times=posted_id(request, "times") or 0,
            minutes=posted_id(request, "minutes") or 0,
            by=user_of(request),
            at=timezone.now(),
        )
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
        else:
            messages.success(request, _("Thank you. Your yes is noted."))
        return redirect(reverse("certificates:statement", args=[year]) + who)
    most = max(*statement.months, 1)
    heights = [round(60 * minutes / most) for minutes in statement.months]
    context = {
        "statement": statement,
        "years": statements.years_of(statement.volunteer),
        "bars": [(20 * place + 3, 61 - height, height + 1) for place, height in enumerate(heights)],
        "records": link_to("records") + f"{who}&year={year}",
        "missing": link_to("missing"),
        "picture": reverse("certificates:statement_picture", args=[year]) + who,
        "who": who,
    }
    return render(request, "certificates/statement.html", context)


@login_required
@never_cache
@require_GET
def send_picture(request: HttpRequest, year: int) -> HttpResponse:
    """Send the year as a picture to share."""
    statement = _statement(request, year)
    answer = statements.picture_of(statement, at=timezone.now())
    if isinstance(answer, Refusal) or not statement.times:
        raise Http404
    return png_response(answer, f"{year}.png")


def _statement(request: HttpRequest, year: int) -> Statement:
    """Return the statement of the person in the address. Raises 404 for strangers and for years to come."""
    now = timezone.now()
    person = chosen_person(request, people_with_right(user_of(request), Right.PRINT_CERTIFICATE))
    if not 2000 <= year <= timezone.localdate(now).year:
        raise Http404
    return statements.statement_of(person, year, at=now)
