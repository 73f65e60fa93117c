"""Blocks of pictures, sound, videos and files."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from cms import slides, video_sites

# Every phone of the last ten years plays these. An iPhone's .mov holds what an .mp4 does (`video_files`).
VIDEO_TYPES = {"mp4": "video/mp4", "mov": "video/mp4", "webm": "video/webm"}
AUDIO_TYPES = {"mp3": "audio/mpeg", "m4a": "audio/mp4"}
_SEE = _("Pictures, sound and files")
_IN_WORDS = _("In words")
LEAST_IN_WORDS = 12  # characters; a sentence about what a silent minute shows has more


def _refuse_other_types(block: Any, name: str, document: Any, types: Any, sentence: Any, code: str) -> None:
    """Refuse a file of another type in the field `name`. A draft may lack the file."""
    if document is not None and document.file_extension.lower() not in types:
        raise _of_field(name, sentence, code)


def _refuse_no_transcript(block: Any, value: Any, *names: str) -> None:
    """Refuse a text that is no transcript: too short, few characters over and over, or a name.

    A draft may lack it.
    """
    text = _signs_left_out(value["transcript"])
    if block.is_deferred_validation:
        return
    if len(text) < LEAST_IN_WORDS or len(set(text)) < LEAST_IN_WORDS // 2 or text in map(_signs_left_out, names):
        sentence = _(
            "This does not replace the recording yet. Write what is said in it; if there is no speech, write what can "
            "be seen or heard. People who cannot hear, see or load it read this instead."
        )
        raise blocks.StructBlockValidationError({"transcript": ValidationError(sentence, code="no_transcript")})


def _title_of(document: Any) -> str:
    return "" if document is None else str(document.title)


def _signs_left_out(text: str | None) -> str:
    return "".join(one for one in (text or "").casefold() if one.isalnum())


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
        group = _SEE


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), label=_("Pictures"), min_num=2, max_num=12)

    class Meta:
        icon = "image"
        label = _("Several pictures")
        template = "cms/blocks/gallery.html"
        group = _SEE


class VideoBlock(blocks.StructBlock):
    video = DocumentChooserBlock(
        label=_("Video"),
        help_text=_(
            "An MP4, MOV or WebM file of at most 50 MB, about a minute from a phone. Put a longer one on a video site "
            "and use its link."
        ),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=200)
    transcript = blocks.TextBlock(
        label=_IN_WORDS,
        help_text=_("Its words and pictures as text, for people who cannot hear, see or load it."),
        rows=4,
    )

    class Meta:
        icon = "media"
        label = _("Video from a phone")
        template = "cms/blocks/video.html"
        group = _SEE

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        sentence = _("Choose an MP4, MOV or WebM file: phones play those.")
        _refuse_other_types(self, "video", cleaned["video"], VIDEO_TYPES, sentence, "bad_video")
        _refuse_no_transcript(self, cleaned, cleaned["caption"], _title_of(cleaned["video"]))
        return cleaned


class WebVideoBlock(blocks.StructBlock):
    link = blocks.CharBlock(
        label=_("Link"),
        max_length=500,
        help_text=_("Copy it on bilibili, Tencent Video (v.qq.com) or Youku and paste it here."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=200)
    transcript = blocks.TextBlock(
        label=_IN_WORDS,
        help_text=_("Its content in a few sentences, for people who cannot hear, see or load it."),
        rows=4,
    )

    class Meta:
        icon = "media"
        label = _("Video of a video site")
        template = "cms/blocks/web_video.html"
        group = _SEE

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        link = cleaned["link"] or ""  # a draft may lack it
        if link.strip() and video_sites.player_of(link) is None:
            raise blocks.StructBlockValidationError({"link": _no_player(link)})
        _refuse_no_transcript(self, cleaned, cleaned["caption"], link)
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["player"] = video_sites.player_of(value["link"] or "")
        context["link"] = video_sites.link_in(value["link"] or "")
        return context


def _no_player(link: str) -> ValidationError:
    host = video_sites.host_of(video_sites.link_in(link))
    if not host:
        sentence: Any = _("This is no link. Open the video, copy its address and paste it here.")
        return ValidationError(sentence, code="no_link")
    if host in video_sites.SHORT:
        sentence = _("“%(host)s” is a short link. Open it in a browser, and paste the long address that you then see.")
        return ValidationError(sentence % {"host": host}, code="short_link")
    if host in video_sites.HOSTS:
        sentence = _("No video stands at this address of “%(host)s”. Open the video itself and copy its address.")
        return ValidationError(sentence % {"host": host}, code="no_video")
    sentence = _(
        "Videos of “%(host)s” cannot be shown here. Use bilibili, Tencent Video or Youku, or upload the video itself."
    )
    return ValidationError(sentence % {"host": host}, code="other_site")


class AudioBlock(blocks.StructBlock):
    audio = DocumentChooserBlock(label=_("Recording"), help_text=_("An MP3 or M4A file of at most 50 MB."))
    caption = blocks.CharBlock(label=_("Caption"), max_length=200)
    transcript = blocks.TextBlock(label=_IN_WORDS, help_text=_("For people who cannot hear or load it."), rows=4)

    class Meta:
        icon = "media"
        label = _("Recording")
        template = "cms/blocks/audio.html"
        group = _SEE

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        sentence = _("Choose an MP3 or M4A file: phones play those.")
        _refuse_other_types(self, "audio", cleaned["audio"], AUDIO_TYPES, sentence, "bad_audio")
        _refuse_no_transcript(self, cleaned, cleaned["caption"], _title_of(cleaned["audio"]))
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
        group = _SEE


def _refuse_unfinished(document: Any, state: slides.State) -> None:
    """Refuse to submit slides that readers would not see; those that are not begun begin now."""
    if state.is_over:
        raise _of_field("document", state.sentence, state.code)
    slides.prepare([document])
    if state.code == "silent":
        raise _of_field("document", state.sentence, state.code)
    sentence = _(
        "The pictures of these slides are not ready yet. Save the page as a draft and submit it in a minute or two: "
        "the line below the file says when they are ready."
    )
    raise _of_field("document", sentence, "slides_unfinished")


def _of_field(name: str, sentence: Any, code: str) -> blocks.StructBlockValidationError:
    return blocks.StructBlockValidationError({name: ValidationError(sentence, code=code)})


class SlidesValue(blocks.StructValue):
    """Slides with their name: the one that was typed, else the file's own title."""

    @property
    def name(self) -> str:
        document = self["document"]
        return str(self["title"] or (document.title if document is not None else ""))


class SlidesBlock(blocks.StructBlock):
    document = DocumentChooserBlock(
        label=_("Slides"),
        help_text=_(
            "A file of PowerPoint or WPS (PPTX, PPT, ODP), or a PDF file. Readers leaf through it page by page."
        ),
    )
    title = blocks.CharBlock(
        label=_("Name"), required=False, max_length=100, help_text=_("Empty: the file's own title.")
    )

    class Meta:
        icon = "desktop"
        value_class = SlidesValue
        label = _("Slides")
        template = "cms/blocks/slides.html"
        group = _SEE

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        document = cleaned["document"]
        if document is None:  # a draft may lack it
            return cleaned
        state = slides.state_of(document)
        if state.code != "made" and not slides.takes(document):
            raise _of_field("document", state.sentence, "bad_slides")
        if state.code != "made" and slides.is_presentation(document) and not self.is_deferred_validation:
            _refuse_unfinished(document, state)
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["deck"] = slides.deck_of(value["document"])
        return context

    def get_searchable_content(self, value: Any) -> list[str]:
        deck = slides.deck_of(value["document"])
        return [value.name, *((page["words"] for page in deck.pages) if deck else ())]
