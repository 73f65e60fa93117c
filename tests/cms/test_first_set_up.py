"""An empty installation is set up on pages, by people who have the key that the server printed."""

import datetime as dt
import re
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from academy.core.models import Community
from academy.people.models import Duty, Issuer, User
from academy.people.permissions import DutyRole
from academy.rulebook.models import RuleSet
from cms import set_up_draft, set_up_key, set_up_views
from cms.models import FirstSetUp, HomePage
from cms.set_up_forms import FORMS
from demo.context_processors import sign_ins
from tests.factories import UserFactory, found
from tests.first_set_up import KEY, TYPED, defaults, fill_in, give_key
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 11, 29, 1, 0, tzinfo=dt.UTC)
CHECK = "/set-up/check/"
DONE = "/set-up/done/"


@pytest.fixture(autouse=True)
def _empty_installation() -> None:
    settings.DEMO = False
    yield
    settings.DEMO = True


@pytest.fixture
def row() -> FirstSetUp:
    row = set_up_key.current()
    assert row is not None
    return row


@pytest.fixture
def keyed(client: Client, row: FirstSetUp) -> Client:
    """Give the key in this browser."""
    return give_key(client, row)


def logged(caplog) -> list[str]:
    return [record.message for record in caplog.records if record.name == "academy.set_up"]


# The key


def test_a_newcomer_is_led_to_the_set_up_from_the_first_page_and_from_the_back_office(client):
    for address in ("/", "/zh-hans/", "/en/", "/admin/login/"):
        assert client.get(address).headers["Location"] == KEY, address
    assert "设置码" in text_of(client.get(KEY))


def test_a_stranger_without_the_key_sees_and_stores_nothing(client, row):
    set_up_draft.write(step="community", texts={"name": "松林社区", "slug": "songlin"}, at=NOW)
    stored = FirstSetUp.objects.get().typed
    for address in (*(f"/set-up/{name}/" for name in set_up_views.STEPS), CHECK):
        for response in (client.get(address), client.post(address, {"name": "别的社区", "slug": "other"})):
            assert response.headers["Location"] == KEY, address
    assert client.get(DONE).status_code == 404
    assert client.post("/set-up/slip/1/").status_code == 404
    assert "松林社区" not in text_of(client.get(KEY))
    assert FirstSetUp.objects.get().typed == stored
    assert not Community.objects.exists()


def test_a_wrong_key_is_refused_in_place_and_attempts_slow_down(client, row):
    typed = "AAAA-BBBB-CCCC-DDDD-EEEE"
    response = client.post(KEY, {"key": typed})
    assert "设置码不对" in text_of(response) and typed in response.content.decode()
    for _attempt in range(set_up_views.OF_A_NETWORK.free - 1):
        client.post(KEY, {"key": typed})
    response = client.post(KEY, {"key": set_up_key.key_of(row)})
    assert response.status_code == 429 and int(response.headers["Retry-After"]) > 0
    assert client.get(CHECK).headers["Location"] == KEY


def test_the_key_is_read_as_people_type_it(client, row):
    typed = set_up_key.key_of(row).lower().replace("-", " ").replace("0", "o")
    assert client.post(KEY, {"key": typed}).headers["Location"] == "/set-up/community/"


def test_the_key_stays_after_a_restart_and_depends_on_salt_and_secret(row, settings):
    key = set_up_key.key_of(row)
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", key)
    assert set_up_key.key_of(set_up_key.current()) == key
    settings.SECRET_KEY = "another one"
    assert set_up_key.key_of(row) != key
    settings.SECRET_KEY = "for tests only"
    row.salt = "another one"
    assert set_up_key.key_of(row) != key


def test_the_server_logs_the_address_and_the_command_prints_the_same(caplog):
    with caplog.at_level("INFO", "academy.set_up"):
        set_up_key.announce()
        set_up_key.announce()
    out = StringIO()
    call_command("set_up_key", stdout=out)
    address = f"{settings.PUBLIC_URL}/set-up/?key={set_up_key.key_of(FirstSetUp.objects.get())}"
    assert [message.partition(" at ")[2] for message in logged(caplog)] == [address, address]
    assert out.getvalue().strip() == address


