"""The back office's screens for consents. A consent of the kind `agency` also makes the agency."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import ModelForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic

from academy.core.actions import Refusable
from academy.core.http import read_id
from academy.core.refusals import Refusal
from academy.core.spreadsheets import ExportColumn
from academy.core.viewsets import CommunityViewSet
from academy.families import guardian_services, services
from academy.families.admin_forms import ConsentForm
from academy.people.exports import person_columns
from academy.people.http import user_of
from academy.people.models import Consent, Volunteer
from academy.people.permissions import Right
from academy.people.services import consents


def _how(rows: Sequence[Consent]) -> Mapping[int, str]:
    return consents.evidence_of(*rows)


HOW = ExportColumn("evidence", _("how it was given"), load=_how)


class ConsentCreateView(Refusable, generic.CreateView):
    success_message = _("Recorded: %(object)s.")
    refusal_field = "other"

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_initial(self) -> dict[str, Any]:
        """Begin with the person and the kind that a link names."""
        communities = user_of(self.request).communities_for(Right.MANAGE_PEOPLE)
        person = Volunteer.objects.filter(community__in=communities, pk=read_id(self.request.GET.get("volunteer")))
        kind = self.request.GET.get("kind")
        return {
            **super().get_initial(),
            "volunteer": person.first(),
            "kind": kind if kind in Consent.Kind.values else None,
        }

    def serve(self, form: ConsentForm) -> Consent | Refusal:
        data, by, at = form.cleaned_data, user_of(self.request), timezone.now()
        if data["kind"] == Consent.Kind.AGENCY and form.other_user is not None:
            agency = services.allow_agent(
                volunteer=data["volunteer"], user=form.other_user, evidence=data["evidence"], by=by, at=at
            )
            return agency if isinstance(agency, Refusal) else agency.consent
        said = {"volunteer": data["volunteer"], "granted": data["granted"], "evidence": data["evidence"]}
        if data["kind"] == Consent.Kind.OWN_LABOUR:
            return guardian_services.declare_own_labour(**said, by=by, at=at)
        if data["kind"] == Consent.Kind.GUARDIAN:
            return guardian_services.record_at_desk(
                **said, guardian=form.other_user, valid_until=data["valid_until"], by=by, at=at
            )
        return consents.record_consent(
            **said, kind=data["kind"], valid_until=data["valid_until"], guardian=form.other_user, by=by, at=at
        )


class ConsentViewSet(CommunityViewSet):
    """Consents: append-only, so a withdrawal is a new entry."""

    model = Consent
    rights = {"view": Right.MANAGE_PEOPLE, "add": Right.MANAGE_PEOPLE}
    community_path = "volunteer__community"
    icon = "check"
    menu_hook = "register_people_menu_item"
    menu_order = 50
    inspect_view_enabled = True
    add_view_class = ConsentCreateView
    list_display = ["volunteer", "kind", "granted", "recorded_at", "recorded_by"]
    list_filter = ["kind", "granted"]
    search_fields = ["volunteer__name", "volunteer__number"]
    ordering = "-recorded_at"
    list_export = [*person_columns(), "kind", "granted", HOW, "recorded_at", "recorded_by", "valid_until"]

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return ConsentForm
