"""A session that ends while a form is filled in: its texts come back after signing in."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse

from academy.checkin.models import Scan
from academy.checkin.rows import row_key
from academy.core import kept_forms
from academy.hours.models import MakeUp, Objection
from tests.factories import photo, sign_up
from tests.home.my_page import confirm
from tests.hours.scene import SATURDAY, moment
from tests.pages import Statements, text_of

NOW = moment("10:00", SATURDAY + dt.timedelta(days=1))


@pytest.fixture(autouse=True)
def _on_sunday(clock):
    clock.move_to(NOW)


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def address(scene, volunteer):
    shift = scene.activity().shifts.get()
    return f"{reverse('home:ask_make_up', args=[shift.pk])}?who={volunteer.number}"


@pytest.fixture
def phone(volunteer, sign_in) -> Client:
    """A browser whose session ended since the form was opened."""
    client: Client = sign_in(volunteer.user)
    Session.objects.all().delete()
    return client


FORM = {"came": "900", "left": "11:30", "reason": "手机没电了"}


def post(client: Client, address: str, form: dict[str, Any], **headers: str) -> Any:
    return client.post(address, {**form, "csrfmiddlewaretoken": "x"}, headers=headers)


def sign_in_again(client: Client, volunteer: Any) -> None:
    cookies = client.cookies.copy()
    client.force_login(volunteer.user)
    for name, morsel in cookies.items():
        if name != "sessionid":
            client.cookies[name] = morsel


def test_what_was_typed_comes_back_and_nothing_is_sent(phone, volunteer, address):
    answer = post(phone, address, FORM)
    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next={address.replace('?who=', '%3Fwho%3D')}"
    assert "what you wrote comes back for 15 minutes" in text_of(phone.get(answer.url))

    sign_in_again(phone, volunteer)
    page = phone.get(address)

    assert "Your text is back, and not sent yet." in text_of(page)
    content = page.content.decode()
    assert "手机没电了" in content and 'value="900"' in content and 'value="11:30"' in content
    assert "no-store" in page["Cache-Control"]
    assert not MakeUp.objects.exists()


def test_two_forms_of_one_address_do_not_hide_each_other(phone, volunteer, address):
    other = f"{address}&about=2"
    post(phone, address, FORM)
    post(phone, other, {**FORM, "reason": "忘带手机"})
    sign_in_again(phone, volunteer)

    assert "手机没电了" in text_of(phone.get(address)) and "忘带手机" in text_of(phone.get(other))


def test_a_visitor_who_was_never_signed_in_is_told_nothing_of_a_lost_form(scene):
    activity = scene.activity()
    visitor = Client()
    answer = post(visitor, reverse("activities:sign_up", args=[activity.pk]), {"shift": activity.shifts.get().pk})

    assert answer.url == f"{reverse('account_login')}?next=/activities/{activity.pk}/"
    assert not visitor.cookies
    assert "signed out" not in text_of(visitor.get(answer.url))


def test_an_act_without_words_is_said_to_be_undone_to_do(phone, scene):
    activity = scene.activity()
    answer = post(phone, reverse("activities:sign_up", args=[activity.pk]), {"shift": activity.shifts.get().pk})

    assert answer.url == f"{reverse('account_login')}?next=/activities/{activity.pk}/"
    assert "nothing was done. Sign in again, then tap once more." in text_of(phone.get(answer.url))


def test_the_page_that_the_view_names_is_the_one_to_return_to(phone, scene):
    """A refused sign-up is shown at an address that only takes forms."""
    activity = scene.activity()
    form_alone = reverse("activities:sign_up", args=[activity.pk])
    answer = post(phone, form_alone, {"shift": "1"}, referer=f"http://testserver{form_alone}")

    assert answer.url == f"{reverse('account_login')}?next=/activities/{activity.pk}/"


def test_the_newcomers_telephone_comes_back(scene, volunteer, sign_in):
    client = sign_in(scene.leading)
    Session.objects.all().delete()
    page = reverse("lead:newcomer", args=[scene.activity().pk])
    post(client, page, {"name": "赵新来", "phone": "13900001111"}, referer=f"http://testserver{page}")
    client.force_login(scene.leading)

    content = client.get(page).content.decode()
    assert 'value="赵新来"' in content and 'value="13900001111"' in content


def test_files_are_said_to_be_lost(phone, volunteer, address):
    post(phone, address, {**FORM, "evidence": photo("签到表.jpg")})
    sign_in_again(phone, volunteer)

    assert "Please choose them again: 签到表.jpg" in text_of(phone.get(address))


def test_the_next_post_drops_it(phone, volunteer, address, scene):
    post(phone, address, FORM)
    sign_in_again(phone, volunteer)
    form = {**FORM, "witness": scene.volunteer("李建国").number, "evidence": photo()}

    assert phone.post(address, form).status_code == 302

    assert "Your text is back" not in text_of(phone.get(address))
    assert phone.cookies[kept_forms.cookie_of(address)].value == ""


@pytest.mark.parametrize(("minutes", "is_back"), [(15, True), (16, False)])
def test_it_is_kept_for_a_quarter_of_an_hour(phone, volunteer, address, clock, minutes, is_back):
    post(phone, address, FORM)
    clock.move_to(NOW + dt.timedelta(minutes=minutes))
    sign_in_again(phone, volunteer)

    assert ("手机没电了" in text_of(phone.get(address))) is is_back


def test_it_comes_back_at_its_own_form_alone(phone, volunteer, scene, address):
    post(phone, address, FORM)
    sign_in_again(phone, volunteer)
    other = reverse("home:ask_make_up", args=[scene.activity().shifts.get().pk])

    assert "手机没电了" not in text_of(phone.get(other)) + text_of(phone.get("/my/"))
    assert phone.cookies[kept_forms.cookie_of(address)]["path"] == address.partition("?")[0]


def test_the_cookie_can_be_read_by_the_server_alone(phone, address):
    post(phone, address, FORM)
    cookie = phone.cookies[kept_forms.cookie_of(address)]

    assert "手机" not in cookie.value and cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 15 * 60
    assert not Session.objects.exists()  # a stranger who sends forms leaves no row


def test_a_cookie_that_somebody_made_up_is_passed_over(phone, volunteer, address):
    phone.cookies[kept_forms.cookie_of(address)] = "gAAAAAnonsense"
    sign_in_again(phone, volunteer)

    assert phone.get(address).status_code == 200


def test_a_text_that_is_too_long_is_said_to_be_lost(phone, volunteer, address):
    answer = post(phone, address, {**FORM, "reason": "".join(map(chr, range(0x4E00, 0x4E00 + 2000)))})

    assert "It was too long to keep" in text_of(phone.get(answer.url))
    assert len(phone.cookies[kept_forms.cookie_of(address)].value) < 4000
    sign_in_again(phone, volunteer)
    assert "This was not sent, because you had been signed out." in text_of(phone.get(address))


def test_the_longest_reason_is_kept(phone, volunteer, address):
    post(phone, address, {**FORM, "reason": "长" * 200})
    sign_in_again(phone, volunteer)

    assert "长" * 200 in text_of(phone.get(address))


def test_an_objection_is_kept(scene, volunteer, sign_in):
    [record] = scene.attend(volunteer, scene.activity().shifts.get())
    confirm(record, scene.leading)
    client, form = sign_in(volunteer.user), reverse("home:object", args=[record.pk])
    Session.objects.all().delete()

    post(client, form, {"reason": "少算了一小时"})
    sign_in_again(client, volunteer)

    assert "少算了一小时" in text_of(client.get(form))
    assert not Objection.objects.exists()


@pytest.mark.parametrize("form", ["correct", "longer_day", "overtime"])
def test_a_leaders_forms_are_kept(scene, volunteer, sign_in, form):
    [record] = scene.attend(volunteer, scene.activity().shifts.get())
    client = sign_in(scene.leading)
    pk = record.shift_id if form == "overtime" else record.pk
    address = reverse(f"lead:{form}", args=[record.activity_id, pk])
    Session.objects.all().delete()

    post(client, address, {"came": "915", "left": "1130", "until": "1315", "hours": "9.5", "reason": "人多"})
    sign_in_again(client, scene.leader)

    content = client.get(address).content.decode()
    for typed in {"correct": ["915", "1130"], "longer_day": ["9.5", "人多"], "overtime": ["1315", "人多"]}[form]:
        assert typed in content


def test_a_keyed_sheet_comes_back_into_its_rows(scene, sign_in):
    activity = scene.activity()
    people = [scene.volunteer(f"王{number}") for number in range(40)]  # far more than one page of a sheet
    for person in people[:-1]:
        sign_up(person, activity.shifts.get())
    client = sign_in(scene.leading)
    page = f"{reverse('lead:roster_sheet', args=[activity.pk])}?shift={activity.shifts.get().pk}"
    keys = [row_key(activity, person.pk) for person in people]
    typed = {f"arrived-{key}": f"9{place:02}" for place, key in enumerate(keys)}
    typed |= {f"left-{key}": f"11{place:02}" for place, key in enumerate(keys)}
    scans = {f"scan-{key}": str(uuid4()) for key in keys}
    Session.objects.all().delete()

    post(client, page, {**typed, **scans, "row": keys, "q": ""}, referer=f"http://testserver{page}")
    sign_in_again(client, scene.leader)
    content = client.get(page).content.decode()

    assert "Your text is back, and not sent yet." in content
    for field, value in typed.items():
        assert re.search(rf'name="{field}"\s+value="{value}"', content), field
    assert not Scan.objects.exists()


def test_a_row_of_a_sheet_and_an_evaluation_come_back_too(scene, volunteer, sign_in):
    [record] = scene.attend(volunteer, scene.activity().shifts.get())
    confirm(record, scene.leading)
    client = sign_in(scene.leading)
    row = reverse("lead:roster_row", args=[record.activity_id, row_key(record.activity, volunteer.pk)])
    stars = reverse("lead:evaluate", args=[record.activity_id])
    Session.objects.all().delete()

    post(client, row, {"arrived": "905", "left": "1155", "scan": str(uuid4())})
    post(client, stars, {f"score-{volunteer.pk}": "3", f"word-{volunteer.pk}": "来得晚", f"seen-{volunteer.pk}": "0"})
    sign_in_again(client, scene.leader)

    assert re.findall(r'value="(905|1155)"', client.get(row).content.decode()) == ["905", "1155"]
    shown = " ".join(client.get(stars).content.decode().split())
    assert 'value="来得晚"' in shown and 'value="3" checked' in shown


def test_a_form_with_an_address_of_its_own_leads_back_to_its_page_with_the_words(scene, volunteer, sign_in):
    activity = scene.activity()
    client, page = sign_in(scene.leading), reverse("lead:activity", args=[activity.pk])
    Session.objects.all().delete()

    answer = post(
        client,
        reverse("lead:newcomer", args=[activity.pk]),
        {"name": "新来的人", "phone": "13900001111", "scan": "0f8fad5b-d9cb-469f-a165-70867728950e"},
        referer=f"http://testserver{page}",
    )
    assert answer.url == f"{reverse('account_login')}?next={page}"
    sign_in_again(client, scene.leader)

    shown = text_of(client.get(page))
    assert "This was not sent, because you had been signed out. “新来的人”" in shown
    assert "0f8fad5b" not in shown


def test_the_page_of_another_site_is_no_page_of_ours(phone, address):
    answer = post(phone, address, FORM, referer="https://evil.example/my/")

    assert answer.url.endswith(address.replace("?who=", "%3Fwho%3D"))


def test_a_post_from_another_site_is_neither_kept_nor_echoed_into_a_form(volunteer, address):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(address, FORM)

    assert answer.status_code == 403
    assert kept_forms.COOKIE not in client.cookies


def test_a_page_that_was_open_too_long_shows_what_was_typed(volunteer, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(volunteer.user)
    client.cookies["django_language"] = "en"

    page = text_of(client.post(address, {**FORM, "password": "geheim-wort", "shift": "17"}))

    assert "This is what you wrote." in page and "手机没电了" in page and "11:30" in page
    assert "geheim" not in page


def test_passwords_and_codes_are_never_kept(phone):
    texts = {"password": ["a"], "new_password1": ["b"], "code": ["c"], "csrfmiddlewaretoken": ["d"], "reason": ["病了"]}

    assert kept_forms.readable(texts) == ["病了"]


def test_signing_in_itself_keeps_nothing(db):
    client = Client()
    client.post(reverse("account_login"), {"login": "13800000001", "password": "wrong"})

    assert kept_forms.COOKIE not in client.cookies


def test_a_page_without_it_costs_nothing(rf: RequestFactory, db):
    request = rf.get("/my/")
    with Statements() as statements:
        assert kept_forms.kept_form(request) is None
    assert statements.sql == []


def test_a_picture_that_is_large_leads_to_the_sign_in_page_and_is_not_read(phone, address):
    class NeverRead:
        def read(self, *args: Any) -> bytes:
            raise AssertionError("the body is read")

        readline = read

    answer = phone.generic(
        "POST",
        address,
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(4 * 1024 * 1024),
        **{"wsgi.input": NeverRead()},
    )

    assert answer.status_code == 302
    assert "choose your pictures again" in text_of(phone.get(answer.url))
    assert kept_forms.COOKIE not in phone.cookies


def test_words_without_a_form_to_return_to_are_shown_on_the_page_they_came_from(scene, sign_in):
    activity = scene.activity()
    client, page = sign_in(scene.leading), reverse("activities:detail", args=[activity.pk])
    Session.objects.all().delete()

    post(client, reverse("lead:confirm", args=[activity.pk]), {"heads": "十八"}, referer=f"http://testserver{page}")
    sign_in_again(client, scene.leader)

    shown = client.get(page)
    assert "“十八”" in text_of(shown) and "no-store" in shown["Cache-Control"]
