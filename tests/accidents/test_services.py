"""Accident records (A5): who may keep them, what they hold, the insurer's clock, and what stays."""

import datetime as dt
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import Storage
from django.db import IntegrityError, transaction
from PIL import Image

from academy.accidents import accounts, reports, services
from academy.accidents.accounts import Account
from academy.accidents.models import Accident, AccidentKey, AccidentPhoto, Entry
from academy.accidents.photos import smaller_jpeg
from academy.core import encryption
from academy.core.models import Community
from academy.people.permissions import DutyRole
from academy.people.services import master_keys
from tests.accidents.records import ANKLE, HAPPENED, NOON, photo, photo_with_place, record, recorded
from tests.factories import UserFactory, VolunteerFactory
from tests.hours.scene import moment
from tests.insurance.policies import policy_for

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def hurt(scene):
    return scene.volunteer("王秀英", phone="13900008000")


@pytest.fixture
def accident(scene, activity, hurt):
    return recorded(scene, activity, hurt)


def now(accident):
    return accounts.standing_of(Accident.objects.get(pk=accident.pk))


def left(standing, at):
    return [words for _clock, words, _over in reports.clocks_of(standing, at)]


def tell(scene, accident, number="RP-77", **more):
    given = {"told_at": moment("13:00"), "by": scene.leading, "at": moment("13:00"), **more}
    return services.tell_insurer(accident=accident, number=number, **given)


def test_a_record_holds_what_happened_to_whom_where_and_when(scene, accident, hurt):
    standing = now(accident)

    assert standing.account == ANKLE
    assert (standing.latest.hurt, standing.happened_at, standing.is_complete) == ([hurt], HAPPENED, False)
    assert (accident.opened_by, standing.latest.entry.written_by) == (scene.leading, scene.leading)


def test_the_words_are_encrypted_in_the_database(accident):
    assert "脚踝" not in Entry.objects.get().encrypted


def test_the_same_form_sent_twice_is_one_record(scene, activity):
    key = uuid4()

    assert recorded(scene, activity, key=key) == recorded(scene, activity, key=key)
    assert Entry.objects.count() == 1
    assert record(scene, scene.activity(("14:00", "16:00")), key=key).code == "not_allowed"


@pytest.mark.parametrize("account", [Account(what="摔倒"), Account(others="路人陈先生")])
def test_a_first_word_is_enough(scene, activity, account):
    assert isinstance(record(scene, activity, account=account), Accident)


def test_a_person_who_is_hurt_is_enough(scene, activity, hurt):
    assert isinstance(record(scene, activity, hurt, account=Account()), Accident)


def test_nothing_at_all_is_refused(scene, activity):
    assert record(scene, activity, account=Account(what=" ", place="门口")).code == "nothing_said"


def test_what_has_not_happened_yet_is_refused_beyond_a_wrong_clock(scene, activity):
    assert record(scene, activity, happened_at=NOON + HOUR).code == "in_the_future"
    assert isinstance(record(scene, activity, happened_at=NOON + dt.timedelta(minutes=4)), Accident)


def test_a_person_of_another_community_is_named_by_words(scene, activity):
    assert record(scene, activity, VolunteerFactory()).code == "other_community"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (DutyRole.SOCIAL_WORKER, True),
        (DutyRole.ADMINISTRATOR, True),
        (DutyRole.APPROVER, False),
        (DutyRole.STREET_VIEWER, False),
        (DutyRole.TRAINER, False),
    ],
)
def test_staff_who_keep_the_roll_may_and_other_staff_may_not(scene, activity, role, may):
    user = UserFactory(duties=[(scene.community, role)])

    assert services.may_keep(user, activity, at=NOON) is may
    assert isinstance(record(scene, activity, by=user), Accident) is may


def test_neither_another_leader_nor_the_hurt_person_may(scene, activity, accident):
    other = scene.volunteer("李建国", login=True).user

    assert record(scene, activity, by=other).code == "not_allowed"
    added = services.add_account(
        accident=accident, account=ANKLE, hurt=[], happened_at=HAPPENED, complete=True, by=other, at=NOON
    )
    assert added.code == "not_allowed"
    assert tell(scene, accident, by=other).code == "not_allowed"
    assert services.add_photo(accident=accident, content=photo(), by=other, at=NOON).code == "not_allowed"


def test_the_leader_sees_it_as_long_as_the_people_of_the_activity(scene, activity):
    assert services.may_keep(scene.leading, activity, at=NOON + dt.timedelta(days=59))
    assert not services.may_keep(scene.leading, activity, at=NOON + dt.timedelta(days=61))


