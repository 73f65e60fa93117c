"""The trial of a draft of the rules on a period that is over."""

import datetime as dt

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.core.months import months_before
from academy.core.signals import objects_shown
from academy.hours import sentences
from academy.hours.days import COUNTING
from academy.hours.services import trial
from academy.people.models import Volunteer
from academy.rulebook.models import RuleSet
from academy.rulebook.parameters import differences
from academy.rulebook.views import describe_parameter, visible_draft

LONGEST = 12  # months
USUAL = dt.timedelta(days=90)


def _day() -> forms.DateInput:
    """Return the browser's own calendar, which reads and writes ISO dates only."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})


class PeriodForm(forms.Form):
    since = forms.DateField(label=pgettext_lazy("first day of a period", "From"), widget=_day())
    until = forms.DateField(label=pgettext_lazy("last day of a period", "Until"), widget=_day())

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if not since or not until:
            return
        if since > until:
            self.add_error("until", _("The period ends before it begins. Change one of the two."))
        elif since < months_before(until, LONGEST):
            self.add_error("since", _("Try a year at most."))
        elif until >= timezone.localdate():
            self.add_error("until", _("Choose a period that is over: today is still going on."))


@login_required
@never_cache
@require_GET
def try_rules(request: HttpRequest, rule_set: int) -> HttpResponse:
    """Show a period's hours under the draft, per volunteer, in total and by clause. Read-only."""
    draft = visible_draft(request.user, rule_set)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    usual = {"since": yesterday - USUAL, "until": yesterday}
    form = PeriodForm(request.GET if "since" in request.GET else usual)
    context = {"rule_set": draft, "form": form}
    if form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        found = trial.try_rules(draft=draft, since=since, until=until, at=timezone.now())
        objects_shown.send(sender=Volunteer, request=request, objects=[row.volunteer for row in found.differing])
        context |= {
            "trial": found,
            "clauses": _titled(found.clauses),
            "people": [(row, _titled(row.by_clause)) for row in found.differing],
            "flags": [(count, sentences.flag_sentence(flag)) for flag, count in found.flags],
            "without_hours": _without_hours(draft, until),
        }
    return render(request, "desk/trial.html", context)


def _titled(steps: list[tuple[str, int]]) -> list[dict[str, object]]:
    """Return the difference in minutes by clause, with titles for people."""
    return [
        {"minutes": minutes, "clause": sentences.clause_of(step), "title": sentences.STEP_TITLES[step]}
        for step, minutes in steps
    ]


def _without_hours(draft: RuleSet, until: dt.date) -> list[dict[str, object]]:
    """Return the parameters that differ but change no minutes, e.g. periods of notice."""
    now = RuleSet.objects.parameters_on(draft.community_id, until)
    return [
        {**describe_parameter(parameter, value), "before": parameter.shown(was)}
        for parameter, was, value in differences(draft.values, now)
        if parameter.name not in COUNTING
    ]
