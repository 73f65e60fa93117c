from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from academy.activities import private_details
from academy.activities.needs import exceptions
from academy.activities.needs import history as need_history
from academy.activities.needs.why_views import RevokeException, WhyNot
from academy.activities.plans import describe_change
from academy.activities.sign_up_views import ActivitySignUps, SignUpForActivity, SignUpForPerson, Withdraw
from academy.activities.thread_views import SignUpByThread
from academy.activities.viewsets import ActivityViewSet
from academy.activities.waiting.admin_views import PutOnWaitingList, TakeOffWaitingList


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action("activities.publish", _("Publish an activity"), _("Activity published"))
    actions.register_action("activities.cancel", _("Cancel an activity"), _("Activity cancelled"))

    @actions.register_action("activities.sign_up")
    class SignUpFormatter(LogFormatter):
        """In the history of a person, the activity; in that of an activity, the person's number."""

        label = _("Sign somebody up")

        def format_message(self, log_entry: Any) -> str:
            return _sentence(_("Signed up by staff"), log_entry.data, "role")

    @actions.register_action("activities.wait")
    class WaitFormatter(LogFormatter):
        """Likewise."""

        label = _("Put somebody on the waiting list")

        def format_message(self, log_entry: Any) -> str:
            return _sentence(_("Put on the waiting list by staff"), log_entry.data, "role")

    @actions.register_action("activities.wait_no_more")
    class WaitNoMoreFormatter(LogFormatter):
        """Likewise."""

        label = _("Take somebody off the waiting list")

        def format_message(self, log_entry: Any) -> str:
            return _sentence(_("Taken off the waiting list by staff"), log_entry.data, "role")

    @actions.register_action("activities.withdraw")
    class WithdrawFormatter(LogFormatter):
        """Likewise, with the reason if there is one."""

        label = _("Withdraw somebody")

        def format_message(self, log_entry: Any) -> str:
            return _sentence(_("Withdrawn by staff"), log_entry.data, "reason")

    @actions.register_action("activities.except")
    class ExceptionFormatter(LogFormatter):
        """The activity, or the person's number, as with sign-ups; with the reason."""

        label = _("Decide about an exception for a role")

        def format_message(self, log_entry: Any) -> str:
            data = log_entry.data
            said = _("Exception for the role “%(role)s” made") if data["yes"] else _("No exception for “%(role)s”")
            return " · ".join([str(said % {"role": data["role"]}), data["what"], data["reason"]])

    @actions.register_action(exceptions.REVOKED)
    class RevocationFormatter(LogFormatter):
        """Likewise."""

        label = _("Revoke an exception for a role")

        def format_message(self, log_entry: Any) -> str:
            data = log_entry.data
            said = _("Exception for the role “%(role)s” revoked") % {"role": data["role"]}
            return " · ".join([str(said), data["what"], data["reason"]])

    for action, label, said in (
        (private_details.READ, _("Read private details"), _("Private details read")),
        (private_details.WRITTEN, _("Write private details"), _("Private details changed")),
        (private_details.ERASED, _("Erase private details"), _("Private details erased")),
    ):
        actions.register_action(action, label, said)

    @actions.register_action("activities.change_plan")
    class PlanChangeFormatter(LogFormatter):
        """The history of an activity: what counts of it, before and after."""

        label = _("Change the plan of an activity")

        def format_message(self, log_entry: Any) -> str:
            changes = describe_change(log_entry.data["before"], log_entry.data["after"])
            return " · ".join([str(_("Plan changed")), *changes])

    @actions.register_action(need_history.CHANGED)
    class NeedsChangeFormatter(LogFormatter):
        """The history of an activity: what its roles ask for, before and after."""

        label = _("Change what roles ask for")

        def format_message(self, log_entry: Any) -> str:
            changes = need_history.describe(log_entry.data["before"], log_entry.data["after"])
            return " · ".join([str(_("Needs of roles changed")), *changes])


def _sentence(act: Any, data: dict[str, str], last: str) -> str:
    return " · ".join(part for part in (str(act), data["what"], data["when"], data[last]) if part)


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("sign-ups/activity/<int:pk>/", ActivitySignUps.as_view(), name="activity_sign_ups"),
        path("sign-ups/activity/<int:pk>/add/", SignUpForActivity.as_view(), name="sign_up_for_activity"),
        path("sign-ups/activity/<int:pk>/thread/", SignUpByThread.as_view(), name="sign_up_by_thread"),
        path("sign-ups/activity/<int:pk>/wait/", PutOnWaitingList.as_view(), name="put_on_waiting_list"),
        path("sign-ups/waiting/<int:pk>/take-off/", TakeOffWaitingList.as_view(), name="take_off_waiting_list"),
        path("sign-ups/activity/<int:pk>/why/<int:person_pk>/", WhyNot.as_view(), name="why_not"),
        path("sign-ups/exception/<int:pk>/revoke/", RevokeException.as_view(), name="revoke_exception"),
        path("sign-ups/volunteer/<int:pk>/", SignUpForPerson.as_view(), name="volunteer_sign_ups"),
        path("sign-ups/<int:pk>/withdraw/", Withdraw.as_view(), name="withdraw_sign_up"),
    ]


hooks.register("register_admin_viewset", lambda: ActivityViewSet("activity"))