def test_a_database_without_tables_stops_no_server(monkeypatch, caplog):
    def broken() -> None:
        raise OperationalError("no such table: core_community")

    monkeypatch.setattr(set_up_key, "is_open", broken)
    set_up_key.announce()
    assert not logged(caplog)


def test_the_key_is_logged_at_any_level():
    assert settings.LOGGING["loggers"]["academy.set_up"] == {"level": "INFO"}


def test_the_printed_address_fills_in_the_key(client, row):
    address = set_up_key.address_of(row).removeprefix(settings.PUBLIC_URL)
    assert f'value="{set_up_key.key_of(row)}"' in client.get(address).content.decode()


@pytest.mark.parametrize("what", ["community", "login", "demonstration"])
def test_an_installation_that_is_not_empty_has_no_set_up_and_logs_no_key(what, client, caplog):
    if what == "community":
        found()
    elif what == "login":
        UserFactory()
    else:
        settings.DEMO = True
    with caplog.at_level("INFO", "academy.set_up"):
        set_up_key.announce()
    assert not logged(caplog)
    for address in (KEY, CHECK, DONE, "/set-up/unit/"):
        assert client.get(address).status_code == 404
    with pytest.raises(CommandError):
        call_command("set_up_key")


# The steps


def test_the_short_name_is_taken_from_the_pinyin_and_shown(keyed):
    assert keyed.post("/set-up/community/", TYPED["community"]).headers["Location"] == "/set-up/unit/"
    assert "松林社区 · songlin" in text_of(keyed.get("/set-up/unit/"))


