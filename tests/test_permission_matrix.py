"""The permission matrix: every address of the project × every role. An address without a row fails.

One row per address, one letter per role, in the order of `ROLES`:

    o  shown, or done           s  sent to the sign-in page     x  refused: 403, or the back office's "no permission"
    n  not found: not theirs    >  redirected to another page       -  wrong method (405)

Rows are requested with GET, which changes no row; a row that begins with POST is undone afterwards.
"""

from collections.abc import Iterator
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import LocalePrefixPattern, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.admin.viewsets import viewsets

from academy.accidents import services as accidents
from academy.accidents.accounts import Account
from academy.activities import calling, private_details
from academy.activities.models import Activity, PlanChange, Role, Shift, SignUp
from academy.activities.needs.exception_models import NeedException
from academy.activities.plans import plan_of
from academy.activities.waiting import services as waiting
from academy.activities.waiting.models import WaitingEntry
from academy.advancement.models import Commendation, Complaint, Promotion, StarRating, UnitCommendation
from academy.agreements import services as agreements
from academy.calendars import services as calendars
from academy.certificates import batches, letters, printouts, receipts
from academy.certificates import services as certificates
from academy.certificates.batch_models import Batch
from academy.certificates.models import Certificate
from academy.certificates.pasted import PastedLine
from academy.checkin.models import Claim, Scan
from academy.checkin.rows import row_key
from academy.checkin.services import codes
from academy.classes.services import assessing, running
from academy.core.keys import random_key
from academy.core.viewsets import CommunityViewSet
from academy.decisions import services as decisions
from academy.designs import services as designs
from academy.families import agency_services, guardian_services
from academy.families import services as families
from academy.families.models import SignedForm
from academy.feedback import services as feedback
from academy.groups.services import links
from academy.hours.models import CorrectionProposal, DailyApproval, Evidence, Objection, Overtime
from academy.hours.services import make_ups
from academy.insurance.models import Policy
from academy.insurance.services import lists
from academy.lead.works import PrintingRoster
from academy.learning import qualifications
from academy.learning.models import Course
from academy.messaging import mailing
from academy.own_data import services as own_data
from academy.passes import books
from academy.people import cards
from academy.people.models import Consent, Issuer, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, slips
from academy.people.works import PrintingCards
from academy.photos.models import Photo
from academy.profiles.models import OwnField, Word
from academy.profiles.services import details, identity, keeping_documents
from academy.proposals import services as proposals
from academy.proposals.models import LeadingTerms
from academy.roll.models import RollFile
from academy.roll.services import files as roll_files
from academy.roll.services import staging
from academy.rotas.models import Series
from academy.rotas.services import opening, standing
from academy.rulebook import services as rulebook
from academy.transfers.services import handing_over, importing, imports
from academy.transfers.works import ImportingService, order_for
from academy.units import services as units
from academy.units.models import Team, Unit
from academy.venues import services as venues
from academy.venues.models import Venue
from academy.works import services as works
from cms.founding import academy_of
from cms.models import LessonPage
from cms.quiz_block import written_quiz
from cms.writing import LessonText, write_course
from tests.accidents.records import photo as small_photo
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    UnitFactory,
    UserFactory,
    VolunteerFactory,
    course_text,
    effective_record,
    found,
    workbook,
)

pytestmark = [pytest.mark.django_db, pytest.mark.each_case]

ROLES = (
    "anonymous",
    "volunteer",  # whose data it is
    "other",  # another volunteer of the community
    "leader",  # of the activity
    "contact",  # of the volunteer's unit
    "guardian",  # of the volunteer
    "trainer",
    "social_worker",
    "approver",
    "street_viewer",
    "administrator",
    "stranger",  # social worker of another community
)

# Columns:                    anon vol other leader contact guardian | trainer worker approver viewer admin | stranger
ALL = "o o o o o o  o o o o o  o"
SIGNED_IN = "s o o o o o  o o o o o  o"
LED_ON = "> > > > > >  > > > > >  >"
STAFF = "s s s s s s  o o s o o  o"  # users of the back office
PEOPLE = "s s s s s s  x o s x o  o"  # MANAGE_PEOPLE
PERSON = "s s s s s s  n o s n o  n"  # … and the object is of the community
DUTIES = "s s s s s s  x x s x o  x"  # GRANT_DUTIES
DUTY = "s s s s s s  n n s n o  n"
FIGURES = "s s s s s s  x o s o o  o"  # VIEW_FIGURES
FIGURE = "s s s s s s  n o s o o  n"
NOBODY = "s s s s s s  x x s x x  x"
ISSUING = "s s s s s s  x o s x x  o"  # ISSUE_CERTIFICATES
RUNNING = "s s s s s s  x o s x x  o"  # RUN_ACTIVITIES
RUN = "s s s s s s  n o s n n  n"  # … or another right of social workers alone, and the object is of the community
SIGNING_UP = "s s s s s s  x o s x x  n"  # RUN_ACTIVITIES, and the object is of the community
CONFIRMING = "s s s s s s  x o s x x  o"  # CONFIRM_HOURS, in the back office
EDITING = "s s s s s s  o o s x x  x"  # pages and files
UNLOCKING = "s s s s s s  x o s x x  x"  # … and their locks
MISSING_FILE = "s s s s s s  n n s n n  n"  # tests/cms/test_files.py asks for files that exist
WRITING = "s s s s s s  x o s x x  o"  # WRITE_RULES
DRAFTED = "s n n n n n  n o n n n  n"
LEADING = "s n n o n n  n o n n n  n"  # the leader, and the social worker who may run it
ACCIDENT = "s n n o n n  n o n n o  n"  # the leader, the social worker, and the administrator who keeps the roll
LED = "s n n > n n  n > n n n  n"
SPEAKING = "s n n n o n  n o n n n  n"  # the unit's contact, and the social worker
SPOKEN = "s n n n > n  n > n n n  n"
UNIT = "s s s s s s  x o s x o  n"  # MANAGE_PEOPLE, and the unit is of the community
NAMELESS = "s n n n n n  n n n n n  n"
POSTED = "- - - - - -  - - - - -  -"
NOT_THERE = "n n n n n n  n n n n n  n"

PASSPORTS = ("G20261975", "G20268531")  # of the volunteer, and of the one of the foreign community