def test_it_is_completed_later_and_what_was_written_first_stays(scene, accident, hurt):
    more = replace(ANKLE, done="拍片，没有骨折", ambulance=True)

    services.add_account(
        accident=accident,
        account=more,
        hurt=[hurt],
        happened_at=HAPPENED,
        complete=True,
        by=scene.social_worker,
        at=moment("15:00"),
    )

    standing = now(accident)
    assert (standing.account, standing.is_complete) == (more, True)
    assert [line.account.done for line in standing.lines] == ["冰敷，送到社区卫生站", "拍片，没有骨折"]
    assert [line.entry.written_by for line in standing.lines] == [scene.leading, scene.social_worker]


def test_the_same_words_again_add_no_entry(scene, accident, hurt):
    services.add_account(
        accident=accident, account=ANKLE, hurt=[hurt], happened_at=HAPPENED, complete=False, by=scene.leading, at=NOON
    )

    assert Entry.objects.count() == 1


@pytest.mark.parametrize(("hours", "due"), [(None, 48), (24, 24)], ids=["no policy: 48 hours", "as the policy says"])
def test_the_insurers_clock_runs_from_the_accident(scene, accident, hours, due):
    if hours:
        policy_for(scene, report_hours=hours)

    standing = now(accident)

    assert standing.due_at == HAPPENED + due * HOUR and standing.runs
    assert left(standing, HAPPENED + (due - 3) * HOUR) == ["还剩 3 小时"]
    assert left(standing, HAPPENED + due * HOUR - dt.timedelta(minutes=5)) == ["还剩 5 分钟"]
    assert left(standing, HAPPENED + due * HOUR) == ["已逾期"]
    assert left(standing, HAPPENED + (due + 2) * HOUR) == ["已逾期 2 小时"]


def test_telling_the_insurer_stops_the_clock(scene, accident):
    assert isinstance(tell(scene, accident, " RP-77 "), Entry)

    standing = now(accident)
    assert (standing.insurer.number, standing.runs) == ("RP-77", False)
    assert left(standing, NOON) == []


def test_the_platform_has_a_clock_of_its_own_where_the_community_names_one(scene, accident):
    policy_for(scene, report_hours=24)
    assert [one.whom for one in now(accident).clocks] == ["insurer"]

    Community.objects.update(platform="志愿湖南")
    assert [(one.whom, one.due_at - HAPPENED) for one in now(accident).clocks] == [
        ("insurer", 24 * HOUR),
        ("platform", 48 * HOUR),
    ]

    given = {"accident": accident, "told_at": NOON, "by": scene.leading, "at": NOON}
    assert services.tell_platform(number=" ", **given).code == "needs_number"
    assert isinstance(services.tell_platform(number="小周", **given), Entry)
    assert now(accident).platform.number == "小周"
    assert [one.whom for one in now(accident).clocks] == ["insurer"]


def test_a_closed_record_has_no_clock(scene, accident):
    Community.objects.update(platform="志愿湖南")
    services.close(accident=accident, result="痊愈", by=scene.social_worker, at=moment("17:00"))
    assert now(accident).clocks == []


def test_the_family_is_told_in_words(scene, accident):
    given = {"accident": accident, "told_at": NOON, "by": scene.leading, "at": NOON}
    assert services.tell_family(words=" ", **given).code == "needs_words"

    services.tell_family(words="女儿王丽，电话里说的", **given)

    assert now(accident).family.words == "女儿王丽，电话里说的"


def test_a_report_to_the_insurer_has_a_number_and_a_time_that_was(scene, accident):
    assert tell(scene, accident, " ").code == "needs_number"
    assert tell(scene, accident, told_at=moment("15:00")).code == "in_the_future"


def test_staff_close_it_with_a_result_and_then_it_stays(scene, accident, hurt):
    close = {"accident": accident, "at": moment("17:00")}
    assert services.close(result="痊愈", by=scene.leading, **close).code == "not_allowed"
    assert services.close(result="", by=scene.social_worker, **close).code == "needs_words"

    assert isinstance(services.close(result="痊愈", by=scene.social_worker, **close), Entry)

    assert now(accident).closed.words == "痊愈"
    assert not now(accident).runs
    assert services.close(result="痊愈", by=scene.social_worker, **close).code == "accident_closed"
    assert tell(scene, accident).code == "accident_closed"
    again = {"accident": accident, "account": ANKLE, "hurt": [hurt], "happened_at": HAPPENED, "complete": True}
    assert services.add_account(**again, by=scene.leading, at=NOON).code == "accident_closed"
    assert services.add_photo(accident=accident, content=photo(), by=scene.leading, at=NOON).code == "accident_closed"


