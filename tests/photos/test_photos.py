"""Photos of an activity: without hidden data, private until shown, gone when a person asks."""

import struct
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from academy.accidents.photos import SIDE, smaller_jpeg
from academy.core.files import private_files
from academy.people.models import Consent
from academy.people.services import consents
from academy.people.services.attempts import Limit
from academy.photos import resizing, selectors, services
from academy.photos.models import Photo, RemovalRequest
from academy.photos.resizing import LARGE, SMALL, resize
from tests.answers import messages_of
from tests.hours.scene import SATURDAY, moment
from tests.pages import markup_of
from tests.photos.conftest import AFTER
from tests.pictures import png

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def activity(scene):
    return scene.activity()


def jpeg(width=2000, height=1000, *, orientation=1) -> BytesIO:
    """Return a photo as a phone takes it: with the place where it was taken."""
    file, exif = BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (28.0, 11.0, 30.0)})
    Image.new("RGB", (width, height), "#7d9a5c").save(file, "JPEG", exif=exif)
    file.seek(0)
    return file


def upload(file=None, name="IMG_1.jpg"):
    return SimpleUploadedFile(name, (file or jpeg(400, 200)).read(), "image/jpeg")


def add(scene, activity, *files, by=None):
    return services.add(activity=activity, files=files or [upload()], by=by or scene.leading, at=AFTER)


def added(scene, activity) -> Photo:
    add(scene, activity)
    return Photo.objects.latest("pk")


def show(scene, activity, *photos, cleared=True, by=None, asked=()):
    given = {"photos": [photo.pk for photo in photos], "asked": [one.pk for one in asked]}
    return services.show(activity=activity, cleared=cleared, by=by or scene.leading, at=AFTER, **given)


def opened(client, url):
    response = client.get(url)
    if response.streaming:
        list(response)  # reading a file closes it
    return response


def of_photo(photo, size="small"):
    return reverse("photos:photo", args=[photo.pk, size])


