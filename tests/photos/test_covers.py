"""A photo as the cover of its activity: public only while the photo is; photos go after their term."""

import datetime as dt
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Drawn
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission

from academy.activities.models import Activity
from academy.core.files import private_files
from academy.own_data import retention
from academy.people.pictures import own_pictures
from academy.photos import services
from academy.photos.models import Photo
from tests.pages import markup_of
from tests.photos.conftest import AFTER

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def activity(scene):
    collection = Collection.get_first_root_node().add_child(name=scene.community.name)
    GroupCollectionPermission.objects.create(
        group=scene.social_worker.groups.get(name__startswith=f"{scene.community.slug}:"),
        collection=collection,
        permission=Permission.objects.get(content_type__app_label="wagtailimages", codename="choose_image"),
    )
    return scene.activity()


def added(scene, activity, colour="#7d9a5c") -> Photo:
    file = BytesIO()
    Drawn.new("RGB", (400, 200), colour).save(file, "JPEG")
    upload = SimpleUploadedFile("IMG_1.jpg", file.getvalue(), "image/jpeg")
    services.add(activity=activity, files=[upload], by=scene.leading, at=AFTER)
    return Photo.objects.latest("pk")


def shown(scene, activity) -> Photo:
    photo = added(scene, activity)
    services.show(activity=activity, photos=[photo.pk], cleared=True, by=scene.leading, at=AFTER)
    return photo


def use(scene, activity, photo, by=None):
    return services.use_as_cover(activity=activity, photo=photo.pk, by=by or scene.leading, at=AFTER)


def cover_of(activity):
    return Activity.objects.get(pk=activity.pk).cover


def test_the_leader_makes_a_shown_photo_the_cover_with_one_button(scene, activity, client):
    photo = shown(scene, activity)
    client.force_login(scene.leading)
    page = reverse("photos:manage", args=[activity.pk])
    assert f'name="cover" value="{photo.pk}"' in " ".join(markup_of(client.get(page)).split())

    client.post(page, {"cover": photo.pk})

    picture = cover_of(activity)
    assert own_pictures(scene.community).get() == picture
    assert 'name="cover"' not in markup_of(client.get(page))
    again = use(scene, activity, photo)
    assert again.cover == picture and Image.objects.count() == 1


def test_a_private_photo_and_a_stranger_make_no_cover(scene, activity, client):
    private, photo = added(scene, activity), shown(scene, activity)

    assert use(scene, activity, private).code == "photo_not_shown"
    assert use(scene, activity, photo, by=scene.volunteer("路人", login=True).user).code == "not_allowed"
    services.ask_removal(photo=photo, words="", at=AFTER)
    assert use(scene, activity, photo).code == "photo_not_shown"
    client.force_login(scene.leading)
    refused = client.post(reverse("photos:manage", args=[activity.pk]), {"cover": "9" * 12})
    assert 'data-refusal="choose_photos"' in markup_of(refused)
    assert cover_of(activity) is None and not Image.objects.exists()


@pytest.mark.parametrize("way", ["hide", "delete", "ask"])
def test_the_cover_goes_when_the_photo_is_no_longer_shown(scene, activity, way):
    photo = shown(scene, activity)
    picture = use(scene, activity, photo).cover
    later = scene.activity(title="下一周")
    Activity.objects.filter(pk=later.pk).update(cover=picture)

    if way == "ask":
        services.ask_removal(photo=photo, words="", at=AFTER)
    else:
        getattr(services, way)(activity=activity, photos=[photo.pk], by=scene.leading, at=AFTER)

    assert cover_of(activity) is None and cover_of(later) is None
    assert not Image.objects.exists()


def test_photos_go_after_the_communitys_term_and_the_page_says_so(
    scene, activity, client, django_capture_on_commit_callbacks
):
    photo = shown(scene, activity)
    use(scene, activity, photo)
    client.force_login(scene.leading)
    assert " 10 " in markup_of(client.get(reverse("photos:manage", args=[activity.pk])))

    later = AFTER.replace(year=AFTER.year + 10)
    with django_capture_on_commit_callbacks(execute=True):
        retention.clear_what_is_over(at=later)
        assert Photo.objects.kept().exists()
    with django_capture_on_commit_callbacks(execute=True):
        retention.clear_what_is_over(at=later + dt.timedelta(days=1))

    photo.refresh_from_db()
    assert photo.deleted_at and not private_files.exists(photo.large.name) and not Image.objects.exists()
