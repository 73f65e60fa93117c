"""The master keys that a database needs, and how a new one takes the place of the old one."""

import runpy
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from academy.core import encryption
from academy.people.key_models import MasterKey
from academy.people.models import PersonalKey, Volunteer
from academy.people.services import master_keys, personal_data
from tests.factories import VolunteerFactory
from tests.roles import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DATA = {"phone": "13800138000"}


def new_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def people() -> dict[Volunteer, str]:
    """Three volunteers with their encrypted data."""
    volunteers = [VolunteerFactory() for _ in range(3)]
    return {volunteer: str(personal_data.encrypt_for(volunteer, DATA)) for volunteer in volunteers}


def read(people: dict[Volunteer, str]) -> list[Any]:
    return [personal_data.decrypt_for(volunteer, text) for volunteer, text in people.items()]


def errors() -> list[str]:
    return [str(message.id) for message in run_checks() if message.id == "people.E001"]


def test_a_database_without_people_takes_any_key(settings):
    settings.PERSONAL_DATA_KEYS = [new_key()]

    assert errors() == []


def test_no_command_starts_with_another_key_and_the_sentence_names_both(people, settings):
    [right] = encryption.fingerprints()
    assert errors() == []

    settings.PERSONAL_DATA_KEYS = [new_key()]

    assert errors() == ["people.E001"]
    assert right in master_keys.complaint()
    assert encryption.fingerprints()[0] in master_keys.complaint()


def test_the_web_server_does_not_start_with_another_key(people, settings, monkeypatch):
    monkeypatch.setattr(connections, "close_all", lambda: None)  # this test's transaction goes on
    settings.PERSONAL_DATA_KEYS = [new_key()]

    with pytest.raises(ImproperlyConfigured, match="PERSONAL_DATA_KEY lacks the key"):
        runpy.run_module("academy.wsgi")


def test_a_process_that_started_without_the_database_registers_no_person_under_another_key(people, settings):
    right = settings.PERSONAL_DATA_KEYS
    settings.PERSONAL_DATA_KEYS = [new_key()]

    with pytest.raises(ImproperlyConfigured, match="Put the right key back"):
        VolunteerFactory()

    settings.PERSONAL_DATA_KEYS = right
    assert errors() == []


def test_a_new_key_before_the_old_one_starts_and_is_needed_from_its_first_use(people, settings):
    old = settings.PERSONAL_DATA_KEYS
    settings.PERSONAL_DATA_KEYS = [new_key(), *old]

    assert errors() == []
    assert read(people) == [DATA] * 3
    VolunteerFactory()

    settings.PERSONAL_DATA_KEYS = old
    assert errors() == ["people.E001"]


def test_after_a_rotation_the_old_key_may_go_and_no_data_is_lost(people, settings, capsys):
    old = settings.PERSONAL_DATA_KEYS
    settings.PERSONAL_DATA_KEYS = [new_key(), *old]

    call_command("rotate_keys")
    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]

    assert "3 personal keys encrypted with the first key, 0 already were" in capsys.readouterr().out
    assert errors() == []
    assert read(people) == [DATA] * 3
    call_command("rotate_keys")
    assert "0 personal keys encrypted with the first key, 3 already were" in capsys.readouterr().out


def test_a_stopped_rotation_goes_on_where_it_stopped(people, settings, monkeypatch):
    monkeypatch.setattr(master_keys, "_BATCH", 1)
    settings.PERSONAL_DATA_KEYS = [new_key(), *settings.PERSONAL_DATA_KEYS]
    given = [encryption.rewrap, encryption.rewrap]

    def stops_at_the_third(wrapped: bytes) -> bytes | None:
        return given.pop()(wrapped)

    with monkeypatch.context() as patch:
        patch.setattr(encryption, "rewrap", stops_at_the_third)
        with pytest.raises(IndexError):
            master_keys.rotate()

    assert errors() == []
    assert read(people) == [DATA] * 3
    done = master_keys.rotate()
    assert (done.rotated, done.unchanged) == (1, 2)


def test_a_personal_key_that_no_key_opens_keeps_the_old_key_needed(people, settings):
    locked, *_ = people
    PersonalKey.objects.filter(volunteer=locked).update(wrapped=Fernet(new_key()).encrypt(Fernet.generate_key()))
    old = settings.PERSONAL_DATA_KEYS
    settings.PERSONAL_DATA_KEYS = [new_key(), *old]

    with pytest.raises(CommandError, match=rf"No key .* opens 1 personal keys .*{locked.pk}"):
        call_command("rotate_keys")

    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]
    assert errors() == ["people.E001"]


@pytest.mark.slow
def test_an_upgrade_records_the_key_of_the_people_that_are_there(people):
    with as_owner():
        MasterKey.objects.all().delete()
        call_command("migrate", verbosity=0)

    assert list(MasterKey.objects.values_list("pk", flat=True)) == encryption.fingerprints()


def test_an_upgrade_with_another_key_is_refused_and_records_none(people, settings):
    with as_owner():
        MasterKey.objects.all().delete()
    settings.PERSONAL_DATA_KEYS = [new_key()]

    with pytest.raises(CommandError, match="PERSONAL_DATA_KEY lacks the key"), as_owner():
        call_command("migrate", verbosity=0)

    assert not MasterKey.objects.exists()
