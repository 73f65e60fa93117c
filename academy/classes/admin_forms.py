"""The back office's forms: plan a run, say how a course is assessed."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.activities.clock_fields import PlannedClockField, PlannedDateField
from academy.activities.forms import moment_of
from academy.classes import selectors
from academy.classes.models import AssessedBy, CourseRun
from academy.classes.services.running import Span
from academy.core.forms import CommunityModelForm
from academy.learning.models import Course
from academy.people.choosers import volunteer_chooser
from academy.people.models import Issuer, Volunteer

MOST_CLASSES = 30
NO_ASSESSMENT = ("", _("none: its lessons, or a class, complete it"))


class _PeopleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    def __init__(self, label: Any, help_text: Any) -> None:
        people = Volunteer.objects.all()
        widget = volunteer_chooser.widget_class()
        super().__init__(people, label=label, help_text=help_text, widget=widget, required=False)


class RunForm(CommunityModelForm):
    """A run of a course: its first class, and how often it comes again."""

    issuer = forms.ModelChoiceField(Issuer.objects.all(), label=_("recording unit"))
    day = PlannedDateField(label=_("first day"))
    begins = PlannedClockField(label=_("From"), help_text=_("Such as 900 or 9:00."))
    ends = PlannedClockField(label=_("Until"))
    times = forms.IntegerField(label=_("number of classes"), min_value=1, max_value=MOST_CLASSES, initial=1)
    every = forms.IntegerField(
        label=_("days from class to class"), min_value=1, max_value=60, initial=7, help_text=_("7: once a week.")
    )
    places = forms.IntegerField(label=_("places for learners"), min_value=1, max_value=500, initial=20)
    place = forms.CharField(
        label=_("place"), max_length=100, required=False, help_text=_("Empty: that of the unit's venue.")
    )
    assessor = _PeopleField(_("assessor"), _("Beside the instructor."))
    second_assessor = _PeopleField(_("second assessor"), "")

    class Meta(CommunityModelForm.Meta):
        model = CourseRun
        fields = ["course", "title", "instructor", "unit", "venue"]

    field_order = [
        "course",
        "title",
        "instructor",
        "unit",
        "venue",
        "place",
        "day",
        "begins",
        "ends",
        "times",
        "every",
        "places",
        "assessor",
        "second_assessor",
        "issuer",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["course"].queryset = fields["course"].queryset.filter(versions__number=1)
        fields["venue"].queryset = fields["venue"].queryset.filter(is_offered=True).select_related("unit")
        if (issuers := fields["issuer"].queryset).count() == 1:
            self.initial.setdefault("issuer", issuers.get().pk)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        if data.get("venue") is None and not data.get("place"):
            sentence = _("Say where, or choose a unit's venue.")
            self.add_error("place", forms.ValidationError(sentence, code="needs_place"))
        begins, ends = data.get("begins"), data.get("ends")
        if begins is not None and ends is not None and ends <= begins:
            self.add_error("ends", forms.ValidationError(_("The end is not after the start."), code="ends_first"))
        return cleaned

    def classes(self) -> list[Span]:
        """Return the classes of a valid form."""
        data = self.cleaned_data
        days = [data["day"] + dt.timedelta(days=data["every"] * place) for place in range(data["times"])]
        return [(moment_of(day, data["begins"]), moment_of(day, data["ends"])) for day in days]

    def assessors(self) -> list[Volunteer]:
        """Return the assessors of a valid form."""
        return [one for one in (self.cleaned_data["assessor"], self.cleaned_data["second_assessor"]) if one]


class CourseRulesForm(CommunityModelForm):
    """The assessment of a course in the room, and the required course that it may stand for."""

    kind = forms.ChoiceField(
        label=_("assessment in the room"),
        choices=[NO_ASSESSMENT, *AssessedBy.choices],
        required=False,
        help_text=_("With one, a class alone completes the course. Its lessons are still read, and earn their hours."),
    )
    items = forms.CharField(
        label=_("checklist"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One item a line. Assessors sign each on their phones."),
    )
    signatures = forms.IntegerField(label=_("assessors for each item"), min_value=1, max_value=5, initial=1)

    class Meta(CommunityModelForm.Meta):
        model = Course
        fields = ["stands_for"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stands_for"]
        course = self.instance
        field.queryset = field.queryset.filter(community=course.community_id, tier=course.tier, required=True).exclude(
            pk=course.pk
        )
        field.help_text = _(
            "Completing this elective fulfils that required course too. Every course that somebody's body may not "
            "manage needs such an equivalent."
        )
        if (known := selectors.assessment_of_course(course)) is not None:
            self.initial |= {"kind": known.by, "items": known.items, "signatures": known.signatures}
