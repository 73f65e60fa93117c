"""The back office's screens that accept a person marked at the gate, or join two entries of a person."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from academy.core.actions import ActionView
from academy.core.forms import choices_for
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.core.signals import objects_shown
from academy.people.choosers import volunteer_chooser
from academy.people.comparing import Alike, compare, compared_people, side_by_side
from academy.people.http import user_of
from academy.people.models import User, Volunteer
from academy.people.selectors import namesakes_of
from academy.people.services import merging, registration


class AcceptView(ActionView):
    """View that puts a person marked at the gate on the roll, after a look at namesakes (R5)."""

    after = "person"
    act = _("Accept as a new volunteer")
    lead = _("This person was marked at the gate. From now on they are on the roll for good.")
    done = _("%(object)s is on the roll.")
    template_name = "people/admin/accept.html"

    def perform(self, form: Any) -> Refusal | None:
        answer = registration.accept_provisional(
            volunteer=self.object,
            besides=compared_people(self.request),
            by=user_of(self.request),
            at=timezone.now(),
        )
        return answer if isinstance(answer, Refusal) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if alike := self._alike():
            context |= {"alike": alike, "act": _("It is another person: accept"), "person": self.object}
        return context

    def _alike(self) -> Alike | None:
        people = namesakes_of(self.object)
        own = {name: getattr(self.object, name) for name in ("name", "phone", "birth_date")}
        return compare(self.request, people, own) if people else None


class OtherEntryForm(forms.Form):
    """Form that asks for the other entry of the person."""

    other = forms.ModelChoiceField(
        Volunteer.objects.none(), label=_("The other entry of this person"), widget=volunteer_chooser.widget_class()
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = choices_for(Volunteer.objects.present(), user)


class MergeForm(OtherEntryForm):
    """Form that asks which of the two entries stays."""

    stays = forms.ChoiceField(label=_("Which entry stays?"), widget=forms.RadioSelect)
    sure = forms.BooleanField(
        label=_("The birth dates differ. I have compared the documents: this is one person."), required=False
    )

    def __init__(self, *args: Any, pair: list[Volunteer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].widget = forms.HiddenInput()
        stays: Any = self.fields["stays"]
        stays.choices = [(str(person.pk), str(person)) for person in pair]
        if len({person.birth_date for person in pair if person.birth_date}) < 2:
            del self.fields["sure"]


class MergeView(ActionView):
    """View that asks for the other entry, shows both side by side, and asks which one stays."""

    after = "person"
    act = _("Join to another person")
    lead = _("Choose the other entry. You then see both side by side before anything changes.")
    template_name = "people/admin/merge.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.pair: list[Volunteer] = []

    def get_form(self, form_class: Any = None) -> forms.Form:
        kwargs = {**self.get_form_kwargs(), "user": user_of(self.request)}
        if "stays" not in self.request.POST:
            return OtherEntryForm(**kwargs)
        # The second form may have errors: read the other entry from the answer to the first question.
        first = OtherEntryForm(**kwargs)
        if not first.is_valid():
            return first
        self.pair = [self.object, first.cleaned_data["other"]]
        return MergeForm(**kwargs, pair=self.pair)

    def perform(self, form: Any) -> Refusal | HttpResponse:
        person, other = self.object, form.cleaned_data["other"]
        if not self.pair:
            refusal = merging.cannot_merge(volunteer=person, into=other, by=user_of(self.request))
            # Either entry may stay, so refuse only if both directions are refused.
            if refusal is not None and merging.cannot_merge(volunteer=other, into=person, by=user_of(self.request)):
                return refusal
            self.pair = [person, other]
            second = MergeForm(
                initial={"other": other.pk, "stays": _suggest_entry(person, other).pk},
                user=user_of(self.request),
                pair=self.pair,
            )
            return self.render_to_response(self.get_context_data(form=second))
        stays = person if form.cleaned_data["stays"] == str(person.pk) else other
        goes = other if stays is person else person
        answer = merging.merge(
            volunteer=goes,
            into=stays,
            by=user_of(self.request),
            at=timezone.now(),
            sure=form.cleaned_data.get("sure", False),
        )
        if isinstance(answer, Refusal):
            return answer
        messages.success(
            self.request,
            gettext("%(goes)s was joined to %(stays)s. Their hours are one person's from now on.")
            % {"goes": goes, "stays": stays},
        )
        return redirect(link_to("person", stays.pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["act"] = _("Show both")
        if self.pair:
            objects_shown.send(sender=Volunteer, request=self.request, objects=self.pair)
            context |= {
                "pair": self.pair,
                "rows": [(label, *values) for label, values in side_by_side(self.pair)],
                "lead": _("All scans, records and certificates stay. You cannot undo this."),
                "act": _("Join these two"),
                "serious": True,
            }
        return context


def _suggest_entry(person: Volunteer, other: Volunteer) -> Volunteer:
    """Suggest the entry that stays: prefer the roll to the gate, then a sign-in, then the older entry."""
    return min(person, other, key=lambda one: (one.provisional, one.user_id is None, one.registered_at, one.pk))
