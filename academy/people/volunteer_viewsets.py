"""The back office's screens for volunteers. Every act calls its service."""

from typing import Any

from django.db.models import Q
from django.forms import ModelForm
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView, Refusable
from academy.core.forms import CommunityFilterSet
from academy.core.links import link_to
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.people import cards, finding
from academy.people.admin_forms import ReasonForm, RegistrationForm, VolunteerForm
from academy.people.bulk_actions import print_cards_url, print_slips_url
from academy.people.exports import ROLL
from academy.people.http import user_of
from academy.people.merge_views import AcceptView, MergeView
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.people.selectors import same_people
from academy.people.services import registration, volunteers


class RegisterView(Refusable, generic.CreateView):
    refusal_field = "birth_date"
    success_message = _("%(object)s is on the roll.")

    def get_success_url(self) -> str:
        return link_to("person", self.object.pk)

    def get_success_buttons(self) -> list[Any]:
        return []

    def serve(self, form: RegistrationForm) -> Volunteer | Refusal:
        return registration.register_volunteer(**form.cleaned_data, by=user_of(self.request), at=timezone.now())


class VolunteerEditView(Refusable, generic.EditView):
    refusal_field = "birth_date"

    def serve(self, form: VolunteerForm) -> Volunteer | Refusal:
        data = {name: form.cleaned_data[name] for name in ("name", "phone", "birth_date")}
        # The form has changed its own instance; the service gets the stored one.
        volunteer = Volunteer.objects.get(pk=form.instance.pk)
        return volunteers.correct_volunteer(volunteer=volunteer, **data, by=user_of(self.request), at=timezone.now())

    def get_success_url(self) -> str:
        return link_to("person", self.object.pk)


class SuspendView(ActionView):
    after = "person"
    form_class = ReasonForm
    act = _("Suspend")
    lead = _(
        "This person can then neither sign up nor check in, and is signed out everywhere. Their hours stay as they are."
    )
    done = _("%(object)s is suspended.")
    serious = True

    def perform(self, form: ReasonForm) -> None:
        volunteers.suspend(
            volunteer=self.object, reason=form.cleaned_data["reason"], by=user_of(self.request), at=timezone.now()
        )


class ReinstateView(ActionView):
    after = "person"
    act = _("End the suspension")
    lead = _("This person can then sign up and check in again.")
    done = _("%(object)s may take part again.")

    def perform(self, form: Any) -> None:
        volunteers.reinstate(volunteer=self.object, by=user_of(self.request), at=timezone.now())


class SignOutView(ActionView):
    after = "person"
    act = _("Sign out everywhere")
    lead = _("All phones and computers on which this person is signed in are signed out. A new slip signs in again.")
    done = _("%(object)s is signed out everywhere.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        answer = volunteers.sign_out_everywhere(volunteer=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None


class ReplaceCardView(ActionView):
    after = "person"
    act = _("Replace a lost card")
    lead = _("The card this person has now stops working at once. Print the new one afterwards.")
    done = _("%(object)s has a new card. Print it now.")
    serious = True

    def perform(self, form: Any) -> None:
        cards.replace_card(volunteer=self.object, by=user_of(self.request), at=timezone.now())


class VolunteerIndexView(generic.IndexView):
    @property
    def columns(self) -> list[Any]:
        return [BulkActionsCheckboxColumn("bulk_actions", obj_type="volunteer"), *super().columns]

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(_("Print slips for everybody"), url=print_slips_url(), icon_name="print", priority=50),
            Button(_("Print cards for everybody"), url=print_cards_url(), icon_name="print", priority=51),
            Button(_("Marked at the gate"), url=marked_url(), icon_name="user", priority=52),
            Button(_("Perhaps the same person"), url=same_people_url(), icon_name="group", priority=53),
        ]

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().present()

    def search_queryset(self, queryset: Any) -> Any:
        """Find people as the one search does: the entry that stays also by a merged entry's name and number."""
        if not self.is_searching:
            return queryset
        found = finding.find(queryset, self.search_query)
        gone = finding.find(
            Volunteer.objects.filter(merged_into__in=queryset.order_by().values("pk")), self.search_query
        )
        return queryset.filter(
            Q(pk__in=found.order_by().values("pk")) | Q(pk__in=gone.order_by().values("merged_into"))
        )

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        """Link the name to the person's page; the form is behind “⋯”."""
        column = super()._get_title_column(*args, **kwargs)
        column._get_url_func = lambda person: link_to("person", person.pk)
        return column


def marked_url() -> str:
    """Return the list of people marked at the gate who are neither accepted nor merged yet."""
    return reverse("volunteer:index") + "?provisional=true"


def same_people_url() -> str:
    """Return the list of entries with the same name and phone as another entry."""
    return reverse("volunteer:index") + "?same=true"


def _suspended_label(volunteer: Volunteer) -> Any:
    return _("suspended") if volunteer.is_suspended else ""


def _marked_label(volunteer: Volunteer) -> Any:
    return _("marked at the gate") if volunteer.provisional else ""


class VolunteerFilterSet(CommunityFilterSet):
    suspended = BooleanFilter(
        field_name="suspended_at", lookup_expr="isnull", exclude=True, label=_("suspended"), widget=BooleanRadioSelect
    )

    same = BooleanFilter(
        method="filter_same", label=_("same name and phone as another entry"), widget=BooleanRadioSelect
    )

    def filter_same(self, queryset: Any, name: str, value: bool) -> Any:
        same = same_people(Volunteer.objects.filter(pk__in=queryset.values("pk")))
        return queryset.filter(pk__in=same).order_by("name", "number") if value else queryset.exclude(pk__in=same)

    class Meta:
        model = Volunteer
        fields = {"community": ["exact"], "provisional": ["exact"], "registered_at": ["date__gte", "date__lte"]}


class VolunteerViewSet(CommunityViewSet):
    model = Volunteer
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE, "change": Right.MANAGE_PEOPLE}
    icon = "user"
    list_display = [
        "name",
        "number",
        "phone",
        Column("suspended", label=_("suspended"), accessor=_suspended_label),
        Column("marked", label=_("marked at the gate"), accessor=_marked_label),
        "registered_at",
        "community",
    ]
    filterset_class = VolunteerFilterSet
    search_fields = ["name", "number", "phone"]
    ordering = "number"
    list_per_page = 50
    list_export = ROLL
    index_template_name = "core/admin/index.html"
    index_view_class = VolunteerIndexView
    add_view_class = RegisterView
    edit_view_class = VolunteerEditView

    def get_form_class(self, for_update: bool = False) -> type[ModelForm[Any]]:
        return VolunteerForm if for_update else RegistrationForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("suspend/<int:pk>/", self.construct_view(SuspendView), name="suspend"),
            path("reinstate/<int:pk>/", self.construct_view(ReinstateView), name="reinstate"),
            path("accept/<int:pk>/", self.construct_view(AcceptView), name="accept"),
            path("join/<int:pk>/", self.construct_view(MergeView), name="merge"),
            path("replace-card/<int:pk>/", self.construct_view(ReplaceCardView), name="replace_card"),
            path("sign-out/<int:pk>/", self.construct_view(SignOutView), name="sign_out"),
        ]
