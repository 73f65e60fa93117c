import datetime as dt
import gzip
import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from academy.core import formats
from academy.core.look import elder_mode
from tests.core.contrast import contrast

SHANGHAI = ZoneInfo("Asia/Shanghai")
CSS = (settings.BASE_DIR / "static/css/site.css").read_text(encoding="utf-8")


def get(path: str = "/", **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.COOKIES.update(cookies)
    return request


# Hours and times


@pytest.mark.parametrize(
    ("minutes", "step", "written"),
    [
        pytest.param(0, 6, "0.0", id="nothing"),
        pytest.param(5, 6, "0.0", id="less than a step"),
        pytest.param(6, 6, "0.1", id="one step"),
        pytest.param(155, 6, "2.5", id="cut, not rounded up"),
        pytest.param(179, 6, "2.9", id="a minute short of three hours"),
        pytest.param(155, 30, "2.5", id="a community's half hours"),
        pytest.param(179, 30, "2.5", id="a community's half hours, cut"),
        pytest.param(-155, 6, "-2.5", id="a correction is cut towards zero"),
        pytest.param(-5, 6, "0.0", id="no minus before nothing"),
        pytest.param(90_000, 6, "1500.0", id="five stars"),
    ],
)
def test_hours_on_paper_have_one_decimal_and_are_never_rounded_up(minutes: int, step: int, written: str) -> None:
    assert formats.hours(minutes, step) == written


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (150, "2 小时 30 分钟", "2 h 30 min"),
        (120, "2 小时", "2 h"),
        (45, "45 分钟", "45 min"),
        (0, "0 分钟", "0 min"),
        (-61, "-1 小时 1 分钟", "-1 h 1 min"),
    ],
)
def test_a_duration_loses_no_minute(minutes: int, chinese: str, english: str) -> None:
    assert formats.duration(minutes, "zh-hans") == chinese
    assert formats.duration(minutes, "en") == english


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "chinese", "english"),
    [
        pytest.param(
            dt.datetime(2026, 1, 10, 9), dt.datetime(2026, 1, 10, 12),
            "1月10日 周六 9:00–12:00", "Sat 10 Jan 9:00–12:00", id="one day",
        ),
        pytest.param(
            dt.datetime(2026, 1, 10, 22, 30), dt.datetime(2026, 1, 11, 6, 5),
            "1月10日 周六 22:30 – 1月11日 周日 6:05", "Sat 10 Jan 22:30 – Sun 11 Jan 6:05", id="over midnight",
        ),
        pytest.param(
            dt.datetime(2026, 1, 10, 20), dt.datetime(2026, 1, 11),
            "1月10日 周六 20:00–24:00", "Sat 10 Jan 20:00–24:00", id="until midnight",
        ),
        pytest.param(
            dt.datetime(2026, 1, 10), dt.datetime(2026, 1, 11), "1月10日 周六", "Sat 10 Jan", id="a whole day",
        ),
    ],
)  # fmt: skip
def test_a_period_has_its_dates_and_times(
    starts_at: dt.datetime, ends_at: dt.datetime, chinese: str, english: str
) -> None:
    assert formats.when(starts_at, ends_at, "zh-hans") == chinese
    assert formats.when(starts_at, ends_at, "en") == english


def test_a_date_may_carry_its_weekday_and_its_year() -> None:
    date = dt.date(2026, 12, 1)
    assert formats.day(date, "zh-hans") == "12月1日"
    assert formats.day(date, "zh-hans", weekday=True, year=True) == "2026年12月1日 周二"
    assert formats.day(date, "en") == "1 Dec"
    assert formats.day(date, "en", weekday=True, year=True) == "Tue 1 Dec 2026"


@time_machine.travel(dt.datetime(2026, 1, 10, 12, tzinfo=SHANGHAI), tick=False)
def test_templates_write_local_times_and_name_other_years(db: None) -> None:
    text = Template(
        "{% load academy %}{% when shift %}|{{ shift.starts_at|clock }}|{{ shift.starts_at|day }}|"
        '{{ old|day:"plain" }}|{{ shift.starts_at|day:"weekday year plain" }}|{{ 155|hours:1 }}|{{ 155|duration }}|'
        "{{ none|hours:1 }}{{ none|duration }}{{ none|day }}{{ none|clock }}"
    ).render(
        Context(
            {
                "shift": SimpleNamespace(
                    starts_at=dt.datetime(2026, 1, 9, 17, tzinfo=dt.UTC),  # 1:00 of the 10th in Shanghai
                    ends_at=dt.datetime(2026, 1, 9, 19, tzinfo=dt.UTC),
                ),
                "old": dt.date(2025, 12, 30),
                "none": None,
            }
        )
    )
    assert text == (
        '<span class="nobr">1月10日 周六</span> <span class="nobr">1:00–3:00</span>|1:00|'
        '<span class="nobr">1月10日</span>|'
        "2025年12月30日|2026年1月10日 周六|2.5|2 小时 35 分钟|"
    )


