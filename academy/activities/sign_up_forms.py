"""Forms with which staff sign people up and withdraw them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from academy.activities.cards import Places, places_in
from academy.activities.models import Role, Shift
from academy.core.forms import choices_for
from academy.core.look import period
from academy.people.choosers import volunteer_chooser
from academy.people.models import User, Volunteer


class PlaceField(forms.ChoiceField):
    """Field for a role in a shift, as `12:7`. Its value is the pair of both."""

    widget = forms.RadioSelect

    def offer(self, shifts: Iterable[Shift], *, with_title: bool) -> None:
        """Offer the roles of these shifts with the places left; full ones too, so that the reader sees that."""
        coming = list(shifts)
        places = places_in(coming, people=())
        self.pairs = {f"{shift.pk}:{one.role.pk}": (shift, one.role) for shift in coming for one in places[shift.pk]}
        self.choices = [
            (f"{shift.pk}:{one.role.pk}", _label(shift, one, with_title))
            for shift in coming
            for one in places[shift.pk]
        ]
        if len(self.pairs) == 1:
            self.initial = next(iter(self.pairs))

    def clean(self, value: Any) -> tuple[Shift, Role]:
        return self.pairs[super().clean(value)]


def _label(shift: Shift, places: Places, with_title: bool) -> str:
    left = ngettext("%(count)s place left", "%(count)s places left", places.left) % {"count": places.left}
    parts = [period(shift), places.role.name, left if places.left else str(_("full"))]
    return " · ".join([shift.activity.title, *parts] if with_title else parts)


class SignUpForPersonForm(forms.Form):
    """Form that chooses a role in a coming shift, for a person who is known."""

    place = PlaceField(
        label=_("Shift and role"),
        error_messages={"required": _("Choose a shift and a role."), "invalid_choice": _("Choose from the list.")},
    )

    def __init__(self, *args: Any, shifts: Iterable[Shift], with_title: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.offer(shifts, with_title=with_title)


class SignUpForActivityForm(SignUpForPersonForm):
    """Form that chooses a person and a role, for an activity that is known."""

    volunteer = forms.ModelChoiceField(
        Volunteer.objects.none(),
        label=_("Who takes part"),
        widget=volunteer_chooser.widget_class(),
        error_messages={"required": _("Choose a volunteer.")},
    )
    field_order = ["volunteer", "place"]

    def __init__(self, *args: Any, user: User, shifts: Iterable[Shift], **kwargs: Any) -> None:
        super().__init__(*args, shifts=shifts, with_title=False, **kwargs)
        volunteer: Any = self.fields["volunteer"]
        volunteer.queryset = choices_for(Volunteer.objects.present(), user)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("May stay empty. For example: ill, called in.")
    )
