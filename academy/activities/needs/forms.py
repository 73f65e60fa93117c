"""Fields of the back office's form: needs of a role, private details of an activity."""

from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput

from academy.activities import private_details
from academy.activities.models import Role
from academy.activities.needs.models import OLDEST
from academy.core.panels import OptionalPanel, OptionalRowPanel
from academy.learning.models import Course
from academy.people.permissions import Right

NEEDS = ["courses", "tier", "min_age", "max_age", "needs_agreement", "practicum_of"]
TERMS_PANEL = OptionalPanel(
    [
        FieldPanel("meeting_point"),
        FieldRowPanel([FieldPanel("cost"), FieldPanel("minors_until")]),
        FieldPanel("private"),
    ],
    heading=_("For those who come"),
)
ASKED = [
    FieldPanel("courses"),
    FieldRowPanel([FieldPanel("tier"), FieldPanel("min_age"), FieldPanel("max_age")]),
    FieldPanel("needs_agreement"),
]
NEEDS_PANEL = OptionalRowPanel([*ASKED, FieldPanel("practicum_of")], summary=_("Needs of the role: courses, tier, age"))


class PrivateField(forms.CharField):
    """The private details of an activity, as text."""

    widget = AdminAutoHeightTextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Private details: door code, telephone of the household"),
            max_length=private_details.LENGTH,
            required=False,
            help_text=_(
                "Only those who take part and the leader see them, from a day before their shift until 12 hours after "
                "it; each look is noted. They are stored encrypted, and erased a week after the last shift."
            ),
            **kwargs,
        )


class RoleNeedsForm(WagtailAdminModelForm):
    """The part of a role's row that says what the role asks for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_courses(self, "courses", "practicum_of")

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        check_ages(self)
        if self.cleaned_data.get("practicum_of") and not self.cleaned_data.get("practicum"):
            self.add_error("practicum_of", _("Tick “practicum” too, or choose no course here."))
        return cleaned


def check_ages(form: Any) -> None:
    """Add an error for ages that no person has, and for those that exclude every person."""
    youngest, oldest = form.cleaned_data.get("min_age"), form.cleaned_data.get("max_age")
    for name, age in (("min_age", youngest), ("max_age", oldest)):
        if age is not None and not 1 <= age <= OLDEST:
            form.add_error(name, _("Give an age between 1 and %(oldest)s, or leave it empty.") % {"oldest": OLDEST})
    if youngest is not None and oldest is not None and youngest > oldest:
        form.add_error("max_age", _("The oldest age is below the youngest one: nobody could sign up."))


def limit_courses(form: Any, *names: str) -> None:
    """Offer only published courses of the user's communities, the first of these fields as boxes to tick."""
    courses = _courses_for(form.for_user)
    for name in names:
        form.fields[name].queryset = courses
    form.fields[names[0]].widget = forms.CheckboxSelectMultiple(choices=form.fields[names[0]].choices)


def _courses_for(user: Any) -> Any:
    """Return the published courses of the communities in which the user runs activities."""
    published = Course.objects.filter(versions__number=1).order_by("title", "pk")
    return published.filter(community__in=user.communities_for(Right.RUN_ACTIVITIES)) if user else published.none()


def initial_of(role: Role, fields: list[str]) -> dict[str, Any]:
    """Return the values of a role for the row of another activity."""
    return model_to_dict(role, fields=fields)