HTML_OR_TEXT = re.compile(r"<option[^<]*|<title>[^<]*|[a-z-]+=\"[^\"]*(?:{{[^}]*}}[^\"]*)+\"")


def test_dates_in_titles_options_and_attributes_are_plain_text() -> None:
    """A browser shows the tags of an unbroken date there as letters."""
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        for place in HTML_OR_TEXT.findall(path.read_text(encoding="utf-8")):
            for date in re.findall(r"{{[^}]*\|(?:working_)?day\b[^}]*}}|{% when [^%]*%}", place):
                assert "plain" in date, f"{path.name}: {date}"


# Files whose ISO dates are for machines and operators: inputs of browsers, logs, and sentences of commands.
FORMS = {f"academy/{room}/forms.py" for room in ("accidents", "certificates", "profiles", "proposals")}
FOR_MACHINES = FORMS | {
    "academy/activities/checks.py",
    "academy/activities/finding.py",
    "academy/audit/chains.py",
    "academy/core/management/commands/tick.py",
    "academy/core/workbooks.py",
    "academy/desk/trial_views.py",
    "academy/home/booking_views.py",
    "academy/settings/base.py",
    "academy/settings/formats/zh_Hans/formats.py",
    "cms/set_up_forms.py",
}


def test_no_sentence_for_people_writes_a_date_as_machines_do() -> None:
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for room in ("academy", "cms")
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if "%Y-%m-%d" in path.read_text(encoding="utf-8")
    }
    assert found == FOR_MACHINES


# Elder mode and language


def test_elder_mode_is_remembered_and_leads_back(client: Client) -> None:
    answer = client.get("/elder/", {"on": "1", "next": "/my/?p=2"})
    assert (answer.status_code, answer["Location"]) == (302, "/my/?p=2")
    cookie = client.cookies["elder"]
    assert cookie.value == "1"
    assert cookie["max-age"] >= 365 * 24 * 60 * 60
    assert client.get("/elder/", {"on": "0"}).cookies["elder"].value == ""


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
@pytest.mark.parametrize("switch", ["/elder/?on=1", "/language/?to=en"])
def test_the_switches_lead_to_no_other_site(client: Client, switch: str, address: str) -> None:
    path, _, query = switch.partition("?")
    key, _, value = query.partition("=")
    answer = client.get(path, {key: value, "next": address})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize(("cookie", "mode"), [("1", "1"), ("2", "2"), ("3", ""), ('"><script>', "")])
def test_only_known_sizes_are_an_elder_mode(cookie: str, mode: str) -> None:
    assert elder_mode(get(elder=cookie)) == mode


