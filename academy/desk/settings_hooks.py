"""The menu “Settings”: hooks that `wagtail_hooks` imports."""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from academy.core.services import CHANGED
from academy.desk import system_views
from academy.desk.settings_viewsets import CommunitySettings
from academy.people.models import User
from academy.people.permissions import Right


class _SystemItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and Right.KEEP_SYSTEM in user.rights


@hooks.register("register_settings_menu_item")  # type: ignore[untyped-decorator]
def system_item() -> MenuItem:
    return _SystemItem(system_views.SYSTEM_TITLE, reverse("system"), name="system", icon_name="cogs", order=90)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def admin_urls() -> list[Any]:
    return [
        path("settings/system/", system_views.SystemView.as_view(), name="system"),
        path("settings/system/prove/", system_views.prove, name="prove_ledger"),
        path("settings/system/proof.txt", system_views.send_differences, name="differences"),
        path("settings/system/mail/", system_views.test_mail, name="test_mail"),
    ]


@hooks.register("register_log_actions")  # type: ignore[untyped-decorator]
def register_log_actions(actions: Any) -> None:
    actions.register_action(CHANGED, _("Change the community's facts"), _("Facts of the community changed"))
    actions.register_action(system_views.PROVED, _("Prove the ledger"), _("Proof of the ledger begun"))
    actions.register_action(system_views.TESTED_MAIL, _("Send a test message"), _("Test message sent"))


hooks.register("register_admin_viewset", lambda: CommunitySettings("community_settings"))
