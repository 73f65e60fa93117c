"""Directions of foreign keys, which import tools do not see. pyproject.toml defines the layers."""

import tomllib
from itertools import chain
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model
from wagtail.models import ReferenceIndex

FACTS = ("learning", "activities", "checkin", "hours", "certificates")  # apps whose models are facts, or belong to them
PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def layers() -> list[list[str]]:
    """Return the layers, top to bottom, each with its packages."""
    contracts = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (contract for contract in contracts if contract["id"] == "layers")
    return [layer.split(" : ") for layer in contract["layers"]]


def ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.partition(".")[0] in ("academy", "cms", "demo")]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_a_model_points_at_its_own_package_or_down(model: type[Model]) -> None:
    height = {package: -depth for depth, layer in enumerate(layers()) for package in layer}
    home = apps.get_app_config(model._meta.app_label).name
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and isinstance(field.related_model, type):
            target = apps.get_app_config(field.related_model._meta.app_label).name
            is_below = target not in height or target == home or height[target] < height[home]
            assert is_below, f"{model._meta.label}.{field.name}"


def test_every_app_of_ours_has_its_layer() -> None:
    assert {config.name for config in apps.get_app_configs() if config.name.startswith(("academy", "cms", "demo"))} <= {
        *chain.from_iterable(layers())
    }


@pytest.mark.parametrize(
    "model",
    [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in FACTS or getattr(model, "append_only", False)
    ],
    ids=lambda model: model._meta.label,
)
def test_wagtails_reference_index_leaves_our_facts_alone(model: type[Model]) -> None:
    # In the index, one save becomes six statements.
    assert not ReferenceIndex.model_is_indexable(model)
    assert not ReferenceIndex.model_is_indexable(model, allow_child_models=True)
