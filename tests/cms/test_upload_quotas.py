"""Pictures and documents of one day."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.documents.models import Document

from academy.people.permissions import DutyRole
from cms import forms
from tests.factories import UserFactory, found

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def trainer() -> Client:
    client = Client()
    client.force_login(UserFactory(duties=[(found(), DutyRole.TRAINER)]))
    client.cookies["django_language"] = "en"
    return client


def upload(client: Client, size: int):
    file = SimpleUploadedFile("讲义.txt", b"x" * size)
    return client.post("/admin/documents/add/", {"title": "讲义", "file": file, "tags": "", "collection": 1})


@pytest.mark.parametrize("limit", ["LOGIN_BYTES_A_DAY", "COMMUNITY_BYTES_A_DAY"])
def test_a_day_takes_so_many_bytes_of_documents(trainer, monkeypatch, limit, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(forms, limit, 10)

    assert upload(trainer, 11).status_code == 200
    assert not Document.objects.exists()
    assert upload(trainer, 10).status_code == 302
    page = upload(trainer, 1)

    assert "Go on tomorrow" in page.content.decode()
    assert Document.objects.count() == 1


def test_a_document_is_limited_by_itself(trainer, settings):
    assert settings.WAGTAILDOCS_MAX_UPLOAD_SIZE == 50 * 1024 * 1024
