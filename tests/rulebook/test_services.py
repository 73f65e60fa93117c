import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from academy.rulebook import clauses, parameters, services
from academy.rulebook.models import Clause, RuleSet, VersionIsPublished
from academy.rulebook.parameters import PARAMETERS
from tests.factories import CommunityFactory, RuleSetFactory

pytestmark = pytest.mark.django_db

# The codes of rules.md: a clause that a record cites must exist in every version.
CODES = (
    [f"R{n}" for n in range(1, 9)]
    + [f"N{n}" for n in range(1, 5)]
    + ["A3"]
    + [f"T{n}" for n in range(1, 9)]
    + [f"C{n}" for n in range(1, 11)]
    + [f"H{n}" for n in range(1, 11)]
    + [f"K{n}" for n in range(1, 11)]
    + ["S1", "S2", "P1", "P2", "P3", "P5", "P6", "P8", "P9", "P10", "G1", "G2", "G3", "V1", "V2", "V3", "V5"]
)


def test_versions_count_up_in_each_community():
    community = CommunityFactory()

    assert [RuleSetFactory(community=community).version for _time in range(3)] == [1, 2, 3]
    assert RuleSetFactory().version == 1


def test_publishing_copies_every_clause_in():
    rule_set = RuleSetFactory()

    assert rule_set.published_at is not None
    assert [clause.code for clause in rule_set.clauses.all()] == CODES
    assert all(clause.text_zh and clause.text_en for clause in rule_set.clauses.all())


@pytest.mark.parametrize("text", clauses.TEXTS, ids=lambda text: text.code)
def test_a_source_is_known_and_only_law_is_called_law(text):
    letters = set(text.source.split("/"))

    assert letters <= {"L", "P", "D"}
    if "L" not in letters:
        # K5 mentions the law, to say that it prescribes no length.
        assert text.code == "K5" or not any(word in text.zh for word in ("条例", "法第", "办法》", "民法典"))


def test_a_text_says_what_the_parameters_count():
    rule_set = RuleSetFactory(values={"daily_minutes": 360, "minimum_minutes": 30, "notice_working_days": 5})

    texts = {clause.code: clause for clause in rule_set.clauses.all()}
    assert "一天最多计 6 小时" in texts["H4"].text_zh and "12 小时" in texts["H4"].text_zh
    assert "less than 30 minutes" in texts["H3"].text_en
    assert "公示 5 个工作日" in texts["K5"].text_zh


def test_every_parameter_cites_a_clause_that_exists():
    assert {parameter.clause for parameter in PARAMETERS.values()} <= set(CODES)


def test_no_placeholder_is_left_over():
    for clause in RuleSetFactory().clauses.all():
        assert not set("{}") & set(clause.text_zh + clause.text_en)


@pytest.mark.parametrize(
    "values",
    [
        {"unknown": 1},
        {"daily_minutes": "480"},
        {"daily_minutes": True},
        {"rounding_minutes": 0},
        {"record_working_days": 11},  # Order 67 allows ten
        {"min_age": 7},  # a child under eight acts through a representative
        {"daily_hard_minutes": 721},
        {"daily_minutes": 600, "daily_hard_minutes": 599},
    ],
)
def test_a_wrong_parameter_is_not_published(values):
    with pytest.raises(ValidationError):
        RuleSetFactory(values=values)

    assert not RuleSet.objects.exists()


@pytest.mark.parametrize("values", [{"record_working_days": 10}, {"min_age": 8}, {"daily_minutes": 720}])
def test_a_parameter_goes_up_to_its_bound(values):
    assert RuleSetFactory(values=values).values == values


def test_what_is_published_is_neither_changed_nor_deleted():
    rule_set = RuleSetFactory()
    clause = rule_set.clauses.first()

    rule_set.values = {"daily_minutes": 600}
    clause.text_zh = "一天计 10 小时"
    for refused in (
        rule_set.save,
        rule_set.delete,
        clause.save,
        clause.delete,
        lambda: RuleSet.objects.update(values={}),
        lambda: RuleSet.objects.all().delete(),
        lambda: Clause.objects.filter(code="H4").update(text_zh="…"),
        lambda: rule_set.clauses.all().delete(),
        lambda: Clause.objects.create(rule_set=rule_set, code="X1", source="D", text_zh="…", text_en="…", position=99),
    ):
        with pytest.raises(VersionIsPublished):
            refused()

    assert RuleSet.objects.get().values == {}
    assert Clause.objects.count() == len(CODES)


def test_the_rules_of_a_day_are_the_latest_in_force_on_it():
    community = CommunityFactory()
    first = RuleSetFactory(community=community, effective_from=dt.date(2026, 1, 1))
    second = RuleSetFactory(community=community, effective_from=dt.date(2027, 1, 1))
    RuleSetFactory(effective_from=dt.date(2026, 6, 1))

    def on(*day):
        return RuleSet.objects.in_force(community.pk, dt.date(*day))

    assert on(2026, 12, 31) == first
    assert on(2027, 1, 1) == second
    assert on(2025, 1, 1) == first


def test_of_two_for_the_same_day_the_later_version_is_in_force():
    community = CommunityFactory()
    RuleSetFactory(community=community)
    later = RuleSetFactory(community=community)

    assert RuleSet.objects.in_force(community.pk, dt.date(2027, 1, 1)) == later


def test_n1_a_community_without_rules_goes_by_the_default():
    community = CommunityFactory()
    assert services.youngest_age(community, dt.date(2027, 1, 1)) == 8
    assert RuleSet.objects.parameters_on(community.pk, dt.date(2027, 1, 1)) == parameters.complete({})

    RuleSetFactory(community=community, values={"min_age": 14})
    assert services.youngest_age(community, dt.date(2027, 1, 1)) == 14
    assert RuleSet.objects.parameters_on(community.pk, dt.date(2027, 1, 1)) == parameters.complete({"min_age": 14})
