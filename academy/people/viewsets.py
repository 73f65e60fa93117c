"""The back office's screens about people. Thin: lists are declared, and every act calls its service."""

from typing import Any

from django.conf import settings
from django.forms import ModelForm
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.admin.widgets.button import Button

from academy.core.actions import ActionView, Refusable
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityBulkAction, CommunityFilterSet, CommunityViewSet
from academy.people import cards, slips
from academy.people.admin_forms import ConsentForm, DutyForm, ReasonForm, RegistrationForm, VolunteerForm
from academy.people.merge_views import AcceptView, MergeView
from academy.people.models import Consent, Duty, Issuer, Unit, UnitMembership, Volunteer
from academy.people.permissions import Right
from academy.people.services import consents, duties, logins, registration
from academy.people.services import slips as people_slips
from academy.people.services import volunteers as people_volunteers
from academy.people.views import user_of

# Volunteers


class RegisterView(Refusable, generic.CreateView):
    refusal_field = "birth_date"
    success_message = _("%(object)s is on the roll.")

    def serve(self, form: RegistrationForm) -> Volunteer | Refusal:
        return registration.register_volunteer(**form.cleaned_data, by=user_of(self.request), at=timezone.now())


class VolunteerEditView(Refusable, generic.EditView):
    refusal_field = "birth_date"

    def serve(self, form: VolunteerForm) -> Volunteer | Refusal:
        data = {name: form.cleaned_data[name] for name in ("name", "phone", "birth_date")}
        # The form has written into its own copy; the service gets the person as they stand.
        volunteer = Volunteer.objects.get(pk=form.instance.pk)
        return people_volunteers.correct_volunteer(
            volunteer=volunteer, **data, by=user_of(self.request), at=timezone.now()
        )

    @property
    def header_more_buttons(self) -> list[Button]:
        if self.object.merged_into is not None:
            url = volunteer_url("edit", self.object.merged_into)
            stays = Button(_("Open the entry that stays"), url=url, icon_name="user", priority=10)
            return [*super().header_more_buttons, stays]
        acts = [
            (print_slips_url(self.object), _("Print a sign-in slip"), "print"),
            (print_cards_url(self.object), _("Print the check-in card"), "print"),
            (volunteer_url("replace_card", self.object), _("Replace a lost card"), "rotate"),
        ]
        if self.object.is_suspended:
            acts.append((volunteer_url("reinstate", self.object), _("End the suspension"), "check"))
        else:
            acts.append((volunteer_url("suspend", self.object), _("Suspend"), "lock"))
        if self.object.provisional:
            acts.append((volunteer_url("accept", self.object), AcceptView.act, "check"))
        acts.append((volunteer_url("merge", self.object), MergeView.act, "group"))
        return [
            *super().header_more_buttons,
            *(Button(label, url=url, icon_name=icon, priority=10) for url, label, icon in acts),
        ]


class SuspendView(ActionView):
    form_class = ReasonForm
    act = _("Suspend")
    lead = _("This person can then neither sign up nor check in. Their hours stay as they are.")
    done = _("%(object)s is suspended.")
    serious = True

    def perform(self, form: ReasonForm) -> None:
        people_volunteers.suspend(
            volunteer=self.object, reason=form.cleaned_data["reason"], by=user_of(self.request), at=timezone.now()
        )


class ReinstateView(ActionView):
    act = _("End the suspension")
    lead = _("This person can then sign up and check in again.")
    done = _("%(object)s may take part again.")

    def perform(self, form: Any) -> None:
        people_volunteers.reinstate(volunteer=self.object, by=user_of(self.request), at=timezone.now())


class ReplaceCardView(ActionView):
    act = _("Replace a lost card")
    lead = _("The card this person has now stops working at once. Print the new one afterwards.")
    done = _("%(object)s has a new card. Print it now.")
    serious = True

    def perform(self, form: Any) -> None:
        cards.replace_card(volunteer=self.object, by=user_of(self.request), at=timezone.now())


def volunteer_url(act: str, volunteer: Volunteer) -> str:
    return reverse(f"volunteer:{act}", args=[volunteer.pk])


def print_slips_url(volunteer: Volunteer | None = None) -> str:
    """Where slips are printed: for one person, or for everybody whom one may print them for."""
    return _bulk_url("print_slips", volunteer)


def print_cards_url(volunteer: Volunteer | None = None) -> str:
    """Where check-in cards are printed, for one person or for everybody."""
    return _bulk_url("print_cards", volunteer)


def _bulk_url(action: str, volunteer: Volunteer | None) -> str:
    return reverse("wagtail_bulk_action", args=["people", "volunteer", action]) + (
        f"?id={volunteer.pk}" if volunteer else "?id=all"
    )


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
        ]

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().present()

    def search_queryset(self, queryset: Any) -> Any:
        """What somebody's former entry was called finds the one that stays."""
        found = super().search_queryset(queryset)
        if not self.is_searching:
            return found
        gone = super().search_queryset(Volunteer.objects.filter(merged_into__isnull=False))
        return found | queryset.filter(pk__in=gone.values("merged_into"))

    def get_list_more_buttons(self, instance: Volunteer) -> list[MenuItem]:
        slip = MenuItem(_("Print a sign-in slip"), url=print_slips_url(instance), icon_name="print", priority=15)
        card = MenuItem(_("Print the check-in card"), url=print_cards_url(instance), icon_name="print", priority=16)
        return [*super().get_list_more_buttons(instance), slip, card]


