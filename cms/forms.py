"""Form of a document in the back office."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm

READERS = _(
    "Everybody can read this file once a published page links to it. Until then only people who write pages of your "
    "community can. Never upload a list of people."
)


class DocumentForm(BaseDocumentForm):
    """Wagtail's form of a document, which says who can read it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = READERS
