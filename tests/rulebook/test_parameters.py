"""Bounds of the parameters: what a draft may hold, and stored versions that break them."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from academy.decisions import services as decisions
from academy.people.permissions import DutyRole
from academy.rulebook import parameters, services
from academy.rulebook.checks import check_published_values
from academy.rulebook.models import RuleSet
from academy.rulebook.parameters import PARAMETERS
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory
from tests.hours.scene import Scene, moment
from tests.roles import unguarded_facts

pytestmark = pytest.mark.django_db

TODAY = moment("09:00", dt.date(2026, 6, 1))
FIRST_DAY = dt.date(2026, 7, 1)


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def draft(scene):
    return services.draft_rule_set(community=scene.community, by=scene.social_worker, at=TODAY)


def store(values, community=None):
    """Publish a version as the program did before it knew the bounds."""
    rule_set = RuleSetFactory(community=community or CommunityFactory(), effective_from=dt.date(2026, 1, 1))
    with unguarded_facts(), connection.cursor() as cursor:
        cursor.execute('UPDATE rulebook_ruleset SET "values" = %s WHERE id = %s', [json.dumps(values), rule_set.pk])
    return RuleSet.objects.get(pk=rule_set.pk)


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=lambda one: one.name)
def test_the_default_is_allowed_and_every_parameter_ends_somewhere(parameter):
    assert parameter.allows(parameter.default)
    assert not parameter.allows(100_000)
    edges = parameter.choices or (parameter.minimum, parameter.maximum)
    assert all(parameter.allows(value) for value in edges)
    assert not parameter.allows(min(edges) - 1) and not parameter.allows(max(edges) + 1)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("rounding_minutes", [1, 5, 10, 15, 30], [0, 2, 7, 45, 60, 1000]),  # H3
        ("max_visit_minutes", [60, 720], [59, 721, 100_000]),  # H6
        ("daily_hard_minutes", [480, 720], [721, 1440]),  # H4
        ("paper_step_minutes", [6, 60], [1, 7, 45]),  # H1: one decimal
        ("record_working_days", [1, 10], [0, 11]),  # K3
        ("second_person_working_days", [1], [0]),  # K4
        ("one_device_people", [2, 100], [1, 101]),  # C9
        ("burst_people", [2], [1]),
        ("burst_seconds", [1, 600], [0, 601]),
    ],
)
def test_what_a_draft_may_hold(name, good, bad):
    for value in good:
        parameters.check({name: value})
    for value in bad:
        with pytest.raises(ValueError, match=name):
            parameters.check({name: value})


def test_a_day_with_approval_holds_no_less_than_one_without():
    parameters.check({"daily_minutes": 600, "daily_hard_minutes": 600})
    with pytest.raises(ValueError, match="daily_minutes"):
        parameters.check({"daily_hard_minutes": 479})


def test_a_stored_version_that_breaks_the_bounds_is_still_read():
    old = store({"rounding_minutes": 45, "max_visit_minutes": 100_000})
    assert (old.parameters["rounding_minutes"], old.parameters["max_visit_minutes"]) == (45, 100_000)
    on_its_day = RuleSet.objects.parameters_on(old.community_id, dt.date(2026, 5, 1))
    assert on_its_day["rounding_minutes"] == 45


def test_the_check_names_stored_versions_that_break_the_bounds():
    RuleSetFactory()
    assert check_published_values(databases=["default"]) == []
    old = store({"rounding_minutes": 45})
    (warning,) = check_published_values(databases=["default"])
    assert old.community.name in warning.msg and "rounding_minutes = 45 (allowed: 1, 5, 10, 15, 30)" in warning.msg
    RuleSetFactory(community=old.community, effective_from=dt.date(2026, 2, 1))  # it replaces the other one
    assert check_published_values(databases=["default"]) == []


def test_a_draft_with_a_wrong_value_is_refused_at_each_step(scene, draft):
    with pytest.raises(ValidationError):
        services.edit_draft(
            rule_set=draft,
            title="新办法",
            effective_from=FIRST_DAY,
            values={**draft.parameters, "rounding_minutes": 7},
            by=scene.social_worker,
            at=TODAY,
        )
    RuleSet.objects.filter(pk=draft.pk).update(values={"rounding_minutes": 7}, effective_from=FIRST_DAY)
    answer = services.open_for_comments(rule_set=draft, reason="试试", by=scene.social_worker, at=TODAY)
    assert answer.code == "bad_parameters" and "7" in str(answer)
    RuleSet.objects.filter(pk=draft.pk).update(values={})
    publication = services.open_for_comments(rule_set=draft, reason="试试", by=scene.social_worker, at=TODAY)
    RuleSet.objects.filter(pk=draft.pk).update(values={"rounding_minutes": 7})
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    answer = decisions.decide(request=publication, by=approver, at=TODAY, accepted=True)
    assert answer.code == "bad_parameters"


def test_the_form_offers_the_choices_and_asks_for_a_new_one(scene, draft):
    client = Client()
    client.force_login(scene.social_worker)
    address = f"/admin/rule_set/edit/{draft.pk}/"
    form = client.get(address).context["form"]
    assert [value for value, _ in form.fields["rounding_minutes"].choices] == [1, 5, 10, 15, 30]
    RuleSet.objects.filter(pk=draft.pk).update(values={"rounding_minutes": 45})
    form = client.get(address).context["form"]
    assert [value for value, _ in form.fields["rounding_minutes"].choices] == ["", 1, 5, 10, 15, 30]


def test_older_versions_have_the_default_thresholds_of_c9():
    old = store({})
    assert [old.parameters[name] for name in ("one_device_people", "burst_people", "burst_seconds")] == [4, 10, 30]
    page = Client().get(f"/rules/{old.pk}/").content.decode()
    assert "一部手机" in page and "30 秒内集中签到 10 人" in page
