"""The period of a certificate that a volunteer makes."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PeriodForm(forms.Form):
    """All hours, those of a year, or those between two days; `since` is the day of the first record.

    The cleaned data holds `period_from` and `period_to`.
    """

    period = forms.ChoiceField(label=_("Which period"), widget=forms.RadioSelect)
    own_from = forms.DateField(label=pgettext_lazy("first day of a period", "From"), required=False, widget=_day())
    own_to = forms.DateField(label=pgettext_lazy("last day of a period", "Until"), required=False, widget=_day())
    school = forms.CharField(label=_("School, if the certificate is for one"), max_length=60, required=False)
    school_class = forms.CharField(label=_("School class"), max_length=30, required=False)
    with_document = forms.BooleanField(
        label=_("Print the whole ID number on this certificate"),
        required=False,
        help_text=_("Only if the office that gets it asks for the number. Leave it out otherwise."),
    )

    def __init__(
        self, data: Any = None, *, since: dt.date, today: dt.date, has_document: bool, auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, initial={"period": "all"}, auto_id=auto_id)
        if not has_document:
            del self.fields["with_document"]
        self.since, self.today = since, today
        years = [str(year) for year in range(today.year, since.year - 1, -1)]
        period: Any = self.fields["period"]
        period.choices = [
            ("all", _("Everything until today")),
            *((year, _("The year %(year)s") % {"year": year}) for year in years[:3]),
            ("own", _("From one day to another")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        period = cleaned.get("period")
        if period is None:
            return cleaned
        if period == "own":
            self._clean_own(cleaned)
        elif period == "all":
            cleaned["period_from"], cleaned["period_to"] = self.since, self.today
        else:
            year = int(period)
            cleaned["period_from"] = dt.date(year, 1, 1)
            cleaned["period_to"] = min(dt.date(year, 12, 31), self.today)
        return cleaned

    def _clean_own(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("own_from"), cleaned.get("own_to")
        for name, value in (("own_from", first), ("own_to", last)):
            if value is None and name not in self.errors:
                self.add_error(name, forms.ValidationError(_("Choose a day."), code="required"))
        if first is None or last is None:
            return
        if last > self.today:
            self.add_error("own_to", forms.ValidationError(_("Choose today or an earlier day."), code="future"))
        elif first > last:
            self.add_error("own_to", forms.ValidationError(_("Choose the first day or a later one."), code="order"))
        cleaned["period_from"], cleaned["period_to"] = first, last
