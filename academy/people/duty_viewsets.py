"""The back office's screens for duties."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.views import generic

from academy.core.actions import ActionView, Refusable
from academy.core.links import public_address
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.paper.codes import qr_svg
from academy.paper.http import pdf_response
from academy.people import password_slips
from academy.people.admin_forms import DutyForm
from academy.people.http import user_of
from academy.people.models import Duty
from academy.people.permissions import Right
from academy.people.services import duties, logins, sessions


def show_link(link: str) -> dict[str, Any]:
    """Return the context that shows a password link: its whole address, and its code."""
    address = public_address(link)
    return {"link": address, "code": qr_svg(address)}


class GrantView(Refusable, generic.CreateView):
    page_subtitle = _("Grant a duty")
    submit_button_label = _("Grant a duty")
    success_message = _("Granted: %(object)s.")
    refusal_field = "who"

    def get_success_buttons(self) -> list[Any]:
        return []

    def form_valid(self, form: Any) -> HttpResponse:
        """Grant the duty, and show its link at once to a person who has no password yet."""
        response = super().form_valid(form)
        if response.status_code != 302 or self.object.user.has_usable_password():
            return response
        link = logins.password_link(user=self.object.user, by=user_of(self.request))
        if isinstance(link, Refusal):
            return response
        self.template_name = "people/admin/password_link.html"
        context = self.get_context_data(form=form, duty=self.object, back=reverse("staff"), **show_link(link))
        shown: HttpResponse = self.render_to_response(context)
        return shown

    def get_success_url(self) -> str:
        return reverse("staff")

    def serve(self, form: DutyForm) -> Duty | Refusal:
        data, by = form.cleaned_data, user_of(self.request)
        user = logins.login_of(contact=data["who"], name=data["name"], by=by)
        if isinstance(user, Refusal):
            return user
        return duties.grant_duty(user=user, community=data["community"], role=data["role"], by=by)


class RevokeView(ActionView):
    permission_required = "delete"
    act = _("Revoke the duty")
    lead = _("The person keeps the sign-in and all their own data, and loses the rights of this duty.")
    done = _("Revoked: %(object)s.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        duty = self.object
        return duties.revoke_duty(user=duty.user, community=duty.community, role=duty.role, by=user_of(self.request))


class PasswordLinkView(ActionView):
    permission_required = "add"
    act = _("Make a password link")
    lead = _(
        "Anyone who opens the link can set this person's password. Give it to them yourself. It works for three days."
    )
    template_name = "people/admin/password_link.html"

    def perform(self, form: Any) -> Refusal | HttpResponse:
        link = logins.password_link(user=self.object.user, by=user_of(self.request))
        if isinstance(link, Refusal):
            return link
        context = self.get_context_data(form=form, duty=self.object, **show_link(link))
        return self.render_to_response(context)

    def get_success_url(self) -> str:
        return reverse("staff")


class PasswordSlipView(ActionView):
    """Print a slip with a link of its own, to hand over on paper."""

    permission_required = "add"
    act = _("Print a slip with the password link")
    lead = PasswordLinkView.lead

    def perform(self, form: Any) -> Refusal | HttpResponse:
        answer = password_slips.print_pdf(duty=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else pdf_response(answer, f"{self.object.user}.pdf")

    def get_success_url(self) -> str:
        return reverse("staff")


class SignOutView(ActionView):
    permission_required = "add"
    act = _("Sign out everywhere")
    lead = _("All phones and computers on which this person is signed in are signed out.")
    done = _("Signed out everywhere: %(object)s.")
    serious = True

    def perform(self, form: Any) -> None:
        sessions.end_all_sessions(user=self.object.user, reason="desk", by=user_of(self.request), at=timezone.now())


class RemoveSecondFactorView(ActionView):
    permission_required = "add"
    act = _("Remove the second factor")
    lead = _(
        "For a person who lost the phone with the app and the recovery codes. Make sure that it is them. They are "
        "signed out everywhere, and sign in with the password alone until they set up the app again."
    )
    done = _("Without a second factor: %(object)s.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return logins.remove_second_factor(user=self.object.user, by=user_of(self.request), at=timezone.now())


class DutyIndexView(generic.IndexView):
    def get_list_more_buttons(self, instance: Duty) -> list[MenuItem]:
        acts = [
            ("password_link", _("Make a password link"), "key"),
            ("password_slip", PasswordSlipView.act, "print"),
            ("sign_out", SignOutView.act, "logout"),
            ("second_factor", RemoveSecondFactorView.act, "mobile-alt"),
            ("revoke", _("Revoke the duty"), "bin"),
        ]
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
    search_fields = [
        f"user__{field}"
        for field in ("volunteer__name", "volunteer__phone", "last_name", "first_name", "phone", "email")
    ]
    list_export = ["user", "role", "community"]

    def get_form_class(self, for_update: bool = False) -> type[ModelForm[Any]]:
        return DutyForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            # A duty ends by `revoke`, which also removes the group.
            *(pattern for pattern in super().get_urlpatterns() if pattern.name != "delete"),
            path("revoke/<int:pk>/", self.construct_view(RevokeView), name="revoke"),
            path("password-link/<int:pk>/", self.construct_view(PasswordLinkView), name="password_link"),
            path("password-slip/<int:pk>/", self.construct_view(PasswordSlipView), name="password_slip"),
            path("sign-out/<int:pk>/", self.construct_view(SignOutView), name="sign_out"),
            path("second-factor/<int:pk>/", self.construct_view(RemoveSecondFactorView), name="second_factor"),
        ]
