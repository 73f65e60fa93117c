"""Two workers make the slides of one file at once."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.models import Collection

from cms import slides
from cms.models import Deck
from tests.at_once import at_once
from tests.cms.test_slides import pdf
from tests.factories import found

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]


def test_one_of_them_keeps_its_pictures(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    collection = Collection.objects.get(name=str(found()))
    document = Document.objects.create(
        title="急救", file=ContentFile(pdf("one", "two"), "a.pdf"), collection=collection
    )
    document.get_file_hash()
    at_once(*[lambda: slides.make_deck.call(document.pk)] * 2)
    deck = Deck.objects.get()
    assert [page["words"] for page in deck.pages] == ["one", "two"]
    left = {path.relative_to(tmp_path / "private").as_posix() for path in (tmp_path / "private").rglob("*.jpg")}
    assert left == {deck.path_of(1), deck.path_of(2)}
