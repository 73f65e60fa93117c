"""The form of an activity with its shifts and roles, and the questions that it asks first."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel

from academy.activities import changing, concerned, plan_rows, plans, services
from academy.activities.clock_fields import DAY, Clock, PlannedClockField, PlannedDateField, RestsField, rests_within
from academy.activities.models import Activity, Break, Role, Shift
from academy.activities.needs.forms import NEEDS, PrivateField, RoleNeedsForm, initial_of
from academy.activities.signals import ask_policies
from academy.core import formats
from academy.core.forms import CommunityModelForm
from academy.core.look import current_language, period
from academy.core.sentences import join_sentences
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.people.pictures import own_pictures
from academy.rulebook.models import RuleSet

TIMES = ("date", "starts", "ends", "rests")
LONG_BEFORE = dt.timedelta(days=365)


class ShiftForm(WagtailAdminModelForm):
    """A row for a shift: a date, from clock to clock, and its breaks in one field."""

    # Short notes of one line: longer ones would set the fields of the row on different heights.
    date = PlannedDateField(label=_("Date"), help_text=_("As 12-12 or tomorrow"))
    starts = PlannedClockField(label=_("Begins"), help_text=_("900 is 9:00"))
    ends = PlannedClockField(label=_("Ends"), help_text=_("26:00: the next day"))
    rests = RestsField(label=_("Breaks"), required=False, help_text=_("As 1200-1230"))

    class Meta:
        model = Shift
        fields = ["walk_ins"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(times_of(self.instance))

    @property
    def moves(self) -> bool:
        """True if a time of the row differs from what is stored."""
        return any(name in self.changed_data for name in TIMES)

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        if self.moves:
            self._set_times()
        return cleaned

    def _set_times(self) -> None:
        day, starts, ends = (self.cleaned_data.get(name) for name in TIMES[:3])
        if day is None or starts is None or ends is None:
            return
        if starts >= DAY:
            self.add_error("starts", _("A shift begins on its date: write a time before 24:00."))
        elif ends <= starts:
            self.add_error("ends", _("The end is not after the start. For the next day write 26:00 in place of 2:00."))
        elif ends - starts > DAY:
            self.add_error("ends", _("A shift lasts a day at most. Add a shift for each day."))
        else:
            shift, stored_end = self.instance, self.instance.ends_at
            shift.starts_at, shift.ends_at = moment_of(day, starts), moment_of(day, ends)
            self._set_rests(day, starts, ends, moves_end=stored_end != shift.ends_at)

    def _set_rests(self, day: dt.date, starts: Clock, ends: Clock, *, moves_end: bool) -> None:
        shift, typed = self.instance, self.cleaned_data.get("rests")
        if typed is None:
            return
        rests = rests_within(typed, starts, ends)
        if backwards := [rest for rest in rests if rest.end <= rest.start]:
            self.add_error("rests", _("The break %(rest)s ends before it begins.") % {"rest": backwards[0]})
            return
        spans = [(moment_of(day, rest.start), moment_of(day, rest.end)) for rest in rests]
        # Overtime ends with the end that it was approved for (H4).
        overtime = None if moves_end else shift.overtime_until
        planned = Shift(starts_at=shift.starts_at, ends_at=shift.ends_at, overtime_until=overtime)
        if refusal := plans.refuse_breaks(planned, [Break(starts_at=start, ends_at=end) for start, end in spans]):
            self.add_error("rests", str(refusal))
            return
        stored = {(rest.starts_at, rest.ends_at): rest for rest in shift.breaks.all()}
        shift.breaks = [stored.get(span) or Break(starts_at=span[0], ends_at=span[1]) for span in spans]


def times_of(shift: Shift) -> dict[str, Any]:
    """Return the times of a shift as its row shows them."""
    midnight = moment_of(shift.date, Clock(0))

    def clock(moment: dt.datetime) -> Clock:
        return Clock((moment - midnight) // dt.timedelta(minutes=1))

    rests = sorted((rest.starts_at, rest.ends_at) for rest in shift.breaks.all())
    return {
        "date": shift.date,
        "starts": clock(shift.starts_at),
        "ends": clock(shift.ends_at),
        "rests": RestsField().prepare_value([f"{clock(start)}-{clock(end)}" for start, end in rests]),
    }


def moment_of(day: dt.date, clock: Clock) -> dt.datetime:
    """Return the moment with this time of day; from 24:00 on it lies on the day after."""
    midnight = dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
    return midnight + dt.timedelta(minutes=clock)


class RoleForm(RoleNeedsForm):
    class Meta:
        model = Role
        fields = ["name", "counts_as", "capacity", "practicum", *NEEDS]

    def clean_capacity(self) -> int:
        capacity: int = self.cleaned_data["capacity"]
        if capacity < 1 and "capacity" in self.changed_data:
            raise forms.ValidationError(_("At least one place: nobody could sign up."), code="no_place")
        return capacity


class ShiftRows(BaseChildFormSet):
    default_error_messages = {"too_few_forms": services.NEEDS_SHIFT.message}


class RoleRows(BaseChildFormSet):
    default_error_messages = {"too_few_forms": services.NEEDS_ROLE.message}

    def get_unique_error_message(self, unique_check: Any) -> Any:
        return _("Two roles have the same name. Give each its own.")


class RowsPanel(InlinePanel):
    """Rows with a form and a formset of ours."""

    def __init__(self, *args: Any, form: type[WagtailAdminModelForm], formset: type[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form, self.formset = form, formset

    def clone_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().clone_kwargs()
        return kwargs | {"form": self.form, "formset": self.formset}

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name] |= {
            "form": self.form,
            "formset": self.formset,
            "inherit_kwargs": ["for_user"],
        }
        return options


class ActivityForm(CommunityModelForm):
    """An activity with its shifts and roles."""

    reason = forms.CharField(
        label=_("Why the plan of a past shift changes"),
        max_length=200,
        required=False,
        help_text=_("Only if more counts of a shift that has begun. A second person then decides (H4)."),
    )
    private = PrivateField()
    # The form asks only if there is something to ask.
    sure_of_day = forms.BooleanField(label=_("Yes, the day is right."), required=False)
    sure_to_tell = forms.BooleanField(label=_("Yes, save it and send them a message."), required=False)

    publishes = False  # the button was “save and publish”

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions = {name: self.fields.pop(name) for name in ("sure_of_day", "sure_to_tell")}
        if self.instance.published_at is None:
            del self.fields["reason"]
        self._leave_out_only_community()
        self._name_policies()
        if not self.instance.pk:
            for name in ("issuer", "organiser"):
                self._suggest(name)
            self._suggest_rows()

    def _leave_out_only_community(self) -> None:
        """Ask for no community where the user has one."""
        field = self.fields["community"]
        if self.instance.pk is None and field.queryset.count() == 1:
            self.instance.community = field.queryset.get()
        elif self.instance.pk is None or field.queryset.count() > 1:
            return
        del self.fields["community"]

    def _name_policies(self) -> None:
        """Name the policies that are on record, so that nobody looks for the number (V1)."""
        communities = self.for_user.communities_for(Right.RUN_ACTIVITIES) if self.for_user else []
        answers: Any = ask_policies.send(sender=Activity, communities=list(communities), day=timezone.localdate())
        if numbers := [number for _receiver, found in answers for number in found]:
            said = _("On record: %(numbers)s. A dangerous activity needs the number (V1).")
            self.fields["insurance"].help_text = said % {"numbers": "、".join(numbers)}

    def _suggest(self, name: str) -> None:
        """Fill in the recording unit when the community has only one, as most have."""
        issuers = self.fields["issuer"].queryset
        if issuers.count() == 1:
            self.initial.setdefault(name, issuers.get().pk if name == "issuer" else issuers.get().name)

    def _suggest_rows(self) -> None:
        """Fill in the usual role, and as leader the user, if they are a volunteer here."""
        if not self.is_bound:  # a row that was sent back unchanged would count as empty
            self.formsets["roles"].initial_extra = [{"name": capfirst(_("volunteer"))}]
        own = self.for_user.own_volunteer if self.for_user else None
        if own is not None and self.fields["leader"].queryset.filter(pk=own.pk).exists():
            self.initial.setdefault("leader", own.pk)

    def take_over(self, activity: Activity, *, weeks: int) -> None:
        """Fill in everything of `activity`, so many weeks later."""
        for name in self.fields:
            if name != "community" or not self.instance.community_id:
                value = getattr(activity, name, None)
                self.initial[name] = value.pk if isinstance(value, models.Model) else value
        shifts = [{**times_of(shift), "walk_ins": shift.walk_ins} for shift in activity.shifts.all()]
        for times in shifts:
            times["date"] += dt.timedelta(weeks=weeks)
        roles = [initial_of(role, RoleForm.Meta.fields) for role in activity.roles.all()]
        for name, rows in (("shifts", shifts), ("roles", roles)):
            self.formsets[name].initial_extra = rows
            self.formsets[name].extra = max(len(rows) - 1, 0)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        cover = self.cleaned_data.get("cover")
        community = self.cleaned_data.get("community") or getattr(self.instance, "community", None)
        if cover is not None and community is not None and not own_pictures(community).filter(pk=cover.pk).exists():
            self.add_error("cover", str(changing.FOREIGN_COVER))
        if self.publishes and self.cleaned_data.get("dangerous") and not self.cleaned_data.get("insurance"):
            self.add_error("insurance", str(services.NEEDS_INSURANCE))
        return cleaned

    def is_valid(self) -> bool:
        return self._is_valid

    @cached_property
    def _is_valid(self) -> bool:
        return super().is_valid() and not self._removes_needed_rows() and self._shifts_fit() and self._is_sure()

    def _removes_needed_rows(self) -> bool:
        needed = [
            row.instance
            for name in ("shifts", "roles")
            for row in self.formsets[name].deleted_forms
            if row.instance.pk and plan_rows.is_needed(row.instance)
        ]
        for thing in needed:
            self.add_error(None, _("“%(name)s” stays: people have signed up for it.") % {"name": thing})
        return bool(needed)

    def _moved_rows(self) -> Iterator[ShiftForm]:
        """Yield the rows of new shifts, and of those with other times than stored."""
        rows = self.formsets["shifts"]
        for row in rows.forms:
            if row.moves and row not in rows.deleted_forms:
                yield row

    def _shifts_fit(self) -> bool:
        """Return whether no shift is longer than a visit can be (H6)."""
        fit = True
        for row in self._moved_rows():
            shift = row.instance
            parameters = RuleSet.objects.parameters_on(self.instance.community_id, shift.date)
            longest = parameters["max_visit_minutes"]
            if shift.ends_at - shift.starts_at > dt.timedelta(minutes=longest):
                sentence = _("A visit counts %(longest)s at most (H6). Make two shifts of it.")
                row.add_error("ends", sentence % {"longest": formats.duration(longest, current_language())})
                fit = False
        return fit

    # Questions

    def _is_sure(self) -> bool:
        questions = {"sure_of_day": self._unusual_days(), "sure_to_tell": self._people_to_tell()}
        for name, question in questions.items():
            if question:
                self.fields[name] = self._questions[name]
                if not self.data.get(self.add_prefix(name)):
                    self.add_error(name, question)
        return not self.errors

    @property
    def asks(self) -> bool:
        """True if the form was sent back to ask a question."""
        return any(name in self.errors for name in self._questions)

    def _unusual_days(self) -> str:
        now = timezone.now()
        begun = set(Shift.objects.filter(activity=self.instance.pk, starts_at__lte=now).values_list("pk", flat=True))
        starts = [row.instance for row in self._moved_rows() if row.instance.pk not in begun]
        past = [shift for shift in starts if shift.starts_at <= now]
        far = [shift for shift in starts if shift.starts_at > now + LONG_BEFORE]
        sentences = [
            str(sentence) % {"when": "、".join(period(shift) for shift in shifts)}
            for shifts, sentence in ((past, _("%(when)s is past.")), (far, _("%(when)s is more than a year ahead.")))
            if shifts
        ]
        return join_sentences(sentences)

    @cached_property
    def people_to_tell(self) -> list[Volunteer]:
        """The people with a place in a shift that gets another time or place."""
        if self.instance.pk is None:
            return []
        times = {row.instance.pk: row.instance for row in self.formsets["shifts"].forms if row.instance.pk}
        stored = Activity.objects.get(pk=self.instance.pk)
        touched = concerned.touched(stored, where=self.instance.where, shifts=times.values(), at=timezone.now())
        return concerned.people_in(touched)

    def _people_to_tell(self) -> str:
        people = self.people_to_tell
        return concerned.in_words(people) if people else ""
