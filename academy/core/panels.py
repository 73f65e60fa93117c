"""Panels of the back office's forms whose fields mostly stay empty."""

from collections.abc import Iterator
from typing import Any

from wagtail.admin.panels import MultiFieldPanel


class OptionalPanel(MultiFieldPanel):
    """Fields that stand closed until one of them holds something. Wagtail opens one with an error."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def classes(self) -> list[str]:
            return [*super().classes(), *([] if is_filled(self) else ["collapsed"])]


class OptionalRowPanel(MultiFieldPanel):
    """The same within a row of an inline panel, where Wagtail closes none. `summary` is its heading."""

    def __init__(self, children: Any = (), *args: Any, summary: Any = "", **kwargs: Any) -> None:
        super().__init__(children, *args, **kwargs)
        self.summary = summary

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "summary": self.summary}

    class BoundPanel(MultiFieldPanel.BoundPanel):
        template_name = "core/admin/optional_row_panel.html"

        @property
        def is_open(self) -> bool:
            return is_filled(self)


def is_filled(panel: Any) -> bool:
    """Return whether a field of this bound panel holds something or has an error."""
    return any(field.errors or field.value() not in (None, "", False, []) for field in _fields_of(panel))


def _fields_of(panel: Any) -> Iterator[Any]:
    for child in getattr(panel, "children", ()):
        if getattr(child, "bound_field", None) is not None:
            yield child.bound_field
        yield from _fields_of(child)
