"""Form fields for the parameters of a rule set."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.rulebook.chapters import with_title
from academy.rulebook.parameters import Parameter
from academy.rulebook.views import source_words


def parameter_field(parameter: Parameter, value: int) -> forms.Field:
    """Return the form field of a parameter, with its default and the source of the default.

    A choice that is not possible any more has to be made again.
    """
    words: dict[str, Any] = {
        "label": parameter.label,
        "initial": value,
        "help_text": _("Clause %(clause)s. By default %(default)s: %(source)s.")
        % {
            "clause": with_title(parameter.clause),
            "default": parameter.shown(parameter.default),
            "source": "、".join(str(word) for word in source_words(parameter.source)),
        },
    }
    if parameter.in_hours:
        words["initial"] = parameter.shown(value)
        bounds: dict[str, Any] = {"min_value": parameter.minimum / 60, "max_value": parameter.maximum / 60}
        return HoursField(decimal_places=2, **bounds, **words)
    if not parameter.choices:
        return forms.IntegerField(min_value=parameter.minimum, max_value=parameter.maximum, **words)
    choices: list[tuple[Any, Any]] = [(one, parameter.shown(one)) for one in parameter.choices]
    if not parameter.allows(value):
        choices.insert(0, ("", "—"))
    return forms.TypedChoiceField(choices=choices, coerce=int, **words)


class HoursField(forms.DecimalField):
    """A length of time that people give in hours, and that the rules store in minutes."""

    def clean(self, value: Any) -> Any:
        hours = super().clean(value)
        if hours is None:
            return None
        if hours * 60 % 1:
            raise forms.ValidationError(_("Give hours that make whole minutes, such as 1.5."), code="bad_hours")
        return int(hours * 60)
