from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import class_prepared, post_migrate
from django.utils.translation import gettext_lazy as _

from academy.core.plain import make_fields_plain

# Before Django imports the first model, and without a model of ours that could be forgotten.
class_prepared.connect(make_fields_plain, dispatch_uid="core.make_fields_plain")


class CoreConfig(AppConfig):
    name = "academy.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from wagtail.admin.paginator import WagtailPaginator

        from academy.core import checks, hidden_data, memo, page_cache, receivers  # noqa: F401
        from academy.core.paging import rows_in_words

        # Wagtail puts the number before the name of the thing: “3 志愿者” is no Chinese.
        WagtailPaginator.items_count_label = property(lambda pages: rows_in_words(pages.count))

        hidden_data.drop_hidden_data()
        connection_created.connect(page_cache.watch)

        # Django sends this once at the end of each `migrate`, also of `migrate <app>`; all tables exist by then.
        post_migrate.connect(_create_cache, sender=self)
        post_migrate.connect(_guard_facts, sender=self)


def _guard_facts(using: str, **kwargs: Any) -> None:
    from academy.core import append_only, serving_role

    connection = connections[using]
    append_only.install(connection)
    if settings.SERVING_ROLE and connection.vendor == "postgresql":
        serving_role.grant(connection, settings.SERVING_ROLE)


def _create_cache(using: str, **kwargs: Any) -> None:
    """Create the table of a cache in the database, so that setting up needs no further command."""
    if using == "default":
        call_command("createcachetable", verbosity=0)
