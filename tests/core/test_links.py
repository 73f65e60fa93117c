"""Registered pages: each name that a lower layer links to is registered, and its page exists."""

import re
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, get_resolver

from academy.core import links
from tests.test_layers import layers

ROOT = Path(__file__).resolve().parent.parent.parent
NAMED = re.compile(r"""(?:reverse\(|redirect\(|url )["'](\w+):""")
USED = re.compile(r"""link_to\("(\w+)"|{% link "(\w+)\"""")


def used() -> set[str]:
    files = [*ROOT.glob("academy/**/*.py"), *ROOT.glob("cms/**/*.py"), *ROOT.glob("templates/**/*.html")]
    return {first or second for file in files for first, second in USED.findall(file.read_text())}


def test_each_page_that_is_linked_to_is_registered_and_no_other() -> None:
    assert used() == set(links.registered())


@pytest.mark.parametrize("page", sorted(links.registered()))
def test_a_registered_page_exists(page: str) -> None:
    *namespaces, name = links.registered()[page].split(":")
    resolver = get_resolver()
    for namespace in namespaces:
        _prefix, resolver = resolver.namespace_dict[namespace]
    assert name in resolver.reverse_dict


def upward_names(app: str, source: str) -> list[str]:
    """Return the URL names in `source` that belong to a layer above `app`, or to its sibling."""
    heights = {name.rpartition(".")[2]: depth for depth, layer in enumerate(layers()) for name in layer}
    named = {namespace for namespace in NAMED.findall(source) if namespace in heights and namespace != app}
    return sorted(namespace for namespace in named if heights[namespace] <= heights[app])


@pytest.mark.parametrize("app", [name.rpartition(".")[2] for layer in layers() for name in layer if "academy." in name])
def test_no_layer_names_a_page_of_an_upper_layer_in_a_string(app: str) -> None:
    files = [*ROOT.glob(f"academy/{app}/**/*.py"), *ROOT.glob(f"templates/{app}/**/*.html")]
    upward = {
        str(file.relative_to(ROOT)): upward_names(app, file.read_text()) for file in files if file.name != "apps.py"
    }
    assert {file: names for file, names in upward.items() if names} == {}


def test_a_name_of_an_upper_layer_is_found() -> None:
    assert upward_names("hours", 'reverse("home:record", args=[1])') == ["home"]
    assert upward_names("home", '{% url "lead:activity" 1 %} {% url "hours:x" %}') == ["lead"]


def test_a_page_that_no_app_registered_is_an_error() -> None:
    with pytest.raises(KeyError):
        links.link_to("no_such_page")
    with pytest.raises(NoReverseMatch):
        links.link_to("record")  # the record's number is missing
