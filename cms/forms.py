"""Forms of Wagtail's pictures and documents: who can read a file, and the quota of each day."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from academy.core import quotas
from academy.core.refusals import add_to_form
from academy.people.permissions import Right

LOGIN_BYTES_A_DAY = 300 * quotas.MEGABYTE  # six of the largest videos
COMMUNITY_BYTES_A_DAY = 1_000 * quotas.MEGABYTE

READERS = _(
    "Everybody can read this file once a published page links to it. Until then only people who write pages of your "
    "community can. Never upload a list of people."
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
        if self.by is not None and "file" in form.changed_data and file and not form.errors:
            homes = self.by.communities_for(Right.WRITE_COURSES).values_list("pk", flat=True)
            refusal = quotas.take(
                quotas.Quota(f"files of login {self.by.pk}", LOGIN_BYTES_A_DAY),
                *(quotas.Quota(f"files of community {home}", COMMUNITY_BYTES_A_DAY) for home in homes),
                size=file.size,
                at=timezone.now(),
            )
            if refusal:
                add_to_form(form, refusal, field="file")
        return cleaned


class DocumentForm(_WithinQuota, BaseDocumentForm):
    """Wagtail's form of a document, which says who can read it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = READERS


class ImageForm(_WithinQuota, BaseImageForm):
    """Wagtail's form of a picture."""
