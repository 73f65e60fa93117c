"""One mail about all pages of a course that one act submits or decides, in place of one for each page."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from wagtail.admin import mail
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from cms.models import CoursePage


class _Mail(NamedTuple):
    notifier: Any
    templates: dict[str, str]
    context: dict[str, Any]
    recipients: Any


_waiting: ContextVar[list[_Mail] | None] = ContextVar("mails_about_a_course", default=None)


@contextmanager
def one_mail() -> Iterator[None]:
    """Hold Wagtail's mails back, and send one of each kind to the same recipients at the end.

    It is that about the course, or else the first; it names the other pages.
    """
    held: list[_Mail] = []
    token = _waiting.set(held)
    try:
        yield
    finally:
        _waiting.reset(token)
    together: dict[tuple[Any, ...], list[_Mail]] = {}
    for one in held:
        key = (one.notifier, frozenset(user.pk for user in one.recipients))
        together.setdefault(key, []).append(one)
    for mails in together.values():
        first = next((one for one in mails if isinstance(one.context.get("page"), CoursePage)), mails[0])
        others = [str(one.context["page"].get_admin_display_title()) for one in mails if one is not first]
        first.notifier.send_emails(first.templates, {**first.context, "others": others}, first.recipients)


class _Held(mail.EmailNotificationMixin):
    """A notifier of Wagtail whose mails wait for the end of the act, where there is one."""

    def send_notifications(self, template_set: Any, context: Any, recipients: Any, **kwargs: Any) -> Any:
        held = _waiting.get()
        if held is None:
            return super().send_notifications(template_set, context, recipients, **kwargs)
        held.append(_Mail(self, template_set, context, recipients))
        return True


class _TaskSubmitted(_Held, mail.GroupApprovalTaskStateSubmissionEmailNotifier):
    pass


class _Submitted(_Held, mail.WorkflowStateSubmissionEmailNotifier):
    pass


class _Rejected(_Held, mail.WorkflowStateRejectionEmailNotifier):
    pass


class _Approved(_Held, mail.WorkflowStateApprovalEmailNotifier):
    pass


_NOTIFIERS: list[tuple[Any, type[Any], str, Any]] = [
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification", _TaskSubmitted()),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification", _Submitted()),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification", _Rejected()),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification", _Approved()),
]


def connect() -> None:
    """Put these notifiers in the place of Wagtail's; their names keep it from connecting its own."""
    for signal, sender, name, notifier in _NOTIFIERS:
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(notifier, sender=sender, dispatch_uid=name)
