"""The page of certificates of many people: who qualifies, one button, a work that can be left."""

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from academy.certificates import batch_views, batches
from academy.certificates.batch_models import Batch
from academy.certificates.models import Certificate
from academy.designs.models import Design
from academy.people.permissions import DutyRole
from academy.works import services as works
from academy.works.models import Work
from tests.certificates.many import JANUARY, Many, begin, issue_all, many_people
from tests.certificates.test_batches import publish
from tests.factories import UserFactory
from tests.hours.scene import ISSUED_AT
from tests.pages import text_of

pytestmark = pytest.mark.slow

PAGE = "/admin/certificate/many/"


@pytest.fixture(scope="module")
def of_module(rows_of_module: Any) -> Any:
    return rows_of_module(many_people)


@pytest.fixture
def many(of_module: Many, db: None) -> Many:
    return deepcopy(of_module)


@pytest.fixture
def desk(client: Client, many: Many) -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        client.force_login(many.scene.social_worker)
        yield client


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Leave the tasks in the queue; return them."""
    queue: list[dict[str, Any]] = []
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, **kwargs: queue.append(kwargs))
    return queue


def form(many: Many, **changes: Any) -> dict[str, Any]:
    usual = {"issuer": many.scene.issuer.pk, "kind": "service", "period": "year", "key": "c" * 32, "whose": "all"}
    return usual | changes


def names() -> list[str]:
    return sorted(Certificate.objects.values_list("volunteer__name", flat=True))


def test_the_page_shows_at_once_who_qualifies_this_year(desk: Client, many: Many) -> None:
    page = desk.get(PAGE)
    assert [one.volunteer.name for one in page.context["good"]] == ["陈阿妹", "李建国", "王秀英"]
    shown = text_of(page)
    assert "可以出具 3 份" in shown and "周大爷" in shown and "还没有已生效的时长" in shown
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"period": "last"}, 0),
        ({"period": "all"}, 3),
        ({"period": "own", "period_from": "2026-01-11", "period_to": "2026-01-31"}, 0),
        ({"period": "own", "period_from": "2026-01-10", "period_to": "2026-01-10"}, 3),
        ({"kind": "tier"}, 0),
    ],
)
def test_another_question_has_another_list(desk: Client, asked: dict[str, str], count: int) -> None:
    assert len(desk.get(PAGE, asked).context["good"]) == count


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "own"},
        {"period": "own", "period_from": "2026-01-31", "period_to": "2026-01-01"},
        {"period": "own", "period_from": "2026-01-01", "period_to": "2026-02-03"},
        {"kind": "thanks"},
        {"issuer": "0"},
    ],
)
def test_a_wrong_question_is_answered_in_the_form(desk: Client, asked: dict[str, str]) -> None:
    page = desk.get(PAGE, asked)
    assert page.context["form"].errors and "good" not in page.context
    assert desk.post(PAGE, asked | {"whose": "all"}).status_code == 200
    assert not Batch.objects.exists()


def test_one_button_issues_all_and_leads_to_the_batch(desk: Client, many: Many) -> None:
    page = desk.post(PAGE, form(many), follow=True)
    work = Work.objects.get()
    assert page.redirect_chain == [(reverse("work", args=[work.pk]), 302)]
    assert (work.state, work.lines, names()) == ("finished", [], ["李建国", "王秀英", "陈阿妹"])
    assert reverse("certificate_batch:inspect", args=[Batch.objects.get().pk]) in page.content.decode()


@pytest.mark.parametrize(("whose", "expected"), [("ticked", ["王秀英"]), ("without", ["李建国", "陈阿妹"])])
def test_a_selection_is_ticked(desk: Client, many: Many, whose: str, expected: list[str]) -> None:
    desk.post(PAGE, form(many, whose=whose, tick=[many.people[0].pk, many.idle.pk]))
    assert names() == expected


def test_none_ticked_is_said(desk: Client, many: Many) -> None:
    assert "至少勾选一位" in text_of(desk.post(PAGE, form(many, whose="ticked")))
    assert not Batch.objects.exists()


def test_people_chosen_in_the_roll_alone_are_listed(desk: Client, many: Many) -> None:
    chosen = [many.people[0].pk, many.idle.pk]
    action = reverse("wagtail_bulk_action", args=["people", "volunteer", "issue_certificates"])
    page = desk.get(action, {"id": chosen, "next": "/admin/volunteer/"}, follow=True)
    assert page.request["PATH_INFO"] == PAGE
    assert [one.volunteer.name for one in page.context["good"]] == ["王秀英"]
    assert [one.volunteer.name for one in page.context["others"]] == ["周大爷"]
    everybody = desk.get(action, {"id": "all", "next": "/admin/volunteer/?q=陈阿妹"}, follow=True)
    assert [one.volunteer.name for one in everybody.context["good"]] == ["陈阿妹"]
    assert everybody.request["QUERY_STRING"] == "chosen=1"  # an address has no room for many people
    assert desk.post(f"{action}?id={chosen[0]}&next=/admin/volunteer/").headers["Location"] == f"{PAGE}?chosen=1"


def choose(desk: Client, *chosen: int) -> Any:
    action = reverse("wagtail_bulk_action", args=["people", "volunteer", "issue_certificates"])
    return desk.get(action, {"id": chosen, "next": "/admin/volunteer/"}, follow=True)


def test_an_empty_choice_is_nobody(desk: Client, many: Many) -> None:
    assert desk.get(PAGE, {"chosen": "1"}).context["good"] == []
    page = choose(desk, 0)
    if page.request["PATH_INFO"] == PAGE:
        assert page.context["good"] == []
    assert len(desk.get(PAGE).context["good"]) == 3


def test_a_form_issues_to_those_whom_it_shows(desk: Client, many: Many) -> None:
    """Another window of the same person may choose others meanwhile."""
    first = choose(desk, many.people[0].pk).context["choice"]
    second = choose(desk, many.people[1].pk).context["choice"]
    assert str(batch_views.OTHER_PEOPLE) in text_of(desk.post(PAGE, form(many, chosen=first)))
    assert not Batch.objects.exists()
    desk.post(PAGE, form(many, chosen=second))
    assert names() == [many.people[1].name]


def test_everything_of_an_award_begins_before_any_hours(desk: Client) -> None:
    for kind in ("tier", "stars", "commendation", "completion"):
        page = desk.get(PAGE, {"kind": kind, "period": "all"})
        assert page.context["period"] == (dt.date(2000, 1, 1), ISSUED_AT.date())
    assert desk.get(PAGE, {"period": "all"}).context["period"][0] == JANUARY[0].replace(day=10)


def test_where_many_are_printed_the_page_says_on_which_sides(desk: Client, many: Many) -> None:
    """Pages of several people follow each other: on both sides, two people share a sheet."""
    batch = begin(many)
    issue_all(many, batch)
    certificate = Certificate.objects.earliest("pk")
    action = reverse("wagtail_bulk_action", args=["certificates", "certificate", "print_certificates"])
    for page in (
        desk.get(reverse("certificate_batch:inspect", args=[batch.pk])),
        desk.get(action, {"id": certificate.pk, "next": "/admin/certificate/"}),
    ):
        assert "不勾选时请单面打印" in text_of(page)
        assert 'type="checkbox" name="double_sided"' in page.content.decode()


def test_a_second_click_is_no_second_batch(desk: Client, many: Many, later: list[Any]) -> None:
    first, second = (desk.post(PAGE, form(many)).headers["Location"] for _ in range(2))
    assert first == second and Batch.objects.count() == Work.objects.count() == 1


def test_cancelled_half_way_the_rest_is_issued_later(
    desk: Client, many: Many, later: list[Any], monkeypatch: Any
) -> None:
    desk.post(PAGE, form(many))
    work, batch = Work.objects.get(), Batch.objects.get()

    def tell(mine: Work, done: int, real: Any = works._tell) -> None:
        if done == 1:
            desk.post(reverse("work_cancel", args=[work.pk]))
        real(mine, done)

    monkeypatch.setattr(works, "_tell", tell)
    works.perform.func(work_id=work.pk)
    first = Certificate.objects.get()
    assert "已经完成的保留" in text_of(desk.get(reverse("work", args=[work.pk])))
    page = desk.get(reverse("certificate_batch:inspect", args=[batch.pk]))
    assert "2 人" in text_of(page) and f"{first.number} {first.volunteer.name}" in text_of(page)
    go_on = reverse("certificate_batch:go_on", args=[batch.pk])
    assert go_on in page.content.decode()

    monkeypatch.undo()
    desk.post(go_on)

    assert (Certificate.objects.count(), batches.missing_from(batch)) == (3, 0)
    numbers = [int(one.number.rpartition("-")[2]) for one in Certificate.objects.order_by("pk")]
    assert numbers == list(range(numbers[0], numbers[0] + 3)) and first == Certificate.objects.earliest("pk")
    assert go_on not in desk.get(reverse("certificate_batch:inspect", args=[batch.pk])).content.decode()


def test_a_worker_that_dies_is_followed_by_another(
    desk: Client, many: Many, later: list[Any], monkeypatch: Any
) -> None:
    class Killed(BaseException):
        pass

    desk.post(PAGE, form(many))
    work = Work.objects.get()

    def tell(mine: Work, done: int, real: Any = works._tell) -> None:
        real(mine, done)
        if done == 2:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(works, "_tell", tell)
        with pytest.raises(Killed):
            works.perform.func(work_id=work.pk)
    assert "2 / 3" in text_of(desk.get(reverse("works")))

    works.perform.func(work_id=work.pk)

    work.refresh_from_db()
    assert (work.state, Certificate.objects.count()) == ("finished", 3)


def test_who_sees_that_a_colleague_issues_the_same_list(desk: Client, many: Many) -> None:
    colleague = UserFactory(first_name="小林", duties=[(many.scene.community, DutyRole.SOCIAL_WORKER)])
    period = (JANUARY[0].replace(day=1), ISSUED_AT.date())
    issue_all(many, begin(many, by=colleague, period=period), by=colleague)
    shown = text_of(desk.get(PAGE))
    assert "小林" in shown and "3 / 4" not in shown and "不会有人得到两份" in shown
    desk.post(PAGE, form(many))
    assert Certificate.objects.count() == 3
    assert (
        text_of(desk.get(reverse("certificate_batch:inspect", args=[Batch.objects.latest("pk").pk]))).count("之前已有")
        == 3
    )


def test_a_template_is_chosen_if_there_are_several(desk: Client, many: Many) -> None:
    first = publish(many, "第一种")
    assert desk.get(PAGE).context["designs"] == []
    publish(many, "第二种", heading="志愿服务纪念证书")
    assert desk.get(PAGE).context["designs"][-1] == "第一种" or "第二种" in desk.get(PAGE).context["designs"]
    desk.post(PAGE, form(many, design="第一种"))
    assert Certificate.objects.latest("pk").snapshot["design"]["version"] == first.pk
    assert "第一种" in text_of(desk.get(reverse("certificate_batch:inspect", args=[Batch.objects.get().pk])))
    assert Design.objects.count() == 2
