"""Typed texts as words that the search looks for."""

import pytest

from academy.core.refusals import Refusal
from cms import asking, synonyms
from cms.asking import Question
from cms.marking import folded


def question(text: str) -> Question:
    asked = asking.read(text)
    assert isinstance(asked, Question), asked
    return asked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("防火 通道", ["防火", "通道"], id="two words"),
        pytest.param("《志愿服务条例》", ["志愿服务条例"], id="signs go"),
        pytest.param("志愿 志愿", ["志愿"], id="a word twice"),
        pytest.param("First  Aid", ["first aid"], id="two words of the table are one"),
        pytest.param("<b>茶</b>", ["茶"], id="markup goes"),
        pytest.param("滅火器", ["灭火器"], id="traditional characters"),
        pytest.param("AED使用", ["aed", "使用"], id="Latin letters beside Chinese"),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert question(text).typed_words == words


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("茶" * 101, "search_too_long", id="101 characters"),
        pytest.param("？！——", "search_without_word", id="signs"),
        pytest.param("<br>", "search_without_word", id="markup alone"),
        pytest.param("%_*", "search_without_word", id="wild cards"),
    ],
)
def test_refused(text: str, code: str) -> None:
    asked = asking.read(text)
    assert isinstance(asked, Refusal) and asked.code == code and str(asked)


def test_a_word_stands_for_others() -> None:
    assert "心肺复苏" in question("急救").words[0]
    assert "急救" in question("CPR").words[0]
    assert question("外星人").words == (("外星人",),)


def test_pinyin_of_a_word_of_the_table_stands_for_it() -> None:
    assert {"急救", "心肺复苏"} < set(question("jijiu").words[0])
    assert question("jj").words == (("jj",),)  # two letters begin too many words


def test_each_word_of_the_table_is_typed_as_it_is_compared() -> None:
    for word in synonyms.words():
        assert word == folded(word).strip() and word
    for group in synonyms.GROUPS:
        assert len(set(group)) == len(group) > 1


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("怎么给老人做饭", ["给老", "老人", "人做", "做饭"], id="Chinese"),
        pytest.param("how do I check in", ["check"], id="English"),
        pytest.param("什么", ["什么"], id="alone they stay"),
    ],
)
def test_the_nearest_texts_are_sought_without_words_of_questions(text: str, terms: list[str]) -> None:
    assert question(text).terms == terms


def test_a_long_question_is_asked_with_its_first_words_alone() -> None:
    asked = question(" ".join("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"))
    assert len(asked.typed_words) == len(asked.terms) == asking.MOST_TERMS
    assert asked.typed_words[0] == asked.terms[0] == "赵"
