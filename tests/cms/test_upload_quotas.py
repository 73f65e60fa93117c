"""Pictures and documents of one day."""

import re
from io import BytesIO

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection
from wagtail.search.backends import get_search_backend

from academy.core.models import Community
from academy.people.permissions import DutyRole
from cms import forms
from tests.cms.test_video_files import film, track
from tests.factories import UserFactory, found

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
pillow_heif.register_heif_opener()  # to write one


@pytest.fixture
def trainer() -> Client:
    client = Client()
    client.force_login(UserFactory(duties=[(found(), DutyRole.TRAINER)]))
    client.cookies["django_language"] = "en"
    return client


def small_png() -> bytes:
    data = BytesIO()
    Picture.new("RGB", (4, 4)).save(data, "PNG")
    return data.getvalue()


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


def test_a_file_that_is_too_large_is_told_the_limit_and_a_way_on(trainer, settings):
    screen = trainer.get("/admin/documents/add/").content.decode()
    assert f'data-most="{50 * 1024 * 1024}"' in screen and "larger than 50 MB" in screen
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1024 * 1024
    page = upload(trainer, 1024 * 1024 + 1).content.decode()
    assert "larger than 1 MB" in page and "video site" in page
    assert not Document.objects.exists()


# Wagtail leaves the file of the picture to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning")
def test_pictures_of_a_tag_are_searched_by_a_word(trainer, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    files = Collection.objects.get(name=str(Community.objects.get()))
    content = SimpleUploadedFile("a.png", small_png())
    for title, tag in (("garden", "spring"), ("garden wall", "autumn"), ("gate", "spring")):
        picture = Image.objects.create(title=title, file=content, collection=files)
        picture.tags.add(tag)
        get_search_backend().add(picture)
    answer = trainer.get("/admin/images/chooser/results/?tag=spring&q=garden")
    assert [one.title for one in answer.context["results"].object_list] == ["garden"]


def test_a_photo_of_an_iphone_is_taken_and_shown_as_jpeg(trainer, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    photo = BytesIO()
    Picture.new("RGB", (640, 480), "#7d9a5c").save(photo, "HEIF")
    form = {"title": "剪纸课", "file": SimpleUploadedFile("IMG_1.HEIC", photo.getvalue(), "image/heic"), "tags": ""}

    answer = trainer.post("/admin/images/add/", {**form, "collection": 1})

    assert answer.status_code == 302, answer.context["form"].errors
    shown = Image.objects.get(title="剪纸课").get_rendition("width-320")
    with shown.file.open() as file:
        assert file.name.endswith(".jpg") and Picture.open(file).format == "JPEG"


@pytest.mark.parametrize("address", ["/admin/images/chooser/", "/admin/images/chooser/create/"])
def test_a_picture_is_described_where_it_stands_and_not_at_the_upload(trainer, address):
    page = trainer.get(address).content.decode().replace("\\", "")
    assert re.search(r'name="[\w-]*title"', page)
    assert not re.search(r'name="[\w-]*description"', page)


@pytest.mark.parametrize(
    ("coding", "words"), [(b"hvc1", "Only some phones play"), (b"mp4v", "cannot play this coding")]
)
def test_a_video_that_phones_do_not_play_is_refused_at_the_upload(trainer, settings, tmp_path, coding, words):
    settings.MEDIA_ROOT = str(tmp_path)
    file = SimpleUploadedFile("IMG_0001.MOV", film(track(b"vide", coding), brand=b"qt  "))
    page = trainer.post("/admin/documents/add/", {"title": "演示", "file": file, "tags": "", "collection": 1})
    assert words in page.content.decode()
    assert not Document.objects.exists()


def test_a_video_that_phones_play_is_kept(trainer, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    file = SimpleUploadedFile("IMG_0002.MOV", film(track(b"vide", b"avc1"), brand=b"qt  "))
    answer = trainer.post("/admin/documents/add/", {"title": "演示", "file": file, "tags": "", "collection": 1})
    assert answer.status_code == 302
    assert Document.objects.get().file_extension.lower() == "mov"