@pytest.mark.parametrize(
    ("chosen", "here", "there"),
    [
        pytest.param("en", "/zh-hans/academy/?p=2", "/en/academy/?p=2", id="a page under a language prefix"),
        pytest.param("zh-hans", "/en/academy/", "/zh-hans/academy/", id="and back"),
        pytest.param("en", "/my/", "/my/", id="an address without one"),
        pytest.param("en", "/en/academy/", "/en/academy/", id="an address that is already in it"),
    ],
)
def test_the_language_switch_shows_the_same_page(client: Client, chosen: str, here: str, there: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    answer = client.get("/language/", {"to": chosen, "next": here})
    assert answer["Location"] == there
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == chosen


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    answer = client.get("/language/", {"to": "xx", "next": "/my/"})
    assert answer["Location"] == "/my/"
    assert not answer.cookies


# Pages


@pytest.mark.parametrize(
    ("path", "tab"),
    [
        ("/", "home"),
        ("/zh-hans/", "home"),
        ("/en/academy/beginner/", "academy"),
        ("/activities/3/", "activities"),
        ("/my/", "my"),
        ("/verify/", None),
    ],
)
def test_the_tab_of_the_page_is_marked(path: str, tab: str | None) -> None:
    html = render_to_string("base.html", request=get(path))
    marked = re.findall(r'<a href="/(\w*)/?" aria-current="page"', html)
    assert marked == ([] if tab is None else [tab.replace("home", "")])


def test_elder_mode_is_one_tap_from_every_page_and_so_is_the_way_back() -> None:
    html = render_to_string("base.html", request=get("/my/?p=2&q=a"))
    assert 'href="/elder/?on=1&amp;next=%2Fmy%2F%3Fp%3D2%26q%3Da"' in html
    assert "data-elder" not in html
    html = render_to_string("base.html", request=get("/my/", elder="1"))
    assert 'data-elder="1"' in html
    assert "/elder/?on=0" in html
    assert "/elder/?on=2" in html


def test_a_page_is_the_same_for_all_readers_and_may_be_cached() -> None:
    request = get("/zh-hans/")
    html = render_to_string("base.html", request=request)
    assert "csrf" not in html
    assert "CSRF_COOKIE" not in request.META


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("template", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_pages_of_refusal_need_no_request_and_no_database(template: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(template)
    assert f'<html lang="{language}">' in html
    assert re.search(r"<h1>[^<]+</h1>", html)
    assert 'href="/' in html


def test_an_unknown_address_shows_our_own_error_page(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "404.html" in [template.name for template in answer.templates]


def test_an_unknown_icon_is_a_template_error() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template('{% load academy %}{% icon "unicorn" %}').render(Context())


def test_a_big_button_carries_its_fields_and_the_token() -> None:
    html = render_to_string(
        "components/big_button.html", {"label": "签到", "hidden": {"id": 'a"b'}}, request=get("/c/x/")
    )
    assert 'name="csrfmiddlewaretoken"' in html
    assert 'name="id" value="a&quot;b"' in html
    assert 'method="post"' in html


def test_a_state_is_shown_in_words() -> None:
    html = render_to_string("components/chip.html", {"state": "on_notice", "label": "公示中"})
    assert ">公示中<" in html


def test_the_first_visit_of_the_check_in_page_is_light() -> None:
    html = render_to_string(
        "checkin/page.html",
        {
            "state": "ask",
            "direction": "in",
            "name": "王秀英",
            "activity": SimpleNamespace(title="冬季防火入户宣传", place="社区广场"),
            "hidden": {"id": "3f0e0a2c-58a2-4d39-8d0b-0f0f3a1f7c55"},
        },
        request=get("/c/7KQ2M9XA3D/4F7T9K2M/"),
    )
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    assert len(addresses) + 1 <= 4
    files = [settings.BASE_DIR / address.lstrip("/") for address in addresses]
    weight = sum(len(gzip.compress(data)) for data in [html.encode(), *(file.read_bytes() for file in files)])
    assert weight <= 30_000


def test_public_templates_hold_no_inline_script_or_style() -> None:
    inline = re.compile(r"""<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=["']""")
    paths = (settings.BASE_DIR / "templates").rglob("*.html")
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    public = {
        path: text
        for path, text in texts.items()
        if '{% extends "base.html" %}' in text or path.parent.name == "components" or path.name == "base.html"
    }
    assert len(public) > 20
    assert [str(path) for path, text in public.items() if inline.search(text)] == []


# The style sheet


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", block))


LIGHT = tokens(CSS.split("@media")[0])
DARK = {**LIGHT, **tokens(CSS.split("prefers-color-scheme: dark")[1].split("/* Ground */")[0])}


@pytest.mark.parametrize("mode", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "soft", "accent", "stop") for ground in ("paper", "card", "wash")),
        *(("ink", ground) for ground in ("good-wash", "warn-wash")),
        ("good", "good-wash"),
        ("warn", "warn-wash"),
        ("on-fill", "fill"),
        ("on-fill", "pressed"),
    ],
)
def test_words_stand_out_from_their_ground(mode: dict[str, str], text: str, ground: str) -> None:
    assert contrast(mode[text], mode[ground]) >= 4.5  # V5


@pytest.mark.parametrize("mode", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_the_edge_of_a_field_can_be_seen(mode: dict[str, str], ground: str) -> None:
    assert contrast(mode["edge"], mode[ground]) >= 3


def test_the_accent_is_one_red_that_reads_on_white() -> None:
    assert contrast(LIGHT["accent"], "#ffffff") >= 4.5


def test_text_and_targets_are_as_large_as_asked() -> None:
    sizes = {
        selector: float(percent) / 100 * 16
        for selector, percent in re.findall(r"^(html\S*) \{ font-size: ([\d.]+)%", CSS, re.MULTILINE)
    }
    assert sizes == {"html": 18, "html[data-elder]": 24, 'html[data-elder="2"]': 30}  # V5
    assert "--target: 44px" in CSS
    assert re.search(r"html\[data-elder\] \{[^}]*--target: 60px", CSS)


# The back office's own: staff read it in browsers that Wagtail supports.
OF_THE_BACK_OFFICE = {"admin.css", "admin-settings.css", "desk.css", "find.css", "person.css", "thread.css"}


@pytest.mark.parametrize(
    "name", sorted({path.name for path in (settings.BASE_DIR / "static/css").glob("*.css")} - OF_THE_BACK_OFFICE)
)
def test_old_phones_understand_the_style_sheet(name: str) -> None:
    text = (settings.BASE_DIR / "static/css" / name).read_text(encoding="utf-8")
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    unknown_to_them = r":has\(|:is\(|:where\(|\b(?:clamp|min|max)\(|aspect-ratio|inset:|@container|@layer|&"
    assert re.findall(unknown_to_them, plain) == []
    assert re.findall(r"(?<!grid-)gap:", plain) == []
    assert len(text.encode()) <= 25_000


def test_a_title_with_markup_of_a_day_is_plain_text_in_the_label_of_a_notice() -> None:
    title = Template('{% load academy %}{{ day|day:"weekday" }}').render(Context({"day": dt.date(2026, 1, 10)}))
    assert 'class="nobr"' in title

    notice = render_to_string("components/callout.html", {"title": title, "text": "…"})
    label = re.search(r'aria-label="([^"]*)">', notice)
    assert label is not None and "1月10日" in label[1] and "<" not in label[1]
