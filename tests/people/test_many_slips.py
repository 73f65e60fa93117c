"""Slips and cards for many people are printed in the background; who cannot be printed is named."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.people import slips as paper
from academy.people.models import Card, Slip, User
from academy.people.permissions import DutyRole
from academy.people.services import merging, slips
from academy.people.works import FEW, PrintingSlips
from academy.works import services as works
from academy.works.models import Work
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.paper.reading import codes_in_reading_order, pages
from tests.people.desk import NOW, errors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RARE = "𪚥"  # no font of ours has it


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


def address(act, *people):
    url = reverse("wagtail_bulk_action", args=["people", "volunteer", act])
    return url + "?" + "&".join(f"id={getattr(person, 'pk', person)}" for person in people)


def file_of(client, work) -> bytes:
    return client.post(reverse("work_file", args=[work.pk])).content


def test_slips_for_many_are_a_work_and_name_those_left_out(client, worker, home):
    people = VolunteerFactory.create_batch(FEW, community=home)
    rare = VolunteerFactory(community=home, name=RARE)
    assert "后台" in client.get(address("print_slips", "all")).content.decode()
    assert not Slip.objects.exists()

    answer = client.post(address("print_slips", "all"))

    work = Work.objects.get()
    assert answer["Location"] == reverse("work", args=[work.pk])
    page = client.get(answer["Location"]).content.decode()
    assert f"{RARE} {rare.number}" in page and f"“{RARE}”" in page
    content = file_of(client, work)
    assert [text.count("登录条") >= 1 for text in pages(content)] == [True] * 3
    assert {slip.volunteer for slip in Slip.objects.all()} == set(people)
    code = codes_in_reading_order(content)[0].text.rstrip("/").rpartition("/")[2]
    assert isinstance(slips.find_slip(code), Slip)


def test_cards_for_many_are_a_work(client, worker, home):
    VolunteerFactory.create_batch(FEW, community=home)
    rare = VolunteerFactory(community=home, name=RARE)

    client.post(address("print_cards", "all"))

    work = Work.objects.get()
    assert f"{RARE} {rare.number}" in client.get(reverse("work", args=[work.pk])).content.decode()
    assert len(pages(file_of(client, work))) == 2
    assert Card.objects.count() == FEW


def test_as_many_as_one_waits_for_are_printed_at_once(client, worker, home):
    VolunteerFactory.create_batch(FEW, community=home)

    assert client.post(address("print_slips", "all"))["Content-Type"] == "application/pdf"
    assert not Work.objects.exists()


@pytest.mark.parametrize("act", ["print_slips", "print_cards"])
def test_of_a_few_the_unprintable_is_named_before_and_the_others_are_printed(client, worker, home, act):
    other, rare = VolunteerFactory(community=home, name="李建国"), VolunteerFactory(community=home, name=f"王{RARE}")

    page = client.get(address(act, other, rare)).content.decode()
    assert f"王{RARE} {rare.number}" in page and f"“{RARE}”" in page

    [text] = pages(client.post(address(act, other, rare)).content)
    assert "李建国" in text and rare.number not in text


@pytest.mark.parametrize("act", ["print_slips", "print_cards"])
def test_nobody_is_printed_if_all_are_left_out(client, worker, home, act):
    people = [VolunteerFactory(community=home, name=name) for name in (RARE, f"王{RARE}")]
    assert "打印</button>" not in client.get(address(act, *people)).content.decode()

    assert errors(client.post(address(act, *people)))["__all__"]


def test_a_sheet_whose_issuer_cannot_be_printed_invalidates_no_slip(worker, home):
    volunteer = VolunteerFactory(community=CommunityFactory(name=RARE))
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=NOW)
    root = UserFactory()
    User.objects.filter(pk=root.pk).update(is_superuser=True)

    answer = paper.print_pdf(volunteers=[volunteer], by=User.objects.get(pk=root.pk), at=NOW)

    assert answer.code == "missing_glyphs"
    assert isinstance(slips.find_slip(code), Slip)


def test_only_those_who_never_signed_in_can_be_chosen(client, worker, home):
    signed_in, new = VolunteerFactory(community=home, login=True), VolunteerFactory(community=home)
    User.objects.filter(pk=signed_in.user.pk).update(last_login=NOW - dt.timedelta(days=1))
    page = client.get(address("print_slips", "all"))
    assert page.context["form"].fields["whose"].initial == "new"
    assert "1 人" in page.content.decode()

    client.post(address("print_slips", "all"), {"whose": "new"})

    assert {slip.volunteer for slip in Slip.objects.all()} == {new}


def test_people_are_printed_in_the_order_of_their_names(client, worker, home):
    for name in ("张桂兰", "李建国", "阿依古丽", "陈静"):
        VolunteerFactory(community=home, name=name)

    [text] = pages(client.post(address("print_cards", "all")).content)

    assert sorted(("张桂兰", "李建国", "阿依古丽", "陈静"), key=text.index) == ["阿依古丽", "陈静", "李建国", "张桂兰"]


def test_whose_entry_was_joined_meanwhile_is_named_and_the_slip_is_dead(worker, home, monkeypatch):
    stays, goes = VolunteerFactory(community=home, name="李建国"), VolunteerFactory(community=home, name="李建囯")
    drawn = paper.draw

    def draw(**kwargs):
        answer = drawn(**kwargs)
        merging.merge(volunteer=goes, into=stays, by=worker, at=NOW)
        return answer

    monkeypatch.setattr(paper, "draw", draw)
    order = {"volunteers": [stays.pk, goes.pk]}
    works.begin(kind=PrintingSlips, community=home, order=order, total=2, by=worker, at=NOW)

    work = Work.objects.get()
    assert [line.who for line in work.lines] == [str(goes)]
    assert {slip.volunteer for slip in Slip.objects.filter(replaced_at=None)} == {stays}


def test_two_communities_make_two_works(client, home, worker):
    other = CommunityFactory(name="松林社区")
    superuser = User.objects.create_superuser("root")
    client.force_login(superuser)
    VolunteerFactory.create_batch(FEW, community=home)
    VolunteerFactory(community=other)

    assert client.post(address("print_cards", "all"))["Location"] == reverse("works")
    assert {work.community for work in Work.objects.all()} == {home, other}


def test_issuing_reads_no_more_for_thirty_people_than_for_three(home):
    def statements(count: int) -> int:
        people = VolunteerFactory.create_batch(count, community=home)
        with CaptureQueriesContext(connection) as queries:
            slips.print_slips(volunteers=people, by=None, at=timezone.now())
        return len(queries)

    statements(1)  # reads the content type
    assert statements(3) == statements(30) <= 8
