"""The back office's screens about local units, their members, teams and contributions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView, Refusable
from academy.core.http import read_id
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.people import choosers as _choosers  # noqa: F401  (registers the widget of the forms below)
from academy.people.exports import person_columns
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.units import services
from academy.units.models import Contribution, Team, TeamPeriod, Unit, UnitMembership


class ForUnit:
    """Mixin of a create view whose form begins with the unit that a link names."""

    request: Any
    right = Right.MANAGE_PEOPLE

    def get_initial(self) -> dict[str, Any]:
        communities = user_of(self.request).communities_for(self.right)
        unit = Unit.objects.filter(community__in=communities, pk=read_id(self.request.GET.get("unit"))).first()
        return {**super().get_initial(), "unit": unit}  # type: ignore[misc]


class UnitViewSet(CommunityViewSet):
    model = Unit
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    icon = "group"
    menu_hook = "register_people_menu_item"
    menu_order = 20
    form_fields = [
        "community",
        "name",
        "kind",
        "credit_code",
        "registration",
        "offers",
        "needs",
        "reports_back",
    ]
    list_display = ["name", "kind", "offers", "needs", "reports_back", "community"]
    list_filter = ["community", "kind", "registration", "reports_back"]
    search_fields = ["name", "credit_code"]
    list_export = ["name", "kind", "credit_code", "registration", "offers", "needs", "reports_back", "community"]


class MembershipCreateView(ForUnit, generic.CreateView):
    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "since": timezone.localdate()}

    def save_instance(self) -> UnitMembership:
        return services.put_in_unit(**self.form.cleaned_data, by=user_of(self.request), at=timezone.now())


class MembershipEditView(generic.EditView):
    def save_instance(self) -> UnitMembership:
        return services.correct_membership(
            membership=self.object, **self.form.cleaned_data, by=user_of(self.request), at=timezone.now()
        )


class EndMembershipView(ActionView):
    act = _("End the membership")
    lead = _("The person leaves the unit and its team today. Their earlier hours stay with the unit.")
    done = _("Left the unit: %(object)s.")

    def perform(self, form: Any) -> None:
        services.end_membership(membership=self.object, by=user_of(self.request), at=timezone.now())


class EmployerForm(forms.Form):
    """A person's word about the sheet for their employer."""

    granted = forms.TypedChoiceField(
        label=_("what they said"),
        choices=[("yes", _("Yes, I consent")), ("no", _("No, or no longer"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(label=_("how it was given"), max_length=200)


class EmployerView(ActionView):
    form_class = EmployerForm
    act = _("Record the consent to the employer's sheet")
    lead = _("It is for this unit alone: another employer gets no sheet by it (double report).")
    done = _("Recorded: %(object)s.")

    def perform(self, form: EmployerForm) -> Refusal | HttpResponse:
        membership, by = self.object, user_of(self.request)
        said = {"volunteer": membership.volunteer, "unit": membership.unit, **form.cleaned_data}
        answer = services.answer_for_employer(**said, by=by, at=timezone.now())
        if isinstance(answer, Refusal):
            return answer
        messages.success(self.request, self.done % {"object": answer})
        return redirect(link_to("unit_page", membership.unit_id))

    def get_success_url(self) -> str:
        return link_to("unit_page", self.object.unit_id)


class MembershipIndexView(generic.IndexView):
    def get_list_more_buttons(self, instance: UnitMembership) -> list[Any]:
        buttons = list(super().get_list_more_buttons(instance))
        if instance.until is None:
            url = reverse("unit_membership:end", args=[instance.pk])
            buttons.append(Button(EndMembershipView.act, url=url, icon_name="logout", priority=30))
        return buttons


class UnitMembershipViewSet(CommunityViewSet):
    model = UnitMembership
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    community_path = "unit__community"
    icon = "group"
    menu_hook = "register_people_menu_item"
    menu_label = _("Members of units")
    menu_order = 30
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    index_view_class = MembershipIndexView
    form_fields = ["unit", "volunteer", "is_contact", "since", "until"]
    list_display = ["volunteer", "unit", "is_contact", "since", "until"]
    list_filter = ["unit", "is_contact", "until"]
    search_fields = ["volunteer__name", "volunteer__number", "unit__name"]
    list_export = ["unit", *person_columns(), "is_contact", "since", "until"]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("end/<int:pk>/", self.construct_view(EndMembershipView), name="end"),
            path("for-employer/<int:pk>/", self.construct_view(EmployerView), name="for_employer"),
        ]


class TeamCreateView(ForUnit, generic.CreateView):
    pass


class TeamViewSet(CommunityViewSet):
    model = Team
    rights = dict.fromkeys(("view", "add", "change"), Right.MANAGE_PEOPLE)
    community_path = "unit__community"
    icon = "group"
    add_view_class = TeamCreateView
    form_fields = ["unit", "name"]
    list_display = ["name", "unit"]
    list_filter = ["unit"]
    search_fields = ["name", "unit__name"]
    list_export = ["unit", "name"]


class TeamPeriodCreateView(Refusable, generic.CreateView):
    refusal_field = "volunteer"
    success_message = _("In the team from today: %(object)s.")

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_initial(self) -> dict[str, Any]:
        communities = user_of(self.request).communities_for(Right.MANAGE_PEOPLE)
        team = Team.objects.filter(unit__community__in=communities, pk=read_id(self.request.GET.get("team"))).first()
        return {**super().get_initial(), "team": team}

    def serve(self, form: Any) -> TeamPeriod | Refusal:
        return services.join_team(**form.cleaned_data, by=user_of(self.request), at=timezone.now())


class LeaveTeamView(ActionView):
    act = _("End the time in the team")
    lead = _("The person leaves the team today. Their earlier records stay with the team.")
    done = _("Left the team: %(object)s.")
    permission_required = "add"

    def perform(self, form: Any) -> None:
        services.leave_team(period=self.object, by=user_of(self.request), at=timezone.now())


class TeamPeriodViewSet(CommunityViewSet):
    model = TeamPeriod
    rights = dict.fromkeys(("view", "add"), Right.MANAGE_PEOPLE)
    community_path = "team__unit__community"
    icon = "group"
    add_view_class = TeamPeriodCreateView
    form_fields = ["team", "volunteer"]
    list_display = ["volunteer", "team", "since", "until"]
    list_filter = ["team"]
    search_fields = ["volunteer__name", "volunteer__number", "team__name"]
    list_export = ["team", *person_columns(), "since", "until"]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("leave/<int:pk>/", self.construct_view(LeaveTeamView), name="leave"),
        ]


class ContributionCreateView(ForUnit, generic.CreateView):
    def save_instance(self) -> Contribution:
        return services.record_contribution(**self.form.cleaned_data, by=user_of(self.request), at=timezone.now())


class ContributionViewSet(CommunityViewSet):
    model = Contribution
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    community_path = "unit__community"
    icon = "pick"
    add_view_class = ContributionCreateView
    form_fields = ["unit", "kind", "word", "since", "until"]
    list_display = ["word", "unit", "kind", "since", "until"]
    list_filter = ["unit", "kind", "since"]
    search_fields = ["word", "unit__name"]
    list_export = ["unit", "kind", "word", "since", "until", "recorded_by"]
