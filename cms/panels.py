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
