"""Every page of volunteers and leaders in each dress: access, width, and the keyboard."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from academy.activities.models import Activity
from academy.agreements.models import Agreement
from academy.classes.models import CourseRun
from academy.families import guardian_services
from academy.groups.models import GroupLink
from academy.hours.models import ServiceRecord
from academy.learning.models import CourseVersion
from academy.people.models import User, Volunteer
from academy.units.belongings import units_of_contact
from cms.models import CoursePage
from demo import accounts, build, classes, families

# Wagtail leaves the files of a picture and of its new rendition to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

NOW = dt.datetime(2026, 3, 14, 2, 30, tzinfo=dt.UTC)  # a Saturday, 10:30 in Shanghai

VOLUNTEER = [
    "/",
    "/academy/",
    "/course/spirit-and-law/",
    "/course/cpr-and-aed/",  # which a class completes
    "/zh-hans/academy/spirit-and-law/lesson-1/",
    "/search/?q=防火",
    "/activities/",
    "/my/",
    "/my/missing/",
    "/my/stars/",
    "/my/tiers/",
    "/my/card/",
    "/my/certificates/",
    "/my/requests/",
    "/my/settings/",
    "/c/",
    "/verify/",
    "/notice/",
    "/zh-hans/rules/",
    "/zh-hans/join/",
    "/accounts/logout/",
]
MORE = [
    "/my/data/",
    "/my/data/ask/copy/",
    "/my/data/ask/correction/",
    "/my/data/ask/deletion/",
    "/my/agreements/",
    "/my/contact/",
    "/my/identity/",
]
LEADER = ["/lead/", "/my/"]
BACK_OFFICE = ["/admin/run/", "/admin/run/new/", "/admin/course_rules/", "/admin/qualification/"]
AUTHORS = ["/admin/", "/admin/reports/quizzes/"]
SIGNED_OUT = ["/", "/activities/", "/accounts/login/", "/s/"]


def dress(width: int, *, elder: int = 0, dark: bool = False, english: bool = False) -> dict[str, Any]:
    """Return the options of a browser, and its cookies."""
    return {
        "viewport": {"width": width, "height": 2 * width if width < 1000 else 800},
        "color_scheme": "dark" if dark else "light",
        "cookies": ({"elder": str(elder)} if elder else {}) | ({"django_language": "en"} if english else {}),
    }


# tests/soak/test_dresses.py wears more.
DRESSES = [dress(320, elder=2, dark=True), dress(1280, english=True)]

# Each stop of the keyboard, brought into view by the focus alone, must not lie under a bar.
HIDDEN_STOPS = """() => {
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  const hidden = [];
  for (const stop of stops) {
    if (stop.disabled || stop.type === "hidden" || !stop.getClientRects().length) continue;
    stop.focus();
    if (document.activeElement !== stop) continue;
    const box = stop.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
    const y = box.top + Math.min(box.height / 2, innerHeight / 2);
    const found = document.elementFromPoint(x, y);
    const around = [stop, ...(stop.labels || [])];
    if (!found || !(found.contains(stop) || around.some((one) => one.contains(found))))
      hidden.push(stop.outerHTML.slice(0, 120));
  }
  return hidden;
}"""


@pytest.fixture
def community(served: str) -> Iterator[str]:
    """The demonstration community, at half past ten on a Saturday."""
    with time_machine.travel(NOW, tick=True):
        activity = build.build(at=NOW)
        assert isinstance(activity, Activity)
        yield served


def login_of(phone: str) -> User:
    volunteer = Volunteer.objects.filter(phone=phone, user__isnull=False).first()
    return User.objects.get(phone=phone) if volunteer is None else User.objects.get(volunteer=volunteer)


def signed_in(context: BrowserContext, served: str, phone: str) -> None:
    client = Client()
    client.force_login(login_of(phone))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": served}])


def look_at(page: Page, served: str, address: str) -> list[str]:
    """Return what is wrong with the page, in words."""
    page.goto(served + address)
    wrong = [
        f"{address}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]
    ]
    if address.startswith("/admin/"):
        return wrong  # its frame is Wagtail's
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if width[0] > width[1]:
        wrong.append(f"{address}: {width[0]} px wide on a screen of {width[1]} px")
    wrong += [f"{address}: the focus hides on {stop}" for stop in page.evaluate(HIDDEN_STOPS)]
    return wrong


def addresses() -> dict[str, list[str]]:
    volunteer = Volunteer.objects.get(phone=accounts.VOLUNTEER.phone)
    record = ServiceRecord.objects.live().of(volunteer).first()
    leader = login_of(accounts.INSTRUCTOR.phone)
    led = list(Activity.objects.led_by(leader).published().order_by("-pk")[:3])
    coming = Activity.objects.in_communities([volunteer.community_id]).published().upcoming(NOW)[:2]
    assert record is not None and led
    held = CourseRun.objects.get(title__startswith=classes.HELD)
    begun = CourseRun.objects.exclude(pk=held.pk).get()
    learner = Volunteer.objects.get(name=classes.NOT_YET)
    waiting = CoursePage.objects.get(title=held.course.title, alias_of=None, locale__language_code="zh-hans")
    version = CourseVersion.objects.filter(course__key="our-resources").latest("number")
    quiz = f"our-resources/{next(iter(version.quiz_keys))}"  # of each kind but a spot (tests/e2e/test_quiz.py)
    return {
        accounts.VOLUNTEER.phone: [
            *VOLUNTEER,
            f"/my/records/{record.pk}/",
            f"/my/records/{record.pk}/object/",
            *(f"/activities/{one.pk}/" for one in coming),
            f"/classes/of/{begun.course.key}/",
            f"/classes/{begun.pk}/",
            f"/classes/{held.pk}/feedback/",
            f"/course/{quiz}/quiz/",  # passed: why each answer is right
            f"/learning/{quiz}/note/",
        ],
        accounts.INSTRUCTOR.phone: [
            *LEADER,
            *(f"/lead/{one.pk}/" for one in led),
            f"/lead/{led[0].pk}/roster/",
            f"/lead/{led[0].pk}/screen/",
            f"/lead/{led[0].pk}/newcomer/",
            f"/lead/{led[-1].pk}/evaluate/",
            f"/classes/{held.pk}/learners/",
            f"/classes/{held.pk}/learners/{learner.pk}/",
            f"/classes/{held.pk}/results/",
            f"/course/{quiz}/quiz/",
            *AUTHORS,
            *(f"/admin/courses/{waiting.pk}/{act}/" for act in ("submit", "changes", "word", "translate")),
        ],
        accounts.SOCIAL_WORKER.phone: [*BACK_OFFICE, f"/admin/courses/{waiting.pk}/review/"],
        "": SIGNED_OUT,
    }


def more_addresses() -> dict[str, list[str]]:
    """Return the pages of own data, agreements, details, units and guardians (tests/soak/test_dresses.py)."""
    volunteer = Volunteer.objects.get(phone=accounts.VOLUNTEER.phone)
    (unit,) = units_of_contact(login_of(volunteer.phone))
    link = GroupLink.objects.filter(withdrawn_at=None).first()
    agreement = Agreement.objects.published().first()
    child = Volunteer.objects.get(name=families.MINORS[0].name)
    by = login_of(accounts.INSTRUCTOR.phone)
    asked = guardian_services.ask_guardian(volunteer=child, name="周敏", phone="13900000029", by=by, at=NOW)
    assert link is not None and agreement is not None and isinstance(asked, tuple)
    return {
        volunteer.phone: [
            *MORE,
            f"/my/agreements/{agreement.pk}/",
            f"/my/units/{unit.pk}/",
            f"/my/units/{unit.pk}/venues/",
        ],
        link.shift.activity.leader.phone: [
            f"/lead/{link.shift.activity_id}/units/",
            f"/lead/{link.shift.activity_id}/units/{link.unit_id}/",
        ],
        "": [f"/u/{link.key}/", f"/u/{link.key}/done/", f"/g/{asked[1]}/", "/g/ABCDEFGHJK/"],
    }


def wrong_in(
    dress: dict[str, Any], served: str, browser: Browser, pages_of: Callable[[], dict[str, list[str]]] = addresses
) -> list[str]:
    """Return what is wrong on the pages of a volunteer, a leader and a stranger, in words."""
    wrong: list[str] = []
    asked = {key: value for key, value in dress.items() if key != "cookies"}
    for phone, pages in pages_of().items():
        context = browser.new_context(locale="zh-CN", **asked)
        if phone:
            signed_in(context, served, phone)
        context.add_cookies([{"name": name, "value": value, "url": served} for name, value in dress["cookies"].items()])
        page = context.new_page()
        for address in pages:
            wrong += look_at(page, served, address)
        context.close()
    return wrong


def test_every_page_is_good_in_every_dress(community: str, browser: Browser) -> None:
    assert [wrong_in(one, community, browser) for one in DRESSES] == [[] for _ in DRESSES]
