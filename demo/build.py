"""The demonstration community, built through the same services as real data."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Kind, Subject
from academy.checkin.context import shift_window
from academy.checkin.models import Direction, Visit
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.services import change_community
from academy.hours.services import records
from academy.people import cards
from academy.people.models import Consent, Issuer, User, Volunteer
from academy.people.services import consents, duties, logins, registration
from academy.rulebook import services as rulebook
from academy.rulebook.models import Publication, RuleSet
from cms import practice
from cms.founding import FoundingFacts, set_up_community
from demo import accounts, holding, insured, standby
from demo.agreements import sign_agreement
from demo.batch import add_batch
from demo.certificate_states import add_certificates
from demo.classes import add_classes
from demo.coming import plan_coming
from demo.curriculum import write_curriculum
from demo.drafts import submit_lesson
from demo.families import add_families
from demo.groups import add_units
from demo.ideas import add_ideas
from demo.messages import add_messages
from demo.needs import add_needs
from demo.neighbours import import_neighbours
from demo.papers import add_papers
from demo.past import LATEST_ACTIVITY, PAST_ACTIVITIES, DemoActivity
from demo.people import VOLUNTEERS
from demo.rotas import add_rotas
from demo.waiting import leave_waiting
from demo.year import add_year

BUILT = "demo.build"  # the log entry that marks a demonstration's database
SLUG = "y"
EARLIER_SLUG = "yshequ"
PLACE = "社区党群服务中心一楼"
FACTS = FoundingFacts(
    name="Y社区",
    slug=SLUG,
    issuer="长沙县Y社区社会工作服务中心",
    person_responsible="黄立新",
    handler="李敏",
    telephone="0731-8400 0000",
    address=PLACE,
    desk_hours="周一至周六 9:00–17:00",
    rules={"notice_working_days": 0},  # so that a newcomer sees hours take effect; production's default is 3
)

AGREED = (
    (accounts.INSTRUCTOR.name, Consent.Kind.TELEPHONE),
    (accounts.INSTRUCTOR.name, Consent.Kind.PHOTOS),
    (accounts.VOLUNTEER.name, Consent.Kind.PHOTOS),
    (accounts.VOLUNTEER.name, Consent.Kind.MESSAGES),
    ("吴丽华", Consent.Kind.PHOTOS),
)

NOT_HERE = Refusal(
    "not_a_demo",
    _("The demonstration is for development settings only. Nothing was changed; use a separate database for it."),
)
REAL_PEOPLE = Refusal(
    "real_people",
    _("This database holds people who are not the demonstration's. Nothing was changed; give another DATABASE_URL."),
)


def build(*, at: dt.datetime) -> Activity | Refusal:
    """Build the demonstration community on the first call; add a running shift on every call.

    Activities to come are added too when none is left, and a practice community when none is open.

    Return the running activity. Refuses with `not_a_demo` under production's settings, and with `real_people` if the
    database holds other people.
    """
    if not getattr(settings, "DEMO", False):
        return NOT_HERE
    if not _is_demonstration():
        return REAL_PEOPLE
    community = Community.objects.filter(slug=SLUG).first()
    if community is None:
        with transaction.atomic():
            community = _build_community(at)
            log(community, BUILT)
    if practice.practice_of(community) is None:
        answer = practice.set_up_practice(
            community=community, by=User.objects.get(phone=accounts.ADMINISTRATOR.phone), at=at
        )
        assert isinstance(answer, Community), answer
    running = _start_todays_shift(community, at)
    worker = User.objects.get(phone=accounts.SOCIAL_WORKER.phone)
    insured.add_policies(community, at=at)
    if plan_coming(community, by=worker, at=at):
        standby.plan_full_activity(community, by=worker, at=at)
        insured.file_coming(community, by=worker, at=at)
        add_messages(community, by=worker, at=at)
    insured.record_accident(running, at=at)
    standby.ask_for_cover(running, by=worker, at=at)
    add_units(community, past=Activity.objects.filter(title=LATEST_ACTIVITY.title).earliest("pk"), by=worker, at=at)
    add_classes(community, by=worker, at=at)
    add_rotas(community, by=worker, at=at)
    add_needs(community, running=running, by=worker, at=at)
    add_certificates(community, by=worker, at=at)
    add_papers(community, by=worker, at=at)
    add_batch(community, by=worker, at=at)
    add_year(community, by=worker, at=at)  # counts what the others brought
    add_ideas(community, by=worker, at=at)
    return running


def _is_demonstration() -> bool:
    if Community.objects.filter(practice_of=None).exclude(slug=SLUG).exists():
        return False
    if ModelLogEntry.objects.filter(action=BUILT).exists():
        return True
    return not Community.objects.exists() and not User.objects.exists()


def _build_community(at: dt.datetime) -> Community:
    began = at - dt.timedelta(days=366)
    community = set_up_community(facts=FACTS, public_url=settings.PUBLIC_URL, by=None, at=began)
    for slug in (EARLIER_SLUG, SLUG):  # an address on old paper leads on
        change_community(community=community, slug=slug, by=None, at=began)
    change_community(
        community=community,
        platform="全国志愿服务信息系统",
        notice_text="对时长有疑问的，请在公示期内到服务台或者打电话反映。",
        by=None,
        at=began,
    )
    for person in VOLUNTEERS:
        volunteer = registration.register_volunteer(
            community=community,
            name=person.name,
            phone=person.phone,
            birth_date=person.born,
            by=None,
            at=began,
            evidence="演示数据",
        )
        assert isinstance(volunteer, Volunteer)
        consents.record_consent(
            volunteer=volunteer,
            kind=Consent.Kind.PUBLIC_NOTICE,
            granted=person.name != "赵淑珍",
            evidence="演示数据",
            by=None,
            at=began,
        )
    for name, kind in AGREED:
        consents.record_consent(
            volunteer=Volunteer.objects.get(community=community, name=name),
            kind=kind,
            granted=True,
            evidence="演示数据",
            by=None,
            at=began,
        )
    for account in (accounts.VOLUNTEER, accounts.INSTRUCTOR):
        _give_password(logins.login_for(volunteer=Volunteer.objects.get(community=community, name=account.name)))
    social_worker = _staff(accounts.SOCIAL_WORKER, community, "social_worker")
    administrator = _staff(accounts.ADMINISTRATOR, community, "administrator")
    duties.grant_duty(user=administrator, community=community, role="approver", by=None)
    duties.grant_duty(
        user=User.objects.get(volunteer__name=accounts.INSTRUCTOR.name), community=community, role="trainer", by=None
    )
    import_neighbours(community, by=social_worker, at=began + dt.timedelta(days=30))
    add_families(community, by=social_worker, at=at)
    write_curriculum(community, by=social_worker)
    submit_lesson(community, by=User.objects.get(volunteer__name=accounts.INSTRUCTOR.name))
    for past in PAST_ACTIVITIES:
        _hold_activity(past, community=community, by=social_worker, at=at)
    cards.cards_for(volunteers=Volunteer.objects.filter(community=community), by=social_worker, at=at)
    latest = _hold_activity(LATEST_ACTIVITY, community=community, by=social_worker, at=at)
    standby.note_no_shows(latest, by=social_worker)
    leave_waiting(community, latest=latest, by=social_worker, at=at)
    _propose_rules(community, by=social_worker, at=at)
    sign_agreement(community, by=social_worker, at=at)
    return community


def _propose_rules(community: Community, *, by: User, at: dt.datetime) -> None:
    """Open a draft of the next rules for comments, so that a second person can try and publish it."""
    draft = rulebook.draft_rule_set(community=community, by=by, at=at)
    assert isinstance(draft, RuleSet)
    rulebook.edit_draft(
        rule_set=draft,
        title=draft.title,
        effective_from=draft.effective_from,
        values={**draft.parameters, "rounding_minutes": 10},
        by=by,
        at=at,
    )
    reason = "每条记录向下取整到 10 分钟，纸面更好读"
    opened = rulebook.open_for_comments(rule_set=draft, reason=reason, by=by, at=at)
    assert isinstance(opened, Publication)


def _give_password(user: User) -> User:
    user.set_password(accounts.PASSWORD)
    user.save(update_fields=["password"])
    return user


def _staff(account: accounts.Account, community: Community, role: str) -> User:
    user = logins.staff_login(name=account.name, phone=account.phone, by=None)
    duties.grant_duty(user=user, community=community, role=role, by=None)
    return _give_password(user)


def _hold_activity(past: DemoActivity, *, community: Community, by: User, at: dt.datetime) -> Activity:
    """Hold one activity of the past: plan it, publish it, attend it, confirm its hours, and return it."""
    activity = holding.plan(past, community=community, by=by, at=at)
    moment = holding.clock(holding.day_of(past, at))
    for name, role, came, left in past.came:
        volunteer = Volunteer.objects.get(community=community, name=name)
        if role:
            holding.sign_up(activity, volunteer, activity.roles.get(name=role), by=by)
        holding.scan(activity, volunteer, Direction.IN, moment(came))
        if left:
            holding.scan(activity, volunteer, Direction.OUT, moment(left))
    evening = moment(past.ends) + dt.timedelta(hours=4)
    records.sweep_records(at=evening)
    if past.confirmed:
        leader = User.objects.get(volunteer__name=accounts.INSTRUCTOR.name)
        holding.confirm(activity, heads=len(past.came), by=(leader, by), at=evening, evaluated=past.evaluated)
    return activity


def _start_todays_shift(community: Community, at: dt.datetime) -> Activity:
    """Start a shift with a volunteer who came two hours ago, or return the one that she is in."""
    volunteer = Volunteer.objects.get(community=community, name=accounts.VOLUNTEER.name)
    for visit in Visit.objects.open().filter(volunteer=volunteer).select_related("shift__activity"):
        if at <= shift_window(visit.shift, community.pk).closes_at:
            activity: Activity = visit.shift.activity
            return activity
    by = User.objects.get(phone=accounts.SOCIAL_WORKER.phone)
    issuer = Issuer.objects.get(community=community)
    arrived, spans = _within_a_day(at)
    activity = activities.plan_activity(
        community=community,
        title="社区便民服务日",
        kind=Kind.SERVICE,
        subject=Subject.NEIGHBOURS,
        place=PLACE,
        service_content="为居民量血压、修小家电、代办证件",
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        organiser=issuer.name,
        issuer=issuer,
        shifts=[
            {"starts_at": _full_minutes(starts_at), "ends_at": ends_at, "walk_ins": True}  # any slip may try it
            for starts_at, ends_at in spans
        ],
        roles=[{"name": "服务志愿者", "counts_as": CountsAs.VOLUNTEER, "capacity": 20}],
        by=by,
    )
    activities.publish_activity(activity=activity, by=by, at=arrived - dt.timedelta(days=1))
    running = activity.shifts.latest("starts_at")
    for name in ("李建国", "郑小燕"):  # the leader's page names them as not here yet
        activities.sign_up(
            volunteer=Volunteer.objects.get(community=community, name=name),
            shift=running,
            role=activity.roles.get(),
            by=by,
            at=arrived - dt.timedelta(hours=20),
        )
    holding.scan(activity, volunteer, Direction.IN, arrived)
    return activity


def _within_a_day(at: dt.datetime) -> tuple[dt.datetime, list[tuple[dt.datetime, dt.datetime]]]:
    """Return an arrival two hours ago, and the shifts, each as (start, end) on one day. The last one runs.

    In the first hour of a day the arrival was to a shift that ended at midnight and takes check-outs still; a second
    one takes check-ins. In the second hour, the arrival is at midnight.
    """
    now = timezone.localtime(at)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if now - midnight < dt.timedelta(hours=1):
        arrived = midnight - dt.timedelta(hours=2)
        return arrived, [(arrived, midnight), (midnight, midnight + dt.timedelta(hours=3))]
    arrived = max(now - dt.timedelta(hours=2), midnight)
    return arrived, [(arrived, min(_full_minutes(now + dt.timedelta(hours=3)), midnight + dt.timedelta(days=1)))]


def _full_minutes(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)
