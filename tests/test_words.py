"""The back office speaks the words of the work: not those of Wagtail, of Python, or of English.

`test_every_address.py` reads the screens themselves.
"""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
import wagtail

from tests.forbidden_words import LOST, WAGTAILS_WORDS, forbidden_in
from tests.test_catalogues import ROOT, WAGTAILS, key

OURS = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"

pytestmark = pytest.mark.slow


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
    assert bool(forbidden_in(f"<p>{text}</p><script>None</script>")) is is_fault
    assert bool(forbidden_in(f'<a aria-label="{text}">去</a>')) is is_fault
    assert forbidden_in(f'<div hidden><p>{text}<br></p></div><input type="hidden" title="好">') == []


@cache
def translations() -> list[tuple[str, str]]:
    """Return each sentence of Wagtail as it is shown: in English and in Chinese."""
    own = polib.pofile(str(WAGTAILS / "django.po"))
    ours = {key(entry) for entry in own}
    shipped = [polib.mofile(str(path)) for path in Path(wagtail.__file__).parent.rglob("zh_Hans/LC_MESSAGES/django.mo")]
    entries = [*own, *(entry for catalogue in shipped for entry in catalogue if key(entry) not in ours)]
    return [(entry.msgid, text) for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())]


def test_wagtails_chinese_is_in_the_words_of_the_work() -> None:
    wrong = re.compile("|".join([*WAGTAILS_WORDS, *LOST]))
    assert [(english, text) for english, text in translations() if wrong.search(text)] == []


def test_wagtail_addresses_people_as_we_do() -> None:
    assert [(english, text) for english, text in translations() if "你" in text] == []


def test_the_messages_after_an_act_name_the_thing_and_no_page() -> None:
    """A trainer publishes, moves and deletes lessons and courses."""
    acts = (
        "Page '%(page_title)s'",
        "The page '%(page_title)s'",
        "Version from",
        "Are you sure you want to delete this page",
    )
    said = {english: text for english, text in translations() if english.startswith(acts) and "'." not in english[:3]}
    assert len(said) > 15
    assert {english: text for english, text in said.items() if re.search("页面|'|\"|审核流程", text)} == {}


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


def own_chinese() -> list[tuple[str, str]]:
    """Return each sentence of our own: its English, and its Chinese without tags."""
    entries = [entry for entry in polib.pofile(str(OURS)) if not entry.obsolete]
    both = [(entry.msgid, text) for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values()) if text]
    return [(english, re.sub(r"<[^>]*>", "", text)) for english, text in both]


def test_our_chinese_addresses_people_politely() -> None:
    assert [text for _english, text in own_chinese() if "你" in text] == []


def test_our_chinese_has_the_quotation_marks_of_the_mainland() -> None:
    """“…” outside, ‘…’ inside; not 「…」, not "…" of typewriters, and none left open."""
    wrong = re.compile(r"[「」『』]|\"[^\"]*[\u4e00-\u9fff]|[\u4e00-\u9fff]\"")
    assert [text for _english, text in own_chinese() if wrong.search(text)] == []
    assert [text for _english, text in own_chinese() if text.count("“") != text.count("”")] == []
    assert [text for _english, text in own_chinese() if re.search("“[^”]*“", text)] == []


# English word → Chinese words that stand for other things.
OF_LISTS = {
    r"\brosters?\b": ["名册", "名单"],  # 签到表: who comes to an activity, on paper or on the screen
    r"\bthe roll\b": ["签到表", "花名册"],  # 名册: the people of a community
}


def test_roster_roll_and_list_have_one_word_each() -> None:
    for english, others in OF_LISTS.items():
        found = [(said, text) for said, text in own_chinese() if re.search(english, said, re.IGNORECASE)]
        assert len(found) > 10
        assert [pair for pair in found if any(other in pair[1] for other in others)] == []
