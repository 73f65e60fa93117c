"""Checks that read the database: `migrate` runs them on the tables of an earlier release first."""

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from academy.core.checks import has_columns_of
from academy.core.models import Community
from tests.roles import as_owner


def read_by(columns: str) -> type[models.Model]:
    with isolate_apps("academy.core"):

        class Stored(models.Model):
            known = models.TextField()

            class Meta:
                app_label = "core"
                db_table = "earlier"

        for name in columns.split():
            Stored.add_to_class(name, models.TextField())
    return Stored


@pytest.mark.django_db
@pytest.mark.parametrize(("columns", "fits"), [("", True), ("added", False)])
def test_a_table_of_an_earlier_release_lacks_a_column(columns: str, fits: bool) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE earlier (id bigint, known text, gone text)")

    assert has_columns_of(Community, read_by(columns), alias="default") is fits


@pytest.mark.django_db
def test_no_table_has_no_columns() -> None:
    assert not has_columns_of(read_by(""), alias="default")
