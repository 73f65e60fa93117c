"""Blocks of text: what is written, and not uploaded."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cms import table_text

RICH_TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link"]
_READ = _("Texts")


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": RICH_TEXT_FEATURES, **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"
        group = _READ


class CalloutBlock(blocks.StructBlock):
    class Kind(models.TextChoices):
        REMEMBER = "remember", _("Remember")
        TRY = "try", _("Try it")
        CAUTION = "caution", _("Caution")

    TONES = {Kind.REMEMBER: "info", Kind.TRY: "good", Kind.CAUTION: "warn"}

    kind = blocks.ChoiceBlock(label=_("Kind"), choices=Kind.choices, default=Kind.REMEMBER)
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "italic", "ol", "ul", "link"])

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "cms/blocks/callout.html"
        group = _READ

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        kind = self.Kind(value["kind"] or self.Kind.REMEMBER)  # a draft may lack it
        context["kind_label"], context["tone"] = kind.label, self.TONES[kind]
        return context

    def get_searchable_content(self, value: Any) -> list[str]:
        # Without the word of the kind: “Caution” in every lesson is not what the author wrote.
        content: list[str] = self.child_blocks["text"].get_searchable_content(value["text"])
        return content


class StepBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Instruction"), rows=2, max_length=600)
    image = ImageChooserBlock(
        label=_("Picture"), required=False, help_text=_("It shows what the words say already, as a screenshot does.")
    )

    class Meta:
        label = _("Step")
        icon = "arrow-right"


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=100)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Step by step")
        template = "cms/blocks/steps.html"
        group = _READ


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Heading"), required=False, max_length=100)
    items = blocks.ListBlock(blocks.CharBlock(label=_("Line"), max_length=200), label=_("Lines"), min_num=1)

    class Meta:
        icon = "tick-inverse"
        label = _("Checklist")
        template = "cms/blocks/checklist.html"
        group = _READ


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label=_("Content of the table"), max_length=100)
    cells = blocks.TextBlock(
        label=_("Table"),
        rows=6,
        max_length=10_000,
        help_text=_(
            "Copy the table in Word or Excel and paste it here. Or type a line for each row, with | between the cells. "
            "The first row holds the headings."
        ),
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "cms/blocks/table.html"
        group = _READ

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        rows = table_text.rows_of(cleaned["cells"] or "")  # a draft may lack it
        if fault := _fault_of(rows):
            raise blocks.StructBlockValidationError({"cells": fault})
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["headings"], *context["rows"] = table_text.rows_of(value["cells"] or "") or [[]]
        return context

    def get_searchable_content(self, value: Any) -> list[str]:
        return [value["caption"] or "", *(" ".join(row) for row in table_text.rows_of(value["cells"] or ""))]


def _fault_of(rows: list[list[str]]) -> ValidationError | None:
    if not rows:
        return None
    if len(rows[0]) == 1:
        sentence = _("This has one column only. Put | between the cells of each line, or use a checklist.")
        return ValidationError(sentence, code="one_column")
    if len(rows[0]) > table_text.MOST_COLUMNS or len(rows) > table_text.MOST_ROWS:
        sentence = _("A phone cannot show so large a table. Attach it as a file, or leave out columns and rows.")
        return ValidationError(sentence, code="large_table")
    return None


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"), rows=3, max_length=1_000)
    source = blocks.CharBlock(label=_("Who said it, or where it stands"), required=False, max_length=100)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "cms/blocks/quote.html"
        group = _READ


class ThoughtBlock(blocks.StructBlock):
    question = blocks.TextBlock(
        label=_("Question"), rows=2, max_length=500, help_text=_("Readers answer it for themselves. No answer is sent.")
    )
    answer = blocks.TextBlock(
        label=_("A possible answer"), rows=3, required=False, max_length=2_000, help_text=_("Shown after a tap.")
    )

    class Meta:
        icon = "help"
        label = _("Question for thought")
        template = "cms/blocks/thought.html"
        group = _READ
