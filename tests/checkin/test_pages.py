"""The page behind a code, in a browser."""

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from academy.activities.models import Activity, SignUp
from academy.checkin.gate_views import SIGNED_OUT
from academy.checkin.models import Scan, Visit
from academy.people.models import Volunteer
from academy.people.services import consents, slips
from tests.checkin.gate import browser, fields, poster, refusal, screen, signed_in, tap
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory()


@pytest.fixture
def volunteer(activity: Activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="王秀英", login=True)


@pytest.fixture
def phone(volunteer: Volunteer) -> Client:
    """Return the volunteer's browser: signed in, in English, with CSRF checks."""
    return signed_in(volunteer)


def has_button(response) -> bool:
    return '<form class="act" method="post">' in response.content.decode()


# One tap in, one tap out


def test_one_tap_checks_in_and_one_tap_checks_out(activity, phone, clock):
    page = phone.get(poster(activity))
    assert "王秀英, welcome" in page.content.decode()
    came = tap(phone, poster(activity))
    assert "Checked in" in came.content.decode()
    assert "9:00" in came.content.decode()
    clock.move_to(END)
    page = phone.get(poster(activity))
    assert "you have been here since 9:00" in page.content.decode()
    left = tap(phone, poster(activity))
    assert "Checked out" in left.content.decode()
    assert "You were here for 3 h today" in left.content.decode()
    assert Visit.objects.get().closed_at == END


def test_an_address_in_capitals_is_the_same(activity, phone):
    assert "Checked in" in tap(phone, poster(activity).upper()).content.decode()


def test_a_key_typed_carelessly_is_the_same(activity, phone):
    assert has_button(phone.get(poster(activity).lower()))


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_get_stores_no_row(activity, phone, method):
    for url in (poster(activity), screen(activity)):
        for headers in ({}, {"purpose": "prefetch", "sec-purpose": "prefetch"}):
            getattr(phone, method)(url, headers=headers)
    assert not Scan.objects.exists()
    assert not SignUp.objects.exists()


def test_the_pages_are_not_cached(activity, phone):
    urls = [poster(activity), screen(activity), "/c/", tap(phone, poster(activity)).request["PATH_INFO"]]
    for url in urls:
        assert "no-store" in phone.get(url)["Cache-Control"]


def test_a_double_tap_and_a_reload_make_one_visit(activity, phone):
    form = fields(phone.get(poster(activity)))
    first = phone.post(poster(activity), form)
    second = phone.post(poster(activity), form)
    assert first["Location"] == second["Location"]
    for _reload in range(2):
        assert "Checked in" in phone.get(first["Location"]).content.decode()
    assert Scan.objects.count() == Visit.objects.count() == 1


def test_a_second_check_in_is_a_friendly_page_with_the_first_time(activity, phone, clock):
    page = phone.get(poster(activity))
    other = phone.get(poster(activity))
    phone.post(poster(activity), fields(page))
    clock.shift(minutes(10))
    again = phone.post(poster(activity), fields(other), follow=True)
    assert refusal(again) == "already_checked_in"
    assert "9:00" in again.content.decode()
    assert "result-ok" in again.content.decode()


def test_leaving_after_a_moment_asks_first(activity, phone, clock):
    tap(phone, poster(activity))
    clock.shift(minutes(2))
    question = tap(phone, poster(activity))
    assert "Are you leaving now?" in question.content.decode()
    assert Visit.objects.open().exists()
    form = fields(question)
    assert "Checked out" in phone.post(poster(activity), form, follow=True).content.decode()
    assert not Visit.objects.open().exists()


def test_two_open_shifts_are_asked_about(volunteer, phone, clock):
    activity = ActivityFactory(
        shifts=[{"starts_at": START, "ends_at": END}, {"starts_at": END, "ends_at": END + minutes(60)}]
    )
    clock.move_to(END - minutes(30))
    page = phone.get(poster(activity))
    form = fields(page)
    later = activity.shifts.order_by("starts_at").last()
    assert "Which time?" in page.content.decode()
    unanswered = phone.post(poster(activity), form)
    assert "Which time?" in unanswered.content.decode()
    assert fields(unanswered)["who"] == form["who"]
    phone.post(poster(activity), {**form, "shift": later.pk})
    assert Visit.objects.get().shift == later


# Refused


@pytest.mark.parametrize(
    ("moment", "code"),
    [(START - minutes(100), "too_early"), (END + minutes(300), "too_late")],
)
def test_a_refused_volunteer_reads_the_reason_instead_of_a_button(activity, phone, clock, moment, code):
    clock.move_to(moment)
    page = phone.get(poster(activity))
    assert refusal(page) == code
    assert not has_button(page)


def test_a_refused_scan_is_kept_and_its_page_says_why(activity, phone, clock):
    form = fields(phone.get(poster(activity)))
    clock.move_to(END)
    answer = phone.post(poster(activity), form, follow=True)
    assert refusal(answer) == "too_late"
    assert Scan.objects.get().refusal == "too_late"


