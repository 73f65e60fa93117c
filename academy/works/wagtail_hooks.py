from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from academy.works.kinds import KINDS
from academy.works.views import TITLE, CancelView, FileView, WorksView, WorkView


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("works.begin", _("Begin in the background"), _("Begun in the background"))
    actions.register_action("works.cancel", _("Cancel the work"), _("Work cancelled"))
    actions.register_action("works.fetch", _("Fetch the file"), _("File fetched"))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("work/", WorksView.as_view(), name="works"),
        path("work/<int:pk>/", WorkView.as_view(), name="work"),
        path("work/<int:pk>/cancel/", CancelView.as_view(), name="work_cancel"),
        path("work/<int:pk>/file/", FileView.as_view(), name="work_file"),
    ]


class _WorksItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        rights = dict.fromkeys(kind.right for kind in KINDS.values())  # in one order, and each once
        return any(user.communities_for(right).exists() for right in rights)


@hooks.register("register_reports_menu_item")
def works_item() -> MenuItem:
    return _WorksItem(TITLE, reverse("works"), name="works", icon_name="tasks", order=900)