def marked_url() -> str:
    """The list of those who were marked at the gate and are neither accepted nor joined to anybody yet."""
    return reverse("volunteer:index") + "?provisional=true"


def _suspended(volunteer: Volunteer) -> Any:
    return _("suspended") if volunteer.is_suspended else ""


def _marked(volunteer: Volunteer) -> Any:
    return _("marked at the gate") if volunteer.provisional else ""


class VolunteerFilterSet(CommunityFilterSet):
    suspended = BooleanFilter(
        field_name="suspended_at", lookup_expr="isnull", exclude=True, label=_("suspended"), widget=BooleanRadioSelect
    )

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
        Column("suspended", label=_("suspended"), accessor=_suspended),
        Column("marked", label=_("marked at the gate"), accessor=_marked),
        "registered_at",
        "community",
    ]
    filterset_class = VolunteerFilterSet
    search_fields = ["name", "number", "phone"]
    ordering = "number"
    list_per_page = 50
    list_export = ["number", "name", "phone", "birth_date", "community", "registered_at", "suspended_at"]
    export_filename = "volunteers"
    index_template_name = "core/admin/index.html"
    index_view_class = VolunteerIndexView
    add_view_class = RegisterView
    edit_view_class = VolunteerEditView

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return VolunteerForm if for_update else RegistrationForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("suspend/<int:pk>/", self.construct_view(SuspendView), name="suspend"),
            path("reinstate/<int:pk>/", self.construct_view(ReinstateView), name="reinstate"),
            path("accept/<int:pk>/", self.construct_view(AcceptView), name="accept"),
            path("join/<int:pk>/", self.construct_view(MergeView), name="merge"),
            path("replace-card/<int:pk>/", self.construct_view(ReplaceCardView), name="replace_card"),
        ]


