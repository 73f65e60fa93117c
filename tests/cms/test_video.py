"""Uploaded videos are served in the pieces that players request."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from cms.blocks import VideoBlock
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BYTES = bytes(range(256)) * 1000


@pytest.fixture
def client() -> Client:
    """The site's operator, who may read files that no page uses; tests/cms/test_files.py asks who may."""
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    return client


@pytest.fixture
def collection() -> Collection:
    return Collection.get_first_root_node() or Collection.add_root(name="Root")


@pytest.fixture
def video(settings: Any, tmp_path: Path, collection: Collection) -> Document:
    settings.MEDIA_ROOT = str(tmp_path)
    return Document.objects.create(title="签到演示", file=ContentFile(BYTES, "demo.mp4"), collection=collection)


def fetch(client: Client, document: Document, asked: str | None = None) -> Any:
    headers = {"range": asked} if asked else {}
    return client.get(f"/video/{document.pk}/{document.filename}", headers=headers)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_whole_video_says_that_pieces_can_be_asked_for(client: Client, video: Document) -> None:
    response = fetch(client, video)
    assert (response.status_code, response["Content-Type"], response["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    assert body(response) == BYTES


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        pytest.param("bytes=0-1", 0, 1, id="what an iPhone asks first"),
        pytest.param("bytes=1000-200000", 1000, 200_000, id="more than a chunk"),
        pytest.param("bytes=255000-", 255_000, 255_999, id="from somewhere to the end"),
        pytest.param("bytes=255000-999999", 255_000, 255_999, id="beyond the end"),
        pytest.param("bytes=-500", 255_500, 255_999, id="the last bytes"),
    ],
)
def test_a_piece(client: Client, video: Document, asked: str, start: int, end: int) -> None:
    response = fetch(client, video, asked)
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes {start}-{end}/256000")
    assert response["Content-Length"] == str(end + 1 - start)
    assert body(response) == BYTES[start : end + 1]


def test_a_piece_beyond_the_end_is_refused(client: Client, video: Document) -> None:
    response = fetch(client, video, "bytes=256000-")
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */256000")


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=a-b", "bytes=0-1,5-9", "lines=1-2"])
def test_what_is_not_understood_gets_the_whole(client: Client, video: Document, asked: str) -> None:
    assert body(fetch(client, video, asked)) == BYTES


def test_other_files_other_names_and_private_collections_are_not_found(
    client: Client, video: Document, collection: Collection
) -> None:
    other = Document.objects.create(title="表", file=ContentFile(b"x", "table.xlsx"), collection=collection)
    assert fetch(client, other).status_code == 404
    assert client.get(f"/video/{video.pk}/other.mp4").status_code == 404
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    assert fetch(client, video).status_code == 404


def test_only_what_phones_play_can_be_chosen_as_a_video(video: Document, collection: Collection) -> None:
    block = VideoBlock()
    value = {"video": video, "caption": "签到", "transcript": "她打开手机，扫墙上的码，屏幕变绿。"}
    assert block.clean(block.normalize(value))["caption"] == "签到"
    film = Document.objects.create(title="长片", file=ContentFile(b"x", "film.avi"), collection=collection)
    with pytest.raises(ValidationError) as caught:
        block.clean(block.normalize({**value, "video": film}))
    assert caught.value.block_errors["video"].code == "bad_video"


def test_a_range_of_endless_digits_is_no_range(client: Client, video: Document) -> None:
    for asked in (f"bytes={'9' * 4_500}-", f"bytes=-{'9' * 4_500}", "bytes=²-", "bytes=a-b", "\0"):
        response = fetch(client, video, asked)
        assert (response.status_code, body(response)) == (200, BYTES)