MATRIX: dict[str, tuple[str, str]] = {
    # route: (address, who)
    "health/": ("/health/", ALL),
    "elder/": ("/elder/", LED_ON),
    "language/": ("/language/", LED_ON),
    "i18n/setlang/": ("/i18n/setlang/", LED_ON),
    # signing in
    "accounts/login/": ("/accounts/login/", "o > > > > >  > > > > >  >"),
    "accounts/logout/": ("/accounts/logout/", "> o o o o o  o o o o o  o"),
    "accounts/inactive/": ("/accounts/inactive/", ALL),
    "accounts/sessions/": ("/accounts/sessions/", SIGNED_IN),
    # to the practice community and back; tests/people/test_practising.py goes in
    "accounts/practice/enter/": ("POST /accounts/practice/enter/", "s > > > > >  > > > > >  >"),
    "accounts/practice/leave/": ("POST /accounts/practice/leave/", "s > > > > >  > > > > >  >"),
    # those who signed in by a slip prove it by another one; tests/people/test_second_factor.py goes on from there
    "accounts/reauthenticate/": ("/accounts/reauthenticate/", "s > > > > >  > > > > >  >"),
    "accounts/2fa/": ("/accounts/2fa/", SIGNED_IN),
    "accounts/2fa/authenticate/": ("/accounts/2fa/authenticate/", "s > > > > >  > > > > >  >"),
    "accounts/2fa/reauthenticate/": ("/accounts/2fa/reauthenticate/", "s > > > > >  > > > > >  >"),
    "accounts/2fa/app/": ("/accounts/2fa/app/", "s > > > > >  > > > > >  >"),
    "accounts/2fa/app/remove/": ("/accounts/2fa/app/remove/", NAMELESS),
    "accounts/2fa/recovery-codes/": ("/accounts/2fa/recovery-codes/", NAMELESS),
    "accounts/2fa/recovery-codes/new/": ("/accounts/2fa/recovery-codes/new/", "s > > > > >  > > > > >  >"),
    "accounts/password/change/": ("/accounts/password/change/", "s > > > > >  > > > > >  >"),
    "accounts/password/set/": ("/accounts/password/set/", "s > > > > >  > > > > >  >"),
    "accounts/password/reset/": ("/accounts/password/reset/", ALL),
    "accounts/password/reset/done/": ("/accounts/password/reset/done/", ALL),
    "accounts/password/reset/key/done/": ("/accounts/password/reset/key/done/", ALL),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": ("/accounts/password/reset/key/1-x/", ALL),
    "^[sS]/$": ("/s/", ALL),
    "^[sS]/(?P<code>[^/]+)/$": ("/s/{slip}/", ALL),
    # the rules
    "rules/": ("/rules/", LED_ON),
    "rules/<int:rule_set>/": ("/rules/{rule_set}/", ALL),
    "clause/<int:rule_set>/<slug:code>/": ("/clause/{rule_set}/H4/", ALL),
    # still being written; tests/rulebook/test_drafts.py tests one that is open to approvers
    "rules/draft/<int:rule_set>/": ("/rules/draft/{draft}/", DRAFTED),
    "rules/draft/<int:rule_set>/comment/": ("POST /rules/draft/{draft}/comment/", DRAFTED),
    "rules/draft/<int:rule_set>/try/": ("/rules/draft/{draft}/try/", DRAFTED),
    # the back office: the sign-in page refuses a signed-in user without a duty
    "admin/failwhale/": ("/admin/failwhale/", NOT_THERE),
    "admin/login/": ("/admin/login/", "s x x x x x  x x x x x  x"),
    "admin/account/": ("/admin/account/", STAFF),
    # people
    "admin/volunteer/": ("/admin/volunteer/", PEOPLE),
    "admin/volunteer/results/": ("/admin/volunteer/results/", PEOPLE),
    "admin/volunteer/new/": ("/admin/volunteer/new/", PEOPLE),
    "admin/volunteer/edit/<int:pk>/": ("/admin/volunteer/edit/{volunteer}/", PERSON),
    "admin/volunteer/history/<int:pk>/": ("/admin/volunteer/history/{volunteer}/", PERSON),
    "admin/volunteer/history-results/<int:pk>/": ("/admin/volunteer/history-results/{volunteer}/", PERSON),
    "admin/volunteer/usage/<int:pk>/": ("/admin/volunteer/usage/{volunteer}/", PERSON),
    "admin/volunteer/suspend/<int:pk>/": ("/admin/volunteer/suspend/{volunteer}/", PERSON),
    "admin/profile/<int:pk>/": ("/admin/profile/{volunteer}/", PERSON),
    "admin/profile/<int:pk>/document/": ("/admin/profile/{volunteer}/document/", "s s s s s s  x o s x o  n"),
    "admin/word/": ("/admin/word/", PEOPLE),
    "admin/word/results/": ("/admin/word/results/", PEOPLE),
    "admin/word/new/": ("/admin/word/new/", PEOPLE),
    "admin/word/edit/<int:pk>/": ("/admin/word/edit/{word}/", PERSON),
    "admin/word/delete/<int:pk>/": ("/admin/word/delete/{word}/", PERSON),
    "admin/word/history/<int:pk>/": ("/admin/word/history/{word}/", PERSON),
    "admin/word/history-results/<int:pk>/": ("/admin/word/history-results/{word}/", PERSON),
    "admin/word/usage/<int:pk>/": ("/admin/word/usage/{word}/", PERSON),
    "admin/settings/own-fields/": ("/admin/settings/own-fields/", DUTIES),
    "admin/settings/own-fields/results/": ("/admin/settings/own-fields/results/", DUTIES),
    "admin/settings/own-fields/new/": ("/admin/settings/own-fields/new/", DUTIES),
    "admin/settings/own-fields/edit/<int:pk>/": ("/admin/settings/own-fields/edit/{own_field}/", DUTY),
    "admin/settings/own-fields/delete/<int:pk>/": ("/admin/settings/own-fields/delete/{own_field}/", DUTY),
    "admin/settings/own-fields/history/<int:pk>/": ("/admin/settings/own-fields/history/{own_field}/", DUTY),
    "admin/settings/own-fields/history-results/<int:pk>/": (
        "/admin/settings/own-fields/history-results/{own_field}/",
        DUTY,
    ),
    "admin/settings/own-fields/usage/<int:pk>/": ("/admin/settings/own-fields/usage/{own_field}/", DUTY),
    "my/contact/": ("/my/contact/", "s o o o o >  > > > > >  >"),
    "my/identity/": ("/my/identity/", "s o o o o >  > > > > >  >"),
    "admin/volunteer/leave/<int:pk>/": ("/admin/volunteer/leave/{volunteer}/", PERSON),
    "admin/volunteer/death/<int:pk>/": ("/admin/volunteer/death/{volunteer}/", PERSON),
    "admin/volunteer/reinstate/<int:pk>/": ("/admin/volunteer/reinstate/{volunteer}/", PERSON),
    "admin/volunteer/accept/<int:pk>/": ("/admin/volunteer/accept/{volunteer}/", PERSON),
    "admin/volunteer/join/<int:pk>/": ("/admin/volunteer/join/{volunteer}/", PERSON),
    "admin/volunteer/replace-card/<int:pk>/": ("/admin/volunteer/replace-card/{volunteer}/", PERSON),
    "admin/volunteer/sign-out/<int:pk>/": ("/admin/volunteer/sign-out/{volunteer}/", PERSON),
    "admin/people/<int:pk>/": ("/admin/people/{volunteer}/", FIGURE),  # readers of figures: masked
    "admin/people/choose/<slug:act>/": ("/admin/people/choose/make-up/", CONFIRMING),
    "admin/volunteer/link-login/<int:pk>/": ("/admin/volunteer/link-login/{volunteer}/", PERSON),
    "admin/volunteer/unlink-login/<int:pk>/": ("/admin/volunteer/unlink-login/{volunteer}/", PERSON),
    "admin/roll_file/": ("/admin/roll_file/", PEOPLE),
    "admin/roll_file/results/": ("/admin/roll_file/results/", PEOPLE),
    "admin/roll_file/new/": ("/admin/roll_file/new/", PEOPLE),
    "admin/roll_file/edit/<int:pk>/": ("/admin/roll_file/edit/{roll_file}/", PERSON),
    "admin/roll_file/check/<int:pk>/": ("/admin/roll_file/check/{roll_file}/", PERSON),
    "admin/roll_file/bad-lines/<int:pk>/": ("/admin/roll_file/bad-lines/{roll_file}/", PERSON),
    "admin/roll_file/discard/<int:pk>/": ("/admin/roll_file/discard/{roll_file}/", PERSON),
    "admin/roll_file/take-back/<int:pk>/": ("/admin/roll_file/take-back/{roll_file}/", PERSON),
    "admin/roll_file/print/<int:pk>/": ("/admin/roll_file/print/{roll_file}/", PERSON),
    "admin/volunteer/me/": ("/admin/volunteer/me/", PEOPLE),
    "admin/sign-ups/activity/<int:pk>/": ("/admin/sign-ups/activity/{activity}/", SIGNING_UP),
    "admin/sign-ups/activity/<int:pk>/add/": ("/admin/sign-ups/activity/{activity}/add/", SIGNING_UP),
    "admin/activities/<int:pk>/texts/": ("/admin/activities/{activity}/texts/", SIGNING_UP),
    "admin/sign-ups/activity/<int:pk>/wait/": ("/admin/sign-ups/activity/{activity}/wait/", SIGNING_UP),
    "admin/sign-ups/waiting/<int:pk>/take-off/": ("/admin/sign-ups/waiting/{waiting}/take-off/", SIGNING_UP),
    "admin/sign-ups/activity/<int:pk>/thread/": ("/admin/sign-ups/activity/{activity}/thread/", SIGNING_UP),
    "admin/sign-ups/activity/<int:pk>/why/<int:person_pk>/": (
        "/admin/sign-ups/activity/{activity}/why/{volunteer}/",
        SIGNING_UP,
    ),
    "admin/sign-ups/exception/<int:pk>/revoke/": ("/admin/sign-ups/exception/{exception_made}/revoke/", SIGNING_UP),
    "admin/sign-ups/volunteer/<int:pk>/": ("/admin/sign-ups/volunteer/{volunteer}/", SIGNING_UP),
    "admin/sign-ups/<int:pk>/withdraw/": ("/admin/sign-ups/{sign_up}/withdraw/", SIGNING_UP),
    "admin/volunteer_chooser/": ("/admin/volunteer_chooser/", STAFF),  # an empty list for a user without the right
    "admin/volunteer_chooser/results/": ("/admin/volunteer_chooser/results/", STAFF),
    "admin/volunteer_chooser/chosen/<str:pk>/": ("/admin/volunteer_chooser/chosen/{volunteer}/", PERSON),
    "admin/volunteer_chooser/chosen-multiple/": ("/admin/volunteer_chooser/chosen-multiple/", STAFF),
    "admin/unit/": ("/admin/unit/", PEOPLE),
    "admin/unit/results/": ("/admin/unit/results/", PEOPLE),
    "admin/unit/new/": ("/admin/unit/new/", PEOPLE),
    "admin/unit/edit/<int:pk>/": ("/admin/unit/edit/{unit}/", PERSON),
    "admin/unit/delete/<int:pk>/": ("/admin/unit/delete/{unit}/", PERSON),
    "admin/unit/history/<int:pk>/": ("/admin/unit/history/{unit}/", PERSON),
    "admin/unit/history-results/<int:pk>/": ("/admin/unit/history-results/{unit}/", PERSON),
    "admin/unit/usage/<int:pk>/": ("/admin/unit/usage/{unit}/", PERSON),
    "admin/team/": ("/admin/team/", PEOPLE),
    "admin/team/results/": ("/admin/team/results/", PEOPLE),
    "admin/team/new/": ("/admin/team/new/", PEOPLE),
    "admin/team/edit/<int:pk>/": ("/admin/team/edit/{team}/", PERSON),
    "admin/team/history/<int:pk>/": ("/admin/team/history/{team}/", PERSON),
    "admin/team/history-results/<int:pk>/": ("/admin/team/history-results/{team}/", PERSON),
    "admin/team/usage/<int:pk>/": ("/admin/team/usage/{team}/", PERSON),
    "admin/team_period/": ("/admin/team_period/", PEOPLE),
    "admin/team_period/results/": ("/admin/team_period/results/", PEOPLE),
    "admin/team_period/new/": ("/admin/team_period/new/", PEOPLE),
    "admin/team_period/leave/<int:pk>/": ("/admin/team_period/leave/{team_period}/", PERSON),
    "admin/contribution/": ("/admin/contribution/", PEOPLE),
    "admin/contribution/results/": ("/admin/contribution/results/", PEOPLE),
    "admin/contribution/new/": ("/admin/contribution/new/", PEOPLE),
    "admin/contribution/edit/<int:pk>/": ("/admin/contribution/edit/{contribution}/", PERSON),
    "admin/contribution/delete/<int:pk>/": ("/admin/contribution/delete/{contribution}/", PERSON),
    "admin/contribution/history/<int:pk>/": ("/admin/contribution/history/{contribution}/", PERSON),
    "admin/contribution/history-results/<int:pk>/": ("/admin/contribution/history-results/{contribution}/", PERSON),
    "admin/contribution/usage/<int:pk>/": ("/admin/contribution/usage/{contribution}/", PERSON),
    "admin/venue/": ("/admin/venue/", RUNNING),
    "admin/venue/results/": ("/admin/venue/results/", RUNNING),
    "admin/venue/new/": ("/admin/venue/new/", RUNNING),
    "admin/venue/edit/<int:pk>/": ("/admin/venue/edit/{venue}/", RUN),
    "admin/venue/history/<int:pk>/": ("/admin/venue/history/{venue}/", RUN),
    "admin/venue/history-results/<int:pk>/": ("/admin/venue/history-results/{venue}/", RUN),
    "admin/venue/usage/<int:pk>/": ("/admin/venue/usage/{venue}/", RUN),
    "admin/booking/": ("/admin/booking/", RUNNING),
    "admin/booking/results/": ("/admin/booking/results/", RUNNING),
    "admin/booking/new/": ("/admin/booking/new/", RUNNING),
    "admin/booking/cancel/<int:pk>/": ("/admin/booking/cancel/{booking}/", RUN),
    # standing shifts and calendars
    "admin/series/": ("/admin/series/", RUNNING),
    "admin/series/results/": ("/admin/series/results/", RUNNING),
    "admin/series/new/": ("/admin/series/new/", RUNNING),
    "admin/series/edit/<int:pk>/": ("/admin/series/edit/{series}/", RUN),
    "admin/series/history/<int:pk>/": ("/admin/series/history/{series}/", RUN),
    "admin/series/history-results/<int:pk>/": ("/admin/series/history-results/{series}/", RUN),
    "admin/series/usage/<int:pk>/": ("/admin/series/usage/{series}/", RUN),
    "admin/series/rota/<int:pk>/": ("/admin/series/rota/{series}/", RUN),
    "admin/series/paper/<int:pk>/": ("/admin/series/paper/{series}/", RUN),
    "admin/series/poster/<int:pk>/": ("/admin/series/poster/{series}/", RUN),
    "admin/series/renew-poster/<int:pk>/": ("/admin/series/renew-poster/{series}/", RUN),
    "admin/series/stand-in/<int:pk>/": ("/admin/series/stand-in/{series}/", RUN),
    "admin/series/stop/<int:pk>/<int:place>/": ("/admin/series/stop/{series}/{standing_place}/", RUN),
    "admin/series/leave-out/<int:pk>/<slug:day>/": ("/admin/series/leave-out/{series}/2030-01-01/", RUN),
    "^[rR]/(?P<key>[^/]+)/$": ("/r/{series_poster}/", ALL),  # between two dates; else it leads to the gate
    "standing/<int:pk>/": ("/standing/{series}/", ALL),
    "standing/<int:pk>/stand-in/": ("/standing/{series}/stand-in/", POSTED),
    "standing/<int:pk>/stop/": ("/standing/{series}/stop/", POSTED),
    "standing/<int:pk>/skip/": ("/standing/{series}/skip/", POSTED),
    # proposals, preparation, the served people's word, photos
    "proposals/": ("/proposals/", SIGNED_IN),
    "proposals/new/": ("/proposals/new/", "s o o o o n  n n n n n  n"),
    "proposals/<int:pk>/": ("/proposals/{proposal}/", "s o n n n n  n o n n n  n"),
    "proposals/<int:pk>/note/": ("/proposals/{proposal}/note/", "s - - - - -  - - - - -  -"),
    "proposals/<int:pk>/take-back/": ("/proposals/{proposal}/take-back/", "s - - - - -  - - - - -  -"),
    "admin/preparation/activity/<int:pk>/": ("/admin/preparation/activity/{activity}/", SIGNING_UP),
    "admin/leading_terms/": ("/admin/leading_terms/", RUNNING),
    "admin/leading_terms/results/": ("/admin/leading_terms/results/", RUNNING),
    "admin/leading_terms/new/": ("/admin/leading_terms/new/", RUNNING),
    "admin/leading_terms/edit/<int:pk>/": ("/admin/leading_terms/edit/{leading_terms}/", RUN),
    "admin/leading_terms/history/<int:pk>/": ("/admin/leading_terms/history/{leading_terms}/", RUN),
    "admin/leading_terms/history-results/<int:pk>/": ("/admin/leading_terms/history-results/{leading_terms}/", RUN),
    "admin/leading_terms/usage/<int:pk>/": ("/admin/leading_terms/usage/{leading_terms}/", RUN),
    "^[wW]/(?P<key>[^/]+)/$": ("/w/{feedback}/", ALL),
    "lead/<int:activity_id>/words/": ("/lead/{activity}/words/", LEADING),
    "lead/<int:activity_id>/words/code.pdf": ("/lead/{activity}/words/code.pdf", LEADING),
    "lead/<int:activity_id>/photos/": ("/lead/{activity}/photos/", LEADING),
    "photos/<int:pk>/<slug:size>.jpg": ("/photos/{photo}/small.jpg", "n n n o n n  n o n n n  n"),  # not shown yet
    "photos/<int:pk>/away/": ("/photos/{photo}/away/", ALL),
    "my/calendar/": ("/my/calendar/", SIGNED_IN),
    "my/calendar/make/": ("/my/calendar/make/", "s - - - - -  - - - - -  -"),
    "my/calendar/<int:pk>/end/": ("/my/calendar/{feed_id}/end/", "s - - - - -  - - - - -  -"),
    "calendar/<slug:key>.ics": ("/calendar/{feed}.ics", ALL),  # the secret address is the key
    "activities/<int:pk>/calendar.ics": ("/activities/{activity}/calendar.ics", ALL),
    # classes
    "admin/run/": ("/admin/run/", RUNNING),
    "admin/run/results/": ("/admin/run/results/", RUNNING),
    "admin/run/new/": ("/admin/run/new/", RUNNING),
    "admin/course_rules/": ("/admin/course_rules/", RUNNING),
    "admin/course_rules/results/": ("/admin/course_rules/results/", RUNNING),
    "admin/course_rules/edit/<int:pk>/": ("/admin/course_rules/edit/{course_id}/", RUN),
    "admin/course_rules/history/<int:pk>/": ("/admin/course_rules/history/{course_id}/", RUN),
    "admin/course_rules/history-results/<int:pk>/": ("/admin/course_rules/history-results/{course_id}/", RUN),
    "admin/course_rules/usage/<int:pk>/": ("/admin/course_rules/usage/{course_id}/", RUN),
    "admin/qualification/": ("/admin/qualification/", PEOPLE),
    "admin/qualification/results/": ("/admin/qualification/results/", PEOPLE),
    "admin/promotion/": ("/admin/promotion/", PEOPLE),
    "admin/promotion/results/": ("/admin/promotion/results/", PEOPLE),
    "classes/of/<slug:course_key>/": ("/classes/of/{course}/", ALL),
    "classes/<int:run_id>/": ("/classes/{run}/", ALL),
    "classes/<int:run_id>/join/": ("/classes/{run}/join/", POSTED),
    "classes/<int:run_id>/feedback/": ("/classes/{run}/feedback/", "s o n n n n  n n n n n  n"),
    "classes/<int:run_id>/learners/": ("/classes/{run}/learners/", LEADING),
    "classes/<int:run_id>/learners/<int:learner_id>/": ("/classes/{run}/learners/{volunteer}/", LEADING),
    "classes/<int:run_id>/results/": ("/classes/{run}/results/", LEADING),
    "admin/units/<int:pk>/": ("/admin/units/{unit}/", UNIT),
    "admin/units/<int:pk>/thanks/": ("/admin/units/{unit}/thanks/", UNIT),
    # without the consent it leads back; tests/desk/test_units.py prints it
    "admin/units/<int:pk>/quarter/<int:volunteer_id>/": (
        "/admin/units/{unit}/quarter/{volunteer}/",
        "s s s s s s  x > s x >  n",
    ),
    "admin/reports/units/": ("/admin/reports/units/", FIGURES),
    # a unit: its link, and its page for the contact
    "activities/place/<slug:key>/": ("/activities/place/{waiting_key}/", ALL),  # likewise
    "activities/call/<slug:key>/": ("/activities/call/{call}/", ALL),  # the link is the person's
    "u/<slug:key>/": ("/u/{group_link}/", ALL),
    "u/<slug:key>/done/": ("/u/{group_link}/done/", ALL),
    "my/units/": ("/my/units/", "s o o o > o  o o o o o  o"),
    "my/units/<int:unit_id>/": ("/my/units/{unit}/", SPEAKING),
    "my/units/<int:unit_id>/link/": ("/my/units/{unit}/link/", "s - - - - -  - - - - -  -"),
    "my/units/<int:unit_id>/link/<int:link_id>/withdraw/": (
        "POST /my/units/{unit}/link/{group_link_id}/withdraw/",
        SPOKEN,
    ),
    "my/units/<int:unit_id>/venues/": ("/my/units/{unit}/venues/", SPEAKING),
    "my/units/<int:unit_id>/venues/<int:booking_id>/cancel/": (
        "POST /my/units/{unit}/venues/{booking}/cancel/",
        SPOKEN,
    ),
    "lead/<int:activity_id>/units/": ("/lead/{activity}/units/", LEADING),
    "lead/<int:activity_id>/units/<int:unit_id>/": ("/lead/{activity}/units/{unit}/", LEADING),
    "admin/unit_membership/": ("/admin/unit_membership/", PEOPLE),
    "admin/unit_membership/results/": ("/admin/unit_membership/results/", PEOPLE),
    "admin/unit_membership/new/": ("/admin/unit_membership/new/", PEOPLE),
    "admin/unit_membership/edit/<int:pk>/": ("/admin/unit_membership/edit/{membership}/", PERSON),
    "admin/unit_membership/end/<int:pk>/": ("/admin/unit_membership/end/{membership}/", PERSON),
    "admin/unit_membership/for-employer/<int:pk>/": ("/admin/unit_membership/for-employer/{membership}/", PERSON),
    "admin/unit_membership/delete/<int:pk>/": ("/admin/unit_membership/delete/{membership}/", PERSON),
    "admin/unit_membership/history/<int:pk>/": ("/admin/unit_membership/history/{membership}/", PERSON),
    "admin/unit_membership/history-results/<int:pk>/": ("/admin/unit_membership/history-results/{membership}/", PERSON),
    "admin/unit_membership/usage/<int:pk>/": ("/admin/unit_membership/usage/{membership}/", PERSON),
    "admin/issuer/": ("/admin/issuer/", PEOPLE),
    "admin/issuer/results/": ("/admin/issuer/results/", PEOPLE),
    "admin/issuer/new/": ("/admin/issuer/new/", PEOPLE),
    "admin/issuer/edit/<int:pk>/": ("/admin/issuer/edit/{issuer}/", PERSON),
    "admin/issuer/delete/<int:pk>/": ("/admin/issuer/delete/{issuer}/", PERSON),
    "admin/issuer/history/<int:pk>/": ("/admin/issuer/history/{issuer}/", PERSON),
    "admin/issuer/history-results/<int:pk>/": ("/admin/issuer/history-results/{issuer}/", PERSON),
    "admin/issuer/usage/<int:pk>/": ("/admin/issuer/usage/{issuer}/", PERSON),
    "admin/agreement/": ("/admin/agreement/", PEOPLE),
    "admin/agreement/results/": ("/admin/agreement/results/", PEOPLE),
    "admin/agreement/new/": ("/admin/agreement/new/", PEOPLE),
    "admin/agreement/edit/<int:pk>/": ("/admin/agreement/edit/{agreement_draft}/", PERSON),
    "admin/agreement/history/<int:pk>/": ("/admin/agreement/history/{agreement}/", PERSON),
    "admin/agreement/history-results/<int:pk>/": ("/admin/agreement/history-results/{agreement}/", PERSON),
    "admin/agreement/usage/<int:pk>/": ("/admin/agreement/usage/{agreement}/", PERSON),
    "admin/agreement/preview/<int:pk>/": ("/admin/agreement/preview/{agreement}/", PERSON),
    "admin/agreement/publish/<int:pk>/": ("/admin/agreement/publish/{agreement_draft}/", PERSON),
    "admin/agreement/sheet/<int:pk>/": ("/admin/agreement/sheet/{agreement}/", PERSON),
    "admin/agreement/unsigned/<int:pk>/": ("/admin/agreement/unsigned/{agreement}/", PERSON),
    "admin/agreement/paper/<int:pk>/": ("/admin/agreement/paper/{agreement}/", PERSON),
    "admin/consent/": ("/admin/consent/", PEOPLE),
    "admin/consent/results/": ("/admin/consent/results/", PEOPLE),
    "admin/consent/new/": ("/admin/consent/new/", PEOPLE),
    "admin/consent/inspect/<int:pk>/": ("/admin/consent/inspect/{consent}/", PERSON),
    "admin/duty/": ("/admin/duty/", DUTIES),
    "admin/duty/results/": ("/admin/duty/results/", DUTIES),
    "admin/duty/new/": ("/admin/duty/new/", DUTIES),
    "admin/duty/revoke/<int:pk>/": ("/admin/duty/revoke/{duty}/", DUTY),
    "admin/duty/password-link/<int:pk>/": ("/admin/duty/password-link/{duty}/", DUTY),
    "admin/duty/password-slip/<int:pk>/": ("/admin/duty/password-slip/{duty}/", DUTY),
    "admin/staff/": ("/admin/staff/", DUTIES),
    # settings
    "admin/settings/community/": ("/admin/settings/community/", "s s s s s s  x x s x >  x"),  # to the only one
    "admin/settings/community/results/": ("/admin/settings/community/results/", "s s s s s s  x x s x >  x"),
    "admin/settings/community/edit/<int:pk>/": ("/admin/settings/community/edit/{community}/", DUTY),
    "admin/settings/community/history/<int:pk>/": ("/admin/settings/community/history/{community}/", DUTY),
    "admin/settings/community/history-results/<int:pk>/": (
        "/admin/settings/community/history-results/{community}/",
        DUTY,
    ),
    "admin/settings/community/usage/<int:pk>/": ("/admin/settings/community/usage/{community}/", DUTY),
    "admin/settings/practice/": ("/admin/settings/practice/", DUTIES),
    # policies, filing before an activity, accidents
    "admin/policy/": ("/admin/policy/", PEOPLE),
    "admin/policy/results/": ("/admin/policy/results/", PEOPLE),
    "admin/policy/new/": ("/admin/policy/new/", PEOPLE),
    "admin/policy/edit/<int:pk>/": ("/admin/policy/edit/{policy}/", PERSON),
    "admin/policy/history/<int:pk>/": ("/admin/policy/history/{policy}/", PERSON),
    "admin/policy/history-results/<int:pk>/": ("/admin/policy/history-results/{policy}/", PERSON),
    "admin/policy/usage/<int:pk>/": ("/admin/policy/usage/{policy}/", PERSON),
    "admin/filing_workbook/": ("/admin/filing_workbook/", RUNNING),
    "admin/filing_workbook/results/": ("/admin/filing_workbook/results/", RUNNING),
    "admin/filing_workbook/new/": ("/admin/filing_workbook/new/", RUNNING),
    "admin/filing_workbook/columns/<int:pk>/": ("/admin/filing_workbook/columns/{filing_workbook}/", RUN),
    "admin/filings/": ("/admin/filings/", RUNNING),
    "admin/filings/<int:pk>/": ("/admin/filings/{activity}/", SIGNING_UP),
    "admin/filings/<int:pk>/list.xlsx": ("/admin/filings/{activity}/list.xlsx", SIGNING_UP),
    "admin/filings/<int:pk>/list.pdf": ("/admin/filings/{activity}/list.pdf", SIGNING_UP),
    "admin/filings/<int:pk>/form/<int:workbook>/": (
        "/admin/filings/{activity}/form/{filing_workbook}/",
        SIGNING_UP,
    ),
    "admin/settings/filing/": ("/admin/settings/filing/", DUTIES),
    "admin/accidents/": ("/admin/accidents/", PEOPLE),
    "lead/<int:activity_id>/accidents/": ("/lead/{activity}/accidents/", ACCIDENT),
    "lead/<int:activity_id>/accidents/new/": ("/lead/{activity}/accidents/new/", ACCIDENT),
    "accidents/<int:pk>/": ("/accidents/{accident}/", ACCIDENT),
    "accidents/<int:pk>/complete/": ("/accidents/{accident}/complete/", ACCIDENT),
    "accidents/<int:pk>/note/<slug:act>/": ("POST /accidents/{accident}/note/family/", ACCIDENT),
    "accidents/<int:pk>/sheet.pdf": ("/accidents/{accident}/sheet.pdf", ACCIDENT),
    "accidents/photos/<int:pk>/": ("/accidents/photos/{accident_photo}/", ACCIDENT),
    "admin/settings/system/": ("/admin/settings/system/", DUTIES),
    "admin/settings/system/prove/": ("POST /admin/settings/system/prove/", "s s s s s s  x x s x >  x"),
    "admin/settings/system/proof.txt": ("/admin/settings/system/proof.txt", "s s s s s s  x x s x n  x"),
    "admin/settings/system/mail/": ("POST /admin/settings/system/mail/", "s s s s s s  x x s x >  x"),
    "admin/duty/sign-out/<int:pk>/": ("/admin/duty/sign-out/{duty}/", DUTY),
    "admin/duty/second-factor/<int:pk>/": ("/admin/duty/second-factor/{duty}/", DUTY),
    "admin/confirm/": ("/admin/confirm/", RUNNING),
    "admin/pages/<int:page_to_move_id>/set_position/": (
        "POST /admin/pages/{lesson_page}/set_position/?position=0",
        "s s s s s s  x o s n n  n",
    ),
    "admin/courses/new/": ("/admin/courses/new/", "s s s s s s  > > s x x  >"),
    "admin/courses/<int:pk>/submit/": ("/admin/courses/{course_page}/submit/", "s s s s s s  o o s x x  n"),
    "admin/courses/<int:pk>/review/": ("/admin/courses/{course_page}/review/", "s s s s s s  x o s x x  n"),
    "admin/lessons/<int:pk>/quiz/": ("/admin/lessons/{lesson_page}/quiz/", "s s s s s s  o o s x x  n"),
    "admin/reports/quizzes/": ("/admin/reports/quizzes/", "s s s s s s  o o s x x  o"),
    "admin/reports/quizzes/<slug:key>/<str:lesson_key>/": (
        "/admin/reports/quizzes/{course}/{lesson}/",
        "s s s s s s  o o s x x  n",
    ),
    "admin/courses/<int:pk>/word/": ("/admin/courses/{course_page}/word/", "s s s s s s  o o s x x  n"),
    "admin/courses/pasted-picture/": ("/admin/courses/pasted-picture/", "s s s s s s  - - s x x  -"),
    "admin/courses/slides/<int:pk>/": ("/admin/courses/slides/999/", "s s s s s s  n n s x x  n"),
    "admin/courses/<int:pk>/changes/": ("/admin/courses/{course_page}/changes/", "s s s s s s  o o s x x  n"),
    "admin/courses/<int:pk>/hand-out/": ("/admin/courses/{course_page}/hand-out/", "s s s s s s  o o s x x  n"),
    "admin/courses/<int:pk>/translate/": ("/admin/courses/{course_page}/translate/", "s s s s s s  o o s x x  n"),
    "admin/day/": ("/admin/day/?text=12-12", STAFF),
    "admin/evaluate/": ("/admin/evaluate/", RUNNING),
    "admin/to-tell/": ("/admin/to-tell/", RUNNING),
    "admin/find/": ("/admin/find/?q=a", STAFF),  # each finds what is theirs
    "admin/find/suggestions/": ("/admin/find/suggestions/?q=a", STAFF),
    "admin/holidays/": ("/admin/holidays/", DUTIES),
    "admin/reports/deadlines/": ("/admin/reports/deadlines/", FIGURES),
    "admin/reports/hours/": ("/admin/reports/hours/", FIGURES),
    "admin/reports/decided-alone/": ("/admin/reports/decided-alone/", FIGURES),
    "admin/reports/decided-alone/results/": ("/admin/reports/decided-alone/results/", FIGURES),
    "admin/reports/views-of-people/": ("/admin/reports/views-of-people/", DUTIES),
    "admin/reports/views-of-people/results/": ("/admin/reports/views-of-people/results/", DUTIES),
    "admin/export_form/": ("/admin/export_form/", CONFIRMING),
    "admin/export_form/results/": ("/admin/export_form/results/", CONFIRMING),
    "admin/export_form/new/": ("/admin/export_form/new/", CONFIRMING),
    "admin/export_form/columns/<int:pk>/": ("/admin/export_form/columns/{export_form}/", RUN),
    "admin/export_form/fill/<int:pk>/": ("/admin/export_form/fill/{export_form}/", RUN),
    "admin/export_form/fill/<int:pk>/told/<int:line>/": (
        "/admin/export_form/fill/{export_form}/told/{handed_over}/",
        RUN,
    ),
    "admin/handover/": ("/admin/handover/", CONFIRMING),
    "admin/handover/results/": ("/admin/handover/results/", CONFIRMING),
    "admin/handover/inspect/<int:pk>/": ("/admin/handover/inspect/{handover}/", RUN),
    "admin/handover/file/<int:pk>/": ("/admin/handover/file/{handover}/", RUN),
    "admin/handover/hand-over/<int:pk>/": ("/admin/handover/hand-over/{handover}/", RUN),
    "admin/handover/throw-away/<int:pk>/": ("/admin/handover/throw-away/{handover}/", RUN),
    "admin/rule_set/": ("/admin/rule_set/", FIGURES),
    "admin/rule_set/results/": ("/admin/rule_set/results/", FIGURES),
    "admin/rule_set/inspect/<int:pk>/": ("/admin/rule_set/inspect/{rule_set}/", FIGURE),
    "admin/rule_set/new/": ("/admin/rule_set/new/", WRITING),
    "admin/rule_set/edit/<int:pk>/": ("/admin/rule_set/edit/{draft}/", RUN),
    "admin/rule_set/delete/<int:pk>/": ("/admin/rule_set/delete/{draft}/", RUN),
    "admin/rule_set/history/<int:pk>/": ("/admin/rule_set/history/{draft}/", RUN),
    "admin/rule_set/history-results/<int:pk>/": ("/admin/rule_set/history-results/{draft}/", RUN),
    "admin/rule_set/usage/<int:pk>/": ("/admin/rule_set/usage/{draft}/", RUN),
    "admin/rule_set/open/<int:pk>/": ("/admin/rule_set/open/{draft}/", RUN),
    "admin/rule_set/take-back/<int:pk>/": ("/admin/rule_set/take-back/{draft}/", RUN),
    "admin/rule_set/clauses/<int:pk>/": ("/admin/rule_set/clauses/{draft}/", RUN),
    "admin/rule_set/clauses/<int:pk>/add/": ("/admin/rule_set/clauses/{draft}/add/", RUN),
    "admin/rule_set/clauses/<int:pk>/<slug:code>/remove/": ("/admin/rule_set/clauses/{draft}/H4/remove/", RUN),
    "admin/rule_set/clauses/<int:pk>/<slug:code>/": ("/admin/rule_set/clauses/{draft}/H4/", RUN),
    # hours and certificates
    "ledger/head.json": ("/ledger/head.json", ALL),
    "^[vV][eE][rR][iI][fF][yY]/$": ("/verify/", ALL),
    "^[vV][eE][rR][iI][fF][yY]/(?P<code>[^/]+)/$": ("/verify/{code}/", ALL),
    "verify/keys.json": ("/verify/keys.json", ALL),
    "verify/<str:code>.json": ("/verify/{code}.json", ALL),
    "verify/many/": ("/verify/many/", ALL),
    "verify/file/": ("/verify/file/", ALL),
    "verify/receipt/<str:code>/": ("/verify/receipt/{receipt}/", ALL),
    "verify/receipt/<str:code>/pdf/": ("/verify/receipt/{receipt}/pdf/", ALL),
    # agreements, for volunteers and who acts for them; the photo of a signed sheet
    "my/agreements/": ("/my/agreements/", "s o o o o n  n n n n n  n"),
    "my/agreements/<int:pk>/": ("/my/agreements/{agreement}/", "s o o o o n  n n n n n  n"),
    "my/agreements/<int:pk>/paper/": ("/my/agreements/{agreement}/paper/", "s o o o o n  n n n n n  n"),
    "signatures/<int:pk>/photo/": ("/signatures/{signature}/photo/", "s o n n n n  n o n n o  n"),
    # a person's own data, also for staff at the desk; the copy itself is never theirs
    "my/data/": ("/my/data/?who={who}", "s o n n n o  n o n n o  n"),
    "my/data/ask/<data_request:what>/": ("/my/data/ask/deletion/?who={who}", "s o n n n o  n o n n o  n"),
    "my/data/copy/<int:pk>/<copy_kind:kind>/": ("/my/data/copy/{data_copy}/json/", "s o n n n o  n n n n n  n"),
    "my/certificates/": ("/my/certificates/", SIGNED_IN),
    "my/certificates/new/": ("/my/certificates/new/", "s - - - - -  - - - - -  -"),
    "my/certificates/award/": ("/my/certificates/award/", "s - - - - -  - - - - -  -"),
    "my/year/<int:year>/": ("/my/year/{year}/?who={who}", "s o n n n o  n n n n n  n"),
    "my/year/<int:year>/picture.png": ("/my/year/{year}/picture.png?who={who}", "s o n n n o  n n n n n  n"),
    "my/certificates/<str:number>/": ("/my/certificates/{number}/", "s o n n n o  n n n n n  n"),
    "my/certificates/<str:number>/<int:page>.png": ("/my/certificates/{number}/1.png", "s o n n n o  n n n n n  n"),
    "my/certificates/<str:number>/pdf/": ("/my/certificates/{number}/pdf/", "s o n n n o  n n n n n  n"),
    "my/passbook/": ("/my/passbook/", SIGNED_IN),
    "admin/people/<int:pk>/passbook/": ("/admin/people/{volunteer}/passbook/", "s s s s s s  x o s x x  n"),
    "admin/passbook/printing/<int:pk>/": ("/admin/passbook/printing/{printing}/", "s s s s s s  x o s x x  n"),
    "admin/passbook/<int:pk>/page/": ("/admin/passbook/{passbook}/page/", "s s s s s s  x - s x x  -"),
    "admin/service_record/": ("/admin/service_record/", FIGURES),
    "admin/service_record/results/": ("/admin/service_record/results/", FIGURES),
    "admin/service_record/inspect/<int:pk>/": ("/admin/service_record/inspect/{record}/", FIGURE),
    "admin/make_up/": ("/admin/make_up/", FIGURES),
    "admin/make_up/results/": ("/admin/make_up/results/", FIGURES),
    "admin/make_up/inspect/<int:pk>/": ("/admin/make_up/inspect/{make_up}/", FIGURE),
    "admin/objection/": ("/admin/objection/", FIGURES),
    "admin/objection/results/": ("/admin/objection/results/", FIGURES),
    "admin/objection/inspect/<int:pk>/": ("/admin/objection/inspect/{objection}/", FIGURE),
    "admin/correction_proposal/": ("/admin/correction_proposal/", FIGURES),
    "admin/correction_proposal/results/": ("/admin/correction_proposal/results/", FIGURES),
    "admin/correction_proposal/inspect/<int:pk>/": (
        "/admin/correction_proposal/inspect/{correction_proposal}/",
        FIGURE,
    ),
    "admin/daily_approval/": ("/admin/daily_approval/", FIGURES),
    "admin/daily_approval/results/": ("/admin/daily_approval/results/", FIGURES),
    "admin/daily_approval/inspect/<int:pk>/": ("/admin/daily_approval/inspect/{daily_approval}/", FIGURE),
    "admin/overtime/": ("/admin/overtime/", FIGURES),
    "admin/overtime/results/": ("/admin/overtime/results/", FIGURES),
    "admin/overtime/inspect/<int:pk>/": ("/admin/overtime/inspect/{overtime}/", FIGURE),
    "admin/plan_change/": ("/admin/plan_change/", FIGURES),
    "admin/plan_change/results/": ("/admin/plan_change/results/", FIGURES),
    "admin/plan_change/inspect/<int:pk>/": ("/admin/plan_change/inspect/{plan_change}/", FIGURE),
    "admin/proposal_request/": ("/admin/proposal_request/", FIGURES),
    "admin/proposal_request/results/": ("/admin/proposal_request/results/", FIGURES),
    "admin/proposal_request/inspect/<int:pk>/": ("/admin/proposal_request/inspect/{proposal_request}/", FIGURE),
    "admin/need_exception/": ("/admin/need_exception/", FIGURES),
    "admin/need_exception/results/": ("/admin/need_exception/results/", FIGURES),
    "admin/need_exception/inspect/<int:pk>/": ("/admin/need_exception/inspect/{need_exception}/", FIGURE),
    "admin/star_rating/": ("/admin/star_rating/", FIGURES),
    "admin/star_rating/results/": ("/admin/star_rating/results/", FIGURES),
    "admin/star_rating/inspect/<int:pk>/": ("/admin/star_rating/inspect/{star_rating}/", FIGURE),
    "admin/commendation/": ("/admin/commendation/", PEOPLE),
    "admin/commendation/results/": ("/admin/commendation/results/", PEOPLE),
    "admin/commendation/new/": ("/admin/commendation/new/", PEOPLE),
    "admin/commendation/inspect/<int:pk>/": ("/admin/commendation/inspect/{commendation}/", PERSON),
    "admin/unit_commendation/": ("/admin/unit_commendation/", PEOPLE),
    "admin/unit_commendation/results/": ("/admin/unit_commendation/results/", PEOPLE),
    "admin/unit_commendation/new/": ("/admin/unit_commendation/new/", PEOPLE),
    "admin/unit_commendation/inspect/<int:pk>/": ("/admin/unit_commendation/inspect/{unit_commendation}/", PERSON),
    "admin/complaint/": ("/admin/complaint/", PEOPLE),
    "admin/complaint/results/": ("/admin/complaint/results/", PEOPLE),
    "admin/complaint/new/": ("/admin/complaint/new/", PEOPLE),
    "admin/complaint/inspect/<int:pk>/": ("/admin/complaint/inspect/{complaint}/", PERSON),
    "admin/ledger_entry/": ("/admin/ledger_entry/", FIGURES),
    "admin/ledger_entry/results/": ("/admin/ledger_entry/results/", FIGURES),
    "admin/ledger_entry/inspect/<int:pk>/": ("/admin/ledger_entry/inspect/{entry}/", FIGURE),
    "admin/import/": ("/admin/import/", RUNNING),  # CONFIRM_HOURS
    "admin/import/results/": ("/admin/import/results/", RUNNING),
    "admin/import/inspect/<int:pk>/": ("/admin/import/inspect/{import}/", RUN),
    "admin/import/file/<int:pk>/": ("/admin/import/file/{import}/", RUN),
    "admin/import/left-out/<int:pk>/": ("/admin/import/left-out/{import}/", RUN),
    "admin/import/take-back/<int:pk>/": ("/admin/import/take-back/{import}/", RUN),
    "admin/upload/": ("/admin/upload/", RUNNING),
    "admin/upload/results/": ("/admin/upload/results/", RUNNING),
    "admin/upload/new/": ("/admin/upload/new/", RUNNING),
    "admin/upload/edit/<int:pk>/": ("/admin/upload/edit/{upload}/", RUN),
    "admin/upload/check/<int:pk>/": ("/admin/upload/check/{upload}/", RUN),
    "admin/upload/outcome/<int:work>/": ("/admin/upload/outcome/{import_work}/", "s s s s s s  x > s x x  n"),
    "admin/upload/bad-lines/<int:pk>/": ("/admin/upload/bad-lines/{upload}/", RUN),
    "admin/upload/discard/<int:pk>/": ("/admin/upload/discard/{upload}/", RUN),
    "admin/upload/people/<int:pk>/": ("/admin/upload/people/{upload}/", RUN),
    "admin/certificate/": ("/admin/certificate/", ISSUING),
    "admin/certificate/results/": ("/admin/certificate/results/", ISSUING),
    "admin/certificate/new/": ("/admin/certificate/new/", ISSUING),
    "admin/certificate/many/": ("/admin/certificate/many/", ISSUING),
    "admin/certificate-batch/": ("/admin/certificate-batch/", ISSUING),
    "admin/certificate-batch/results/": ("/admin/certificate-batch/results/", ISSUING),
    "admin/certificate-batch/inspect/<int:pk>/": ("/admin/certificate-batch/inspect/{batch}/", RUN),
    "admin/certificate-batch/print/<int:pk>/": ("/admin/certificate-batch/print/{batch}/", RUN),
    "admin/certificate-batch/go-on/<int:pk>/": ("/admin/certificate-batch/go-on/{batch}/", RUN),
    "admin/reports/printed-certificates/": ("/admin/reports/printed-certificates/", DUTIES),
    "admin/reports/printed-certificates/results/": ("/admin/reports/printed-certificates/results/", DUTIES),
    "admin/certificate/office-sheet/": ("/admin/certificate/office-sheet/", ISSUING),
    "admin/certificate/signers/": ("/admin/certificate/signers/", DUTIES),
    "admin/certificate/signers/<int:pk>/end/": (
        "POST /admin/certificate/signers/{issuer}/end/",
        "s s s s s s  x x s x >  x",
    ),
    "admin/certificate/inspect/<int:pk>/": ("/admin/certificate/inspect/{certificate}/", RUN),
    "admin/certificate/print/<int:pk>/": ("/admin/certificate/print/{certificate}/", RUN),
    "admin/certificate/revoke/<int:pk>/": ("/admin/certificate/revoke/{certificate}/", RUN),
    "admin/certificate/reissue/<int:pk>/": ("/admin/certificate/reissue/{certificate}/", RUN),
    "admin/people/<int:pk>/certificates/": ("/admin/people/{volunteer}/certificates/", "s s s s s s  x o s x x  n"),
    "admin/units/<int:pk>/letter/": ("/admin/units/{unit}/letter/", "s s s s s s  x o s x x  n"),
    "admin/letters/<int:pk>/": ("/admin/letters/{letter}/", "s s s s s s  x o s x x  n"),
    "admin/letters/<int:pk>/revoke/": ("/admin/letters/{letter}/revoke/", "s s s s s s  x o s x x  n"),
    "admin/design/": ("/admin/design/", ISSUING),
    "admin/design/results/": ("/admin/design/results/", ISSUING),
    "admin/design/new/": ("/admin/design/new/", ISSUING),
    "admin/design/edit/<int:pk>/": ("/admin/design/edit/{design}/", RUN),
    "admin/design/history/<int:pk>/": ("/admin/design/history/{design}/", RUN),
    "admin/design/history-results/<int:pk>/": ("/admin/design/history-results/{design}/", RUN),
    "admin/design/usage/<int:pk>/": ("/admin/design/usage/{design}/", RUN),
    "admin/design/preview/<int:pk>/": ("/admin/design/preview/{design}/", RUN),
    "admin/design/preview/<int:pk>/<slug:which>.<slug:form>": ("/admin/design/preview/{design}/longest.png", RUN),
    "admin/design/live/": ("/admin/design/live/", "s s s s s s  - - s - -  -"),  # a POST alone
    "admin/design/publish/<int:pk>/": ("/admin/design/publish/{design}/", RUN),
    # works in the background: only the login that began one sees it
    "admin/work/": ("/admin/work/", STAFF),
    "admin/work/<int:pk>/": ("/admin/work/{work}/", RUN),
    "admin/work/<int:pk>/cancel/": ("POST /admin/work/{work}/cancel/", "s s s s s s  n > s n n  n"),
    "admin/work/<int:pk>/file/": ("POST /admin/work/{work}/file/", "s s s s s s  n > s n n  n"),
    # activities
    "activities/": ("/activities/", ALL),
    "activities/<int:pk>/": ("/activities/{activity}/", ALL),
    "activities/<int:pk>/sign-up/": ("/activities/{activity}/sign-up/", POSTED),
    "activities/<int:pk>/cancel/": ("/activities/{activity}/cancel/", POSTED),
    "activities/<int:pk>/wait/": ("/activities/{activity}/wait/", POSTED),
    "activities/<int:pk>/wait/answer/": ("/activities/{activity}/wait/answer/", POSTED),
    "activities/<int:pk>/exception/": ("/activities/{activity}/exception/", POSTED),
    # those who take part see them too; tests/activities/test_private_details.py has one
    "activities/<int:pk>/private/": ("/activities/{activity}/private/", "s n n o n n  n n n n n  n"),
    "admin/activity/": ("/admin/activity/", RUNNING),
    "admin/activity/results/": ("/admin/activity/results/", RUNNING),
    "admin/activity/new/": ("/admin/activity/new/", RUNNING),
    "admin/activity/edit/<int:pk>/": ("/admin/activity/edit/{activity}/", RUN),
    "admin/activity/delete/<int:pk>/": ("/admin/activity/delete/{activity}/", "s s s s s s  n > s n n  n"),
    "admin/activity/history/<int:pk>/": ("/admin/activity/history/{activity}/", RUN),
    "admin/activity/history-results/<int:pk>/": ("/admin/activity/history-results/{activity}/", RUN),
    "admin/activity/usage/<int:pk>/": ("/admin/activity/usage/{activity}/", RUN),
    "admin/activity/publish/<int:pk>/": ("/admin/activity/publish/{activity}/", RUN),
    "admin/activity/cancel/<int:pk>/": ("/admin/activity/cancel/{activity}/", RUN),
    "admin/activity/again/<int:pk>/": ("/admin/activity/again/{activity}/", RUN),
    "admin/activity/invitation/<int:pk>/": ("/admin/activity/invitation/{activity}/", RUN),
    "admin/activity/poster/<int:activity_id>/": ("/admin/activity/poster/{activity}/", "s s s s s s  x o s x x  n"),
    # check-in
    "^[cC]/$": ("/c/", ALL),
    "^[cC]/(?P<checkpoint>[^/]+)/$": ("/c/{poster}/", ALL),
    "^[cC]/(?P<checkpoint>[^/]+)/(?P<code>[^/]+)/$": ("/c/{poster}/ABCD2345/", ALL),
    "^[cC]/(?P<checkpoint>[^/]+)/scan/(?P<scan_id>[0-9a-f-]{36})/$": (
        "/c/{gate}/scan/{scan}/",
        "s o n n n n  n n n n n  n",
    ),
    "^[cC]/(?P<checkpoint>[^/]+)/claim/$": ("/c/{poster}/claim/", LED_ON),
    # every holder of the claim's key: it is the asking phone's
    "^[cC]/(?P<checkpoint>[^/]+)/claim/(?P<key>[^/]+)/$": ("/c/{poster}/claim/{claim}/", ALL),
    "^[pP]/(?P<key>[^/]+)/$": ("/p/{card}/", ALL),
    # the staff scanner's server
    "scan/sw.js": ("/scan/sw.js", ALL),
    "scan/<int:activity_id>/": ("/scan/{activity}/", LEADING),
    "scan/<int:activity_id>/manifest.webmanifest": ("/scan/{activity}/manifest.webmanifest", LEADING),
    "checkin/sync/": ("/checkin/sync/", POSTED),
    "scan/<int:activity_id>/roster/": ("POST /scan/{activity}/roster/", LEADING),
    "scan/<int:activity_id>/undo/": (
        "POST /scan/{activity}/undo/",
        NAMELESS,
    ),  # tests/checkin/test_undo.py names a scan
    "scan/<int:activity_id>/import/": ("/scan/{activity}/import/", LEADING),
    "lead/<int:activity_id>/undo/": ("POST /lead/{activity}/undo/", NAMELESS),  # tests/lead/test_undo.py names an act
    "lead/<int:activity_id>/roster/": ("/lead/{activity}/roster/", LEADING),
    "lead/<int:activity_id>/roster.pdf": ("/lead/{activity}/roster.pdf", LEADING),
    # a sheet that the leader has printed in the background
    "work/<int:pk>/": ("/work/{roster_work}/", "s n n o n n  n n n n n  n"),
    "work/<int:pk>/cancel/": ("POST /work/{roster_work}/cancel/", "s n n > n n  n n n n n  n"),
    "work/<int:pk>/file/": ("POST /work/{roster_work}/file/", "s n n > n n  n n n n n  n"),
    "lead/<int:activity_id>/roster/sheet/": ("/lead/{activity}/roster/sheet/", LEADING),
    "^[lL][eE][aA][dD]/(?P<activity_id>[0-9]{1,18})/[rR][oO][sS][tT][eE][rR]/(?P<row>[0-9A-Za-z]{10,22})/$": (
        "/lead/{activity}/roster/{row}/",
        LEADING,
    ),
    # the volunteer's own page, and the leader's
    "my/": ("/my/", SIGNED_IN),
    "my/card/": ("/my/card/", SIGNED_IN),
    "my/messages/": ("/my/messages/", "s o o o o o  > > > > >  >"),
    "my/messages/by-mail/": ("/my/messages/by-mail/", SIGNED_IN),
    "my/messages/address/<str:token>/": ("/my/messages/address/{new_address}/", "s o n n n n  n n n n n  n"),
    "no-mail/<str:token>/": ("/no-mail/{no_mail}/", ALL),
    "my/messages/read/": ("POST /my/messages/read/", "s > > > > >  > > > > >  >"),
    "my/settings/": ("/my/settings/", SIGNED_IN),
    "my/records/": ("/my/records/", "s o o o o o  > > > > >  >"),
    "my/records/<int:record_id>/": ("/my/records/{record}/", "s o n n n o  n n n n n  n"),
    "my/stars/": ("/my/stars/", "s o o o o o  > > > > >  >"),
    "my/tiers/": ("/my/tiers/", "s o o o o o  > > > > >  >"),
    "my/requests/": ("/my/requests/", SIGNED_IN),
    "my/requests/<slug:kind>/<int:request_id>/withdraw/": (
        "POST /my/requests/make-up/{make_up}/withdraw/",
        "s > n n n n  n n n n n  n",
    ),
    "my/who/": ("/my/who/", SIGNED_IN),
    "my/agency/offer/": ("/my/agency/offer/", "s - - - - -  - - - - -  -"),
    "my/agency/<int:agency_id>/end/": ("/my/agency/{agency}/end/", "s - - - - -  - - - - -  -"),
    "a/<str:code>/": ("/a/{agency_offer}/", SIGNED_IN),
    "my/guardian/": ("/my/guardian/?who={child}", "s n n n n n  n o n n o  n"),
    "g/<str:code>/": ("/g/{guardian_link}/", ALL),
    "g/<str:code>/certificates/<str:number>/pdf/": ("/g/{answered_link}/certificates/{number}/pdf/", ALL),
    "guardian/forms/<int:form_id>/": ("/guardian/forms/{signed_form}/", "s n n n n n  n o n n o  n"),
    "my/missing/": ("/my/missing/", "s o o o o o  n n n n n  n"),
    "my/ask/<int:shift_id>/": ("/my/ask/{shift}/?who={who}", "s o n o n n  n o n n n  n"),
    # already effective: no objection is possible; tests/home/test_requests.py tests others
    "my/records/<int:record_id>/object/": ("/my/records/{record}/object/", NAMELESS),
    "notice/": ("/notice/", ALL),
    # over: its hours count already; tests/home/test_notices.py tests a current notice
    "notice/<slug:community>/<isodate:day>/": ("/notice/songlin/2026-01-10/", NOT_THERE),
    "notice/<slug:community>/<isodate:day>/sheet/": ("/notice/songlin/2026-01-10/sheet/", NAMELESS),
    "lead/<int:activity_id>/absent/": ("/lead/{activity}/absent/", LEADING),
    "lead/<int:activity_id>/evaluate/": ("/lead/{activity}/evaluate/", LEADING),
    "evidence/<int:evidence_id>/": ("/evidence/{evidence}/", "s o n n n o  n o o n n  n"),
    "decisions/": ("/decisions/", "s x x x x x  x o o x o  o"),
    "decisions/<str:kind>/<int:request_id>/": ("POST /decisions/make-up/{make_up}/", "s x x x x x  x o o x n  n"),
    "lead/": ("/lead/", SIGNED_IN),
    "lead/<int:activity_id>/": ("/lead/{activity}/", LEADING),
    "lead/<int:activity_id>/live/": ("/lead/{activity}/live/", LEADING),
    "lead/<int:activity_id>/screen/": ("/lead/{activity}/screen/", LEADING),
    "lead/<int:activity_id>/claims/": ("/lead/{activity}/claims/", LEADING),
    "lead/<int:activity_id>/claims/<int:claim_id>/": ("POST /lead/{activity}/claims/{claim_id}/", LED),
    "lead/<int:activity_id>/claims/decline/": ("POST /lead/{activity}/claims/decline/", LED),
    "lead/<int:activity_id>/newcomer/": ("/lead/{activity}/newcomer/?claim={claim_id}", LEADING),
    "lead/<int:activity_id>/records/<int:record_id>/": ("/lead/{activity}/records/{record}/", LEADING),
    # its hours are settled: no request is possible; tests/lead/test_lead.py tests others
    "lead/<int:activity_id>/records/<int:record_id>/ask/": ("POST /lead/{activity}/records/{record}/ask/", NAMELESS),
    "lead/<int:activity_id>/records/<int:record_id>/correct/": ("/lead/{activity}/records/{record}/correct/", NAMELESS),
    "lead/<int:activity_id>/records/<int:record_id>/role/": ("POST /lead/{activity}/records/{record}/role/", NAMELESS),
    "lead/<int:activity_id>/records/<int:record_id>/longer/": ("/lead/{activity}/records/{record}/longer/", NAMELESS),
    "lead/<int:activity_id>/shifts/<int:shift_id>/overtime/": ("/lead/{activity}/shifts/{shift}/overtime/", LEADING),
    "lead/<int:activity_id>/out/": ("POST /lead/{activity}/out/", LED),
    "lead/<int:activity_id>/people/": ("/lead/{activity}/people/", LEADING),
    "lead/<int:activity_id>/poster.pdf": ("/lead/{activity}/poster.pdf", LEADING),
    "lead/<int:activity_id>/confirm/": ("POST /lead/{activity}/confirm/", LED),
    # the pages
    "": ("/", LED_ON),
    "academy/": ("/academy/", LED_ON),
    # a phone's home screen, and what it shows without a network
    "manifest.webmanifest": ("/manifest.webmanifest", ALL),
    "sw.js": ("/sw.js", ALL),
    "offline/": ("/offline/", ALL),
    "course/<slug:key>/": ("/course/{course}/", LED_ON),
    "course/<slug:key>/<str:lesson_key>/": ("/course/{course}/{lesson}/", LED_ON),
    # a login without a volunteer goes back to the lesson
    "course/<slug:key>/<str:lesson_key>/quiz/": ("/course/{course}/{lesson}/quiz/", "s o o o o >  > > > > >  >"),
    # the first set-up, gone once a community exists; tests/cms/test_first_set_up.py opens it
    "set-up/": ("/set-up/", NOT_THERE),
    "set-up/check/": ("/set-up/check/", NOT_THERE),
    "set-up/done/": ("/set-up/done/", NOT_THERE),
    "set-up/slip/<int:pk>/": ("POST /set-up/slip/1/", NOT_THERE),
    "set-up/<slug:name>/": ("/set-up/community/", NOT_THERE),
    "learning/<slug:course_key>/<str:lesson_key>/done/": (
        "POST /learning/{course}/lesson-1/done/",
        "s > > > > >  > > > > >  >",
    ),
    "learning/<slug:course_key>/enrol/": ("POST /learning/{course}/enrol/", "s > > > > >  > > > > >  >"),
    "learning/<slug:course_key>/renew/": ("POST /learning/{course}/renew/", "s > > > > >  > > > > >  >"),
    "learning/<slug:course_key>/<str:lesson_key>/note/": (
        "/learning/{course}/{lesson}/note/",
        "s o o o o >  > > > > >  >",
    ),
    "search/": ("/search/", ALL),
    "<language>/^((?:[\\w\\-]+/)*)$": ("/zh-hans/", ALL),
    # missing files
    "slides/<int:pk>/<int:number>/": ("/slides/999/1/", NOT_THERE),
    "video/<int:pk>/<path:filename>": ("/video/999/x.mp4", NOT_THERE),
    "documents/^(\\d+)/(.*)$": ("/documents/999/x.pdf", NOT_THERE),
    "documents/authenticate_with_password/<int:restriction_id>/": (
        "/documents/authenticate_with_password/999/",
        NOT_THERE,
    ),
    "^media/(?P<path>images/.+)$": ("/media/images/x.png", NOT_THERE),
    # Wagtail's screens that our views limit to what a user may see
    # Former addresses of pages: for superusers, who are no role of a community.
    "admin/redirects/": ("/admin/redirects/", "s s s s s s  x x s x x  x"),
    "admin/redirects/results/": ("/admin/redirects/results/", "s s s s s s  x x s x x  x"),
    "admin/images/": ("/admin/images/", EDITING),
    "admin/images/results/": ("/admin/images/results/", EDITING),
    "admin/images/chooser/": ("/admin/images/chooser/", STAFF),  # an empty list for a user without the right
    "admin/images/chooser/results/": ("/admin/images/chooser/results/", STAFF),  # likewise
    "admin/documents/": ("/admin/documents/", EDITING),
    "admin/documents/results/": ("/admin/documents/results/", EDITING),
    "admin/tag-autocomplete/": ("/admin/tag-autocomplete/", STAFF),
    "admin/tag-autocomplete/<slug:app_name>/<slug:model_name>/": ("/admin/tag-autocomplete/taggit/tag/", STAFF),
    "admin/api/main/^images/": ("/admin/api/main/images/", STAFF),  # an empty list for a user without the right
    "admin/api/main/^images/<int:pk>/": ("/admin/api/main/images/999/", MISSING_FILE),
    "admin/api/main/^images/find/": ("/admin/api/main/images/find/?id=999", MISSING_FILE),
    "admin/api/main/^documents/": ("/admin/api/main/documents/", STAFF),
    "admin/api/main/^documents/<int:pk>/": ("/admin/api/main/documents/999/", MISSING_FILE),
    "admin/api/main/^documents/find/": ("/admin/api/main/documents/find/?id=999", MISSING_FILE),
    "admin/reports/locked/": ("/admin/reports/locked/", UNLOCKING),
    "admin/reports/locked/results/": ("/admin/reports/locked/results/", UNLOCKING),
    "admin/reports/workflow/": ("/admin/reports/workflow/", EDITING),
    "admin/reports/workflow/results/": ("/admin/reports/workflow/results/", EDITING),
    "admin/reports/workflow_tasks/": ("/admin/reports/workflow_tasks/", EDITING),
    "admin/reports/workflow_tasks/results/": ("/admin/reports/workflow_tasks/results/", EDITING),
    "admin/reports/site-history/": ("/admin/reports/site-history/", STAFF),
    "admin/reports/site-history/results/": ("/admin/reports/site-history/results/", STAFF),
    "admin/reports/aging-pages/": ("/admin/reports/aging-pages/", EDITING),
    "admin/reports/aging-pages/results/": ("/admin/reports/aging-pages/results/", EDITING),
    "admin/reports/page-types-usage/": ("/admin/reports/page-types-usage/", NOBODY),
    "admin/reports/page-types-usage/results/": ("/admin/reports/page-types-usage/results/", NOBODY),
    # Wagtail's own screens about people, rights or the whole site
    "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/": (
        "/admin/bulk/people/volunteer/print_slips/?id={volunteer}",
        PEOPLE,
    ),
    "admin/users/": ("/admin/users/", NOBODY),
    "admin/users/new/": ("/admin/users/new/", NOBODY),
    "admin/groups/": ("/admin/groups/", NOBODY),
    "admin/groups/new/": ("/admin/groups/new/", NOBODY),
    "admin/sites/": ("/admin/sites/", NOBODY),
    "admin/locales/": ("/admin/locales/", NOBODY),
    "admin/workflows/list/": ("/admin/workflows/list/", NOBODY),
    "admin/collections/": ("/admin/collections/", NOBODY),
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """A community with a user in every role and one object of every kind; undone at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _pages_unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render no content: this test asks for access only, and rendering would take its time."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


def describe(volunteer: Volunteer, mark: str, worker: User) -> tuple[Word, OwnField]:
    """Give the volunteer details, an ID document, and a request for another name, all with the mark."""
    now = timezone.now()
    field = OwnField.objects.create(community=volunteer.community, place=1, label=f"{mark}政治面貌")
    changes = {
        "area": f"{mark}3栋",
        "emergency_name": f"{mark}李明",
        "body": f"{mark}膝盖不好",
        "words": {"skill": [f"{mark}修鞋"]},
        "own": {field.pk: f"{mark}党员"},
    }
    details.save_details(volunteer=volunteer, changes=changes, by=worker, at=now)
    keeping_documents.keep_document(
        volunteer=volunteer, kind="passport", number=PASSPORTS[bool(mark)], evidence=f"{mark}表", by=worker, at=now
    )
    assert volunteer.user is not None
    wish = identity.Wish(name=f"{mark}王秀瑛")
    identity.ask_for_change(volunteer=volunteer, wish=wish, reason=f"{mark}", by=volunteer.user, at=now)
    return Word.objects.get(community=volunteer.community, text=f"{mark}修鞋"), field


def build_world(slug: str = "songlin", mark: str = "") -> SimpleNamespace:
    """Found a community with a user in every role and one object of every kind.

    `mark` stands in each text that only people of this community may read.
    """
    now = timezone.now()
    home, abroad = found(slug), CommunityFactory()
    volunteer, other, contact, leader = (
        VolunteerFactory(community=home, login=True, name=f"{mark}{name}", evidence=f"{mark}签字的登记表")
        for name in ("王秀英", "李建国", "张桂兰", "刘伟")
    )
    with_quiz = LessonText("lesson-1", "第1节", 1, [("quiz", written_quiz("1. 火警电话是 119。（√）"))])
    text = course_text(f"{slug}-steps", lessons=[with_quiz, *course_text().lessons[1:]])
    course_page = write_course(academy_page=academy_of(home), text=text, by=None)
    course = course_page.course
    lesson_page = LessonPage.objects.child_of(course_page).order_by("path")[0]
    activity = ActivityFactory(community=home, leader=leader, issuer=home.issuers.get())
    record = effective_record(volunteer, activity.shifts.get())
    certificate = certificates.issue(
        issuer=activity.issuer,
        volunteer=volunteer,
        period_from=record.date,
        period_to=record.date,
        by=volunteer.user,
        at=now,
    )
    unit = UnitFactory(community=home, name=f"{mark}小学")
    membership = units.put_in_unit(volunteer=volunteer, unit=unit, by=None, at=now)
    units.put_in_unit(volunteer=contact, unit=unit, is_contact=True, by=None, at=now)
    guardian = UserFactory(first_name=f"{mark}监护人")
    consent = consents.record_consent(
        volunteer=volunteer,
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        guardian=guardian,
        evidence=f"{mark}签字的同意书",
        by=None,
        at=now,
    )
    Volunteer.objects.filter(pk=volunteer.pk).update(birth_date=timezone.localdate(now) - timedelta(days=16 * 366))
    volunteer.refresh_from_db()
    answered: Any = guardian_services.ask_guardian(
        volunteer=volunteer, name="张强", phone="13900005678", by=None, at=now
    )
    guardian_services.answer(code=answered[1], granted=True, name="张强", relation="", digits="5678", at=now)
    [(_slip, slip)] = slips.print_slips(volunteers=[volunteer], by=None, at=now)
    child = VolunteerFactory(
        community=home, name=f"{mark}小雨", birth_date=timezone.localdate(now) - timedelta(days=15 * 366)
    )
    guardians_link: Any = guardian_services.ask_guardian(
        volunteer=child, name="张强", phone="13900005678", by=None, at=now
    )
    signed = consents.record_consent(
        volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, evidence=f"{mark}同意书", by=None, at=now
    )
    staff = {role.value: UserFactory(first_name=f"{mark}社工", duties=[(home, role)]) for role in DutyRole}
    users: dict[str, User | None] = {
        "anonymous": None,
        "volunteer": volunteer.user,
        "other": other.user,
        "leader": leader.user,
        "contact": contact.user,
        "guardian": guardian,
        **staff,
        "stranger": UserFactory(duties=[(abroad, DutyRole.SOCIAL_WORKER)]),
    }
    poster = codes.checkpoint_for(activity, rotating=False)
    claim = Claim.objects.create(
        checkpoint=poster, key=random_key(80), name=f"{mark}李建国", phone_tail="1234", asked_at=now
    )
    make_up = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=record.shift,
        came_at=None,
        left_at=None,
        reason=f"{mark}不是我",
        by=volunteer.user,
        at=now,
    )
    evidence = Evidence.objects.create(
        make_up=make_up, file=ContentFile(b"", "1.jpg"), name=f"{mark}1.jpg", added_by=volunteer.user, added_at=now
    )
    history, under_way = (
        imports.choose_columns(
            upload=imports.keep_upload(
                community=home,
                issuer=activity.issuer,
                leader=leader,
                name=f"{mark}{year}.csv",
                content=f"{volunteer.number},{year}-03-01,2,探访,敬老院,{mark}陪伴老人,居委会".encode(),
                by=staff["social_worker"],
                at=now,
            ),
            header=0,
            columns={"number": 0, "date": 1, "hours": 2, "title": 3, "place": 4, "content": 5, "organiser": 6},
            by=staff["social_worker"],
        )
        for year in (2024, 2025)
    )
    acting = {"upload": history, "by": staff["social_worker"], "at": now}
    imported = importing.import_rows(**acting, mark=imports.dry_run(**acting).mark, only_if_all_are_good=True)
    said = {"reason": f"{mark}测试", "asked_at": now}
    plan = plan_of(record.activity)
    worker, standing = staff["social_worker"], {"minutes": 6000, "average": 5}
    platform_workbook = handing_over.add_workbook(
        community=home, platform=f"{mark}平台", name=f"{mark}1.xlsx", data=workbook(["姓名", "日期"]), by=worker, at=now
    )
    handover = handing_over.fill_workbook(
        workbook=platform_workbook, since=record.date, until=record.date, by=worker, at=now
    )
    roll_file = roll_files.keep_file(
        community=home, name=f"{mark}1.csv", content=f"姓名,手机\n{mark}周强,".encode(), by=worker, at=now
    )
    roll_files.choose_columns(
        file=roll_file, sheet="", header=1, columns={"name": 0}, evidence=f"{mark}名单", by=worker
    )
    staging.check_list(file=RollFile.objects.get(pk=roll_file.pk), by=worker, at=now)
    word, own_field = describe(volunteer, mark, worker)
    nothing = {"order": {"volunteers": []}, "total": 0}
    import_work = works.begin(
        kind=ImportingService,
        community=home,
        order=order_for(under_way, mark="", only_if_all_are_good=True),
        total=1,
        by=worker,
        at=now,
    )
    work = works.begin(kind=PrintingCards, community=home, **nothing, by=worker, at=now)
    of_roster = {"activity": activity.pk, "shifts": []}
    roster_work = works.begin(kind=PrintingRoster, community=home, order=of_roster, total=0, by=leader.user, at=now)
    agreement, agreement_draft = (
        agreements.write_draft(
            community=home, kind=kind, title=f"{mark}协议", text=f"{mark}一、守时", by=worker, at=now
        )
        for kind in ("agreement", "pledge")
    )
    agreements.publish(agreement=agreement, by=worker, at=now)
    agreement.refresh_from_db()
    signature = agreements.record_paper(
        agreement=agreement,
        volunteer=volunteer,
        signed_on=timezone.localdate(now),
        photo=SimpleUploadedFile(f"{mark}1.jpg", b"1"),
        by=worker,
        at=now,
    )
    asked = own_data.ask(what="copy", volunteer=volunteer, by=volunteer.user, at=now)
    data_copy = decisions.decide(request=asked, by=worker, at=now, accepted=True)
    policy = Policy.objects.create(
        community=home,
        insurer=f"{mark}保险",
        number=f"{mark}1",
        starts_on=timezone.localdate(now),
        ends_on=timezone.localdate(now),
    )
    filing_workbook = lists.add_workbook(
        community=home,
        recipient="platform",
        name=f"{mark}2.xlsx",
        data=workbook(["姓名", "岗位"]),
        by=worker,
        at=now,
    )
    accident = accidents.record(
        key=uuid4(),
        activity=activity,
        account=Account(what=f"{mark}扭了脚踝"),
        hurt=[volunteer],
        happened_at=now,
        complete=False,
        by=worker,
        at=now,
    )
    accident_photo = accidents.add_photo(accident=accident, content=small_photo(), by=worker, at=now)
    ids = {
        "policy": policy.pk,
        "filing_workbook": filing_workbook.pk,
        "accident": accident.pk,
        "accident_photo": accident_photo.pk,
        "agreement": agreement.pk,
        "agreement_draft": agreement_draft.pk,
        "signature": signature.pk,
        "data_copy": data_copy.pk,
        "work": work.pk,
        "roster_work": roster_work.pk,
        "import_work": import_work.pk,
        "export_form": platform_workbook.pk,
        "handover": handover.pk,
        "handed_over": handover.lines.get().pk,
        "objection": Objection.objects.create(record=record, due_on=record.date, **said).pk,
        "correction_proposal": CorrectionProposal.objects.create(
            record=record, minutes_before=180, minutes_after=60, **said
        ).pk,
        "daily_approval": DailyApproval.objects.create(volunteer=volunteer, date=record.date, minutes=600, **said).pk,
        "overtime": Overtime.objects.create(shift=record.shift, until=now, **said).pk,
        "plan_change": PlanChange.objects.create(activity=record.activity, before=plan, after=plan, **said).pk,
        "need_exception": NeedException.objects.create(
            role=activity.roles.get(), volunteer=volunteer, missing=[f"{mark}课程"], **said
        ).pk,
        "exception_made": NeedException.objects.create(
            role=activity.roles.get(),
            volunteer=volunteer,
            missing=[f"{mark}课程"],
            decided_by=worker,
            decided_at=now,
            accepted=True,
            **said,
        ).pk,
        "star_rating": StarRating.objects.create(volunteer=volunteer, stars=1, standing=standing, asked_at=now).pk,
        "complaint": Complaint.objects.create(volunteer=volunteer, complainant=f"{mark}刘女士", **said).pk,
        "commendation": Commendation.objects.create(
            volunteer=volunteer,
            title=f"{mark}优秀",
            text=f"{mark}敬老",
            given_on=now,
            recorded_by=worker,
            recorded_at=now,
        ).pk,
        "unit_commendation": UnitCommendation.objects.create(
            unit=unit,
            title=f"{mark}先进单位",
            text=f"{mark}敬老",
            given_on=now,
            recorded_by=worker,
            recorded_at=now,
        ).pk,
        "import": imported.pk,
        "upload": under_way.pk,
        "roll_file": roll_file.pk,
        "word": word.pk,
        "own_field": own_field.pk,
        "shift": record.shift_id,
        "who": volunteer.number,
        "make_up": make_up.pk,
        "evidence": evidence.pk,
        "volunteer": volunteer.pk,
        "sign_up": SignUp.objects.filter(volunteer=volunteer).latest("pk").pk,
        "activity": activity.pk,
        "unit": unit.pk,
        "membership": membership.pk,
        "issuer": activity.issuer.pk,
        "community": home.pk,
        "consent": consent.pk,
        "duty": staff["trainer"].duties.get().pk,
        "rule_set": home.rule_sets.get().pk,
        "draft": rulebook.draft_rule_set(community=home, by=worker, at=now).pk,
        "slip": slip,
        "child": child.number,
        "guardian_link": guardians_link[1],
        "answered_link": answered[1],
        "new_address": signing.dumps([volunteer.user.pk, "wang@example.org"], salt=mailing.NEW_ADDRESS),
        "no_mail": mailing.token_to_stop(volunteer.user, ""),
        "signed_form": SignedForm.objects.create(
            consent=signed, file=ContentFile(b"", "1.jpg"), name=f"{mark}1.jpg", added_by=worker, added_at=now
        ).pk,
        "agency": families.allow_agent(volunteer=other, user=UserFactory(), evidence=f"{mark}签字", by=None, at=now).pk,
        "agency_offer": agency_services.offer_agency(volunteer=volunteer, by=volunteer.user, at=now),
        "card": cards.card_for(volunteer=volunteer, by=None, at=now).key,
        "record": record.pk,
        "year": record.date.year,
        "entry": record.ledger_entries.get().pk,
        "certificate": certificate.pk,
        "number": certificate.number,
        "code": certificate.code,
        "receipt": receipts.give_receipt(asked=[PastedLine(code=certificate.code)], network=slug, at=now).code,
        "course": course.key,
        "course_page": course_page.pk,
        "lesson": lesson_page.key,
        "lesson_page": lesson_page.pk,
        "poster": poster.key,
        "claim": claim.key,
        "claim_id": claim.pk,
        "row": row_key(activity, volunteer.pk),
        "gate": codes.checkpoint_for(activity, rotating=True).key,
        "scan": Scan.objects.filter(volunteer=volunteer).latest("happened_at").pk,
    }
    # The leader sees the people of the activity until 60 days after its last shift (ADR 37).
    tomorrow = now + timedelta(days=1)
    coming = Shift.objects.create(activity=activity, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1))
    private_details.write(activity=activity, text=f"{mark}门禁 2580#", by=worker, at=now)
    ids |= group_ids(unit, volunteer, coming, worker, mark)
    ids |= class_ids(course, volunteer, leader, worker, mark)
    ids |= rota_ids(volunteer, leader, worker)
    ids |= idea_ids(volunteer, activity, worker, mark)
    ids |= paper_ids(activity.issuer, unit, worker, mark)
    ids["batch"] = batch_of(certificate, worker).pk
    ids |= passbook_ids(volunteer, worker)
    return SimpleNamespace(
        home=home, users=users, ids=ids, sessions={role: session_of(user) for role, user in users.items()}
    )


def idea_ids(volunteer: Volunteer, activity: Activity, worker: User, mark: str) -> dict[str, Any]:
    """Create a proposal, the code for the served people's word, and a photo; return their ids."""
    now = timezone.now()
    fields = {name: f"{mark}想法" for name in ("title", "what", "whom", "place")}
    times = {"day": timezone.localdate(now) + timedelta(days=9), "begins": time(9), "ends": time(10)}
    proposal = proposals.write(
        proposal=None, volunteer=volunteer, fields={**fields, **times}, by=volunteer.user, at=now
    )
    handed_in = proposals.hand_in(proposal=proposal, by=volunteer.user, at=now)
    proposals.add_note(proposal=proposal, text=f"{mark}几个人？", by=worker, at=now)
    photo = Photo(activity=activity, width=1, height=1, bytes=2, uploaded_by=worker, uploaded_at=now)
    photo.large.save("1.jpg", ContentFile(b"1"), save=False)
    photo.small.save("1.jpg", ContentFile(b"1"))
    # Not open yet: strangers write a word about an activity that takes place, by design (ADR 148).
    coming = Activity.objects.filter(community=volunteer.community, series_date__isnull=False).latest("pk")
    return {
        "proposal": proposal.pk,
        "proposal_request": handed_in.pk,
        "leading_terms": LeadingTerms.objects.create(community=volunteer.community).pk,
        "feedback": feedback.code_of(coming).key,
        "photo": photo.pk,
    }


def paper_ids(issuer: Issuer, unit: Unit, worker: User, mark: str) -> dict[str, Any]:
    """Create a draft of a template, and a letter of thanks to the unit, and return their ids."""
    now = timezone.now()
    design = designs.write_draft(
        community=unit.community, kind="tier", name=f"{mark}样式", heading="证书", body=f"{mark}好", by=worker, at=now
    )
    units.record_contribution(
        unit=unit, kind="venue", word=f"{mark}教室", since=timezone.localdate(now), by=worker, at=now
    )
    today = timezone.localdate(now)
    letter = letters.issue_letter(issuer=issuer, unit=unit, period_from=today, period_to=today, by=worker, at=now)
    return {"design": design.pk, "letter": letter.pk}


def batch_of(certificate: Certificate, worker: User) -> Batch:
    """Create a batch with this certificate, which a member of staff printed."""
    now, day = timezone.now(), certificate.period_from
    batch = batches.begin_batch(
        issuer=certificate.issuer,
        kind="service",
        period=(day, day),
        people=[certificate.volunteer],
        key=random_key(80),
        by=worker,
        at=now,
    )
    assert isinstance(batch, Batch), batch
    batches.issue_batch(batch=batch, by=worker, at=now)
    printouts.note(certificates=[certificate], way="desk", page="/", by=worker, at=now)
    return batch


def passbook_ids(volunteer: Volunteer, worker: User) -> dict[str, Any]:
    """Begin the person's passbook, and return its ids."""
    made = books.print_next(volunteer=volunteer, seen=None, by=worker, at=timezone.now())
    return {"passbook": made.book_id, "printing": made.pk}


def group_ids(unit: Unit, member: Volunteer, shift: Shift, worker: User, mark: str) -> dict[str, Any]:
    """Create one object of each kind that a unit has, and return their ids."""
    now = timezone.now()
    team = Team.objects.create(unit=unit, name=f"{mark}一队")
    period = units.join_team(volunteer=member, team=team, by=None, at=now)
    contribution = units.record_contribution(
        unit=unit, kind="venue", word=f"{mark}礼堂", since=timezone.localdate(now), by=worker, at=now
    )
    venue = Venue.objects.create(unit=unit, name=f"{mark}操场", place=f"{mark}校内")
    booking = venues.book(
        venue=venue,
        unit=unit,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        purpose=f"{mark}排练",
        by=worker,
        at=now,
    )
    role = shift.activity.roles.get()
    link = links.make_link(unit=unit, shift=shift, role=role, places=9, by=worker, at=now)
    made = calling.call(people=[member], shift=shift, role=role, by=worker, at=now)
    places = role.capacity
    Role.objects.filter(pk=role.pk).update(capacity=0)  # people wait for a full role alone
    entry = waiting.join(volunteer=member, shift=shift, role=role, by=worker, at=now)
    assert isinstance(entry, WaitingEntry), entry
    Role.objects.filter(pk=role.pk).update(capacity=places)
    return {
        "team": team.pk,
        "team_period": period.pk,
        "contribution": contribution.pk,
        "venue": venue.pk,
        "booking": booking.pk,
        "group_link": link.key,
        "call": made[0].key,
        "waiting": entry.pk,
        "waiting_key": entry.key,
        "group_link_id": link.pk,
    }


def rota_ids(volunteer: Volunteer, leader: Volunteer, worker: User) -> dict[str, Any]:
    """Create a standing shift in which the volunteer stands in, and their calendar; return their ids."""
    now, issuer = timezone.now(), volunteer.community.issuers.get()
    series = opening.plan_series(
        series=Series(
            community=volunteer.community,
            title="消防通道值守",  # its page is public
            place="东门",
            service_content="劝导车辆",
            leader=leader,
            organiser=issuer.name,
            issuer=issuer,
            weekdays=127,
            starts=1050,
            ends=1170,
            role_name="值守",
            first_day=timezone.localdate(now),
            weeks_ahead=1,
        ),
        by=worker,
        at=now,
    )
    stands = standing.stand_in(series=series, volunteer=volunteer, by=worker, at=now)
    feed = calendars.make_feed(of=volunteer, by=volunteer.user, at=now)
    Shift.objects.filter(activity__series_date__series=series, starts_at__lt=now + timedelta(days=1)).update(
        starts_at=now + timedelta(hours=12), ends_at=now + timedelta(hours=13)
    )
    return {
        "series": series.pk,
        "series_poster": series.poster_key,
        "standing_place": stands.place.pk,
        "feed": feed.key,
        "feed_id": feed.pk,
    }


def class_ids(course: Course, learner: Volunteer, leader: Volunteer, worker: User, mark: str) -> dict[str, Any]:
    """Create a run with one learner and a checklist, a qualification and a promotion; return their ids."""
    now = timezone.now()
    assessing.set_assessment(course=course, kind="checklist", items=f"{mark}按压", by=worker, at=now)
    starts_at = now + timedelta(days=2)
    run = running.plan_run(
        course=course,
        title="急救班 第 1 期",  # its page is public
        instructor=leader,
        issuer=learner.community.issuers.get(),
        classes=[(starts_at, starts_at + timedelta(hours=2))],
        places=5,
        place="社区活动中心",
        by=worker,
        at=now,
    )
    running.join(run=run, volunteer=learner, by=worker, at=now)
    Promotion.objects.create(volunteer=learner, tier="beginner", evidence={"minutes": 0}, asked_at=now)
    course.valid_years = 3
    qualifications.qualify(volunteer=learner, course=course, on=timezone.localdate(now), at=now)
    return {"run": run.pk, "course_id": course.pk}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return every address of the project, as its patterns write it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        language = isinstance(pattern.pattern, LocalePrefixPattern)
        route = prefix + ("<language>/" if language else str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route, pattern


def is_ours(route: str, pattern: URLPattern) -> bool:
    """Return whether the address is ours: of Wagtail's admin, only those of our viewsets are."""
    if not route.startswith("admin/"):
        return True
    if route.startswith(tuple(f"admin/{viewset.url_prefix}/" for viewset in community_viewsets())):
        return True
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return view.__module__.partition(".")[0] in ("academy", "cms", "demo")


def community_viewsets() -> Iterator[CommunityViewSet]:
    for registered in viewsets.viewsets:
        for viewset in (registered, *getattr(registered, "items", ())):
            if isinstance(viewset, CommunityViewSet):
                yield viewset


def test_every_address_has_a_row():
    missing = [route for route, pattern in routes() if is_ours(route, pattern) and route not in MATRIX]

    assert not missing, "Say who may open them, in MATRIX:\n" + "\n".join(missing)


def test_every_row_has_an_address():
    assert set(MATRIX) <= {route for route, _pattern in routes()}


def test_every_row_answers_for_every_role():
    assert {route: who for route, (_address, who) in MATRIX.items() if len(who.split()) != len(ROLES)} == {}


@pytest.mark.slow
@pytest.mark.parametrize("route", MATRIX)
def test_who_may_open(route, world):
    address, who = MATRIX[route]
    method, _blank, path = address.rpartition(" ")
    answers = {role: ask(method or "GET", path.format(**world.ids), world.sessions[role]) for role in ROLES}

    assert answers == dict(zip(ROLES, who.split(), strict=True))


def session_of(user: User | None) -> str:
    """Return the session cookie of `user`, signed in once for the whole matrix; empty without a user."""
    client = Client()
    if user is None:
        return ""
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


BROWSER = Client()  # of all: each new one loads the middleware again


def ask(method: str, path: str, session: str) -> str:
    """Return the answer to that session as a letter of the matrix."""
    BROWSER.cookies.clear()
    BROWSER.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response = BROWSER.generic(method, path)
        letter = outcome(path, response)
        if response.streaming:
            list(response)  # reading a file closes it
        transaction.set_rollback(True)
    return letter


def outcome(path: str, response: HttpResponse) -> str:
    if 300 <= response.status_code < 400:
        target = urlsplit(response["Location"]).path
        if target in (reverse("account_login"), reverse("wagtailadmin_login")):
            return "s"
        return "x" if path.startswith("/admin/") and target == reverse("wagtailadmin_home") else ">"
    return {200: "o", 403: "x", 404: "n", 405: "-"}.get(response.status_code, str(response.status_code))
