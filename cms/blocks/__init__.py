"""The blocks of a page's body. ``templates/cms/blocks/`` holds the template of each."""

from typing import Any

from wagtail import blocks
from wagtail.documents.models import Document

from cms import video_sites
from cms.blocks.activities import ActivityBlock
from cms.blocks.media import (
    AUDIO_TYPES,
    VIDEO_TYPES,
    AudioBlock,
    FileBlock,
    GalleryBlock,
    PictureBlock,
    SlidesBlock,
    VideoBlock,
    WebVideoBlock,
)
from cms.blocks.texts import (
    RICH_TEXT_FEATURES,
    CalloutBlock,
    ChecklistBlock,
    QuoteBlock,
    StepsBlock,
    TableBlock,
    TextBlock,
    ThoughtBlock,
)
from cms.quiz_block import QuizBlock

__all__ = [
    "AUDIO_TYPES",
    "RICH_TEXT_FEATURES",
    "VIDEO_TYPES",
    "BodyBlock",
    "CalloutBlock",
    "TextBlock",
    "VideoBlock",
    "framed_sites",
    "slides_in",
]


class BodyBlock(blocks.StreamBlock):
    """The body of a lesson: an article."""

    text = TextBlock()
    picture = PictureBlock()
    gallery = GalleryBlock()
    video = VideoBlock()
    web_video = WebVideoBlock()
    audio = AudioBlock()
    slides = SlidesBlock()
    file = FileBlock()
    steps = StepsBlock()
    checklist = ChecklistBlock()
    table = TableBlock()
    callout = CalloutBlock()
    quote = QuoteBlock()
    thought = ThoughtBlock()
    activity = ActivityBlock()
    quiz = QuizBlock()

    class Meta:
        block_counts = {"quiz": {"max_num": 1}}  # it completes the lesson


def framed_sites(body: Any) -> set[str]:
    """Return the origins of the players that a body shows."""
    players = (video_sites.player_of(one.value["link"] or "") for one in body if one.block_type == "web_video")
    return {video_sites.ORIGINS[player.site] for player in players if player is not None}


def slides_in(body: Any) -> list[Document]:
    """Return the files that a body shows as slides."""
    shown = (one.value["document"] for one in body if one.block_type == "slides")
    return [document for document in shown if document is not None]
