from typing import Any

from django.apps import AppConfig
from django.core.management.base import CommandError
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "academy.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from academy.core import finders, spreadsheets
        from academy.core.verbs import offer
        from academy.people import (  # noqa: F401
            checks,
            large_exports,
            linking_views,
            receivers,
            roll,
            sign_in_receivers,
            verbs,
            works,
        )
        from academy.people.finders import find_people
        from academy.people.models import Volunteer

        finders.register(_("Volunteers"), "user", 10, find_people)
        offer(Volunteer, verbs.verbs_of)
        offer(Volunteer, linking_views.verbs_of)
        roll.offer_figure("notice", _("public notice"), roll.listed_to_public, order=30)
        spreadsheets.write_large_files_by(large_exports.write_later)
        post_migrate.connect(_record_master_key, sender=self)


def _record_master_key(using: str, **kwargs: Any) -> None:
    from academy.people.key_models import MasterKey
    from academy.people.services import master_keys

    # The table is missing after `migrate` to an earlier state.
    is_there = using == "default" and MasterKey._meta.db_table in connections[using].introspection.table_names()
    if is_there and (complaint := master_keys.record_earlier()):
        raise CommandError(complaint)
