"""The pages of volunteers, leaders and strangers, which tests open in each dress.

An address is written as in the permission matrix: `{record}` stands for the key of an object of the demonstration.
`tests/test_faces.py` compares the lists with the matrix: a new page gets its line here.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core import signing

from academy.accidents.models import Accident
from academy.activities.call_models import Call
from academy.activities.models import Activity
from academy.activities.waiting.models import WaitingEntry
from academy.agreements.models import Agreement
from academy.certificates.models import Certificate, Receipt
from academy.checkin.models import Claim, Visit
from academy.checkin.rows import row_key
from academy.checkin.services import codes
from academy.classes.models import CourseRun
from academy.core.keys import random_key
from academy.families import agency_services, guardian_services
from academy.feedback import services as feedback
from academy.groups.models import GroupLink
from academy.hours.models import ServiceRecord
from academy.lead.works import PrintingRoster
from academy.messaging import mailing
from academy.paper.http import DOUBLE_SIDED
from academy.people import cards
from academy.people.models import User, Volunteer
from academy.people.services import slips
from academy.photos.models import Photo
from academy.proposals.models import Proposal
from academy.rotas.models import Series
from academy.units.belongings import units_of_contact
from academy.works import services as works
from cms.models import LessonPage
from demo import accounts, classes, families

VOLUNTEER, LEADER = accounts.VOLUNTEER.phone, accounts.INSTRUCTOR.phone
SOCIAL_WORKER, NOBODY = accounts.SOCIAL_WORKER.phone, ""

Pages = Mapping[str, Sequence[str]]  # the telephone of the login, empty for a stranger → addresses

# The pages of every day: in two dresses at each change (tests/e2e/test_faces.py).
DAILY: Pages = {
    VOLUNTEER: [
        "/",
        "/academy/",
        "/course/spirit-and-law/",
        "/zh-hans/academy/spirit-and-law/lesson-1/",
        "/search/?q=防火",
        "/activities/",
        "/activities/{coming}/",
        "/activities/{coming_too}/",
        "/my/",
        "/my/missing/",
        "/my/stars/",
        "/my/tiers/",
        "/my/card/",
        "/my/certificates/",
        "/my/requests/",
        "/my/settings/",
        "/my/records/{record}/",
        "/my/records/{on_notice}/",
        "/my/records/{on_notice}/object/",
        "/c/",
        "/verify/",
        "/notice/",
        "/zh-hans/rules/",
        "/zh-hans/join/",
        "/accounts/logout/",
        "/classes/of/{begun_course}/",
        "/classes/{begun}/",
        "/classes/{held}/feedback/",
    ],
    LEADER: [
        "/lead/",
        "/my/",
        "/lead/{led}/",
        "/lead/{led_too}/",
        "/lead/{led_first}/",
        "/lead/{led}/roster/",
        "/lead/{led}/screen/",
        "/lead/{led}/newcomer/",
        "/lead/{led_first}/evaluate/",
        "/classes/{held}/learners/",
        "/classes/{held}/learners/{learner}/",
        "/classes/{held}/results/",
    ],
    SOCIAL_WORKER: ["/admin/run/", "/admin/run/new/", "/admin/course_rules/", "/admin/qualification/"],
    NOBODY: ["/", "/activities/", "/accounts/login/", "/s/"],
}

# Own data, agreements, details, units and guardians.
OWN: Pages = {
    VOLUNTEER: [
        "/my/data/",
        "/my/data/ask/copy/",
        "/my/data/ask/correction/",
        "/my/data/ask/deletion/",
        "/my/agreements/",
        "/my/agreements/{agreement}/",
        "/my/contact/",
        "/my/identity/",
        "/my/units/{unit}/",
        "/my/units/{unit}/venues/",
    ],
    LEADER: ["/lead/{of_link}/units/", "/lead/{of_link}/units/{unit_of_link}/"],
    NOBODY: ["/u/{group_link}/", "/u/{group_link}/done/", "/g/{guardian_link}/", "/g/ABCDEFGHJK/"],
}

# All others.
REST: Pages = {
    VOLUNTEER: [
        "/my/records/",
        "/my/ask/{missed}/",
        "/my/certificates/{number}/",
        "/my/year/{year}/",
        "/my/passbook/",
        "/my/messages/",
        "/my/messages/by-mail/",
        "/my/messages/address/{new_address}/",
        "/my/who/",
        "/my/calendar/",
        "/proposals/",
        "/proposals/new/",
        "/proposals/{proposal}/",
        "/course/spirit-and-law/{quiz}/quiz/",
        "/learning/spirit-and-law/{quiz}/note/",
        "/rules/{rule_set}/",
        "/clause/{rule_set}/H3/",
        "/c/{poster}/",
        "/c/{gate}/{live}/",
        "/c/{gate}/ABCD2345/",
        "/c/{scanned}/scan/{scan}/",
        "/p/{card}/",
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/decisions/",  # not theirs
        "/nothing/here/",
    ],
    LEADER: [
        "/lead/{running}/",
        "/lead/{running}/roster/sheet/",
        "/lead/{running}/roster/{row}/",
        "/lead/{running}/units/",
        "/lead/{running}/accidents/",
        "/lead/{running}/accidents/new/",
        "/accidents/{accident}/",
        "/accidents/{accident}/complete/",
        "/lead/{running}/shifts/{shift}/overtime/",
        "/lead/{over}/absent/",
        "/lead/{over}/words/",
        "/lead/{over}/photos/",
        "/lead/{over}/records/{waiting_record}/",
        "/activities/{running}/private/",
        "/scan/{running}/",
        "/scan/{running}/import/",
        "/a/{agency_offer}/",
        "/work/{work}/",
    ],
    NOBODY: [
        "/offline/",
        "/c/{poster}/",
        "/c/{poster}/claim/{claim}/",
        "/s/{slip}/",
        "/s/ABCDEFGHJK/",
        "/accounts/inactive/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-x/",
        "/accounts/password/reset/key/done/",
        "/verify/{code}/",
        "/verify/{number}/",
        "/verify/ABCDEFGHJKMN/",
        "/verify/many/",
        "/verify/file/",
        "/verify/receipt/{receipt}/",
        "/activities/place/{waiting}/",
        "/activities/call/{call}/",
        "/w/{feedback}/",
        "/photos/{photo}/away/",
        "/standing/{series}/",
        "/r/{series_poster}/",
        "/no-mail/{no_mail}/",
    ],
}

# Addresses that a volunteer, a leader or a stranger may open, and that show no page of ours.
FACELESS = {
    "health/": "for machines",
    "my/agreements/<int:pk>/paper/": "a PDF file",
    "signatures/<int:pk>/photo/": "a picture",
    "my/data/copy/<int:pk>/<copy_kind:kind>/": "a file",
    "accidents/photos/<int:pk>/": "a picture",
    "evidence/<int:evidence_id>/": "a picture",
    "lead/<int:activity_id>/live/": "data for the page's script",
    "lead/<int:activity_id>/claims/": "a part of the leader's page",
    "lead/<int:activity_id>/people/": "a part of the leader's page",
    "my/units/": "leads to the only unit of the demonstration's contact",
}


def login_of(phone: str) -> User:
    volunteer = Volunteer.objects.filter(phone=phone, user__isnull=False).first()
    return User.objects.get(phone=phone) if volunteer is None else User.objects.get(volunteer=volunteer)


def filled(pages: Pages, ids: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the addresses with the keys of the demonstration's objects."""
    return {phone: [address.format(**ids) for address in addresses] for phone, addresses in pages.items()}


