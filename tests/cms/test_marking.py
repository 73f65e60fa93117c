"""Words marked in a text, and the part of the text around them."""

import pytest

from cms import marking
from cms.marking import AROUND, BEFORE, excerpt, folded, holds, marked, spans


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        pytest.param("冬季防火", ["防火"], "冬季[防火]", id="a Chinese word inside others"),
        pytest.param("急救課程", ["课程"], "急救[課程]", id="traditional characters keep their form"),
        pytest.param("学会 AED 与 aed", ["aed"], "学会 [AED] 与 [aed]", id="any case"),
        pytest.param("managed", ["aed"], "managed", id="no part of a Latin word"),
        pytest.param("心肺复苏", ["心肺", "肺复", "复苏"], "[心肺复苏]", id="places that meet are one"),
        pytest.param("", ["茶"], "", id="no text"),
        pytest.param("<b>茶</b>", ["茶"], "<b>[茶]</b>", id="markup is text"),
        pytest.param("İ茶", ["茶"], "İ[茶]", id="a letter that grows in lower case keeps the places"),
    ],
)
def test_words_are_marked(text: str, words: list[str], shown: str) -> None:
    assert "".join(f"[{part}]" if is_found else part for part, is_found in marked(text, words)) == shown


def test_folding_keeps_the_length() -> None:
    for text in ("急救課程ＡED", "İstanbul 茶", "𠮷野家"):
        assert len(folded(text)) == len(text)


def test_a_latin_word_is_held_whole_and_a_chinese_one_anywhere() -> None:
    assert holds("心肺复苏与aed", "aed") and holds("冬季防火", "防火")
    assert not holds("managed", "aed") and not holds("aed2", "aed")


def test_an_excerpt_begins_shortly_before_the_first_word() -> None:
    text = "开头很长。" * 20 + "这里说到防火，" + "后面也很长。" * 20
    parts = excerpt(text, ["防火"])
    whole = "".join(part for part, _ in parts)
    assert whole.startswith("…") and whole.endswith("…") and len(whole) <= 80
    assert ("防火", True) in parts and whole.startswith("…这里说到防火")  # the beginning of its sentence


def test_an_excerpt_of_a_short_text_is_the_text() -> None:
    assert excerpt("一句话讲防火。", ["防火"]) == [("一句话讲", False), ("防火", True), ("。", False)]
    assert excerpt("一句话。", ["防火"]) == [("一句话。", False)]
    assert excerpt("", ["防火"]) == []


def test_an_excerpt_cuts_no_latin_word() -> None:
    text = "The leader of the activity checks everybody in by card when the network of the gate is down again."
    whole = "".join(part for part, _ in excerpt(text, ["card"]))
    for word in whole.strip("… ").split():
        assert word.strip(".") in text.replace(".", "").split(), word


def test_an_excerpt_at_the_end_shows_as_much_as_one_in_the_middle() -> None:
    text = "前面很长。" * 30 + "最后防火"
    whole = "".join(part for part, _ in excerpt(text, ["防火"]))
    assert whole.endswith("最后防火") and len(whole) >= AROUND - BEFORE


def test_places_do_not_overlap() -> None:
    assert spans("防火防火", ["防火", "火防"]) == [(0, 4)]


def test_a_text_is_folded_once_for_all_words(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(marking, "folded", lambda text: seen.append(text) or text)
    assert spans("防火 泡茶", ["防火", "泡茶", "急救"]) == [(0, 2), (3, 5)]
    assert len(seen) == 1
