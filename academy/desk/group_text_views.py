"""The page with the texts about an activity for a chat group, and the people who fit a call."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.activities import calling
from academy.activities.cards import Places, places_in
from academy.activities.models import Activity, Shift
from academy.core.http import posted_id, posted_ids, read_id
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.core.rights import RightRequiredMixin
from academy.core.signals import objects_shown
from academy.core.verbs import verbs_for
from academy.desk.group_texts import CallFilter, fitting, shifts_to_call, text_of_call, texts_of
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.profiles.models import Word


class CallFilterForm(forms.Form):
    """Form that says whom a call looks for."""

    skill = forms.ModelChoiceField(Word.objects.none(), required=False, label=_("Skill"), empty_label=_("any"))
    time = forms.ModelChoiceField(Word.objects.none(), required=False, label=_("Free time"), empty_label=_("any"))
    building = forms.CharField(required=False, max_length=30, label=_("Building"))

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = Word.objects.filter(community=activity.community_id)
        for name, kind in (("skill", Word.Kind.SKILL), ("time", Word.Kind.TIME)):
            chosen: Any = self.fields[name]
            chosen.queryset = words.filter(kind=kind).order_by("pk")


class GroupTexts(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Page with the texts that fit the activity now, to copy."""

    right = Right.RUN_ACTIVITIES
    template_name = "desk/admin/group_texts.html"
    page_title = _("Texts for the group")
    header_icon = "copy"

    @cached_property
    def activity(self) -> Activity:
        activities = Activity.objects.planned().published().in_communities(self.communities)
        return get_object_or_404(activities.select_related("community"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.activity)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("activity:index"), "label": _("Activities")},
            {"url": reverse("activity:edit", args=[self.activity.pk]), "label": self.activity.title},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask the chosen people to the chosen shift, or only the next who fits."""
        at = timezone.now()
        shift = self.chosen_shift(at)
        if shift is None:
            raise Http404
        roles = {one.role.pk: one.role for one in self.roles(shift)}
        role = roles.get(posted_id(request, "role") or 0) or next(iter(roles.values()), None)
        if role is None:
            raise Http404
        if "next" in request.POST:
            people = fitting(self.activity, self.wanted(), shift=shift, at=at)[:1]
        else:
            chosen = Volunteer.objects.taking_part().filter(community=self.activity.community_id)
            people = list(chosen.filter(pk__in=posted_ids(request, "person")))
        made = calling.call(people=people, shift=shift, role=role, by=user_of(request), at=at)
        if isinstance(made, Refusal):
            messages.error(request, str(made))
        else:
            asked = len(made)
            messages.success(request, ngettext("%(n)s person asked.", "%(n)s people asked.", asked) % {"n": asked})
        return redirect(f"{request.get_full_path()}#calls")

    def chosen_shift(self, at: dt.datetime) -> Shift | None:
        """Return the shift that `?shift=` names, else the next one, else the one that runs."""
        shifts = shifts_to_call(self.activity, at)
        named = read_id(self.request.GET.get("shift"))
        shift = next((one for one in shifts if one.pk == named), shifts[0] if shifts else None)
        if shift is not None:
            shift.activity = self.activity
        return shift

    def roles(self, shift: Shift) -> list[Places]:
        """Return the roles of the shift, those in which people are missing first."""
        return sorted(places_in([shift], people=())[shift.pk], key=lambda one: (not one.left, one.role.pk))

    @cached_property
    def form(self) -> CallFilterForm:
        return CallFilterForm(self.request.GET, activity=self.activity)

    def wanted(self) -> CallFilter:
        """Return whom the call looks for; without a filter that was sent, nobody is listed."""
        if not self.form.is_valid():
            return CallFilter()
        return CallFilter(**self.form.cleaned_data, everybody="skill" in self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        wanted, shift = self.wanted(), self.chosen_shift(at)
        people = fitting(self.activity, wanted, shift=shift, at=at) if shift else []
        calls = calling.calls_for(shift) if shift else []
        objects_shown.send(
            sender=Volunteer, request=self.request, objects=[*people, *(one.volunteer.stays for one in calls)]
        )
        user = user_of(self.request)
        return super().get_context_data(
            activity=self.activity,
            form=self.form,
            wanted=wanted,
            people=people,
            shift=shift,
            shifts=[(one.pk, period(one)) for one in shifts_to_call(self.activity, at)],
            roles=self.roles(shift) if shift else [],
            calls=[(one, text_of_call(one)) for one in calls],
            texts=texts_of(self.activity, wanted=wanted, at=at),
            verbs=[verb for verb in verbs_for(self.activity, user) if verb.url != self.request.path],
            **kwargs,
        )
