"""Places that once failed on bad input: each answers with a page or a sentence."""

import pytest
from django.test import Client

from academy.checkin.services import codes
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, found

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NINES = "9" * 5_000


@pytest.fixture
def activity(clock):
    return ActivityFactory(leader__login=True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/verify/%00/", 404),
        ("/verify/A%00B/", 404),
        ("/c/%00/", 404),
        ("/p/%00/", 404),
        ("/s/%00/", 404),
        ("/course/%00/", 404),
        ("/zh-hans/%00/", 404),
        ("/verify/---/", 404),
        ("/c/---/", 404),
        ("/c/?code=c/AAAA/%E2%84%AA", 302),
        ("/c/?code=%00", 200),
        (f"/activities/{NINES}/", 404),
        (f"/activities/?page={NINES}", 200),
        ("/media/images/" + "x" * 300, 404),
        (f"/evidence/{NINES}/", 404),
        ("/notice/x/0000-00-00/", 404),
        ("/admin/failwhale/", 404),
    ],
)
def test_an_address_of_bad_parts_has_an_answer(path, status):
    assert Client().get(path).status_code == status


@pytest.mark.parametrize("code", ["/", "a/b", "你好", "---", "\N{KELVIN SIGN}", "x" * 300, ""])
def test_a_claim_with_a_strange_code_has_an_answer(activity, code):
    poster = codes.checkpoint_for(activity, rotating=False).key

    for client in (Client(), signed_in(activity.leader.user)):
        answer = client.post(f"/c/{poster}/claim/", {"code": code, "name": "王秀英", "phone_tail": "1234"})
        assert answer.status_code in (200, 302, 403)


@pytest.mark.parametrize("bad", [NINES, "-1", "\0", "²", "x"])
def test_a_shift_that_is_no_number_is_left_out(activity, bad):
    poster = codes.checkpoint_for(activity, rotating=False).key
    volunteer = VolunteerFactory(community=activity.community, login=True)
    client = signed_in(volunteer.user)
    who = client.get(f"/c/{poster}/").context["people"][0]["value"]

    assert client.post(f"/c/{poster}/", {"who": who, "shift": bad}).status_code in (200, 302)


@pytest.mark.parametrize("bad", ["x", "-1", NINES, "\0", "", "1.5"])
def test_a_chosen_object_that_is_no_number_is_not_found(bad):
    worker = UserFactory(duties=[(found(), DutyRole.SOCIAL_WORKER)])
    client = signed_in(worker)

    assert client.get("/admin/volunteer_chooser/chosen/x/").status_code == 404
    answer = client.get("/admin/volunteer_chooser/chosen-multiple/", {"id": bad})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["sessionid", "browser", "grace", "csrftoken", "django_language"])
@pytest.mark.parametrize("text", ["\0", "a\0b" * 10, "你好", "x" * 4_000])
def test_a_spoiled_cookie_is_no_cookie(activity, name, text):
    poster = codes.checkpoint_for(activity, rotating=False).key
    client = Client()
    client.cookies[name] = text.encode().decode("latin-1")

    assert client.get(f"/c/{poster}/").status_code == 200
    assert client.get("/my/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/admin/choose-page/chosen-multiple/?id=1", "/admin/choose-page/chosen-multiple/?id=x"]
)
def test_input_that_wagtail_cannot_read_has_an_answer(path):
    client = signed_in(UserFactory(duties=[(found(), DutyRole.TRAINER)]))

    assert client.get(path).status_code in (200, 400, 404)


def test_a_posted_choice_that_is_no_number_comes_back_as_a_sentence():
    client = signed_in(UserFactory(duties=[(found(), DutyRole.SOCIAL_WORKER)]))

    page = client.post("/admin/complaint/new/", {"volunteer": "x"})

    assert page.status_code == 200
    assert page.context["form"].errors["volunteer"]


def test_a_page_differs_by_cookie_below_a_language_too():
    found()

    assert "Cookie" in Client().get("/zh-hans/").headers["Vary"]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
