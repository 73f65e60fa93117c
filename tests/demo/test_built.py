"""The content of the demonstration. It is built once for this file; each test has its own transaction."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.activities.cards import cards_with_places, with_cards
from academy.activities.models import Activity, PlanChange
from academy.agreements import services as agreements
from academy.agreements.models import Agreement, Signature
from academy.audit import services as audit
from academy.certificates import batches, printing
from academy.certificates import services as certificates
from academy.certificates.batch_models import Batch
from academy.certificates.letter_models import Letter
from academy.certificates.models import Certificate, Receipt
from academy.checkin.models import Scan, Visit
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.decisions.services import decide, is_overdue
from academy.designs.models import Design, PaperKind
from academy.families import guardians
from academy.families.models import Agency
from academy.feedback.selectors import rate_of
from academy.hours.models import Category, Objection, RecordState, ServiceRecord
from academy.hours.roles import without_role
from academy.hours.services import confirmation
from academy.hours.services.records import compute_many, sweep_records
from academy.hours.services.totals import total_of
from academy.learning.models import CourseVersion, Tier
from academy.passes.models import PassbookPrinting
from academy.people.models import Consent, Issuer, User, Volunteer
from academy.people.selectors import same_people
from academy.photos.selectors import public_photos_of
from academy.profiles.models import Profile
from academy.proposals.models import Proposal
from academy.roll.models import RollFile
from academy.rulebook.models import RuleSet
from academy.transfers.models import Upload
from academy.transfers.services import imports
from academy.transfers.services.import_lines import DryRun
from cms.models import CoursePage, LessonPage
from demo import accounts
from demo.build import SLUG, build
from demo.ideas import SERVED, WORDS
from demo.past import LATEST_ACTIVITY, PAST_ACTIVITIES
from demo.people import VOLUNTEERS
from tests.demo.scene import NOW, facts, scan, start
from tests.factories import CommunityFactory
from tests.hours.scene import AUDITED
from tests.paper.reading import pages

pytestmark = pytest.mark.slow


# Content


def test_ten_volunteers_are_on_the_roll_with_their_consents(volunteer):
    assert list(Volunteer.objects.order_by("number").values_list("name", flat=True)[:10]) == [
        p.name for p in VOLUNTEERS
    ]
    assert len(VOLUNTEERS) == 10
    first = Volunteer.objects.order_by("number")[:10]
    withheld = Consent.objects.filter(kind=Consent.Kind.PUBLIC_NOTICE, granted=False, volunteer__in=list(first))
    assert [consent.volunteer.name for consent in withheld] == ["赵淑珍"]


def test_more_than_two_hundred_people_came_by_a_list(volunteer):
    people = Volunteer.objects.filter(community__slug=SLUG, provisional=False, merged_into=None)
    elders = people.filter(birth_date__lte=NOW.date().replace(year=NOW.year - 60))
    shared = people.exclude(phone="").values("phone").annotate(owners=Count("pk")).filter(owners=2)
    names = Counter(people.values_list("name", flat=True))

    assert people.count() > 200
    assert elders.count() * 5 > people.count() * 2
    assert shared.count() > 3 and people.filter(phone="").count() > 3
    assert {"李𬀩", "陈𫖮", "买买提·吐尔逊"} < set(names)
    assert [name for name, times in names.items() if times > 1] == ["吴丽华", "胡春桃"]
    assert Profile.objects.exclude(area="").count() > 200
    assert Profile.objects.filter(words__text="理发").exists()
    (file,) = RollFile.objects.all()
    assert file.imported_at is not None and not file.lines.filter(volunteer=None).exists()


def test_a_family_has_a_consent_of_the_year_one_withdrawn_and_an_elder_with_an_agent(volunteer):
    today = timezone.localdate(NOW)
    covered = {
        one.name: guardians.covers(one, activity_id=None, day=today)
        for one in Volunteer.objects.filter(name__in=["周子涵", "何雨桐"])
    }
    assert covered == {"周子涵": True, "何雨桐": False}
    [agency] = Agency.objects.all()
    assert (str(agency.user), agency.volunteer.name) == ("郑小燕", "赵淑珍")


def test_those_who_go_on_home_visits_have_signed_the_agreement(volunteer):
    visit = Activity.objects.get(title="上门为长者理发")
    (agreement,) = Agreement.objects.published()

    assert visit.home_visit
    by_phone = Signature.objects.filter(way=Signature.Way.PHONE)
    assert {one.volunteer.name for one in by_phone} == {"吴丽华", "张桂兰", "郑小燕"}
    assert not Signature.objects.filter(volunteer=volunteer).exists()  # her visitors see how it is asked for
    assert agreements.unsigned(agreement).count() > 200


def test_every_tier_has_a_whole_course(volunteer):
    ours = CourseVersion.objects.filter(course__community=volunteer.community_id).select_related("course")
    versions = {version.course_id: version for version in ours.order_by("number")}.values()

    assert len(versions) == 21
    required = [version for version in versions if version.course.required]
    hours = {tier: sum(one.class_hours for one in required if one.course.tier == tier) for tier in Tier}
    assert hours == {Tier.BEGINNER: 6, Tier.INTERMEDIATE: 8, Tier.ADVANCED: 10}
    assert all(version.whole and len(version.lessons) >= 2 for version in versions)


def test_courses_are_drawn_and_one_is_in_english_too(volunteer):
    pages = CoursePage.objects.filter(course__community=volunteer.community_id)

    assert pages.filter(alias_of=None, cover=None).count() == 0
    translated = pages.get(alias_of=None, locale__language_code="en")
    assert translated.title == "Checking in, checking out, and your hours"
    picture = LessonPage.objects.child_of(translated).first().body[1]
    assert picture.block_type == "picture" and picture.value["alt"].startswith("A person holds a phone")


def test_what_was_attended_in_the_past_has_become_effective(volunteer):
    records = ServiceRecord.objects.filter(activity__title__in=[past.title for past in PAST_ACTIVITIES], replaces=None)
    waiting = records.exclude(state=RecordState.EFFECTIVE)

    assert records.count() == sum(len(past.came) for past in PAST_ACTIVITIES)
    # Only the forgotten check-out is left for a newcomer to look at.
    assert [(record.volunteer.name, record.minutes, record.flags) for record in waiting] == [
        ("欧阳明", 0, ["missing_check_out"])
    ]


def test_the_meal_of_three_hours_ten_is_taken_off(volunteer):
    record = ServiceRecord.objects.get(volunteer=volunteer, activity__title="楼道“牛皮癣”清理", replaces=None)

    assert record.minutes == 190 - 25


def test_learning_is_counted_apart_from_service(volunteer):
    totals = total_of(Volunteer.objects.get(name="李建国"))

    assert (totals.service_minutes, totals.training_minutes) == (177 + 150, 82 + 2 * 60)
    assert ServiceRecord.objects.filter(category=Category.TRAINING, volunteer__name="陈志强").count() == 0


def test_nothing_of_the_past_lies_in_the_future(volunteer):
    own = Activity.objects.in_communities([volunteer.community_id])
    going_on = ("社区便民服务日", "心肺复苏与AED 周末班")
    held = own.filter(published_at__lt=NOW).exclude(title__in=going_on)
    assert not held.filter(shifts__ends_at__gt=NOW).exists()
    assert not Scan.objects.filter(happened_at__gt=NOW).exists()
    effective = ServiceRecord.objects.filter(state=RecordState.EFFECTIVE)
    assert not effective.filter(effective_on__gt=NOW.date()).exists()


def test_the_ledger_agrees_with_records_and_totals(volunteer):
    assert list(audit.differences(at=AUDITED)) == []


def test_counting_again_changes_nothing(volunteer):
    people = Volunteer.objects.filter(community=volunteer.community_id).values_list("pk", flat=True)
    outcome = compute_many(volunteers=list(people), at=NOW)

    assert (outcome.created, outcome.changed, outcome.withdrawn, outcome.differing) == ([], [], [], [])


def test_a_certificate_can_be_issued_at_once(volunteer):
    certificate = certificates.issue(
        issuer=Issuer.objects.get(community=volunteer.community_id),
        volunteer=volunteer,
        period_from=NOW.date() - dt.timedelta(days=365),
        period_to=NOW.date(),
        by=volunteer.user,
        at=NOW,
    )

    assert isinstance(certificate, Certificate), certificate
    assert certificate.minutes == total_of(volunteer).service_minutes >= 180 + 165 + 150


def test_certificates_stand_there_in_each_state(volunteer):
    states = {one.volunteer.name: getattr(one, "closure", None) for one in Certificate.objects.order_by("-pk")}
    assert states["张桂兰"] is None
    assert (states["吴丽华"].reason, states["李建国"].reason) == ("replaced", "revoked")
    assert states["吴丽华"].replacement.volunteer.name == "吴丽华"
    found = " ".join(line["state"] for line in Receipt.objects.get().lines)  # of an office that checked them
    assert found == "valid replaced valid revoked valid unknown unread_photo"


def test_papers_of_every_kind_two_own_templates_and_a_batch_of_120(volunteer):
    own = Certificate.objects.filter(community=volunteer.community_id)
    assert {one.kind for one in own} == set(PaperKind.values) - {PaperKind.THANKS}
    school = [printing.original(one) for one in own.filter(volunteer__name="郑小燕", kind="service")]
    assert any("长沙县湘龙中学" in pages(pdf)[0] for pdf in school)
    assert (Letter.objects.count(), PassbookPrinting.objects.count()) == (1, 1)
    templates = Design.objects.filter(community=volunteer.community_id).exclude(published_at=None)
    assert {one.kind for one in templates} == {PaperKind.COMPLETION, PaperKind.COMMENDATION}
    batch = Batch.objects.get(community=volunteer.community_id)
    assert len(batch.people) == batch.items.count() == 120 and batches.missing_from(batch) == 0


# Open matters


def test_walk_ins_wait_for_their_role_and_the_leader_may_name_it(volunteer):
    records = ServiceRecord.objects.filter(activity__title=LATEST_ACTIVITY.title)

    waiting = records.filter(pk__in=without_role(records))

    assert {record.volunteer.name for record in waiting} == {"吴丽华", "欧阳明"}
    assert {record.state for record in records} == {RecordState.AWAITING_CONFIRMATION}
    assert records[0].activity.leader.name == accounts.INSTRUCTOR.name


def test_a_lone_correction_is_on_notice_and_the_old_figure_stands(volunteer):
    old = ServiceRecord.objects.get(volunteer=volunteer, activity__title="楼道“牛皮癣”清理", replaces=None)
    new = ServiceRecord.objects.get(replaces=old)

    assert (old.state, old.minutes) == (RecordState.EFFECTIVE, 165)
    assert (new.state, new.minutes, new.alone) == (RecordState.ON_NOTICE, 150, True)
    served = ServiceRecord.objects.effective().filter(volunteer=volunteer, category=Category.SERVICE)
    assert total_of(volunteer).service_minutes == sum(record.minutes for record in served)


def test_the_second_person_finds_every_open_matter_and_may_decide_it(volunteer, client):
    approver = User.objects.get(phone=accounts.ADMINISTRATOR.phone)
    client.force_login(approver)

    with time_machine.travel(NOW, tick=False):
        page = client.get(reverse("decisions:list"))
        change = PlanChange.objects.open().get()
        accepted = decide(request=change, by=approver, at=NOW, accepted=True)

    assert "旧衣改造亲子课堂" in page.content.decode()
    assert not isinstance(accepted, Refusal), accepted
    objection = Objection.objects.open().get()
    assert is_overdue(objection, NOW)
    assert objection.record.state == RecordState.CONTESTED


def test_one_entry_is_perhaps_the_same_person(volunteer):
    people = Volunteer.objects.filter(pk__in=same_people(Volunteer.objects.all()))

    assert [person.name for person in people] == ["吴丽华", "吴丽华"]


def test_a_list_of_past_service_waits_with_good_and_bad_lines_and_a_sheet_left_out(volunteer):
    upload = Upload.objects.get()

    run = imports.dry_run(upload=upload, by=upload.uploaded_by, at=NOW)

    assert isinstance(run, DryRun), run
    assert [(line.person.split()[0], line.minutes) for line in run.good] == [
        ("李建国", 150),
        ("王秀英", 120),
        ("刘䶮", 150),
    ]
    assert [[problem.code for problem in line.problems] for line in run.bad] == [["ambiguous"], ["bad_date"]]
    assert [sheet.name for sheet in run.table.left_out] == ["下半年"]


# Changes


def test_a_shift_is_running_now_and_its_volunteer_came_two_hours_ago(volunteer, running):
    [visit] = Visit.objects.open().filter(volunteer=volunteer)

    assert visit.shift.activity == running
    assert visit.opened_at == NOW - dt.timedelta(hours=2)
    assert visit.shift.starts_at <= visit.opened_at
    assert visit.shift.ends_at > NOW + dt.timedelta(hours=2)
    assert running.leader.name == accounts.INSTRUCTOR.name


def test_checking_out_now_leads_to_effective_hours_the_same_day(volunteer, running):
    scan(volunteer, running, "out", NOW)
    sweep_records(at=NOW)
    before = total_of(volunteer).service_minutes

    confirmed = confirmation.confirm(activity=running, by=running.leader.user, at=NOW, heads=1)

    assert not isinstance(confirmed, Refusal)
    assert [record.minutes for record in confirmed.ready] == [120]
    assert total_of(volunteer).service_minutes == before + 120


def test_what_is_to_come_shows_each_state_of_a_card(volunteer):
    own = Activity.objects.in_communities([volunteer.community_id]).filter(series_date=None)
    coming = list(with_cards(own.upcoming(NOW), NOW))

    cards = cards_with_places(coming, people=[volunteer], at=NOW)

    assert [(card.running, card.mine, card.short_of, card.left == 0, card.more) for card in cards] == [
        (True, True, 0, False, 0),
        (False, False, 2, False, 0),
        (False, False, 0, True, 0),  # one place is kept for her
        (False, True, 0, False, 0),
        (False, False, 0, True, 0),
        (False, False, 0, False, 0),  # a class
        (False, False, 0, False, 0),  # a role that asks for first aid
        (False, False, 0, False, 0),  # a preparation session
        (False, False, 0, False, 0),  # at the river bank
        (False, False, 0, False, 1),
        (False, False, 0, False, 0),  # started by a volunteer
    ]
    drawn = [card.activity.drawing for card in cards if card.activity.cover is None]
    assert drawn == [
        "neighbours",
        "safety",
        "elders",
        "elders",
        "health",
        "environment",
        "learning",
        "preparation",
        "learning",
        "neighbours",
    ]


def test_a_later_start_adds_activities_to_come_once_none_is_left(running, db):
    def coming(at):
        own = Activity.objects.in_communities([running.community_id]).filter(series_date=None)
        return own.upcoming(at).filter(shifts__starts_at__gt=at).distinct().count()

    tomorrow = NOW + dt.timedelta(days=1)
    start(tomorrow)
    assert coming(tomorrow) == 10
    weeks_later = NOW + dt.timedelta(weeks=5)
    assert coming(weeks_later) == 0
    start(weeks_later)
    assert coming(weeks_later) == 7


def test_volunteers_started_activities_and_the_served_people_said_their_word(volunteer):
    states = dict(Proposal.objects.values_list("title", "pk"))
    found = {title: Proposal.objects.get(pk=pk).state for title, pk in states.items()}
    served = Activity.objects.get(title=SERVED)

    assert found == {"冬季防火宣传": "published", "关爱弱势长者": "planned", "八段锦进楼栋": "talk"}
    assert rate_of(served).words == len(WORDS) and len(public_photos_of(served)) == 2


def test_a_newcomer_finds_a_practice_community(volunteer):
    practice = Community.objects.get(practice_of=volunteer.community_id)
    assert practice.name.startswith("演练")
    desk = Client()
    desk.force_login(User.objects.get(phone=accounts.SOCIAL_WORKER.phone))
    assert reverse("enter_practice") in desk.get("/admin/").content.decode()
    start(NOW + dt.timedelta(hours=1))
    assert Community.objects.filter(practice_of=volunteer.community_id).count() == 1


# Only in the demonstration


def test_a_built_one_refuses_once_real_people_came_in(volunteer):
    CommunityFactory()
    before = facts()

    answer = build(at=NOW + dt.timedelta(days=1))

    assert isinstance(answer, Refusal)
    assert answer.code == "real_people"
    assert facts() == before


def test_a_draft_of_the_rules_waits_for_the_second_person_to_try_and_publish(running, client):
    draft = RuleSet.objects.drafts().get()
    client.force_login(User.objects.get(phone=accounts.ADMINISTRATOR.phone))

    with time_machine.travel(NOW, tick=False):
        assert reverse("rulebook:draft", args=[draft.pk]) in client.get(reverse("decisions:list")).content.decode()
        period = {"since": (NOW - dt.timedelta(days=360)).date(), "until": (NOW - dt.timedelta(days=1)).date()}
        trial = client.get(reverse("desk:try_rules", args=[draft.pk]), period).context["trial"]

    assert trial.difference < 0 and {clause for clause, _minutes in trial.clauses} == {"H3-round"}
