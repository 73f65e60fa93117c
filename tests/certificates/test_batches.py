"""Certificates of many people: who qualifies, issued once each, with the template of the beginning."""

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from academy.advancement.models import Commendation, StarRating
from academy.certificates import batches, services
from academy.certificates.awards import MAKERS
from academy.certificates.batch_models import Batch, BatchedCertificate
from academy.certificates.candidates import candidates
from academy.certificates.contents import NOTHING_EFFECTIVE
from academy.certificates.models import Certificate
from academy.designs import services as designs
from academy.designs.models import Design
from academy.designs.standard import STANDARD
from academy.learning.award_models import Attendance, TierAward
from academy.learning.models import Enrolment
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.certificates.awarded import give_all
from tests.certificates.issuing import issue, issued
from tests.certificates.many import JANUARY, NAMES, Many, begin, issue_all, many_people
from tests.factories import IssuerFactory, UserFactory, VolunteerFactory
from tests.hours.scene import ISSUED_AT, SATURDAY

pytestmark = pytest.mark.slow

BODY = STANDARD["service"].body


@pytest.fixture(scope="module")
def of_module(rows_of_module: Any) -> Any:
    return rows_of_module(many_people)


@pytest.fixture
def many(of_module: Many, db: None) -> Many:
    return deepcopy(of_module)


def lines(many: Many, kind: str = "service", **changes: Any) -> dict[str, Any]:
    given = {"issuer": many.scene.issuer, "kind": kind, "period": JANUARY, "at": ISSUED_AT, **changes}
    found = candidates(Volunteer.objects.present().order_by("-pk"), **given)
    return {one.volunteer.name: one for one in found}


def publish(many: Many, name: str = "我们的证明", heading: str = "志愿服务证书", **fields: Any) -> Design:
    scene = many.scene
    draft = designs.write_draft(
        community=scene.community,
        **{"kind": "service", "name": name, "heading": heading, "body": BODY, **fields},
        by=scene.social_worker,
        at=ISSUED_AT,
    )
    assert isinstance(draft, Design), draft
    published = designs.publish(design=draft, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(published, Design), published
    return published


# Who qualifies


def test_the_list_says_who_qualifies_and_who_does_not_by_pinyin(many: Many) -> None:
    found = lines(many)
    assert list(found) == ["陈阿妹", "李建国", "王秀英", "赵敏", "周大爷"]
    assert {name: code_of(one.refusal) if one.refusal else "" for name, one in found.items()} == {
        **dict.fromkeys(NAMES, ""),
        **dict.fromkeys(("赵敏", "周大爷"), "nothing_effective"),
    }
    assert [found[name].minutes for name in NAMES] == [120, 120, 120]


def test_hours_of_another_unit_and_of_another_period_do_not_count(many: Many) -> None:
    other = IssuerFactory(community=many.scene.community)
    assert code_of(lines(many, issuer=other)["王秀英"].refusal) == "not_issuer"
    earlier = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert code_of(lines(many, period=earlier)["王秀英"].refusal) == "nothing_effective"


def test_a_day_in_excess_is_named_before(many: Many, monkeypatch: Any) -> None:
    many.scene.serve(many.people[0], "15:00", "16:00")
    monkeypatch.setattr("academy.certificates.candidates.refuse_excess", lambda *args: services.CLOSED)
    found = lines(many)
    assert (found["王秀英"].refusal, found["李建国"].refusal) == (services.CLOSED, None)


def test_who_has_one_already_and_whose_name_cannot_be_printed_are_named(many: Many) -> None:
    held = issued(issue(many.scene, many.people[0]))
    Volunteer.objects.filter(pk=many.people[1].pk).update(name="李\ue000国")
    found = lines(many)
    assert (found["王秀英"].standing, found["陈阿妹"].standing) == (held.number, "")
    assert found["李\ue000国"].qualifies and "U+E000" in str(found["李\ue000国"].warning)


def test_a_longer_list_costs_no_more_statements(many: Many) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            lines(many)
        return len(found)

    before = cost()
    for place in range(5):
        person = many.scene.volunteer(f"何{place}")
        many.scene.serve(person, f"{10 + place}:00", f"{11 + place}:00")
    assert cost() == before


def test_of_an_award_alone_its_own_facts_are_read_and_none_of_another_community(many: Many, monkeypatch: Any) -> None:
    give_all(many.scene, many.people[0])
    models = (TierAward, StarRating, Commendation)
    tables = [one._meta.db_table for one in models]
    asked: list[int] = []
    for kind, table in zip(("tier", "stars", "commendation"), tables, strict=True):
        make = MAKERS[kind]
        tell = lambda people, day, make=make: asked.extend(one.pk for one in people) or make(people, day)  # noqa: E731
        monkeypatch.setitem(MAKERS, kind, tell)
        with CaptureQueriesContext(connection) as found:
            assert lines(many, kind, period=(SATURDAY, ISSUED_AT.date()))["王秀英"].qualifies
        read = [one["sql"] for one in found]
        assert "community_id" in next(one for one in read if table in one)
        others = {*tables, Attendance._meta.db_table, Enrolment._meta.db_table} - {table}
        assert not any(other in one for other in others for one in read)
        assert asked == [many.people[0].pk]
        asked.clear()


@pytest.mark.parametrize("kind", ["completion", "tier", "stars", "commendation"])
def test_a_longer_list_of_awards_costs_no_more_statements(many: Many, kind: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            assert lines(many, kind, period=(SATURDAY, ISSUED_AT.date()))["王秀英"].qualifies
        return len(found)

    give_all(many.scene, many.people[0])
    before = cost()
    for person in many.people[1:]:
        give_all(many.scene, person)
    assert cost() == before


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("completion", "心肺复苏与 AED"), ("tier", "初级"), ("stars", "三星级"), ("commendation", "敬老之星")],
)
def test_awards_are_listed_by_their_day(many: Many, kind: str, subject: str) -> None:
    give_all(many.scene, many.people[0])
    whole = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    found = lines(many, kind, period=whole)
    assert found["王秀英"].qualifies and found["王秀英"].subject.replace(" ", "") in subject.replace(" ", "") + "急救班"
    assert code_of(found["李建国"].refusal) == "nothing_of_this_kind"
    earlier = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert code_of(lines(many, kind, period=earlier)["王秀英"].refusal) == "nothing_of_this_kind"