class PrintCards(CommunityBulkAction):
    """The check-in cards of those chosen, as PDF; whoever has one keeps it: the same card is printed again."""

    display_name = _("Print check-in cards")
    action_type = "print_cards"
    aria_label = _("Print check-in cards for those chosen")
    template_name = "people/admin/print_cards.html"
    models = [Volunteer]

    def allowed(self) -> Any:
        return super().allowed().filter(merged_into=None).select_related("community")

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse | None:
        answer = cards.print_pdf(volunteers=objects, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            assert self.cleaned_form is not None
            self.cleaned_form.add_error(None, str(answer))
            return self.form_invalid(self.cleaned_form)
        return _pdf(answer, "check-in-cards.pdf")

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` answers with the cards")


def _pdf(content: bytes, filename: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


class PrintSlips(CommunityBulkAction):
    """New slips for those chosen, as PDF; each replaces the person's slip before it."""

    display_name = _("Print sign-in slips")
    action_type = "print_slips"
    aria_label = _("Print sign-in slips for those chosen")
    template_name = "people/admin/print_slips.html"
    models = [Volunteer]

    def allowed(self) -> Any:
        return super().allowed().filter(merged_into=None).select_related("community", "user")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        volunteers = [entry["item"] for entry in context["items"]]
        left_out = [person for person in volunteers if people_slips.cannot_have_slip(person, by=user_of(self.request))]
        return {**context, "printable": len(volunteers) - len(left_out), "left_out": left_out}

    def prepare_action(self, objects: list[Any], objects_without_access: Any) -> HttpResponse | None:
        answer = slips.print_pdf(volunteers=objects, by=user_of(self.request), at=timezone.now())
        if isinstance(answer, Refusal):
            assert self.cleaned_form is not None
            self.cleaned_form.add_error(None, str(answer))
            return self.form_invalid(self.cleaned_form)
        return _pdf(answer, "sign-in-slips.pdf")

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        raise NotImplementedError("`prepare_action` answers with the slips")


# Units, recording units


class UnitViewSet(CommunityViewSet):
    model = Unit
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    icon = "group"
    form_fields = ["community", "name", "credit_code", "offers"]
    list_display = ["name", "credit_code", "offers", "community"]
    list_filter = ["community"]
    search_fields = ["name", "credit_code"]
    list_export = ["name", "credit_code", "offers", "community"]
    export_filename = "units"


class UnitMembershipViewSet(CommunityViewSet):
    model = UnitMembership
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    community_path = "unit__community"
    icon = "group"
    menu_label = _("Members of units")
    form_fields = ["unit", "volunteer", "is_contact"]
    list_display = ["volunteer", "unit", "is_contact"]
    list_filter = ["unit", "is_contact"]
    search_fields = ["volunteer__name", "volunteer__number", "unit__name"]
    list_export = ["unit", "volunteer", "is_contact"]
    export_filename = "unit-members"


class IssuerViewSet(CommunityViewSet):
    model = Issuer
    rights = dict.fromkeys(("view", "add", "change", "delete"), Right.MANAGE_PEOPLE)
    icon = "doc-full"
    form_fields = ["community", "name", "credit_code", "person_responsible", "handler", "telephone"]
    list_display = ["name", "person_responsible", "telephone", "community"]
    list_filter = ["community"]
    search_fields = ["name", "credit_code"]


# Consents


class ConsentCreateView(Refusable, generic.CreateView):
    success_message = _("Recorded: %(object)s.")

    def get_success_buttons(self) -> list[Any]:
        return []

    def serve(self, form: ConsentForm) -> Consent:
        data, by, at = form.cleaned_data, user_of(self.request), timezone.now()
        if data["kind"] == Consent.Kind.AGENCY and form.other_user is not None:
            return consents.allow_agent(
                volunteer=data["volunteer"], user=form.other_user, evidence=data["evidence"], by=by, at=at
            ).consent
        return consents.record_consent(
            volunteer=data["volunteer"],
            kind=data["kind"],
            granted=data["granted"],
            evidence=data["evidence"],
            valid_until=data["valid_until"],
            guardian=form.other_user,
            by=by,
            at=at,
        )


class ConsentViewSet(CommunityViewSet):
    """Append-only: a withdrawal is a new entry."""

    model = Consent
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE}
    community_path = "volunteer__community"
    icon = "tick"
    inspect_view_enabled = True
    add_view_class = ConsentCreateView
    list_display = ["volunteer", "kind", "granted", "recorded_at", "recorded_by"]
    list_filter = ["kind", "granted"]
    search_fields = ["volunteer__name", "volunteer__number"]
    ordering = "-recorded_at"
    list_export = ["volunteer", "kind", "granted", "evidence", "recorded_at", "recorded_by", "valid_until"]
    export_filename = "consents"

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return ConsentForm


# Duties


class GrantView(Refusable, generic.CreateView):
    success_message = _("Granted: %(object)s.")

    def get_success_buttons(self) -> list[Any]:
        return []

    def serve(self, form: DutyForm) -> Duty | Refusal:
        data, by = form.cleaned_data, user_of(self.request)
        user = logins.login_of(contact=data["who"], name=data["name"], by=by)
        return duties.grant_duty(user=user, community=data["community"], role=data["role"], by=by)


class RevokeView(ActionView):
    permission_required = "delete"
    act = _("Revoke the duty")
    lead = _("The person keeps the sign-in and what belongs to them, and loses what this duty allows.")
    done = _("Revoked: %(object)s.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        duty = self.object
        return duties.revoke_duty(user=duty.user, community=duty.community, role=duty.role, by=user_of(self.request))


class PasswordLinkView(ActionView):
    permission_required = "add"
    act = _("Make a password link")
    lead = _("Whoever opens the link sets this person's password. Hand it to them yourself; it is good for three days.")
    template_name = "people/admin/password_link.html"

    def perform(self, form: Any) -> Refusal | HttpResponse:
        link = logins.password_link(user=self.object.user, by=user_of(self.request))
        if isinstance(link, Refusal):
            return link
        context = self.get_context_data(form=form, link=settings.PUBLIC_URL.rstrip("/") + link)
        return self.render_to_response(context)


class DutyIndexView(generic.IndexView):
    def get_list_more_buttons(self, instance: Duty) -> list[MenuItem]:
        acts = [("password_link", _("Make a password link"), "key"), ("revoke", _("Revoke the duty"), "bin")]
        return [
            MenuItem(label, url=reverse(f"duty:{name}", args=[instance.pk]), icon_name=icon)
            for name, label, icon in acts
        ]


class DutyViewSet(CommunityViewSet):
    model = Duty
    rights = dict.fromkeys(("view", "add", "delete"), Right.GRANT_DUTIES)
    icon = "key"
    index_view_class = DutyIndexView
    add_view_class = GrantView
    list_display = ["user", "role", "community"]
    list_filter = ["community", "role"]
    search_fields = ["user__last_name", "user__first_name", "user__phone", "user__email"]
    list_export = ["user", "role", "community"]
    export_filename = "duties"

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return DutyForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            # A duty ends by `revoke`, which takes the group along.
            *(pattern for pattern in super().get_urlpatterns() if pattern.name != "delete"),
            path("revoke/<int:pk>/", self.construct_view(RevokeView), name="revoke"),
            path("password-link/<int:pk>/", self.construct_view(PasswordLinkView), name="password_link"),
        ]


class PeopleGroup(ModelViewSetGroup):
    menu_label = _("People")
    menu_icon = "group"
    menu_order = 200
    items = (
        VolunteerViewSet("volunteer"),
        UnitViewSet("unit"),
        UnitMembershipViewSet("unit_membership"),
        IssuerViewSet("issuer"),
        ConsentViewSet("consent"),
        DutyViewSet("duty"),
    )