def test_a_photo_gets_smaller_upright_and_loses_its_place():
    resized = resize(jpeg(3000, 1500, orientation=6))

    large, small = (Image.open(BytesIO(data)) for data in (resized.large, resized.small))
    assert large.size == (LARGE // 2, LARGE) and small.size == (SMALL // 2, SMALL) == (resized.width, resized.height)
    assert not large.getexif() and not small.getexif() and "exif" not in large.info
    assert resized.bytes == len(resized.large) + len(resized.small)


def test_pictures_of_other_kinds_are_read_and_files_that_are_none_are_not(monkeypatch):
    transparent = BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(transparent, "PNG")
    transparent.seek(0)
    assert Image.open(BytesIO(resize(transparent).large)).getpixel((5, 5)) == (255, 255, 255)
    assert resize(png(64, 64)) is not None
    heif = BytesIO()
    Image.new("RGB", (64, 64), "red").save(heif, "HEIF")
    heif.seek(0)
    assert resize(heif) is not None
    assert resize(BytesIO(b"GIF89a")) is None and resize(BytesIO(b"%PDF-1.7")) is None
    assert resize(BytesIO(jpeg(64, 64).read()[:200])) is None
    monkeypatch.setattr("academy.photos.resizing.MOST_PIXELS", 100)
    assert resize(jpeg(64, 64)) is None


@pytest.mark.parametrize("fault", [ArithmeticError, LookupError, TypeError, struct.error])
def test_a_broken_file_is_no_photo_however_the_library_trips_over_it(monkeypatch, fault):
    def fail(image, box):
        raise fault

    monkeypatch.setattr(Image.Image, "thumbnail", fail)
    assert resize(jpeg(64, 64)) is None


def test_a_photo_is_made_smaller_before_it_is_turned(monkeypatch):
    sizes, turn = [], resizing.ImageOps.exif_transpose
    monkeypatch.setattr(resizing.ImageOps, "exif_transpose", lambda image: sizes.append(image.size) or turn(image))
    content = BytesIO()
    Image.new("RGB", (2600, 1300)).save(content, "PNG")
    for side, read in ((LARGE, resize), (SIDE, lambda file: smaller_jpeg(file.getvalue()))):
        content.seek(0)
        assert read(content) is not None and sizes.pop() == (side, side // 2)


def test_photos_of_an_accident_are_read_like_the_others(monkeypatch):
    heif = BytesIO()
    Image.new("RGB", (64, 32), "red").save(heif, "HEIF")
    assert Image.open(BytesIO(smaller_jpeg(heif.getvalue()))).size == (64, 32)
    assert Image.open(BytesIO(smaller_jpeg(jpeg(64, 32, orientation=6).read()))).size == (32, 64)
    monkeypatch.setattr("academy.photos.resizing.MOST_PIXELS", 100)
    assert smaller_jpeg(heif.getvalue()) is None


def test_the_leader_adds_several_at_once_and_they_stay_private(scene, activity, client):
    client.force_login(scene.leading)
    files = [upload(name="a.jpg"), upload(png(300, 200), name="b.png"), SimpleUploadedFile("c.jpg", b"none")]

    page = markup_of(
        client.post(reverse("photos:manage", args=[activity.pk]), {"files": files, "act": "add"}, follow=True)
    )

    photo = Photo.objects.first()
    assert Photo.objects.count() == 2 and "c.jpg" in page and of_photo(photo) in page
    assert opened(client, of_photo(photo)).headers["Cache-Control"] == "no-store"
    assert opened(Client(), of_photo(photo)).status_code == 404
    assert of_photo(photo) not in markup_of(Client().get(reverse("activities:detail", args=[activity.pk])))


def test_nobody_else_adds_shows_hides_or_deletes(scene, activity):
    photo, other = added(scene, activity), scene.volunteer(login=True).user

    assert add(scene, activity, by=other).code == "not_allowed"
    assert show(scene, activity, photo, by=other).code == "not_allowed"
    given = {"activity": activity, "photos": [photo.pk], "by": other, "at": AFTER}
    assert services.hide(**given).code == "not_allowed" and services.delete(**given).code == "not_allowed"


def test_photos_come_after_the_beginning_and_at_least_one(scene, activity):
    early = services.add(activity=activity, files=[upload()], by=scene.leading, at=moment("08:00"))

    assert early.code == "not_begun"
    assert services.add(activity=activity, files=[], by=scene.leading, at=AFTER).code == "choose_photos"


def test_the_store_is_bounded(scene, activity, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_AN_ACTIVITY", 2)
    outcome = add(scene, activity, upload(), upload(), upload())
    assert outcome.stored == 2 and outcome.refused == []  # the third is not even read
    assert add(scene, activity).refused[0][1].code == "too_many_photos"
    monkeypatch.setattr(services, "MOST_OF_AN_ACTIVITY", 60)
    monkeypatch.setattr(services, "MOST_BYTES", 1)
    assert add(scene, activity).refused[0][1].code == "photos_full"
    monkeypatch.setattr(services, "MOST_BYTES", 10**9)
    monkeypatch.setattr(services, "BYTES_A_DAY", 1)
    assert add(scene, activity).refused[0][1].code == "quota_full"


def test_the_form_names_those_who_may_not_be_seen(scene, activity, client):
    shift = activity.shifts.get()
    people = {name: scene.volunteer(name) for name in ("同意", "没同意", "孩子")}
    type(people["孩子"]).objects.filter(pk=people["孩子"].pk).update(birth_date=SATURDAY.replace(year=2014))
    for person in people.values():
        scene.scan(person, shift, "in", moment("09:00"))
    for name in ("同意", "孩子"):
        consents.record_consent(
            volunteer=people[name], kind=Consent.Kind.PHOTOS, granted=True, evidence="表", by=None, at=moment("08:00")
        )

    hidden = selectors.not_to_be_seen(activity, day=SATURDAY)

    assert {person.name for person in hidden} == {"没同意", "孩子"}
    consents.record_consent(
        volunteer=people["孩子"],
        kind=Consent.Kind.GUARDIAN_PHOTOS,
        granted=True,
        evidence="监护人签字",
        by=None,
        at=moment("08:00"),
    )
    assert {person.name for person in selectors.not_to_be_seen(activity, day=SATURDAY)} == {"没同意"}
    added(scene, activity)
    client.force_login(scene.leading)
    assert "没同意" in markup_of(client.get(reverse("photos:manage", args=[activity.pk])))


def test_the_tick_is_needed_before_everybody_sees_a_photo(scene, activity, client):
    photo = added(scene, activity)
    client.force_login(scene.leading)
    page = reverse("photos:manage", args=[activity.pk])

    refused = client.post(page, {"act": "show", "photo": photo.pk})
    assert refused.status_code == 409 and 'data-refusal="needs_tick"' in markup_of(refused)
    assert show(scene, activity, photo, cleared=False).code == "needs_tick"
    client.post(page, {"act": "show", "photo": photo.pk, "cleared": "1"})

    public = markup_of(Client().get(reverse("activities:detail", args=[activity.pk])))
    assert of_photo(photo) in public and reverse("photos:away", args=[photo.pk]) in public
    sent = opened(Client(), of_photo(photo, "large"))
    assert sent.status_code == 200 and sent.headers["Content-Type"] == "image/jpeg"
    assert opened(Client(), of_photo(photo, "huge")).status_code == 404
    client.post(page, {"act": "hide", "photo": photo.pk})
    assert opened(Client(), of_photo(photo)).status_code == 404
    assert 'data-refusal="choose_photos"' in markup_of(client.post(page, {"act": "hide"}))


def test_a_person_in_a_photo_takes_it_away_without_sign_in(scene, activity, client):
    photo = added(scene, activity)
    show(scene, activity, photo)
    away = reverse("photos:away", args=[photo.pk])

    assert of_photo(photo) in markup_of(client.get(away))
    client.post(away, {"words": "第二排左一是我"})

    assert opened(Client(), of_photo(photo)).status_code == 404
    assert of_photo(photo) not in markup_of(client.get(away))
    client.force_login(scene.leading)
    assert "第二排左一是我" in markup_of(client.get(reverse("photos:manage", args=[activity.pk])))
    client.force_login(scene.social_worker)
    assert reverse("photos:manage", args=[activity.pk]) in markup_of(client.get(reverse("wagtailadmin_home")))


def test_the_request_is_answered_by_showing_again_or_by_deleting(scene, activity):
    photo = added(scene, activity)
    assert services.ask_removal(photo=photo, words="", at=AFTER).code == "photo_gone"
    show(scene, activity, photo)
    asked = services.ask_removal(photo=photo, words="", at=AFTER)
    assert services.ask_removal(photo=photo, words="", at=AFTER).code == "already_asked"

    show(scene, activity, photo, asked=[asked])
    assert Photo.objects.public().get() == photo and RemovalRequest.objects.get().answered_by == scene.leading

    services.ask_removal(photo=photo, words="", at=AFTER)
    services.delete(activity=activity, photos=[photo.pk], by=scene.leading, at=AFTER)
    assert not RemovalRequest.objects.filter(answered_at=None).exists()
    assert selectors.asked_away([scene.community]) == [] and selectors.asked_away([]) == []


def test_taking_the_photo_off_the_page_answers_the_request(scene, activity):
    photo = added(scene, activity)
    show(scene, activity, photo)
    asked = services.ask_removal(photo=photo, words="", at=AFTER)

    assert services.hide(activity=activity, photos=[photo.pk], by=scene.leading, at=AFTER) == 1

    asked.refresh_from_db()
    photo.refresh_from_db()
    assert (asked.answered_by, asked.answered_at, photo.shown_at) == (scene.leading, AFTER, None)
    assert selectors.asked_away([scene.community]) == []


def test_a_request_that_came_while_the_page_was_read_is_not_answered_unseen(scene, activity, client):
    first, second = added(scene, activity), added(scene, activity)
    show(scene, activity, first, second)
    asked = services.ask_removal(photo=first, words="", at=AFTER)

    assert show(scene, activity, first).code == "asked_meanwhile"
    assert show(scene, activity, first, second) == [second]
    assert list(Photo.objects.public()) == [second]
    client.force_login(scene.leading)
    page = reverse("photos:manage", args=[activity.pk])
    assert f'name="asked" value="{asked.pk}"' in markup_of(client.get(page))
    chosen = {"act": "show", "cleared": "1", "photo": [first.pk, second.pk]}
    assert str(services.ASKED_MEANWHILE) in messages_of(client.post(page, chosen))
    client.post(page, chosen | {"asked": asked.pk})
    assert set(Photo.objects.public()) == {first, second}


def test_a_deleted_photo_leaves_no_file(scene, activity, client, django_capture_on_commit_callbacks):
    photo = added(scene, activity)
    client.force_login(scene.leading)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("photos:manage", args=[activity.pk]), {"act": "delete", "photo": photo.pk})

    assert not private_files.exists(photo.large.name) and not private_files.exists(photo.small.name)
    assert opened(client, of_photo(photo)).status_code == 404
    assert client.get(reverse("photos:away", args=[photo.pk])).status_code == 404
    given = {"activity": activity, "photos": [photo.pk], "by": scene.leading, "at": AFTER}
    assert services.delete(**given).code == services.hide(**given).code == "choose_photos"
    assert services.show(cleared=True, **given).code == "choose_photos"


def test_many_requests_of_one_network_are_slowed_down(scene, activity, client, monkeypatch):
    monkeypatch.setattr("academy.photos.views.OF_A_NETWORK", Limit(free=1, half_life=3600))
    photos = [added(scene, activity) for _ in range(2)]
    for photo in photos:
        show(scene, activity, photo)

    pages = [client.post(reverse("photos:away", args=[photo.pk])) for photo in photos]

    assert [page.status_code for page in pages] == [302, 409]
    assert 'data-refusal="too_many_attempts"' in markup_of(pages[1])


def test_the_database_keeps_one_open_request_and_whole_facts(scene, activity):
    photo = added(scene, activity)
    show(scene, activity, photo)
    services.ask_removal(photo=photo, words="", at=AFTER)
    wrong = (
        lambda: RemovalRequest.objects.create(photo=photo, asked_at=AFTER),
        lambda: RemovalRequest.objects.update(answered_at=AFTER),
        lambda: Photo.objects.update(shown_by=None),
        lambda: Photo.objects.update(shown_at=moment("09:00")),
    )
    for act in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
