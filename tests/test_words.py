"""The back office speaks the words of the work: not those of Wagtail, of Python, or of English.

Every screen of a user with every duty is read in Chinese, and the first screen of each role.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest
import wagtail
from django.conf import settings
from django.db import transaction
from django.test import Client

from academy.people.permissions import DutyRole
from cms.wagtail_hooks import HIDDEN_REPORTS
from tests.canaries import Aviary, foreign_routes
from tests.test_catalogues import ROOT, WAGTAILS, key

WAGTAILS_WORDS = ["片段", "工作流", "别名", "缩略名", "元描述", "子页面", "父页面", "根页面", "常规页面", "模型日志"]
# One thing has one word (docs/glossary.md): the word that lost, and the one that stands.
LOST = {"文档": "文件", "帐号": "账号", "职务": "职责", "登陆": "登录"}
ENGLISH = [
    *("Root", "True", "False", "None", "null", "Hash", "Slug", "Snippet", "Workflow", "Task", "Alias", "Page", "Pages"),
    *("Actions", "Search", "Edit", "Delete", "Add", "Save", "Status", "Type", "Title", "Name", "Previous", "Next"),
    *("Yes", "No", "Submit", "Cancel", "Close", "Loading", "Choose", "Select"),
]
FORBIDDEN = re.compile(
    "|".join([*WAGTAILS_WORDS, *LOST, *(rf"(?<![\w./@<-]){word}(?![\w./@=>-])" for word in ENGLISH)])
)
OURS = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
LABELS = ("aria-label", "placeholder", "title", "alt")
VOID = ("input", "img", "br", "hr", "link", "meta", "source", "use", "path")
LEFT_OUT = tuple(f"admin/reports/{name}/" for name in sorted(HIDDEN_REPORTS))

SCREENS = [route for route in foreign_routes() if route.startswith("admin/") and not route.startswith(LEFT_OUT)]
ASKING = "every duty"

pytestmark = pytest.mark.slow


class Texts(HTMLParser):
    """The texts of a page that people read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []  # the open tags inside one that is not shown, itself first

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID and (self._silent or tag in ("script", "style") or "hidden" in given):
            self._silent.append(tag)
        if not self._silent:
            self.found += [value for name in LABELS if (value := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(" ".join(data.split()))


def faults(page: str) -> list[str]:
    reader = Texts()
    reader.feed(page)
    return sorted({text[:60] for text in reader.found if FORBIDDEN.search(text)})


@pytest.mark.parametrize(
    ("text", "is_fault"),
    [
        ("Root", True),
        ("工作流", True),
        ("None", True),
        ("上传文档", True),
        ("王秀英 None", True),
        ("https://a.b/None/", False),
        ("Rooted", False),
    ],
)
def test_a_forbidden_word_is_found(text: str, is_fault: bool) -> None:
    assert bool(faults(f"<p>{text}</p><script>None</script>")) is is_fault
    assert bool(faults(f'<a aria-label="{text}">去</a>')) is is_fault
    assert faults(f'<div hidden><p>{text}<br></p></div><input type="hidden" title="好">') == []


def translations() -> Iterator[tuple[str, str]]:
    """Yield each sentence of Wagtail in Chinese as it is shown, with its English."""
    ours = {key(entry) for entry in polib.pofile(str(WAGTAILS / "django.po"))}
    shipped = [polib.mofile(str(path)) for path in Path(wagtail.__file__).parent.rglob("zh_Hans/LC_MESSAGES/django.mo")]
    for catalogue in [polib.pofile(str(WAGTAILS / "django.po")), *shipped]:
        for entry in catalogue:
            if catalogue in shipped and key(entry) in ours:
                continue
            for text in [entry.msgstr, *entry.msgstr_plural.values()]:
                yield entry.msgid, text


def test_wagtails_chinese_is_in_the_words_of_the_work() -> None:
    wrong = re.compile("|".join([*WAGTAILS_WORDS, *LOST]))
    assert [(english, text) for english, text in translations() if wrong.search(text)] == []


def test_our_chinese_has_one_word_for_one_thing() -> None:
    """A draft of the rules is 草案, one of a page or an activity 草稿; a thing has a 名称, a clause a 标题."""
    wrong, lost = [], re.compile("|".join(LOST))
    for entry in polib.pofile(str(OURS)):
        texts = " ".join([entry.msgstr, *entry.msgstr_plural.values()])
        of_rules = all("rulebook" in place or "trial" in place for place, _line in entry.occurrences)
        if lost.search(texts) or ("草案" in texts and "草稿" in texts) or ("草稿" in texts and of_rules):
            wrong.append(texts)
        if entry.msgid.lower() in ("title", "name") and "标题" in texts and entry.msgctxt != "of a clause":
            wrong.append(texts)
    titles = {text for english, text in translations() if english.lower() in ("title", "page title")}
    assert wrong == [] and not [title for title in titles if "标题" in title]


@pytest.fixture(scope="module")
def aviary(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Aviary()
        transaction.set_rollback(True)


def read(session: str, address: str) -> list[str]:
    client = Client(raise_request_exception=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        response = client.get(address)
        if response.streaming:
            list(response.streaming_content)
        transaction.set_rollback(True)
    if response.status_code != 200 or response.streaming or not response["Content-Type"].startswith("text/html"):
        return []
    return faults(response.content.decode())


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize("route", SCREENS)
def test_no_screen_speaks_wagtail_or_english(route: str, aviary: Aviary) -> None:
    addresses = aviary.addresses(route, aviary.own)
    assert {address: said for address in addresses if (said := read(aviary.own.sessions[ASKING], address))} == {}


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize("role", [role.value for role in DutyRole])
def test_no_roles_first_screen_speaks_wagtail_or_english(role: str, aviary: Aviary) -> None:
    assert read(aviary.own.sessions[role], "/admin/") == []
