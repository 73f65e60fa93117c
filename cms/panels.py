"""Panels of our page editors."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import HelpPanel


class OriginalPanel(HelpPanel):
    """The original's text above the form of its translation, so that both stand on one screen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("template", "cms/admin/original.html")
        kwargs.setdefault("heading", _("The original"))
        super().__init__(**kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(self.instance.is_translation)


class QuizPanel(HelpPanel):
    """The way to a quiz from a file, above a lesson; while it is locked, the reason instead."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("template", "cms/admin/quiz_help.html")
        kwargs.setdefault("heading", _("Quiz"))
        super().__init__(**kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        @property
        def is_locked(self) -> bool:
            """Return whether this user cannot change the page now, as while another one reviews it."""
            user = getattr(self.request, "user", None)
            return bool(user and self.instance.pk and self.instance.permissions_for_user(user).page_locked())
