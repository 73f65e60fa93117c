"""Registered pages: each name that a lower layer links to is registered, and its page exists."""

import re
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, get_resolver

from academy.core import links

ROOT = Path(__file__).resolve().parent.parent.parent
USED = re.compile(r"""link_to\("(\w+)"|{% link "(\w+)\"""")


def used() -> set[str]:
    files = [*ROOT.glob("academy/**/*.py"), *ROOT.glob("cms/**/*.py"), *ROOT.glob("templates/**/*.html")]
    return {first or second for file in files for first, second in USED.findall(file.read_text())}


def test_each_page_that_is_linked_to_is_registered_and_no_other() -> None:
    assert used() == set(links.registered())


@pytest.mark.parametrize("page", sorted(links.registered()))
def test_a_registered_page_exists(page: str) -> None:
    namespace, _separator, name = links.registered()[page].partition(":")
    _prefix, resolver = get_resolver().namespace_dict[namespace]
    assert name in resolver.reverse_dict


def test_a_page_that_no_app_registered_is_an_error() -> None:
    with pytest.raises(KeyError):
        links.link_to("no_such_page")
    with pytest.raises(NoReverseMatch):
        links.link_to("record")  # the record's number is missing
