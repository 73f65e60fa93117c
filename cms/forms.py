"""Forms of Wagtail's pictures and documents: who can read a file, and the quota of each day."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from academy.core import quotas
from academy.core.refusals import Refusal, add_to_form
from academy.people.permissions import Right
from cms import video_files
from cms.blocks import VIDEO_TYPES

LOGIN_BYTES_A_DAY = 300 * quotas.MEGABYTE  # six of the largest videos
COMMUNITY_BYTES_A_DAY = 1_000 * quotas.MEGABYTE

TOO_LARGE = _(
    "This file is larger than %(most)s MB, the most that can be uploaded. A video: record it shorter (about a minute), "
    "or send it to yourself in WeChat and save it from there, which makes it smaller; or put it on a video site and "
    "use its link."
)
READERS = _(
    "Everybody can read this file once a published page links to it. Until then only people who write pages of your "
    "community can. Never upload a list of people."
)


# Why a phone may not play a video, by the code of `video_files.fault_of`.
UNPLAYABLE = {
    code: Refusal(code, sentence)
    for code, sentence in {
        "hevc": _(
            "Only some phones play this recording (HEVC). On an iPhone open Settings, Camera, Formats, choose “Most "
            "Compatible” and record it again; or send it to yourself in WeChat, save it from there and upload that."
        ),
        "unknown_coding": _(
            "Phones cannot play this coding of a video. Save it as MP4 (H.264) on your computer, or put it on a video "
            "site and use its link."
        ),
        "no_picture": _("This file holds sound alone. Upload it as MP3 or M4A, and use the block “Recording”."),
        "broken": _("This video cannot be read. Record or save it once more, and upload it again."),
    }.items()
}


def too_large_a_file() -> str:
    """Return the refusal of a document that is larger than the limit, with what to do."""
    return str(TOO_LARGE % {"most": settings.WAGTAILDOCS_MAX_UPLOAD_SIZE >> 20})


def take_quota(by: Any, size: int, at: dt.datetime) -> Refusal | None:
    """Count an upload against the quota of the login, and of each community for which it writes."""
    homes = by.communities_for(Right.WRITE_COURSES).values_list("pk", flat=True)
    return quotas.take(
        quotas.Quota(f"files of login {by.pk}", LOGIN_BYTES_A_DAY),
        *(quotas.Quota(f"files of community {home}", COMMUNITY_BYTES_A_DAY) for home in homes),
        size=size,
        at=at,
    )


class _WithinQuota:
    """Count a new file against the quota of the login, and of each community for which it writes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.by = kwargs.get("user")
        super().__init__(*args, **kwargs)

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        form: Any = self
        file = cleaned.get("file")
        is_new = self.by is not None and "file" in form.changed_data and file and not form.errors
        if is_new and (refusal := take_quota(self.by, file.size, timezone.now())):
            add_to_form(form, refusal, field="file")
        return cleaned


class DocumentForm(_WithinQuota, BaseDocumentForm):
    """Wagtail's form of a document, which says who can read it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = READERS
            for code in ("file_too_large", "file_too_large_unknown_size"):
                self.fields["file"].error_messages[code] = too_large_a_file()

    def clean_file(self) -> Any:
        """Refuse a video that phones do not play."""
        file = self.cleaned_data["file"]
        is_video = file and "file" in self.changed_data and file.name.lower().endswith(tuple(VIDEO_TYPES))
        if is_video and (fault := video_files.fault_of(file)):
            raise ValidationError(UNPLAYABLE[fault].message, code=fault)
        return file


class ImageForm(_WithinQuota, BaseImageForm):
    """Wagtail's form of a picture.

    It asks for no description: the block that shows the picture does, since what matters in it depends on the lesson.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("description", None)