# Issued


def test_everybody_gets_one_and_a_second_run_issues_none(many: Many) -> None:
    batch = begin(many)
    told: list[int] = []
    assert issue_all(many, batch, tell=told.append) == [] and told == [1, 2, 3]
    numbers = list(Certificate.objects.order_by("pk").values_list("number", flat=True))
    assert [number[-6:] for number in numbers] == ["000001", "000002", "000003"]
    assert batches.missing_from(batch) == 0
    assert issue_all(many, batch) == []
    assert Certificate.objects.count() == BatchedCertificate.objects.count() == 3


def test_killed_in_the_middle_it_goes_on_without_a_second_number(many: Many) -> None:
    batch = begin(many)

    class Killed(BaseException):
        pass

    def die(done: int) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        issue_all(many, batch, tell=die)
    assert (Certificate.objects.count(), batches.missing_from(batch)) == (2, 1)
    assert issue_all(many, batch) == []
    held = Certificate.objects.order_by("number").values_list("number", "volunteer__name")
    assert [(number[-6:], name) for number, name in held] == [
        (f"{place:06}", name) for place, name in enumerate(NAMES, 1)
    ]


def test_a_number_that_was_not_committed_is_given_to_the_next(many: Many, monkeypatch: Any) -> None:
    batch = begin(many)
    with monkeypatch.context() as patch:
        patch.setattr(BatchedCertificate.objects, "create", lambda **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issue_all(many, batch)
    assert not Certificate.objects.exists()
    issue_all(many, batch)
    assert Certificate.objects.order_by("number").first().number.endswith("000001")  # type: ignore[union-attr]


def test_the_same_list_of_a_colleague_gives_the_same_certificates(many: Many) -> None:
    colleague = UserFactory(duties=[(many.scene.community, DutyRole.SOCIAL_WORKER)])
    mine, theirs = begin(many), begin(many, by=colleague)
    issue_all(many, mine)
    assert issue_all(many, theirs, by=colleague) == []
    assert Certificate.objects.count() == 3
    assert list(theirs.items.values_list("was_there", flat=True)) == [True] * 3
    asked = {"issuer": many.scene.issuer, "kind": "service", "period": JANUARY, "by": colleague}
    (other,) = batches.others_at_it(**asked, at=ISSUED_AT)
    assert (other, other.done) == (mine, 3)  # type: ignore[attr-defined]
    assert batches.others_at_it(**asked, at=ISSUED_AT + batches.LATELY) == []


def test_the_batch_keeps_the_template_that_it_began_with(many: Many) -> None:
    batch = begin(many)  # before the community had a template of its own
    publish(many)
    issue_all(many, batch)
    assert "design" not in Certificate.objects.latest("pk").snapshot

    first = Design.objects.get()
    batch = begin(many, period=(JANUARY[0], dt.date(2026, 1, 30)))
    publish(many, heading="志愿服务荣誉证书")
    issue_all(many, batch)
    assert Certificate.objects.latest("pk").snapshot["design"]["version"] == first.pk


def test_the_chosen_template_is_taken(many: Many) -> None:
    chosen = publish(many, "第一种")
    publish(many, "第二种", heading="志愿服务纪念证书")
    issue_all(many, begin(many, design="第一种"))
    assert {one.snapshot["design"]["version"] for one in Certificate.objects.all()} == {chosen.pk}


def test_who_cannot_get_one_meanwhile_is_left_out_with_the_reason(many: Many) -> None:
    double = many.scene.volunteer("周大叶")
    batch = begin(many, people=[double, *many.people, many.idle])
    Volunteer.objects.filter(pk=double.pk).update(merged_into=many.idle)
    gone, idle = issue_all(many, batch)
    assert gone.who == double.number and "名册" in gone.why
    assert "周大爷" in idle.who and idle.why == str(NOTHING_EFFECTIVE)
    assert Certificate.objects.count() == 3


def test_awards_are_issued_by_the_batch(many: Many) -> None:
    give_all(many.scene, many.people[0])
    batch = begin(many, kind="tier", period=(SATURDAY, ISSUED_AT.date()))
    assert issue_all(many, batch) == []
    (certificate,) = Certificate.objects.all()
    assert (certificate.kind, certificate.source) == ("tier", "tier:beginner")
    issue_all(many, batch)
    assert Certificate.objects.count() == 1


# Refused


def test_a_batch_is_refused(many: Many) -> None:
    tomorrow = ISSUED_AT.date() + dt.timedelta(days=1)
    assert code_of(begin(many, by=many.scene.leading)) == "not_allowed"
    assert code_of(begin(many, period=(SATURDAY, tomorrow))) == "bad_period"
    assert code_of(begin(many, period=JANUARY[::-1])) == "bad_period"
    assert code_of(begin(many, people=[])) == "nobody_chosen"
    assert code_of(begin(many, people=[VolunteerFactory()])) == "nobody_chosen"  # of another community
    assert not Batch.objects.exists()


def test_the_same_form_begins_one_batch_of_its_own_login(many: Many) -> None:
    first = begin(many, key="a" * 32)
    assert begin(many, key="a" * 32) == first
    colleague = UserFactory(duties=[(many.scene.community, DutyRole.SOCIAL_WORKER)])
    assert code_of(begin(many, key="a" * 32, by=colleague)) == "not_allowed"


def test_who_lost_the_right_issues_none(many: Many) -> None:
    assert code_of(issue_all(many, begin(many), by=UserFactory())) == "not_allowed"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("batch_period_in_order", {"period_from": dt.date(2026, 2, 1)}),
        ("batch_kind_known", {"kind": "thanks"}),
    ],
)
def test_the_database_refuses(many: Many, name: str, changes: dict[str, Any]) -> None:
    batch = begin(many)
    batch.pk, batch.key = None, "b" * 32
    for field, value in changes.items():
        setattr(batch, field, value)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        batch.save(force_insert=True)
    batch.kind, batch.period_from = "tier", JANUARY[1]
    batch.save(force_insert=True)


def test_a_certificate_is_in_a_batch_once(many: Many) -> None:
    batch = begin(many)
    issue_all(many, batch)
    certificate = Certificate.objects.latest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchedCertificate.objects.create(batch=batch, certificate=certificate, was_there=True)
    BatchedCertificate.objects.create(batch=begin(many), certificate=certificate, was_there=True)
