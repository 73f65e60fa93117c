"""The back office's page for holidays and moved workdays, which an administrator enters for each year."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core import workdays
from academy.core.models import CalendarYear
from academy.core.refusals import Refusal, add_to_form
from academy.core.rights import RightRequiredMixin
from academy.core.services import enter_calendar
from academy.people.http import user_of
from academy.people.permissions import Right

CALENDAR_TITLE = _("Holidays and workdays")


class CalendarForm(forms.Form):
    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    notice = forms.CharField(
        label=_("Text of the State Council's notice"),
        help_text=_("Paste the whole text. Or write one line for each day: “2027-01-01 off”, “2027-01-03 work”."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class CalendarView(RightRequiredMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """Show what was entered for each year; read a year's notice and store its days."""

    right = Right.KEEP_CALENDAR
    form_class = CalendarForm
    template_name = "desk/admin/calendar.html"
    page_title = CALENDAR_TITLE
    header_icon = "date"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": CALENDAR_TITLE}]

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {"year": workdays.year_to_enter(today) or today.year + 1}

    def form_valid(self, form: Any) -> HttpResponse:
        answer = enter_calendar(**form.cleaned_data, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            add_to_form(form, answer, field="notice")
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("The calendar of %(year)s is stored. Dates that were set before stay.") % {"year": answer.year},
        )
        return redirect("holidays")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            act=_("Save"),
            lead=_(
                "Deadlines and notices count working days. The program knows the years up to its release; enter the "
                "State Council's notice for a later one. It holds for all communities."
            ),
            years=CalendarYear.objects.prefetch_related("days"),
            missing=workdays.year_to_enter(timezone.localdate()),
            **kwargs,
        )