def keys_of_demonstration(at: dt.datetime) -> dict[str, Any]:
    """Return the keys of the demonstration's objects that the addresses name."""
    volunteer, by = Volunteer.objects.get(phone=VOLUNTEER), login_of(LEADER)
    worker = login_of(SOCIAL_WORKER)
    record = ServiceRecord.objects.live().of(volunteer).first()
    on_notice = ServiceRecord.objects.live().of(volunteer).filter(state="on_notice").latest("pk")
    led = list(Activity.objects.led_by(by).published().order_by("-pk")[:3])
    coming = Activity.objects.in_communities([volunteer.community_id]).published().upcoming(at)[:2]
    held = CourseRun.objects.get(title__startswith=classes.HELD)
    begun = CourseRun.objects.exclude(pk=held.pk).get()
    child = Volunteer.objects.get(name=families.MINORS[0].name)
    guardian = guardian_services.ask_guardian(volunteer=child, name="周敏", phone="13900000029", by=by, at=at)
    link = GroupLink.objects.filter(withdrawn_at=None).first()
    waiting_record = ServiceRecord.objects.live().filter(state="awaiting_confirmation", shift__activity__in=led).first()
    waiting_record = waiting_record or ServiceRecord.objects.live().filter(shift__activity__leader=by.volunteer).first()
    visit = Visit.objects.open().filter(volunteer=volunteer).latest("pk")
    running = visit.shift.activity
    poster, gate = (codes.checkpoint_for(running, rotating=rotating) for rotating in (False, True))
    claim = Claim.objects.create(checkpoint=poster, key=random_key(80), name="李建国", phone_tail="1234", asked_at=at)
    certificate, series = Certificate.objects.filter(volunteer=volunteer).first(), Series.objects.first()
    (unit,) = units_of_contact(login_of(VOLUNTEER))
    agreement, call, receipt = Agreement.objects.published().first(), Call.objects.first(), Receipt.objects.first()
    assert record is not None and waiting_record is not None and link is not None and isinstance(guardian, tuple)
    assert certificate is not None and series is not None and agreement is not None and volunteer.user is not None
    assert call is not None and receipt is not None
    roster = {"activity": running.pk, "shifts": [visit.shift_id], DOUBLE_SIDED: False}
    work = works.begin(kind=PrintingRoster, community=running.community, order=roster, total=60, by=by, at=at)
    return {
        "record": record.pk,
        "on_notice": on_notice.pk,
        "coming": coming[0].pk,
        "coming_too": coming[1].pk,
        "begun_course": begun.course.key,
        "begun": begun.pk,
        "held": held.pk,
        "learner": Volunteer.objects.get(name=classes.NOT_YET).pk,
        "led": led[0].pk,
        "led_too": led[1].pk,
        "led_first": led[-1].pk,
        "agreement": agreement.pk,
        "unit": unit.pk,
        "of_link": link.shift.activity_id,
        "unit_of_link": link.unit_id,
        "group_link": link.key,
        "guardian_link": guardian[1],
        "running": running.pk,
        "shift": visit.shift_id,
        "over": waiting_record.shift.activity_id,
        "waiting_record": waiting_record.pk,
        "missed": waiting_record.shift_id,
        "row": row_key(running, volunteer.pk),
        "number": certificate.number,
        "code": certificate.code,
        "receipt": receipt.code,
        "year": record.date.year,
        "rule_set": volunteer.community.rule_sets.filter(version__isnull=False).latest("pk").pk,
        "proposal": Proposal.objects.filter(volunteer=volunteer).latest("pk").pk,
        "quiz": LessonPage.objects.get(
            url_path__endswith="/spirit-and-law/lesson-2/", locale__language_code="zh-hans"
        ).key,
        "poster": poster.key,
        "gate": gate.key,
        "live": codes.rotating_codes(gate, at=at)[0].code,
        "scan": visit.opened_by_id,
        "scanned": visit.opened_by.checkpoint.key,
        "claim": claim.key,
        "card": cards.card_for(volunteer=volunteer, by=None, at=at).key,
        "slip": slips.print_slips(volunteers=[Volunteer.objects.get(name="张桂兰")], by=worker, at=at)[0][1],
        "accident": Accident.objects.latest("pk").pk,
        "agency_offer": agency_services.offer_agency(volunteer=volunteer, by=volunteer.user, at=at),
        "new_address": signing.dumps([volunteer.user.pk, "wang@example.org"], salt=mailing.NEW_ADDRESS),
        "no_mail": mailing.token_to_stop(volunteer.user, ""),
        "waiting": WaitingEntry.objects.latest("pk").key,
        "call": call.key,
        "feedback": feedback.code_of(running).key,
        "photo": Photo.objects.latest("pk").pk,
        "work": work.pk,
        "series": series.pk,
        "series_poster": series.poster_key,
    }