def test_an_unknown_checkpoint_is_refused(phone):
    for client in (phone, browser()):
        page = client.get("/c/0000000000/")
        assert page.status_code == 404
        assert refusal(page) == "unknown_checkpoint"
    assert phone.post("/c/0000000000/", {}).status_code == 404


def test_a_rotating_checkpoint_without_its_code_shows_no_button(activity, phone):
    bare = "/".join(screen(activity).split("/")[:3]) + "/"
    for client in (phone, browser()):
        page = client.get(bare)
        assert refusal(page) == "bad_code"
        assert not has_button(page)


def test_a_rotating_code_is_accepted_while_it_is_valid(activity, phone, clock):
    url = screen(activity)
    clock.shift(119)
    assert "Checked in" in tap(phone, url).content.decode()


def test_a_code_that_ran_out_while_the_page_was_open_is_refused_and_kept(activity, phone, clock):
    url = screen(activity)
    form = fields(phone.get(url))
    clock.shift(130)
    assert refusal(phone.post(url, form, follow=True)) == "code_expired"
    assert Scan.objects.get().refusal == "code_expired"


def test_another_users_form_is_refused(activity, phone):
    form = fields(phone.get(poster(activity)))
    phone.post(poster(activity), form)
    other = VolunteerFactory(community=activity.community, login=True)
    stranger = signed_in(other)
    own = fields(stranger.get(poster(activity)))
    # the stranger's own name with another person's scan id
    scan_id = form["who"][0].split(":")[2]
    stolen = {**own, "who": f"{other.pk}:in:{scan_id}"}
    answer = stranger.post(poster(activity), stolen)
    assert refusal(answer) == "id_reused"
    assert "9:00" not in answer.content.decode().split("<main", 1)[1]
    # another person's whole form: the stranger may not act for them
    assert stranger.post(poster(activity), {**own, "who": form["who"]}).status_code == 403
    # another person's answer
    assert stranger.get(f"{poster(activity)}scan/{scan_id}/").status_code == 404
    assert Scan.objects.count() == 1


def test_an_answer_belongs_to_its_checkpoint(activity, phone):
    location = tap(phone, poster(activity)).request["PATH_INFO"]
    elsewhere = poster(ActivityFactory())
    assert phone.get(location.replace(poster(activity), elsewhere)).status_code == 404
    assert phone.get(f"{poster(activity)}scan/{uuid4()}/").status_code == 404
    assert phone.get(f"{location}?and=nonsense").status_code == 404


@pytest.mark.parametrize(
    "who", ["", "nonsense", "1:in", "1:up:0b7cbf2e-1111-4111-8111-111111111111", "1:in:x", "x:in:y"]
)
def test_a_form_that_the_page_did_not_make_gives_the_page_again(activity, phone, who):
    form = {**fields(phone.get(poster(activity))), "who": who}
    again = phone.post(poster(activity), form)
    assert again.status_code == 403
    assert "tap once more" in again.content.decode()
    assert has_button(again)


# Stale forms, sign-in and grace: no scan is lost


def test_a_stale_form_gives_the_page_again_with_the_same_scan(activity, phone):
    form = fields(phone.get(poster(activity)))
    again = phone.post(poster(activity), {**form, "csrfmiddlewaretoken": "x" * 64})
    assert again.status_code == 403
    assert "tap once more" in again.content.decode()
    assert fields(again)["who"] == form["who"]
    assert not Scan.objects.exists()
    phone.post(poster(activity), fields(again))
    assert str(Scan.objects.get().pk) in form["who"][0]


def test_signing_in_does_not_lose_the_scan(activity, volunteer, clock):
    visitor = browser()
    url = screen(activity)
    page = visitor.get(url)
    assert "Sign in once" in page.content.decode()
    assert not has_button(page)
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=START)
    clock.shift(minutes(4).total_seconds())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    landed = visitor.post(
        reverse("families:slip_typed"), {"code": code, "next": url, "csrfmiddlewaretoken": token}, follow=True
    )
    assert landed.request["PATH_INFO"] == url
    assert "Checked in" in tap(visitor, url).content.decode()
    scan = Scan.objects.get()
    assert scan.flags == ["grace"]
    assert scan.happened_at == START + minutes(4)


@pytest.mark.parametrize(("later", "code"), [(299, ""), (301, "code_expired")])
def test_grace_lasts_five_minutes(activity, volunteer, clock, later, code):
    visitor = browser()
    visitor.get(screen(activity))
    visitor.force_login(volunteer.user)
    clock.shift(later)
    assert refusal(visitor.get(screen(activity, START))) == code


def test_grace_is_for_its_checkpoint_alone(activity, volunteer, clock):
    visitor = browser()
    visitor.get(screen(activity))
    visitor.force_login(volunteer.user)
    other = screen(ActivityFactory())
    clock.shift(200)
    assert refusal(visitor.get(other)) == "code_expired"


