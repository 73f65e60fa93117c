"""No list of the back office, and no file of it, takes more statements for more rows."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse

from academy.people.permissions import DutyRole
from tests.factories import UserFactory
from tests.pages import Statements
from tests.test_permission_matrix import build_world, community_viewsets

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FEW, MORE = 2, 4  # rows like the last one, on top of each other: the first of a kind may cost a statement
FEWEST = 25  # lists that must have grown: a row of some kinds cannot be copied


def _is_in_constraint(model: type[models.Model], name: str) -> bool:
    return any(isinstance(one, models.UniqueConstraint) and name in one.fields for one in model._meta.constraints)


def _other(value: Any, field: models.Field[Any, Any], number: int) -> Any:
    """Return a value that no other row has."""
    if isinstance(field, models.CharField | models.TextField):
        return f"{number}x{uuid.uuid4().hex}"[: field.max_length or 40]
    if isinstance(field, models.DateField):
        step = dt.timedelta(minutes=number) if isinstance(field, models.DateTimeField) else dt.timedelta(days=number)
        return value and value + step
    if isinstance(field, models.IntegerField) and value is not None:
        return value + 100 + number
    return uuid.uuid4() if isinstance(field, models.UUIDField) else value


def add_copies(model: type[models.Model], numbers: range) -> None:
    """Add copies of the last row, which differ where rows must differ."""
    made = []
    for number in numbers:
        row = model._default_manager.order_by("pk").last()
        assert row is not None
        row.pk, row._state.adding = None, True
        for field in model._meta.local_concrete_fields:
            if not field.primary_key and (field.unique or _is_in_constraint(model, field.name)):
                setattr(row, field.attname, _other(getattr(row, field.attname), field, number))
        made.append(row)
    models.QuerySet(model).bulk_create(made)


def cost(client: Client, address: str) -> int:
    with Statements() as seen:
        response = client.get(address)
        if response.streaming:
            b"".join(response.streaming_content)
    assert response.status_code == 200, address
    return len(seen.sql)


def test_no_list_takes_more_statements_for_more_rows():
    Client().get("/admin/login/")  # the viewsets are registered with the addresses
    world = build_world()
    client = Client()
    client.force_login(UserFactory(duties=[(world.home, role) for role in DutyRole]))
    grown, dearer = [], {}
    for viewset in community_viewsets():
        page = reverse(f"{viewset.name}:index")
        if not viewset.model._default_manager.exists() or client.get(page).status_code != 200:
            continue  # the settings of a single community are a form
        addresses = [page, f"{page}?export=csv"] if viewset.list_export else [page]
        with transaction.atomic():
            try:
                with transaction.atomic():
                    add_copies(viewset.model, range(1, 1 + FEW))
                    before = [cost(client, address) for address in addresses]
                    add_copies(viewset.model, range(1 + FEW, 1 + FEW + MORE))
            except DatabaseError:
                pass  # a row of this kind rests on others, which a copy would need as well
            else:
                grown.append(viewset.name)
                after = [cost(client, address) for address in addresses]
                if any(more > few for few, more in zip(before, after, strict=True)):
                    dearer[viewset.name] = (before, after)
            transaction.set_rollback(True)

    assert dearer == {}
    assert len(grown) >= FEWEST, grown
