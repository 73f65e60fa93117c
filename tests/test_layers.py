"""A layer knows only what stands below it: in the database too, where a relation may be a string no import tool sees."""

import tomllib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model
from wagtail.models import ReferenceIndex

OURS = ("academy", "cms", "demo")


def layers() -> list[frozenset[str]]:
    """The layers from the top down, as import-linter is told them; beside each other stand several in one."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    [contract] = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return [frozenset(name.strip() for name in layer.replace("|", ":").split(":")) for layer in contract["layers"]]


LAYERS = layers()


def depth(model: type[Model]) -> int | None:
    """How far below the top the model's layer stands; None for a model that is not ours."""
    module = model.__module__
    for number, packages in enumerate(LAYERS):
        if any(module == package or module.startswith(f"{package}.") for package in packages):
            return number
    assert module.split(".")[0] not in OURS, f"{module} stands in no layer"
    return None


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if depth(model) is not None]


def relations() -> Iterator[tuple[type[Model], Field]]:
    """Every foreign key, one-to-one, many-to-many and parental key that a model of ours declares."""
    for model in our_models():
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many, *model._meta.private_fields]:
            if field.is_relation and isinstance(field.related_model, type):
                yield model, field


def test_every_app_of_ours_stands_in_one_layer():
    named = [package for layer in LAYERS for package in layer]

    assert sorted(named) == sorted(set(named))
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in OURS:
            assert config.name in named


def test_there_is_something_to_check():
    found = {f"{model._meta.label}.{field.name}" for model, field in relations()}

    assert found >= {
        "activities.Activity.leader",  # a foreign key
        "activities.Shift.activity",  # a parental key
        "people.Volunteer.user",  # a one-to-one
        "certificates.Certificate.entries",  # a many-to-many, with the table that it makes
        "certificates.Certificate_entries.ledgerentry",
        "cms.CoursePage.course",  # upwards it would be a string
    }


def test_every_relation_points_to_its_own_layer_or_below():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model, field in relations()
        if (target := depth(field.related_model)) is not None and target < depth(model)
    ]

    assert upwards == []


@pytest.mark.parametrize(
    "model",
    [
        model
        for model in our_models()
        if getattr(model, "append_only", False)
        or model._meta.app_label in ("learning", "activities", "checkin", "hours", "certificates")
    ],
    ids=lambda model: model._meta.label,
)
def test_wagtails_reference_index_leaves_our_facts_alone(model):
    # Registered there, one save becomes six statements.
    assert not ReferenceIndex.model_is_indexable(model)
    assert not ReferenceIndex.model_is_indexable(model, allow_child_models=True)
