from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.ui.components import Component

from academy.desk import selectors
from academy.people.models import User
from academy.people.permissions import Right


class TodayPanel(Component):
    """What a social worker lands on: the activities of this hour and the hours that wait, each one click from done.

    Whoever else works here and leads an activity finds the way to its page.
    """

    order = 50
    template_name = "desk/admin/today.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request: HttpRequest = parent_context["request"]
        user: User = parent_context["request"].user
        return {
            "request": request,
            "led": selectors.led_activities(user, timezone.now()),
            "runs_activities": _runs_activities(user),
            "running": selectors.activities_now(user.communities_for(Right.RUN_ACTIVITIES), timezone.now()),
            "waiting": selectors.activities_waiting(user.communities_for(Right.CONFIRM_HOURS)),
        }


@hooks.register("construct_homepage_panels")
def land_on_today(request: HttpRequest, panels: list[Any]) -> None:
    user = request.user
    if isinstance(user, User) and (_runs_activities(user) or selectors.led_activities(user, timezone.now())):
        panels.insert(0, TodayPanel())


def _runs_activities(user: User) -> bool:
    return user.communities_for(Right.RUN_ACTIVITIES).exists()
