"""The migrations that gave stored texts their one form: no row is lost, none is joined to another."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from academy.activities.models import Activity
from academy.people.models import Issuer, User, Volunteer
from academy.units.models import Unit
from tests.factories import UnitFactory, UserFactory
from tests.hours.scene import Scene
from tests.roles import unguarded_facts
from tests.typing import wide

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def store(row: Any, **texts: str) -> None:
    """Store texts as an earlier release did, past the fields that make them plain today."""
    with unguarded_facts(), connection.cursor() as cursor:
        for column, text in texts.items():
            cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [text, row.pk])


def migrate(name: str) -> None:
    importlib.import_module(f"academy.{name}").make_plain(apps, None)


def test_people_logins_and_issuers_get_their_plain_form(scene: Scene) -> None:
    one, other = scene.volunteer("甲"), scene.volunteer("乙")
    store(one, name="买买提•吐尔逊", phone=wide("13800000001"))
    store(other, name="买买提．吐尔逊", phone="13800000001", suspended_reason="搬\v家")
    store(scene.issuer, name="居\v委会", handler="李 敏")
    dirty = UserFactory(email="other@example.org")
    store(dirty, email="LI@example.org ", first_name="王 英")
    count = Volunteer.objects.count(), User.objects.count(), Issuer.objects.count()

    migrate("people.migrations.0006_plain_names_and_phones")

    plain = Volunteer.objects.filter(pk__in=[one.pk, other.pk]).values_list("name", "phone", "suspended_reason")
    assert sorted(plain) == [("买买提·吐尔逊", "13800000001", ""), ("买买提·吐尔逊", "13800000001", "搬 家")]
    issuer = Issuer.objects.get(pk=scene.issuer.pk)
    assert (issuer.name, issuer.handler) == ("居 委会", "李敏")
    assert (Volunteer.objects.count(), User.objects.count(), Issuer.objects.count()) == count
    dirty.refresh_from_db()
    assert (dirty.email, dirty.first_name) == ("li@example.org", "王英")


def test_texts_of_activities_and_units_get_their_plain_form(scene: Scene) -> None:
    activity, unit = scene.activity(), UnitFactory(community=scene.community)
    store(activity, title="冬\v季", place="一号楼\ufe0e", insurance="Ｐ－1")
    store(unit, name="五星\v超市", offers="场\u200b地")

    migrate("activities.migrations.0003_plain_texts")
    migrate("units.migrations.0002_plain_texts")

    activity, unit = Activity.objects.get(pk=activity.pk), Unit.objects.get(pk=unit.pk)
    assert (activity.title, activity.place, activity.insurance) == ("冬 季", "一号楼", "P-1")
    assert (unit.name, unit.offers) == ("五星 超市", "场地")
