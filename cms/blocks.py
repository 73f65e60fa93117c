"""The blocks of a page's body. ``templates/cms/blocks/`` holds the template of each."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms.quiz_block import QuizBlock

RICH_TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link"]

# Every phone of the last ten years plays these.
VIDEO_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": RICH_TEXT_FEATURES, **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Description"),
        max_length=200,
        help_text=_("One sentence for people who cannot see the picture."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"


class VideoBlock(blocks.StructBlock):
    video = DocumentChooserBlock(label=_("Video"), help_text=_("An MP4 or WebM file, best under 50 MB."))
    caption = blocks.CharBlock(label=_("Caption"), max_length=200)
    transcript = blocks.TextBlock(
        label=_("In words"),
        help_text=_("Its words and pictures as text, for people who cannot hear, see or load it."),
        rows=4,
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "cms/blocks/video.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        video = cleaned["video"]  # a draft may lack it
        if video is not None and video.file_extension.lower() not in VIDEO_TYPES:
            raise blocks.StructBlockValidationError(
                {"video": ValidationError(_("Choose an MP4 or WebM file: phones play those."), code="bad_video")}
            )
        return cleaned


class FileBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(
        label=_("Name"), required=False, max_length=100, help_text=_("Empty: the file's own title.")
    )

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "cms/blocks/file.html"


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

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        kind = self.Kind(value["kind"] or self.Kind.REMEMBER)  # a draft may lack it
        context["kind_label"], context["tone"] = kind.label, self.TONES[kind]
        return context


class BodyBlock(blocks.StreamBlock):
    """The body of a lesson: an article."""

    text = TextBlock()
    picture = PictureBlock()
    video = VideoBlock()
    file = FileBlock()
    callout = CalloutBlock()
    quiz = QuizBlock()

    class Meta:
        block_counts = {"quiz": {"max_num": 1}}  # it completes the lesson
