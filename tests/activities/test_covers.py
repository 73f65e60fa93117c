"""The subject and the picture of an activity, in the back office's form and in the service."""

import datetime as dt

import pytest
import time_machine
from django.core.files.images import ImageFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.models import Collection, ModelLogEntry

from academy.activities import changing
from academy.activities.models import Activity, Subject
from academy.people.permissions import DutyRole
from academy.people.pictures import own_pictures
from tests.activities.test_admin import a_form
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, effective_record, found
from tests.pictures import png

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    # Wagtail leaves it to the garbage collector to close the file in which it makes a size of a picture.
]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
NOW = START - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def community():
    return found("songlin")


@pytest.fixture
def worker(community, client):
    user = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(user)
    return user


def picture(community, title="garden", below=None) -> Image:
    collection = Collection.objects.get(name=community.name)
    if below:
        collection = collection.add_child(name=below)
    return Image.objects.create(title=title, collection=collection, file=ImageFile(png(), name=f"{title}.png"))


def save(activity, *, at=NOW, **values):
    for name, value in values.items():
        setattr(activity, name, value)
    return changing.save_activity(activity=activity, by=None, at=at)


def test_the_form_asks_for_subject_and_picture(community, worker, client):
    cover = picture(community)
    client.post(reverse("activity:add"), a_form(community, subject="elders", cover=cover.pk))
    activity = Activity.objects.get()
    assert (activity.subject, activity.cover) == ("elders", cover)
    page = client.get(reverse("activity:edit", args=[activity.pk])).content.decode()
    assert "助老" in page and "garden" in page and "显示类别的画" in page


def test_neither_is_needed(community, worker, client):
    client.post(reverse("activity:add"), a_form(community))
    activity = Activity.objects.get()
    assert (activity.subject, activity.cover) == ("", None)


def test_an_unknown_subject_is_stored_by_no_form_and_no_database(community, worker, client):
    assert client.post(reverse("activity:add"), a_form(community, subject="nonsense")).status_code == 200
    assert not Activity.objects.exists()
    activity = ActivityFactory(community=community)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(subject="nonsense")


def test_a_picture_that_the_user_may_not_see_is_not_found_and_not_drawn(community, worker, client):
    foreign = picture(found("elsewhere"), title="secret")
    answer = client.post(reverse("activity:add"), a_form(community, cover=foreign.pk, title=""))
    assert answer.status_code == 404
    assert not Activity.objects.exists()


def test_a_user_of_two_communities_mixes_no_pictures(community, client):
    other = found("elsewhere")
    user = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER) for home in (community, other)])
    client.force_login(user)
    answer = client.post(reverse("activity:add"), a_form(community, cover=picture(other).pk))
    assert answer.status_code == 200
    assert str(changing.FOREIGN_COVER) in answer.content.decode()
    assert not Activity.objects.exists()


def test_the_service_refuses_a_foreign_picture_as_well(community):
    activity = ActivityFactory(community=community)
    answer = save(activity, cover=picture(found("elsewhere")))
    assert answer == changing.FOREIGN_COVER
    activity.refresh_from_db()
    assert activity.cover is None
    assert not own_pictures(CommunityFactory()).exists()


def test_a_picture_of_a_folder_below_is_ones_own(community):
    activity = ActivityFactory(community=community)
    assert isinstance(save(activity, cover=picture(community, below="2026")), changing.SavedActivity)


def test_subject_and_picture_change_at_any_time_and_count_nothing_again(community):
    volunteer = VolunteerFactory(community=community, login=True)
    activity = ActivityFactory(community=community, published=START - dt.timedelta(days=3))
    record = effective_record(volunteer, activity.shifts.get())
    particulars = record.particulars
    cover = picture(community)
    answer = save(Activity.objects.get(), at=START + dt.timedelta(days=90), subject=Subject.ELDERS, cover=cover)
    assert isinstance(answer, changing.SavedActivity) and answer.waiting is None
    activity.refresh_from_db()
    record.refresh_from_db()
    assert (activity.subject, activity.cover, activity.changed_at) == ("elders", cover, None)
    assert record.particulars == particulars


def test_the_history_keeps_who_changed_them(community, worker, client):
    activity = ActivityFactory(community=community)
    changing.save_activity(activity=activity, by=worker, at=NOW)
    cover = picture(community)
    activity.cover, activity.subject = cover, "health"
    changing.save_activity(activity=activity, by=worker, at=NOW)
    entry = ModelLogEntry.objects.filter(action="wagtail.edit").latest("pk")
    assert entry.data["after"] == {"subject": "health", "cover_id": cover.pk}


def test_the_list_of_the_back_office_is_found_by_subject(community, worker, client):
    ActivityFactory(community=community, title="量血压", subject="health")
    ActivityFactory(community=community, title="扫落叶", subject="environment")
    text = client.get(reverse("activity:index"), {"subject": "health"}).content.decode()
    assert "量血压" in text and "扫落叶" not in text
