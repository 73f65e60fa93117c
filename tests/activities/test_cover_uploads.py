"""The photo of an activity, as a social worker uploads it from the form and as everybody then sees it."""

import datetime as dt
import re
from io import BytesIO

import pillow_heif
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.activities.models import Activity
from academy.people.permissions import DutyRole
from tests.activities.test_admin import a_form
from tests.factories import UserFactory, found
from tests.pages import markup_of
from tests.pictures import png

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    # Wagtail leaves it to the garbage collector to close the file in which it makes a size of a picture.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
GPS, MAKE = 0x8825, 0x010F
ENDINGS = {"JPEG": "jpg", "HEIF": "heic"}
pillow_heif.register_heif_opener()  # to write one


@pytest.fixture(autouse=True)
def _the_day_before(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with time_machine.travel(START - dt.timedelta(days=1), tick=False):
        yield


@pytest.fixture
def community():
    return found("songlin")


@pytest.fixture
def worker(community):
    browser = Client()
    browser.force_login(UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)]))
    return browser


def of_a_phone(kind: str) -> bytes:
    """Return a photo that holds where and with what it was taken."""
    exif, file = Picture.Exif(), BytesIO()
    exif[MAKE] = "HUAWEI"
    exif.get_ifd(GPS).update({1: "N", 2: (28.0, 11.0, 30.0)})
    more = {"comment": "by phone"} if kind == "JPEG" else {}
    Picture.new("RGB", (1600, 900), "#7d9a5c").save(file, kind, exif=exif.tobytes(), **more)
    return file.getvalue()


def upload(browser: Client, content: bytes, name: str, **more) -> dict:
    """Upload a picture in the window that the form's field opens, and return what the window answers."""
    form = {"title": "社区花园", "file": SimpleUploadedFile(name, content), "tags": "", **more}
    fields = {f"image-chooser-upload-{field}": value for field, value in form.items()}
    answer = browser.post(reverse("wagtailimages_chooser:create"), fields)
    assert answer.status_code == 200, answer
    return answer.json()


def shown_on(page: str) -> list[Picture.Image]:
    """Return the pictures of the library that a page shows to everybody."""
    addresses = set(re.findall(r"/media/images/[^\"', ]+", page))
    return [Picture.open(BytesIO(b"".join(Client().get(one).streaming_content))) for one in sorted(addresses)]


def is_green(picture: Picture.Image) -> bool:
    """Return whether this is the picture of `png`, about as a JPEG keeps its colour."""
    return all(abs(one - other) < 8 for one, other in zip(picture.getpixel((5, 5)), (125, 154, 92), strict=True))


def test_an_uploaded_photo_is_the_picture_of_the_activity_wherever_it_stands(community, worker):
    chosen = upload(worker, png().getvalue(), "IMG_1.png")
    assert chosen["step"] == "chosen" and chosen["result"]["title"] == "社区花园"
    worker.post(reverse("activity:add"), a_form(community, cover=chosen["result"]["id"], title=""))
    assert not Activity.objects.exists()
    worker.post(reverse("activity:add"), a_form(community, cover=chosen["result"]["id"]))
    activity = Activity.objects.get()
    worker.post(reverse("activity:publish", args=[activity.pk]))

    assert "社区花园" in markup_of(worker.get(reverse("activity:edit", args=[activity.pk])))
    for address in ("/activities/", f"/activities/{activity.pk}/"):
        pictures = shown_on(markup_of(Client().get(address)))
        assert pictures and all(is_green(picture) for picture in pictures)


def test_a_form_with_a_mistake_keeps_the_chosen_photo(community, worker):
    chosen = upload(worker, png().getvalue(), "IMG_1.png")["result"]["id"]
    page = markup_of(worker.post(reverse("activity:add"), a_form(community, cover=chosen, title="")))
    assert re.search(rf'name="cover"[^>]*value="{chosen}"', page) or f'value="{chosen}" id="id_cover"' in page
    assert "街道敬老院" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"#!/bin/sh", "photo.jpg", id="no picture"),
        pytest.param(b"", "photo.png", id="empty"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "photo.svg", id="a drawing"),
    ],
)
def test_a_file_that_is_no_photo_is_refused_at_its_field_and_the_title_stays(worker, content, name):
    answer = upload(worker, content, name)
    assert answer["step"] == "reshow_creation_form"
    window = " ".join(answer["htmlFragment"].split())
    field = window[window.index("image-chooser-upload-file") :]
    assert 'value="社区花园"' in window and "error-message" in field
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "1.jpg"), ("HEIF", "1.heic"), ("PNG", "1.png"), ("WEBP", "1.webp")]
)
def test_nobody_reads_from_a_photo_where_it_was_taken(community, worker, kind, name):
    assert Picture.open(BytesIO(of_a_phone(kind))).getexif()[MAKE] == "HUAWEI"
    chosen = upload(worker, of_a_phone(kind), f"1.{ENDINGS.get(kind, kind.lower())}")["result"]
    worker.post(reverse("activity:add"), a_form(community, cover=chosen["id"]))
    activity = Activity.objects.get()
    worker.post(reverse("activity:publish", args=[activity.pk]))

    pictures = [*shown_on(markup_of(Client().get(f"/activities/{activity.pk}/"))), *shown_on(str(chosen))]
    pictures += shown_on(markup_of(Client().get("/activities/")))
    assert len(pictures) > 2
    for picture in pictures:
        assert not dict(picture.getexif()) and not {"exif", "comment", "xmp"} & picture.info.keys()


def test_a_photo_is_uploaded_to_no_other_communitys_folder_and_chosen_from_none(community, worker):
    foreign = Collection.objects.get(name=found("elsewhere").name)
    answer = upload(worker, png().getvalue(), "IMG_1.png", collection=foreign.pk)
    assert answer["step"] == "reshow_creation_form" or Image.objects.get().collection.name == community.name
    hidden = Image.objects.create(
        title="别处的花园", collection=foreign, file=SimpleUploadedFile("a.png", png().read())
    )
    assert "别处的花园" not in markup_of(worker.get(reverse("wagtailimages_chooser:choose")))
    chosen = worker.get(reverse("wagtailimages_chooser:chosen", args=[hidden.pk]), follow=True)
    assert chosen.redirect_chain and "别处的花园" not in markup_of(chosen)
