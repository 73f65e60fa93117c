"""Short names of communities: Latin letters alone, found again after a change."""

import datetime as dt

import pytest
from django.core.checks import run_checks
from django.test import Client

from academy.audit import anchors
from academy.core import short_names
from academy.core.models import Community, EarlierShortName
from academy.core.refusals import Refusal
from academy.core.services import SHORT_NAME_TAKEN, change_community
from academy.core.short_names import community_called, is_short_name, suggest, unusable
from academy.hours.anchors import short_anchor_of
from academy.people.permissions import DutyRole
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    IssuerFactory,
    UserFactory,
    VolunteerFactory,
    effective_record,
)

NOW = dt.datetime(2026, 1, 10, 4, tzinfo=dt.UTC)


@pytest.mark.parametrize("name", ["songlin", "song-lin", "s2", "a" * 50])
def test_letters_digits_and_single_hyphens_make_a_short_name(name: str) -> None:
    assert is_short_name(name)


@pytest.mark.parametrize(
    "name", ["", "松林", "Songlin", "song lin", "-song", "song-", "song--lin", "song_lin", "a" * 51]
)
def test_nothing_else_does(name: str) -> None:
    assert not is_short_name(name)


@pytest.mark.parametrize(
    ("name", "short"),
    [("松林社区", "songlin"), ("花园街道", "huayuan"), ("松林 2 号", "songlin-2-hao"), ("社区", "shequ"), ("！", "")],
)
def test_a_name_is_suggested_in_pinyin(name: str, short: str) -> None:
    assert suggest(name) == short
    assert not short or is_short_name(short)


@pytest.mark.django_db
def test_the_check_names_a_community_whose_notices_nobody_can_open() -> None:
    CommunityFactory(slug="Song_lin-2")  # of an earlier release; it works
    assert unusable() == []
    CommunityFactory(name="松林社区", slug="松林")
    found = [one for one in run_checks(tags=["database"], databases=["default"]) if one.id == "core.W005"]
    assert ["松林" in one.msg and "songlin" in str(one.hint) for one in found] == [True]


def change(community: Community, **facts: str) -> Community | Refusal:
    return change_community(community=community, by=None, at=NOW, **facts)


@pytest.mark.django_db
def test_a_bad_short_name_can_be_mended_and_the_groups_keep_their_members() -> None:
    home = CommunityFactory(name="松林社区", slug="松林")
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    (group,) = worker.groups.all()

    assert isinstance(change(home, slug="songlin"), Community)

    assert [(one.pk, one.name) for one in worker.groups.all()] == [(group.pk, "songlin:social_worker")]
    assert community_called("songlin") == community_called("松林") == home
    assert worker.has_perm("wagtailadmin.access_admin")


@pytest.mark.django_db
def test_a_bad_or_taken_short_name_is_refused() -> None:
    home, other = CommunityFactory(slug="songlin"), CommunityFactory(slug="zhulin")
    answers = [change(home, slug="松林"), change(home, slug="zhulin")]
    change(other, slug="zhuyuan")
    answers.append(change(home, slug="zhulin"))  # papers of the other one name it

    assert [one.code for one in answers if isinstance(one, Refusal)] == [
        "bad_short_name",
        "short_name_taken",
        "short_name_taken",
    ]
    home.refresh_from_db()
    assert home.slug == "songlin"


@pytest.mark.django_db
def test_other_facts_change_while_a_bad_short_name_stays() -> None:
    home = CommunityFactory(slug="松林")
    assert isinstance(change(home, slug="松林", desk_telephone="0731-1"), Community)
    home.refresh_from_db()
    assert home.desk_telephone == "0731-1" and not EarlierShortName.objects.exists()


@pytest.mark.django_db
def test_a_community_may_take_its_earlier_short_name_again() -> None:
    home = CommunityFactory(slug="songlin")
    change(home, slug="song-lin")
    assert isinstance(change(home, slug="songlin"), Community)
    assert [one.slug for one in EarlierShortName.objects.all()] == ["song-lin"]


@pytest.mark.slow
@pytest.mark.django_db
def test_addresses_and_anchors_with_the_earlier_short_name_go_on_leading_there(scene) -> None:
    home = scene.community
    activity = ActivityFactory(community=home, issuer=IssuerFactory(community=home))
    effective_record(VolunteerFactory(community=home), activity.shifts.get())
    printed = short_anchor_of(home)
    assert printed
    change(home, slug="new-name")

    assert list(anchors.differences([printed])) == []
    assert printed != short_anchor_of(Community.objects.get(pk=home.pk))
    response = Client().get(f"/notice/{home.slug}/2026-01-10/")
    assert response.status_code == 302 and response["Location"] == "/notice/new-name/2026-01-10/"
    assert Client().get("/notice/nobody/2026-01-10/").status_code == 404


@pytest.mark.django_db
def test_a_short_name_that_is_taken_at_the_same_moment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, other = CommunityFactory(slug="songlin"), CommunityFactory(slug="hepan")
    monkeypatch.setattr(short_names, "community_called", lambda slug: None)  # it looked a moment before

    assert change_community(community=other, slug=taken.slug, by=None, at=NOW) == SHORT_NAME_TAKEN

    other.refresh_from_db()
    assert other.slug == "hepan" and not EarlierShortName.objects.exists()
