"""The contract of a kind: every request has one, and an incomplete model is not registered."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import get_template

from academy.decisions.kinds import KINDS, RequestKind, kind_of, register
from academy.decisions.models import Request
from academy.hours.models import MakeUp
from academy.people.models import User


def requests(model: type[Request] = Request) -> set[type[Request]]:
    """Return the models of requests that have a table."""
    below = {sub for child in model.__subclasses__() for sub in requests(child)}
    return below if model._meta.abstract else {model, *below}


def test_every_request_has_its_kind():
    assert {kind.model for kind in KINDS.values()} == requests()
    assert all(isinstance(kind_of(kind.model()), type(kind)) for kind in KINDS.values())


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_a_kind_has_its_template_and_loads_what_it_names(kind: RequestKind, db: None):
    get_template(kind.template)
    assert not kind.model.objects.select_related(*kind.related).prefetch_related(*kind.prefetch).exists()
    assert type(kind).summary is not RequestKind.summary
    assert type(kind).act is not RequestKind.act


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (User, "is no Request"),
        (MakeUp, "registered already"),
    ],
)
def test_a_model_that_breaks_the_contract_is_not_registered(model, sentence):
    odd = type("OddKind", (RequestKind,), {"model": model, "slug": "odd"})
    with pytest.raises(ImproperlyConfigured, match=sentence):
        register(odd)
    assert "odd" not in KINDS


@pytest.mark.parametrize(
    ("attribute", "value", "sentence"),
    [
        ("community_path", "shift__activity", "does not lead to a community"),
        ("community_path", "", "does not lead to a community"),
        ("parties", Request.parties, "does not define `parties`"),
    ],
)
def test_a_request_says_where_it_stands_and_whom_it_concerns(monkeypatch, attribute, value, sentence):
    monkeypatch.setattr(MakeUp, attribute, value)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        register(type("OddKind", (RequestKind,), {"model": MakeUp, "slug": "odd"}))


def test_a_slug_is_given_once():
    with pytest.raises(ImproperlyConfigured, match="registered already"):
        register(type("OddKind", (RequestKind,), {"model": MakeUp, "slug": "rules"}))
