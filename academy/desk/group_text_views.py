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
from academy.activities.models import Activity, Shift
from academy.core.refusals import Refusal
from academy.core.rights import RightRequiredMixin
from academy.core.signals import objects_shown
from academy.core.verbs import verbs_for
from academy.desk.group_texts import CallFilter, fitting, text_of_call, texts_of
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
        """Ask the chosen people to the next shift."""
        at = timezone.now()
        shift = self.next_shift(at)
        role = self.activity.roles.first()
        if shift is None or role is None:
            raise Http404
        chosen = Volunteer.objects.taking_part().filter(community=self.activity.community_id)
        numbers = [text for text in request.POST.getlist("person") if text.isascii() and text.isdecimal()]
        people = list(chosen.filter(pk__in=[number for number in numbers if len(number) < 10]))
        made = calling.call(people=people, shift=shift, role=role, by=user_of(request), at=at)
        if isinstance(made, Refusal):
            messages.error(request, str(made))
        else:
            asked = len(made)
            messages.success(request, ngettext("%(n)s person asked.", "%(n)s people asked.", asked) % {"n": asked})
        return redirect(f"{request.get_full_path()}#calls")

    def next_shift(self, at: dt.datetime) -> Shift | None:
        shift: Shift | None = self.activity.shifts.filter(starts_at__gt=at).order_by("starts_at").first()
        if shift is not None:
            shift.activity = self.activity
        return shift

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        form = CallFilterForm(self.request.GET, activity=self.activity)
        wanted = CallFilter(**form.cleaned_data) if form.is_valid() else CallFilter()
        people = fitting(self.activity, wanted, at=at)
        shift = self.next_shift(at)
        calls = calling.calls_for(shift) if shift else []
        objects_shown.send(
            sender=Volunteer, request=self.request, objects=[*people, *(one.volunteer.stays for one in calls)]
        )
        user = user_of(self.request)
        return super().get_context_data(
            activity=self.activity,
            form=form,
            wanted=wanted,
            people=people,
            is_coming=shift is not None,
            calls=[(one, text_of_call(one)) for one in calls],
            texts=texts_of(self.activity, wanted=wanted, at=at),
            verbs=[verb for verb in verbs_for(self.activity, user) if verb.url != self.request.path],
            **kwargs,
        )