BAD = {
    "bad_slug": ("community", {"slug": "松林"}, "songlin"),
    "no_name": ("community", {"name": ""}, "请填写这一栏"),
    "bad_code": ("unit", {"credit_code": "5243"}, "信用代码是 18 位"),
    "bad_telephone": ("unit", {"telephone": "8888"}, "带区号的座机"),
    "no_address": ("desk", {"address": " "}, "请填写这一栏"),
    "landline": ("staff", {"administrator_phone": "0731-88881234"}, "11 位"),
    "no_phone": ("staff", {"approver_phone": ""}, "还要填手机号"),
    "no_person": ("staff", {"approver": ""}, "还要填姓名"),
    "shared": ("staff", {"social_worker_phone": "13900000001"}, "两个人不能用同一个手机号登录"),
    "own_second": ("staff", {"approver": "李梅", "approver_phone": "13900000002"}, "这是社工本人"),
    "alone": (
        "staff",
        {"social_worker": "", "social_worker_phone": "", "approver": "周静", "approver_phone": "13900000001"},
        "这是社工本人",
    ),
    "hours": ("rules", {"daily_minutes": "13"}, "12"),
    "limits": ("rules", {"daily_minutes": "9", "daily_hard_minutes": "8"}, "不能"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_in_place_and_stays_after_leaving(case, keyed, row):
    step, changes, sentence = BAD[case]
    texts = {**(defaults() if step == "rules" else TYPED[step]), **changes}
    response = keyed.post(f"/set-up/{step}/", texts)
    assert response.status_code == 200 and sentence in text_of(response)
    other = give_key(Client(), row)
    page = other.get(f"/set-up/{step}/").content.decode()
    for text in filter(str.strip, texts.values()):
        assert text in page or text.replace(" ", "") in page.replace("-", "").replace(" ", "")
    assert CHECK not in other.get(KEY).headers["Location"]
    assert other.post(CHECK).status_code == 200 and not Community.objects.exists()


def test_it_is_left_and_taken_up_in_another_browser_at_the_first_open_step(keyed, row):
    for name in ("community", "unit"):
        keyed.post(f"/set-up/{name}/", TYPED[name])
    other = Client()
    response = other.post(KEY, {"key": set_up_key.key_of(row)})
    assert response.headers["Location"] == "/set-up/desk/"
    assert "赵敏" in other.get("/set-up/unit/").content.decode()


def test_neither_cookie_nor_database_shows_a_persons_data(keyed):
    fill_in(keyed)
    row = FirstSetUp.objects.get()
    held = row.typed + "".join(cookie.value for cookie in keyed.cookies.values()) + str(dict(keyed.session))
    for secret in ("周静", "13900000001", "王建国"):
        assert secret not in held
    assert set_up_draft.read(row)["staff"]["administrator"] == "周静"


def test_going_back_keeps_what_is_not_valid_yet(keyed):
    keyed.post("/set-up/community/", TYPED["community"])
    response = keyed.post("/set-up/unit/", {"issuer": "居委会", "telephone": "8", "back": "1"})
    assert response.headers["Location"] == "/set-up/community/"
    assert "居委会" in keyed.get("/set-up/unit/").content.decode()
    response = keyed.post("/set-up/unit/?then=check", TYPED["unit"])
    assert response.headers["Location"] == CHECK


def test_the_rules_say_their_defaults_with_titles_and_hours(keyed):
    page = text_of(keyed.get("/set-up/rules/"))
    assert "一天最多算 8 小时，经批准最多 12 小时（H4）" in page
    assert "H4 一天最多算多少" in page


def test_the_look_shows_everything_and_warns_without_a_second_person(keyed):
    fill_in(keyed, staff={**TYPED["staff"], "approver": "", "approver_phone": ""})
    page = text_of(keyed.get(CHECK))
    for shown in ("松林社区", "songlin", "52430000MJA0000001", "0731-88881234", "李梅", "没有填第二个人"):
        assert shown in page
    assert not Community.objects.exists()


def test_an_unknown_step_is_not_found(keyed):
    assert keyed.get("/set-up/else/").status_code == 404


# The founding


def test_it_founds_the_community_with_its_staff_and_uses_the_key_up(keyed, row):
    fill_in(keyed, rules={**defaults(), "daily_minutes": "6", "rules_from": "2026-01-01"})
    assert keyed.post(CHECK).headers["Location"] == DONE
    community = Community.objects.get()
    assert (community.slug, community.desk_telephone) == ("songlin", "0731-88881234")
    issuer = Issuer.objects.get()
    assert (issuer.credit_code, issuer.telephone) == ("52430000MJA0000001", "0731-88881234")
    rule_set = RuleSet.objects.get()
    assert (rule_set.effective_from, rule_set.values) == (dt.date(2026, 1, 1), {"daily_minutes": 360})
    assert HomePage.objects.live().count() == 2
    held = {duty.role: (str(duty.user), duty.user.phone) for duty in Duty.objects.select_related("user")}
    assert held == {
        DutyRole.ADMINISTRATOR: ("周静", "13900000001"),
        DutyRole.SOCIAL_WORKER: ("李梅", "13900000002"),
        DutyRole.APPROVER: ("王建国", "13900000003"),
    }
    assert not FirstSetUp.objects.exists()
    assert Client().post(KEY, {"key": set_up_key.key_of(row)}).status_code == 404


def test_the_links_are_handed_out_to_this_browser_and_sign_nobody_in(keyed):
    fill_in(keyed)
    keyed.post(CHECK)
    page = keyed.get(DONE).content.decode()
    links = re.findall(rf"<code>{settings.PUBLIC_URL}(\S+)</code>", page)
    assert len(links) == 3 and page.count("<svg") >= 3
    assert "_auth_user_id" not in keyed.session
    assert links[0] not in str(dict(keyed.session)), "sealed"
    assert Client().get(DONE).status_code == 404
    person, password = Client(), "梧桐树下的第三排第三个座位"
    form = person.get(links[0], follow=True).redirect_chain[-1][0]
    person.post(form, {"password1": password, "password2": password})
    assert authenticate(username="13900000001", password=password) == User.objects.get(phone="13900000001")
    again = keyed.get(DONE).content.decode()
    assert "密码已设置好" in again and again.count("<code>") == 2


def test_a_slip_is_printed_until_the_password_is_set(keyed):
    fill_in(keyed)
    keyed.post(CHECK)
    duty = Duty.objects.get(role=DutyRole.APPROVER)
    response = keyed.post(f"/set-up/slip/{duty.pk}/")
    assert response.headers["Content-Type"] == "application/pdf"
    assert Client().post(f"/set-up/slip/{duty.pk}/").status_code == 404
    duty.user.set_password("x")
    duty.user.save()
    assert keyed.post(f"/set-up/slip/{duty.pk}/").status_code == 404


def test_the_links_are_shown_for_a_day(keyed, monkeypatch):
    fill_in(keyed)
    keyed.post(CHECK)
    later = set_up_views.time.time() + set_up_views.LINKS_SHOWN + 1
    monkeypatch.setattr(set_up_views.time, "time", lambda: later)
    assert keyed.get(DONE).status_code == 404


def test_one_person_may_be_administrator_and_social_worker(keyed):
    staff = {**TYPED["staff"], "social_worker": "", "social_worker_phone": ""}
    fill_in(keyed, staff=staff)
    assert "社工：姓名 由管理员兼任" in text_of(keyed.get(CHECK))
    keyed.post(CHECK)
    administrator = User.objects.get(phone="13900000001")
    assert {duty.role for duty in administrator.duties.all()} == {DutyRole.ADMINISTRATOR, DutyRole.SOCIAL_WORKER}
    assert "管理员、社工" in text_of(keyed.get(DONE))


def test_the_second_of_two_people_with_the_key_is_told(keyed, row):
    fill_in(keyed)
    second = give_key(Client(), row)
    keyed.post(CHECK)
    for response in (
        second.post(CHECK),
        second.post("/set-up/unit/", TYPED["unit"]),
        second.get("/set-up/unit/"),
        second.get(KEY),
    ):
        assert response.status_code == 410 and "社区已经建好了" in text_of(response)
    assert Community.objects.count() == 1


def test_a_founding_by_the_command_uses_the_key_up_and_a_second_one_is_added(keyed):
    fill_in(keyed)
    found("zhulin")
    assert not FirstSetUp.objects.exists()
    assert keyed.post(CHECK).status_code == 410
    found("songlin")
    assert Community.objects.count() == 2


def test_a_set_up_of_a_lost_master_key_begins_again(row, settings):
    set_up_draft.write(step="community", texts=TYPED["community"], at=NOW)
    settings.PERSONAL_DATA_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    assert set_up_draft.read(FirstSetUp.objects.get()) == {}


HOSTILE = [
    "\x00",
    "𠮷" * 3000,
    "<script>alert(1)</script>",
    "%(name)s {{ name }}",
    "-1",
    "９" * 40,
    "'; DROP TABLE x; --",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_answered_and_shown_as_text(text, keyed):
    for name, form in FORMS.items():
        response = keyed.post(f"/set-up/{name}/", dict.fromkeys(form().fields, text))
        assert response.status_code in (200, 302, 400)
        page = keyed.get(f"/set-up/{name}/").content.decode()
        assert "<script>alert" not in page
    assert keyed.get(CHECK).status_code == 200
    assert keyed.get("/set-up/pages/").status_code == 200
    assert keyed.post(KEY, {"key": text}).status_code in (200, 400)


def test_long_texts_are_cut_before_they_are_stored(row):
    typed = set_up_draft.write(step="desk", texts={"address": "长" * 10_000}, at=NOW)
    assert typed is not None and len(typed["desk"]["address"]) == set_up_draft.LONGEST


def test_the_password_page_of_the_first_people_ends_in_the_first_steps(keyed, client):
    fill_in(keyed)
    keyed.post(CHECK)
    client.force_login(User.objects.get(phone="13900000002"))
    page = text_of(client.get("/admin/"))
    assert "开头几步" in page and "发布第一门课程" in page


def test_after_the_own_password_one_goes_back_to_the_links_of_the_others(keyed):
    fill_in(keyed)
    keyed.post(CHECK)
    address = reverse("account_reset_password_from_key_done")
    assert f'href="{DONE}"' in keyed.get(address).content.decode()
    assert DONE not in Client().get(address).content.decode()


def test_an_installation_that_is_no_demonstration_shows_none_of_its_sign_ins(rf, settings):
    assert sign_ins(rf.get("/")) == {}
    settings.DEMO = True
    assert len(sign_ins(rf.get("/"))["accounts"]) == 4
