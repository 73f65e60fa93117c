"""Behind the proxy, views name a file and send none of its bytes."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.http import Http404
from django.test import Client, RequestFactory
from wagtail.documents.models import Document
from wagtail.models import Collection

from academy.core.checks import check_the_proxy_sends_files
from academy.core.files import private_file, send_file
from tests.factories import UserFactory


@pytest.fixture
def behind_proxy(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_BY = "proxy"
    settings.SENDFILE_BACKEND = "django_sendfile.backends.nginx"
    settings.SENDFILE_ROOT = str(tmp_path)
    settings.SENDFILE_URL = "/files"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.PRIVATE_ROOT = str(tmp_path / "private")
    return tmp_path


def test_a_private_file_is_named_to_the_proxy(behind_proxy: Path, rf: RequestFactory) -> None:
    class Stored:
        path = str(behind_proxy / "private/evidence/照 片.jpg")

    Path(Stored.path).parent.mkdir(parents=True)
    Path(Stored.path).write_bytes(b"photo")
    response = private_file(rf.get("/"), Stored(), "签到表.jpg")  # type: ignore[arg-type]

    assert unquote(response["X-Accel-Redirect"]) == "/files/private/evidence/照 片.jpg"
    assert response["X-Accel-Redirect"].isascii()
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%AD%BE")
    assert response["Content-Type"] == "application/octet-stream"
    assert (response.content, "Content-Length" in response) == (b"", False)  # type: ignore[attr-defined]


def test_a_file_outside_the_directories_and_a_missing_one_are_not_found(behind_proxy: Path, rf: RequestFactory) -> None:
    for path in ("/etc/passwd", str(behind_proxy / "private/missing.jpg")):
        with pytest.raises(Http404):
            send_file(rf.get("/"), path)


@pytest.mark.django_db
def test_videos_documents_and_pictures_are_named_to_the_proxy(behind_proxy: Path, client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))  # no page uses these files yet
    collection = Collection.get_first_root_node() or Collection.add_root(name="Root")
    video = Document.objects.create(title="演示", file=ContentFile(b"x", "demo.mp4"), collection=collection)
    (behind_proxy / "media/images").mkdir()
    (behind_proxy / "media/images/a.jpg").write_bytes(b"x")

    for address in (f"/video/{video.pk}/{video.filename}", f"/documents/{video.pk}/{video.filename}"):
        response = client.get(address, headers={"range": "bytes=0-1"})
        assert (response.status_code, response.content) == (200, b"")
        assert response["X-Accel-Redirect"] == f"/files/media/{video.file.name}"
    assert client.get("/media/images/a.jpg")["X-Accel-Redirect"] == "/files/media/images/a.jpg"


@pytest.mark.django_db
def test_a_picture_is_sent_from_python_in_development(settings: Any, tmp_path: Path, client: Client) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.jpg").write_bytes(b"x")
    response = client.get("/media/images/a.jpg")
    assert (b"".join(response.streaming_content), response["Content-Type"]) == (b"x", "image/jpeg")  # type: ignore[attr-defined]
    assert client.get("/media/images/b.jpg").status_code == 404
    assert client.get("/media/images/../../settings").status_code in (400, 404)


def test_a_deployment_that_sends_files_from_python_is_warned(settings: Any) -> None:
    settings.FILES_BY = "python"
    assert [found.id for found in check_the_proxy_sends_files()] == ["core.W004"]
    settings.FILES_BY = "proxy"
    assert check_the_proxy_sends_files() == []
