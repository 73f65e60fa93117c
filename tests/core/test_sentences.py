"""Sentences that a program or a template puts side by side: no gap between Chinese ones, in any room."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
import pytest
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import gettext_lazy, override

from academy.core.sentences import close_up, join_sentences
from tests.gaps import gaps_in

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
TEMPLATES = sorted(path for path in ROOT.glob("templates/**/*.html") if not path.name.startswith("paper_"))
MODULES = sorted(path for room in ("academy", "cms") for path in ROOT.glob(f"{room}/**/*.py"))
FULL_WIDTH = re.compile(r"[：。，；！？][”’）》]*(?:</?\w[^>]*>)*$")


@pytest.mark.parametrize(
    ("sentences", "joined"),
    [
        (["已撤回。", "请求重新等待。"], "已撤回。请求重新等待。"),
        (["Taken back.", "It waits again."], "Taken back. It waits again."),
        (["他说：“来。”", "请确认。"], "他说：“来。”请确认。"),
        (["共 3 处", "王秀英"], "共 3 处 王秀英"),
        (["已满。", "", "", "请改期。"], "已满。请改期。"),
        (["原文： 两个 空格。", "好。"], "原文： 两个 空格。好。"),
        ([], ""),
    ],
)
def test_sentences_stand_side_by_side_as_their_language_does(sentences: list[str], joined: str) -> None:
    assert join_sentences(sentences) == joined


def test_a_lazy_sentence_speaks_the_language_of_the_reader() -> None:
    sentence = gettext_lazy("Check out when you leave.")
    for language in ("zh-hans", "en"):
        with override(language):
            assert join_sentences([sentence, "好"]).startswith(str(sentence))


def test_markup_is_closed_up_and_typed_lines_are_not() -> None:
    assert close_up("还差： <a href='/'>急救</a>。 去学") == "还差：<a href='/'>急救</a>。去学"


# In programs: what is put together with a blank between is not sentences. Each line says what it is instead.
WITH_A_BLANK = {
    "academy/activities/thread_rows.py": "what somebody typed, in one line",
    "academy/certificates/batch_views.py": "keys",
    "academy/classes/services/assessing.py": "numbers of people",
    "academy/core/checks.py": "an error of the database, in one line",
    "academy/core/formats.py": "a duration, a period",
    "academy/core/templatetags/academy.py": "a duration",
    "academy/core/text.py": "a name or a number",
    "academy/feedback/services.py": "what somebody typed, in one line",
    "academy/learning/quiz/rows.py": "the cells of a row",
    "academy/people/sign_in_log.py": "a line of the log",
    "academy/photos/services.py": "what somebody typed, in one line",
    "academy/rulebook/clauses.py": "a title, in one line",
    "academy/tables/cells.py": "a cell, in one line",
    "academy/tables/reading.py": "the cells of a heading",
    "academy/tables/shifting.py": "references to cells",
    "academy/threads/folding.py": "a line of a chat",
    "academy/threads/management/commands/read_thread.py": "questions, for a developer",
    "academy/threads/merging.py": "remarks in a chat",
    "academy/threads/reading.py": "titles and remarks in a chat",
    "academy/threads/saying.py": "remarks in a chat",
    "academy/threads/sentences.py": "a name with its building",
    "academy/threads/stating.py": "remarks in a chat",
    "cms/quizzes.py": "ids of a page",
    "academy/transfers/services/import_lines.py": "name, number and telephone of a person",
    "cms/asking.py": "what somebody typed, in one line",
    "cms/bigrams.py": "terms of the search",
    "cms/blocks/texts.py": "the cells of a row",
    "cms/marking.py": "a text of the search, in one line",
    "cms/models/home.py": "texts for the index of the search",
    "cms/parts.py": "a line of a lesson",
    "cms/public_search.py": "texts of the search",
    "cms/set_up_forms.py": "a name, in one line",
    "cms/slides.py": "what somebody typed, in one line",
    "cms/table_text.py": "a cell, in one line",
    "cms/word.py": "a paragraph, in one line",
}
TRANSLATES = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "npgettext", "sentence"}


def joins_with_a_blank(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield each `" ".join(…)`, and each f-string with a blank beside a translated sentence."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=" "), attr="join")):
                yield node
            case ast.JoinedStr(values=values):
                for before, blank, after in zip(values, values[1:], values[2:], strict=False):
                    if isinstance(blank, ast.Constant) and blank.value == " " and (ends(before) or ends(after)):
                        yield node


def ends(part: ast.AST) -> bool:
    """Return whether the part of an f-string is a translated sentence: it ends with a mark."""
    for node in ast.walk(part):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[*_, ast.Constant(value=str(text))]) if name in TRANSLATES:
                return text.endswith((".", "!", "?", ":"))
    return False


def test_no_program_joins_sentences_by_a_blank() -> None:
    found = {
        path.relative_to(ROOT).as_posix() for path in MODULES if [*joins_with_a_blank(ast.parse(path.read_text()))]
    }

    assert found - set(WITH_A_BLANK) == set(), "use core.sentences.join_sentences, or say here what it joins"
    assert set(WITH_A_BLANK) - found == set()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('" ".join(parts)', 1),
        ("f\"{_('Taken back.')} {more}\"", 1),
        ("f\"{said} {gettext('Ask.')}\"", 1),
        ("f\"{name} {_('number')}\"", 0),
        ('", ".join(parts)', 0),
    ],
)
def test_a_join_by_a_blank_is_found(source: str, count: int) -> None:
    assert len([*joins_with_a_blank(ast.parse(source))]) == count


# In templates: a sentence, then white space, then words in the same line of text.
INLINE = re.compile(r"\s*(?:</?(?:b|a|strong|em|small|span|i|kbd|code)\b[^>]*>\s*)*")
UNFINISHED = re.compile(r"<(?:b|a|strong|em|small|span)\b[^>]*$")
OF_ITS_OWN = re.compile(r"<(?:a|span|b|small)\b[^>]*class=", re.DOTALL)  # an act, a chip, a line of a row
TRANSPARENT = ("with", "endwith", "for", "empty", "endfor", "url", "if", "elif", "else", "endif")
MESSAGE = re.compile(r'^\w+ "((?:[^"\\]|\\.)*)"')
CONTEXT = re.compile(r'context "([^"]*)"')


@cache
def catalogue() -> dict[tuple[str | None, str], str]:
    entries = [entry for entry in polib.pofile(str(OURS)) if not entry.obsolete]
    return {(one.msgctxt, one.msgid): one.msgstr or one.msgstr_plural[0] for one in entries}


class Reader:
    """A reader of a template; it keeps the last sentence, and whether a blank follows it."""

    def __init__(self) -> None:
        self.said, self.blank, self.closed, self.in_tag = "", False, 0, False
        self.branches: list[list[tuple[str, bool]]] = []  # of each open `if`: the state before it, those of its ends
        self.gaps: list[str] = []

    def read(self, source: str) -> list[str]:
        tokens = iter(Lexer(source).tokenize())
        for token in tokens:
            name = token.contents.partition(" ")[0]
            if token.token_type is TokenType.TEXT:
                self.read_text(token.contents)
            elif token.token_type is TokenType.VAR:
                if not self.in_tag:
                    self.go_on()
            elif name in ("trans", "blocktrans"):
                text = message_of(tokens) if name == "blocktrans" else MESSAGE.match(token.contents)
                self.read_sentence(token, text if isinstance(text, str) else text[1] if text else "")
            elif name == "comment":
                while next(tokens).contents != "endcomment":
                    pass
            elif token.token_type is TokenType.BLOCK:
                self.read_tag(name, token.contents)
        return self.gaps

    def go_on(self, said: str = "") -> None:
        """Read words behind the sentence; they may be a sentence themselves."""
        if self.said and self.blank and not self.closed:
            self.gaps.append(self.said)
        self.said, self.blank = said, False

    def read_sentence(self, token: Token, text: str) -> None:
        if self.in_tag or " as " in token.contents or " asvar " in token.contents:
            return
        context = CONTEXT.search(token.contents)
        said = catalogue().get((context[1] if context else None, text), "")
        self.go_on(said if FULL_WIDTH.search(said) else "")

    def read_text(self, text: str) -> None:
        if self.in_tag:
            rest_of_tag, _, text = text.partition(">")
            if "class=" in rest_of_tag:
                self.said = ""
        opening = INLINE.match(text)[0]  # type: ignore[index]
        rest = text[len(opening) :]
        self.in_tag = bool(UNFINISHED.match(rest))
        self.blank = self.blank or bool(re.search(r"\s", re.sub(r"<[^>]*>", "", opening)))
        if OF_ITS_OWN.search(opening):
            self.said = ""
        if self.in_tag and "class=" not in rest:
            return
        if rest.startswith(("<", "·", "→", "（")):
            self.said = ""
        elif rest:
            self.go_on()

    def read_tag(self, name: str, contents: str) -> None:
        state = (self.said, self.blank)
        if name == "if":
            self.branches.append([state])
        elif name in ("elif", "else") and self.branches:
            self.branches[-1].append(state)
            self.said, self.blank = self.branches[-1][0]
        elif name == "endif":
            before, *ends = self.branches.pop()
            self.said, self.blank = next((one for one in (state, *ends) if one[0]), before if not ends else ("", False))
        elif name == "filter" and "closed_up" in contents:
            self.closed += 1
        elif name == "endfilter":
            self.closed = 0
        elif name not in TRANSPARENT:
            self.said = ""


def message_of(tokens: Iterator[Token]) -> str:
    """Return the message of a `blocktrans` up to its end; of two numbers, the first."""
    text, plural = "", False
    for token in tokens:
        if token.contents == "endblocktrans":
            break
        plural = plural or token.contents == "plural"
        if not plural:
            is_value = token.token_type is TokenType.VAR
            text += f"%({token.contents.partition('|')[0]})s" if is_value else token.contents
    return " ".join(line.strip() for line in text.strip().splitlines())


def test_no_template_leaves_a_gap_after_a_chinese_sentence() -> None:
    found = {path.relative_to(ROOT).as_posix(): Reader().read(path.read_text()) for path in TEMPLATES}

    assert {path: said for path, said in found.items() if said} == {}, "put it into {% filter closed_up %}"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('{% trans "Nothing waits for you." %} {{ more }}', 1),
        ('{% trans "Nothing waits for you." %} <b>{{ more }}</b>', 1),
        ('{% trans "Nothing waits for you." %}{{ more }}', 0),
        ('<p>{% trans "Nothing waits for you." %}</p> <p>{{ more }}</p>', 0),
        ('{% if a %}{% trans "Nothing waits for you." %} {% else %}{{ more }}{% endif %}', 0),
        ('{% if a %}{% trans "Nothing waits for you." %} {% else %}{{ b }}{% endif %}{{ more }}', 1),
        ('{% filter closed_up %}{% trans "Nothing waits for you." %} {{ more }}{% endfilter %}', 0),
        ('{% trans "Nothing waits for you." %} <a class="btn" href="">{{ act }}</a>', 0),
        ('{% trans "Nothing waits for you." %} <a href="{{ address }}">{{ act }}</a>', 1),
        ('{% trans "Nothing waits for you." %} <a href="{{ address }}" class="btn">{{ act }}</a>', 0),
    ],
)
def test_a_gap_in_a_template_is_found(source: str, count: int) -> None:
    assert len(Reader().read(source)) == count


@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("<p>没有人等。 <b>可以</b>走了。</p>", 1),
        ("<p>没有人等。<b>可以</b>走了。</p>", 0),
        ("<p>没有人等。</p> <p>可以走了。</p>", 0),
        ('<p>没有人等。 <a class="btn" href="">可以走了</a></p>', 0),
        ("<p>他说：“来。” 可以</p>", 1),
        ("<script>没有。 可以</script>", 0),
    ],
)
def test_a_gap_on_a_page_is_found(page: str, count: int) -> None:
    assert len(gaps_in(page)) == count
