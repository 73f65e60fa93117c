"""Receivers: photos go with an erased person (V3); the keys of records follow the master keys."""

from typing import Any

from django.dispatch import receiver

from academy.accidents import services
from academy.people.key_models import MasterKey
from academy.people.models import Volunteer
from academy.people.signals import master_keys_rotating, person_erasing


@receiver(person_erasing, sender=Volunteer, dispatch_uid="accidents.erase_photos")
def erase_photos(rows: list[Volunteer], **kwargs: Any) -> None:
    services.erase_photos(people=rows)


@receiver(master_keys_rotating, sender=MasterKey, dispatch_uid="accidents.rotate_keys")
def rotate_keys(**kwargs: Any) -> bool:
    return services.rotate_keys()
