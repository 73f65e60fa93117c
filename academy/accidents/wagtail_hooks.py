from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from academy.accidents import admin_views, services
from academy.insurance.viewsets import InsuranceGroup
from academy.people.models import User
from academy.people.permissions import Right


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("accidents/", admin_views.AccidentsView.as_view(), name="accidents")]


class _AccidentsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and Right.MANAGE_PEOPLE in user.rights


@hooks.register(InsuranceGroup.submenu_hook)
def accidents_item() -> MenuItem:
    return _AccidentsItem(
        admin_views.ACCIDENTS_TITLE, reverse("accidents"), name="accidents", icon_name="warning", order=30
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(services.RECORDED, _("Record an accident"), _("Accident recorded"))
    actions.register_action(services.VIEWED, _("Read an accident record"), _("Accident record read"))
