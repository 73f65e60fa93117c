"""The three requests about one's own data: asked, answered within the deadline, carried out (V3)."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import registry as log

from academy.core.refusals import Refusal
from academy.core.workdays import add_working_days
from academy.decisions import services as decisions
from academy.decisions.selectors import count_waiting
from academy.desk import todo
from academy.families import services as families
from academy.messaging.models import Message
from academy.own_data import services
from academy.own_data.models import DataCopy, DataCorrection, DataDeletion
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.slow]


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def volunteer(home, client):
    volunteer = VolunteerFactory(community=home, name="王秀英", phone="13900000011", login=True)
    client.force_login(volunteer.user)
    return volunteer


def ask(what, volunteer, by=None, **beside):
    return services.ask(what=what, volunteer=volunteer, by=by or volunteer.user, at=timezone.now(), **beside)


def decide(request, by, accepted=True, answer=""):
    return decisions.decide(request=request, by=by, at=timezone.now(), accepted=accepted, answer=answer)


def code_of(answer):
    assert isinstance(answer, Refusal), answer
    return answer.code


def text_of(response):
    return response.content.decode()


def test_a_request_has_a_last_day_after_fifteen_working_days(volunteer):
    asked = ask("copy", volunteer)

    assert asked.due_on == add_working_days(timezone.localdate(), 15)


def test_a_community_sets_a_shorter_term(home, volunteer):
    RuleSetFactory(community=home, values={"data_request_working_days": 5})

    assert ask("copy", volunteer).due_on == add_working_days(timezone.localdate(), 5)


def test_one_open_request_of_a_kind(volunteer):
    asked = ask("deletion", volunteer)

    assert code_of(ask("deletion", volunteer)) == "already_asked"
    with pytest.raises(IntegrityError), transaction.atomic():
        DataDeletion.objects.create(
            community=volunteer.community, volunteer=volunteer, due_on=asked.due_on, asked_at=timezone.now()
        )


def test_who_may_ask(home, volunteer):
    other = VolunteerFactory(community=home, login=True)
    stranger = UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)])
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])

    assert code_of(ask("copy", volunteer, by=other.user)) == "not_allowed"
    assert code_of(ask("copy", volunteer, by=stranger)) == "not_allowed"
    families.allow_agent(volunteer=volunteer, user=other.user, evidence="当面", by=worker, at=timezone.now())
    assert isinstance(ask("copy", volunteer, by=other.user), DataCopy)


def test_the_social_worker_answers_at_once_and_the_approver_sees_none(home, volunteer, worker):
    asked, approver = ask("copy", volunteer), UserFactory(duties=[(home, DutyRole.APPROVER)])

    assert (count_waiting(worker), count_waiting(approver)) == (1, 0)
    assert code_of(decide(asked, approver)) == "not_allowed"
    assert decide(asked, worker).accepted
    assert Message.objects.get(volunteer=volunteer).path == reverse("own_data:mine")


def test_who_took_it_at_the_desk_leaves_the_answer_to_a_colleague(home, volunteer, worker):
    asked = ask("copy", volunteer, by=worker)
    colleague = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])

    assert code_of(decide(asked, worker)) == "not_yet_alone"
    assert decide(asked, colleague).accepted


def test_today_shows_the_request_with_its_last_day(volunteer, worker):
    ask("copy", volunteer)

    [line] = [one for one in todo.list_lines(worker, timezone.now()) if one.url == reverse("decisions:list")]

    assert line.figure == 1 and line.note and not line.is_urgent


def test_after_the_last_day_it_is_urgent_and_the_answer_needs_a_reason(volunteer, worker):
    asked = ask("copy", volunteer)
    DataCopy.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))

    [line] = [one for one in todo.list_lines(worker, timezone.now()) if one.url == reverse("decisions:list")]

    assert line.is_urgent
    assert code_of(decide(asked, worker)) == "needs_reason"


def test_the_copy_is_fetched_as_json_and_as_pdf_for_thirty_days(client, volunteer, worker):
    asked = ask("copy", volunteer)
    url = {kind: reverse("own_data:fetch", args=[asked.pk, kind]) for kind in ("json", "pdf")}
    assert client.get(url["json"]).status_code == 404
    decide(asked, worker)

    assert reverse("own_data:fetch", args=[asked.pk, "pdf"]) in text_of(client.get(reverse("own_data:mine")))
    assert json.loads(client.get(url["json"]).content)["number"] == volunteer.number
    pdf = client.get(url["pdf"])
    assert pdf["Content-Type"] == "application/pdf" and pdf["Cache-Control"] == "no-store"
    actions = [one.action for one in log.get_logs_for_instance(volunteer)]
    assert actions.count("own_data.fetch") == 2

    client.force_login(worker)
    assert client.get(url["json"]).status_code == 404  # staff answer, and do not take the copy


def test_after_thirty_days_the_copy_is_asked_for_anew(volunteer, worker):
    asked = decide(ask("copy", volunteer), worker)

    assert asked.is_ready(asked.decided_at + dt.timedelta(days=29))
    assert not asked.is_ready(asked.decided_at + dt.timedelta(days=30))


def test_a_correction_says_what_is_wrong(volunteer, worker):
    assert code_of(ask("correction", volunteer)) == "needs_reason"
    asked = ask("correction", volunteer, reason="生日是3月6日，不是3月5日")
    assert asked.words == "生日是3月6日，不是3月5日" and asked.reason == ""

    assert decide(asked, worker).accepted


def test_a_yes_deletes_the_data_for_good(client, volunteer, worker):
    copy, asked = ask("copy", volunteer), ask("deletion", volunteer)

    decide(asked, worker)

    volunteer.refresh_from_db()
    copy.refresh_from_db()
    assert volunteer.phone == "" and volunteer.erased_at is not None
    assert copy.decided_at is not None and not copy.accepted  # what still waited is taken back
    assert client.get(reverse("own_data:mine")).status_code == 302
    client.force_login(worker)
    assert volunteer.number in text_of(client.get(reverse("volunteer:index")))
    assert volunteer.number in text_of(client.get(reverse("person", args=[volunteer.pk])))


def test_a_no_has_a_reason_and_keeps_everything(volunteer, worker):
    asked = ask("deletion", volunteer)

    assert code_of(decide(asked, worker, accepted=False)) == "needs_reason"
    decide(asked, worker, accepted=False, answer="本人当面说不删了")

    volunteer.refresh_from_db()
    assert volunteer.name == "王秀英" and Message.objects.filter(volunteer=volunteer).count() == 1


def test_a_leader_hears_before_asking_that_the_activity_needs_another_one(home, volunteer):
    start = timezone.now() + dt.timedelta(days=1)
    ActivityFactory(
        community=home, leader=volunteer, shifts=[{"starts_at": start, "ends_at": start + dt.timedelta(hours=1)}]
    )

    assert code_of(ask("deletion", volunteer)) == "leads_activities"


def test_an_activity_led_meanwhile_keeps_the_deletion_back(home, volunteer, worker):
    asked, start = ask("deletion", volunteer), timezone.now() + dt.timedelta(days=1)
    ActivityFactory(
        community=home, leader=volunteer, shifts=[{"starts_at": start, "ends_at": start + dt.timedelta(hours=1)}]
    )

    assert code_of(decide(asked, worker)) == "leads_activities"
    assert Volunteer.objects.get(pk=volunteer.pk).name == "王秀英"


def test_the_page_says_what_stays_before_it_is_asked(client, volunteer):
    page = text_of(client.get(reverse("own_data:ask", args=["deletion"])))

    assert "callout-warn" in page and "_what" not in page
    sent = client.post(reverse("own_data:ask", args=["deletion"]), {"reason": ""})
    assert sent.url.startswith(reverse("own_data:mine"))
    assert DataDeletion.objects.get().volunteer == volunteer


def test_a_refused_form_keeps_what_was_typed(client, volunteer):
    ask("correction", volunteer, reason="生日")

    page = client.post(reverse("own_data:ask", args=["correction"]), {"reason": "电话也不对"})

    assert page.status_code == 200 and "电话也不对" in text_of(page)


def test_staff_ask_for_an_elder_at_the_desk(client, home, worker):
    elder = VolunteerFactory(community=home, name="李奶奶")
    client.force_login(worker)
    page = f"{reverse('own_data:ask', args=['copy'])}?who={elder.number}"

    assert "李奶奶" in text_of(client.get(page))
    client.post(page, {})

    assert DataCopy.objects.get().asked_by == worker


def test_the_words_of_a_correction_are_shown_and_go_with_the_data(client, volunteer, worker):
    asked = ask("correction", volunteer, reason="我叫王秀英，不叫王秀瑛")
    client.force_login(worker)
    assert "我叫王秀英，不叫王秀瑛" in text_of(client.get(reverse("decisions:list")))
    assert isinstance(decide(asked, worker), DataCorrection)

    services.delete(volunteer=volunteer, by=worker, at=timezone.now())

    kept = DataCorrection.objects.get()
    assert kept.words == kept.reason == "" and "王秀" not in kept.personal


def test_requests_of_the_desk_and_of_agents_end_with_the_data(home, volunteer, worker):
    agent = VolunteerFactory(community=home, login=True)
    families.allow_agent(volunteer=volunteer, user=agent.user, evidence="口头", by=worker, at=timezone.now())
    ask("copy", volunteer, by=worker)
    ask("correction", volunteer, by=agent.user, reason="生日")

    services.delete(volunteer=volunteer, by=worker, at=timezone.now())

    assert not DataCopy.objects.open().exists() and not DataCorrection.objects.open().exists()
