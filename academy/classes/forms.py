"""Forms of a class on the phone: a checklist, the results of all learners, the word at the end."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.classes.models import AssessedBy, Assessment
from academy.classes.refusals import BAD_SCORE
from academy.classes.selectors import Learner
from academy.classes.services.assessing import Mark, by_points
from academy.core.opened_forms import OpenedForm
from academy.core.refusals import Refusal
from academy.people import namesakes
from academy.people.models import Volunteer

VERDICTS = (
    ("", pgettext_lazy("result", "not yet")),
    ("yes", pgettext_lazy("result", "passed")),
    ("no", pgettext_lazy("result", "not passed")),
)
FACES = (
    ("5", _("very good")),
    ("4", _("good")),
    ("3", _("all right")),
    ("2", _("not so good")),
    ("1", _("bad")),
)


class ResultsForm(OpenedForm):
    """One field for each learner: points, or a verdict. An empty field changes no result."""

    def __init__(
        self,
        *args: Any,
        learners: Sequence[Learner],
        assessment: Assessment,
        assessors: Sequence[Volunteer],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.learners, self.by_points = learners, assessment.by == AssessedBy.SCORE
        tails = namesakes.tails(assessors)
        self.assessors = {str(one.pk): one for one in assessors}
        for one in learners:
            self.fields[name_of(one.volunteer)] = self._field(one)
        if assessment.by == AssessedBy.CHECKLIST:
            self.fields["signed_by"] = forms.MultipleChoiceField(
                label=_("Who signed the checklists on paper?"),
                choices=[(pk, namesakes.named(one, tails)) for pk, one in self.assessors.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["paper"] = forms.CharField(
                label=_("Where are the signed checklists kept?"),
                help_text=_("For example: training files 2026, folder 3."),
                required=False,
                max_length=100,
            )

    def _field(self, one: Learner) -> forms.Field:
        known = one.result
        label = one.name
        if self.by_points:
            widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "3", "autocomplete": "off"})
            return forms.CharField(
                label=label, required=False, max_length=3, widget=widget, initial=None if known is None else known.score
            )
        initial = "" if known is None else "yes" if known.passed else "no"
        return forms.ChoiceField(label=label, required=False, choices=VERDICTS, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for one in self.learners if self.by_points else ():
            name = name_of(one.volunteer)
            if isinstance(_points(self.cleaned_data.get(name) or "0"), Refusal):
                self.add_error(name, forms.ValidationError(str(BAD_SCORE), code=BAD_SCORE.code))
        return cleaned

    def results(self) -> dict[Volunteer, Mark]:
        """Return the results of a valid form, without learners whose field is empty."""
        found: dict[Volunteer, Mark] = {}
        for one in self.learners:
            typed = self.cleaned_data[name_of(one.volunteer)]
            mark = (_points(typed) if self.by_points else Mark(typed == "yes")) if typed else None
            if isinstance(mark, Mark):
                found[one.volunteer] = mark
        return found

    def on_paper(self) -> dict[str, Any]:
        """Return who signed the checklists on paper, and where they are kept."""
        signed = [self.assessors[pk] for pk in self.cleaned_data.get("signed_by", ())]
        return {"paper_signed_by": signed, "paper": self.cleaned_data.get("paper", "")}


def name_of(volunteer: Volunteer) -> str:
    """Return the name of a learner's field."""
    return f"result-{volunteer.pk}"


def _points(typed: str) -> Mark | Refusal:
    return by_points(int(typed)) if typed.isascii() and typed.isdecimal() else BAD_SCORE


class SheetForm(forms.Form):
    """The spreadsheet with the results of a class."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("CSV or Excel (.xlsx, .xls) with the columns name and points, or name and result (合格, 不合格)."),
        error_messages={"required": _("Choose the file with the results."), "empty": _("This file is empty.")},
    )


class FeedbackForm(OpenedForm):
    """One of five faces, and two questions that may stay empty."""

    face = forms.TypedChoiceField(
        label=_("How was the class?"),
        choices=FACES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five faces.")},
    )
    liked = forms.CharField(
        label=_("What helped you?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    wish = forms.CharField(
        label=_("What should be better?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
