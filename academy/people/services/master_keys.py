"""Services that know the master keys of a database (`PERSONAL_DATA_KEYS`), and replace an old one."""

from contextlib import suppress
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from academy.core import encryption
from academy.people.key_models import HashKey, MasterKey, SigningKey
from academy.people.models import PersonalKey
from academy.people.signals import master_key_changing

_BATCH = 500  # personal keys in one transaction
_SECRETS = ("secret", "seed")  # of a second factor: an app's, and that of the recovery codes


@dataclass(frozen=True)
class Rotation:
    """The result of a run of `rotate`."""

    rotated: int
    unchanged: int
    locked: list[int]  # ids of volunteers whose personal key no master key opens
    retired: list[str]  # fingerprints of the master keys that may go now


def complaint() -> str:
    """Return why no process may start with these master keys, in one sentence; empty if they fit.

    A database that is not migrated, or does not answer, is no complaint here.
    """
    try:
        return _compare(_needed())
    except DatabaseError:
        return ""


def record_first() -> None:
    """Record the first master key: a personal key is about to be encrypted with it.

    Raises `ImproperlyConfigured` if the master keys do not fit: the database may not have answered at the start.
    """
    needed, first = _needed(), encryption.fingerprints()[0]
    if wrong := _compare(needed):
        raise ImproperlyConfigured(wrong)
    if first not in needed:
        MasterKey.objects.get_or_create(fingerprint=first)


def record_earlier() -> str:
    """Record the master keys of personal keys that an earlier release stored.

    Return the complaint if they do not fit. The oldest personal key decides: a later one may come from a time when the
    server ran with a wrong key.
    """
    oldest = PersonalKey.objects.order_by("pk").first()
    if oldest is None or _needed():
        return ""
    try:
        encryption.rewrap(oldest.wrapped)
    except encryption.OtherMasterKeyError:
        return _lacks("the key that encrypts")
    MasterKey.objects.bulk_create([MasterKey(fingerprint=one) for one in encryption.fingerprints()])
    return ""


def _compare(needed: list[str]) -> str:
    missing = sorted(set(needed) - set(encryption.fingerprints()))
    return _lacks(f"the key {', '.join(missing)} (fingerprint), which encrypts") if missing else ""


def _lacks(what: str) -> str:
    held = ", ".join(encryption.fingerprints())
    return f"PERSONAL_DATA_KEY lacks {what} personal data in this database; it holds {held}. Put the right key back."


def rotate() -> Rotation:
    """Encrypt all other keys with the first master key, and retire the others.

    These are personal keys, second factors, the key of hashes, the key that signs, and what other apps keep.

    It may be stopped and started again. A personal key that no master key opens keeps all master keys needed. A second
    factor that none opens stays as it is: an administrator removes it.
    """
    record_first()
    rotated, unchanged, last = 0, 0, 0
    locked: list[int] = []
    while keys := _batch_after(last):
        last = keys[-1]
        with transaction.atomic():
            for key in PersonalKey.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
                try:
                    wrapped = encryption.rewrap(key.wrapped)
                except encryption.OtherMasterKeyError:
                    locked.append(key.volunteer_id)
                    continue
                if wrapped is None:
                    unchanged += 1
                else:
                    key.wrapped = wrapped
                    key.save(update_fields=["wrapped"])
                    rotated += 1
    _rotate_second_factors()
    is_open = _rotate_hash_key() and _rotate_signing_key()
    is_open = all(answer for _receiver, answer in master_key_changing.send(sender=None)) and is_open
    return Rotation(rotated, unchanged, locked, [] if locked or not is_open else _retire())


@transaction.atomic
def _rotate_second_factors() -> None:
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        with suppress(encryption.DecryptionError):
            factor.data |= {name: encryption.reseal(factor.data[name]) for name in _SECRETS if name in factor.data}
            factor.save(update_fields=["data"])


@transaction.atomic
def _rotate_hash_key() -> bool:
    """Seal the key of hashes with the first master key. Return False if no master key opens it."""
    for key in HashKey.objects.select_for_update():
        try:
            key.sealed = encryption.reseal(key.sealed)
        except encryption.DecryptionError:
            return False
        key.save(update_fields=["sealed"])
    return True


@transaction.atomic
def _rotate_signing_key() -> bool:
    """Seal the key that signs with the first master key. Return False if no master key opens it."""
    for key in SigningKey.objects.select_for_update().filter(is_current=True):
        try:
            key.sealed = encryption.reseal(key.sealed)
        except encryption.DecryptionError:
            return False
        key.save(update_fields=["sealed"])
    return True


def _batch_after(last: int) -> list[int]:
    return list(PersonalKey.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH])


def _retire() -> list[str]:
    """Delete the records of all master keys but the first. Return their fingerprints."""
    old = MasterKey.objects.exclude(fingerprint=encryption.fingerprints()[0])
    retired = list(old.order_by("fingerprint").values_list("fingerprint", flat=True))
    old.delete()
    return retired


def _needed() -> list[str]:
    return list(MasterKey.objects.values_list("fingerprint", flat=True))
