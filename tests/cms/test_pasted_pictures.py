"""Pictures that a trainer pastes into a lesson are stored among the pictures of the community."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.images.models import Image

from academy.core.models import Community
from academy.people.models import User
from cms import forms
from tests.factories import UserFactory
from tests.word_files import png

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ADDRESS = "/admin/courses/pasted-picture/"


@pytest.fixture
def client(community: Community, trainer: User, settings: Any, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = str(tmp_path)
    client = Client()
    client.force_login(trainer)
    client.cookies["django_language"] = "en"
    return client


def paste(client: Client, content: bytes) -> Any:
    return client.post(ADDRESS, {"file": SimpleUploadedFile("pasted.png", content)})


def test_a_pasted_picture_is_stored_and_shown_in_its_block(client: Client, trainer: User) -> None:
    answer = paste(client, png()).json()

    image = Image.objects.get()
    assert answer["id"] == image.pk and answer["title"] == image.title
    assert image.title.startswith("Pasted ") and image.uploaded_by_user == trainer
    assert client.get(f"/admin/images/{image.pk}/").status_code == 200  # in the folder of the trainer's community


def test_what_is_no_picture_is_refused_with_a_sentence(client: Client) -> None:
    answer = paste(client, b"<svg onload=alert(1)>")

    assert answer.status_code == 409
    assert "Save it as JPG or PNG" in answer.json()["refusal"]
    assert not Image.objects.exists()


def test_pasted_pictures_count_against_the_quota(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "LOGIN_BYTES_A_DAY", 10)

    assert "Go on tomorrow" in paste(client, png()).json()["refusal"]
    assert not Image.objects.exists()


def test_only_those_who_write_courses_paste_pictures(client: Client) -> None:
    client.force_login(UserFactory())
    assert paste(client, png()).status_code in (302, 403)
    assert not Image.objects.exists()