def test_grace_needs_a_code_that_was_good(activity, volunteer, clock):
    old = screen(activity)
    clock.shift(200)
    visitor = browser()
    assert refusal(visitor.get(old)) == "code_expired"
    visitor.force_login(volunteer.user)
    assert refusal(visitor.get(old)) == "code_expired"


def test_looking_again_does_not_prolong_the_grace(activity, clock):
    visitor = browser()
    url = screen(activity)
    visitor.get(url)
    clock.shift(200)
    assert "Sign in once" in visitor.get(url).content.decode()
    clock.shift(101)
    assert refusal(visitor.get(url)) == "code_expired"


def test_a_forged_grace_is_ignored(activity, volunteer, clock):
    visitor = browser()
    visitor.cookies["grace"] = screen(activity).split("/")[2]
    visitor.force_login(volunteer.user)
    url = screen(activity)
    clock.shift(200)
    assert refusal(visitor.get(url)) == "code_expired"


def test_a_poster_gives_no_grace_and_needs_none(activity, volunteer):
    visitor = browser()
    visitor.get(poster(activity))
    assert "grace" not in visitor.cookies
    visitor.force_login(volunteer.user)
    assert has_button(visitor.get(poster(activity)))


def test_a_user_signed_out_in_between_is_asked_to_sign_in(activity, phone):
    form = fields(phone.get(poster(activity)))
    phone.logout()
    page = phone.post(poster(activity), form)
    assert page.status_code == 403
    with override("zh-hans"):  # signing out forgot the language too
        assert str(SIGNED_OUT) in page.content.decode()
    assert f'value="{poster(activity)}"' in page.content.decode()


def test_the_answer_asks_a_signed_out_browser_to_sign_in(activity, phone):
    location = tap(phone, poster(activity)).request["PATH_INFO"]
    assert browser().get(location)["Location"].startswith(reverse("account_login"))


def test_a_login_without_a_volunteer_is_refused(activity):
    staff = browser()
    staff.force_login(UserFactory())
    page = staff.get(poster(activity))
    assert refusal(page) == "no_volunteer"
    assert not has_button(page)


# Number of statements


def statements(queries) -> list[str]:
    control = ("BEGIN", "SAVEPOINT", "RELEASE SAVEPOINT", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in queries if not query["sql"].startswith(control)]


@pytest.fixture
def cost(phone, django_assert_max_num_queries):
    """Return how many SQL statements a POST takes, without transaction control and work on commit."""

    def count(url: str, form: dict) -> int:
        with django_assert_max_num_queries(20) as seen:
            response = phone.post(url, form)
        assert response.status_code == 302, response.content.decode()
        return len(statements(seen.captured_queries))

    return count


def test_checking_in_takes_five_statements_and_six_for_a_walk_in(activity, volunteer, phone, cost, clock):
    sign_up(volunteer, activity.shifts.get(), at=START - minutes(999))
    form = fields(phone.get(screen(activity)))
    assert cost(screen(activity), form) == 5
    assert cost(screen(activity), form) == 3  # the same once more
    clock.shift(60)
    late = {**form, "who": f"{volunteer.pk}:in:{uuid4()}"}
    assert cost(screen(activity), late) == 4  # already in
    clock.shift(3600)
    assert cost(poster(activity), fields(phone.get(poster(activity)))) == 5  # out


def test_a_walk_in_takes_six_statements(activity, phone, cost):
    form = fields(phone.get(poster(activity)))
    assert cost(poster(activity), form) == 6
    assert cost(poster(activity), form) == 3


def test_a_walk_in_who_finds_no_place_takes_six_statements(phone, cost, clock):
    activity = ActivityFactory(capacity=1)
    form = fields(phone.get(poster(activity)))
    sign_up(VolunteerFactory(), activity.shifts.get(), at=START - minutes(999))
    assert cost(poster(activity), form) == 6
    assert Scan.objects.get().refusal == "shift_full"


def test_a_minor_costs_one_statement_more_for_the_hour_at_which_minors_go_home(phone, volunteer, activity, cost):
    volunteer.birth_date = dt.date(2012, 1, 1)
    volunteer.save()
    consents.record_consent(volunteer=volunteer, kind="guardian", granted=True, evidence="", by=None, at=START)
    assert cost(poster(activity), fields(phone.get(poster(activity)))) == 7


def test_history_adds_no_statement(activity, volunteer, phone, cost, clock):
    for _visit in range(5):
        tap(phone, poster(activity))
        clock.shift(600)
        tap(phone, poster(activity))
        clock.shift(600)
    assert Visit.objects.count() == 5
    assert cost(poster(activity), fields(phone.get(poster(activity)))) == 5


def test_each_form_carries_its_own_random_id(activity, phone):
    ids = {fields(phone.get(poster(activity)))["who"][0].split(":")[2] for _look in range(3)}
    assert len(ids) == 3
    assert all(UUID(text).version == 4 for text in ids)