def test_open_records_come_by_their_deadline_and_closed_ones_after_them(scene, activity, accident):
    earlier = recorded(scene, activity, happened_at=HAPPENED - HOUR)
    told = recorded(scene, activity, happened_at=HAPPENED - 2 * HOUR)
    done = recorded(scene, activity)
    tell(scene, told)
    services.close(accident=done, result="没事", by=scene.social_worker, at=NOON)

    assert [one.accident for one in services.open_in([scene.community])] == [earlier, accident, told]
    assert [one.accident for one in services.closed_in([scene.community])] == [done]


# Photos


def test_a_photo_is_smaller_upright_and_without_its_place(scene, accident):
    kept = services.add_photo(accident=accident, content=photo_with_place(), by=scene.leading, at=NOON)

    with kept.file.open("rb") as file, Image.open(file) as stored:
        assert stored.size == (800, 1600)  # turned
        assert not dict(stored.getexif())


@pytest.mark.parametrize("content", [b"", b"no photo", b"GIF89a"])
def test_what_is_no_photo_is_refused(scene, accident, content):
    assert services.add_photo(accident=accident, content=content, by=scene.leading, at=NOON).code == "no_photo"


def test_pictures_of_other_kinds_become_jpeg():
    kept = smaller_jpeg(photo(40, 20, "PNG"))

    assert Image.open(BytesIO(kept)).format == "JPEG"


def test_ten_photos_are_kept_at_most(scene, accident, monkeypatch):
    monkeypatch.setattr(services, "PHOTOS", 1)
    services.add_photo(accident=accident, content=photo(20, 20), by=scene.leading, at=NOON)

    refused = services.add_photo(accident=accident, content=photo(20, 10), by=scene.leading, at=NOON)

    assert refused.code == "too_many_photos"


def test_a_photo_that_is_sent_again_is_kept_once(scene, accident, monkeypatch):
    monkeypatch.setattr(services, "PHOTOS", 2)
    sent = [photo(40, 20), photo(20, 40)]
    first, again = (
        [services.add_photo(accident=accident, content=one, by=scene.leading, at=NOON) for one in sent]
        for _time in range(2)
    )

    assert again == first and accident.photos.count() == 2


def test_photos_of_closed_records_go_after_their_term_and_the_record_stays(
    scene, activity, accident, django_capture_on_commit_callbacks
):
    still_open = recorded(scene, activity)
    kept, stays = (
        services.add_photo(accident=one, content=photo(20, 20), by=scene.leading, at=NOON)
        for one in (accident, still_open)
    )
    services.close(accident=accident, result="痊愈", by=scene.social_worker, at=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        cleared = services.clear_old_photos(scene.community, NOON + dt.timedelta(days=1), 10)

    storage: Storage = kept.file.storage
    assert cleared == 1
    assert not storage.exists(kept.file.name) and storage.exists(stays.file.name)
    assert AccidentPhoto.objects.count() == 2


def test_photos_of_a_closed_record_go_with_the_data_of_who_was_hurt(
    scene, accident, hurt, django_capture_on_commit_callbacks
):
    kept = services.add_photo(accident=accident, content=photo(20, 20), by=scene.leading, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_photos(people=[hurt])
    assert kept.file.storage.exists(kept.file.name)

    services.close(accident=accident, result="痊愈", by=scene.social_worker, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_photos(people=[hurt])

    assert not kept.file.storage.exists(kept.file.name)


# Keys and constraints


def test_a_new_master_key_still_opens_the_words(accident, settings):
    settings.PERSONAL_DATA_KEYS = ["2S9mTHPAdG6Zh0pWzWCEfH8mC8oXQRSDLD8ZKgYbS1E=", *settings.PERSONAL_DATA_KEYS]
    master_keys.rotate()
    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]

    assert now(accident).account == ANKLE


def test_a_key_that_no_master_key_opens_keeps_the_old_ones_and_is_named(accident):
    AccidentKey.objects.filter(accident=accident).update(wrapped=b"other")

    assert services.rotate_keys() is False
    assert now(accident).account.what == str(accounts.UNREADABLE)


def test_the_database_knows_the_kinds_of_entries_and_closes_once(scene, accident):
    words = {"encrypted": "x", "happened_at": NOON, "written_by": scene.leading, "written_at": NOON}
    for fields in ({"kind": "other"}, {"kind": "family", "complete": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(accident=accident, **fields, **words)
    services.close(accident=accident, result="痊愈", by=scene.social_worker, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(accident=accident, kind="closed", **words)


def test_the_words_of_another_record_are_no_words_of_this_one(scene, activity, accident):
    other = recorded(scene, activity, account=Account(what="另一件事"))
    key = AccidentKey.objects.get(accident=other)

    with pytest.raises(encryption.DecryptionError):
        encryption.decrypt(key.wrapped, accident.entries.get().encrypted)
