"""A Word file, read into the parts of a lesson."""

import io
import zipfile
from collections.abc import Callable

import pytest

from cms import word
from tests.word_files import lesson_file, paragraph, picture, png, run, table, word_file


def parts(content: bytes) -> list[tuple[str, object]]:
    return [(kind, "…" if kind == "picture" else part) for kind, part in word.read(content).parts]


def test_headings_lists_tables_and_pictures_come_along_in_their_order() -> None:
    read = word.read(lesson_file())
    assert read.title == "怎样拨打 120"
    assert read.lost == 0
    assert parts(lesson_file()) == [
        (
            "text",
            "<p>先<b>看清</b>自己在哪里，再拨号。</p><h3>三件事要说清</h3>"
            "<ol><li>地址</li><li>发生了什么</li><li>联系电话</li></ol>",
        ),
        ("picture", "…"),
        ("table", "情况 | 怎么说\n摔倒 | 有没有意识"),
        ("text", "<ul><li>带上证件</li></ul>"),
        ("picture", "…"),
    ]


def test_a_description_comes_along_unless_word_guessed_it() -> None:
    drawn = [part for kind, part in word.read(lesson_file()).parts if kind == "picture"]
    assert [one.alt for one in drawn] == ["一位老人在打电话", ""]
    assert drawn[0].content == png()


def test_a_picture_that_browsers_cannot_show_is_counted() -> None:
    content = word_file(paragraph(run("正文"), picture("i1")), media={"i1.emf": b"EMF"})
    read = word.read(content)
    assert (read.lost, [kind for kind, _part in read.parts]) == (1, ["text"])


def test_more_pictures_than_a_lesson_holds_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "MOST_PICTURES", 1)
    content = word_file(paragraph(picture("i1")), paragraph(picture("i2")), media={"i1.png": png(), "i2.png": png()})
    assert (word.read(content).lost, len(word.read(content).parts)) == (1, 1)


def test_a_picture_that_is_too_large_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "_MOST_OF_PICTURE", len(png()))
    content = word_file(
        paragraph(picture("i1")), paragraph(picture("i2")), media={"i1.png": png(), "i2.png": png() + b"."}
    )
    assert (word.read(content).lost, len(word.read(content).parts)) == (1, 1)


def test_one_picture_shown_many_times_is_read_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "_MOST_OF_PICTURES", 2 * len(png()) + 1)
    content = word_file(*[paragraph(picture("i1"))] * 6, media={"i1.png": png()})
    assert (word.read(content).lost, len(word.read(content).parts)) == (4, 2)


def renamed(content: bytes) -> bytes:
    """Return the file with a main part that has the name of a picture; word/document.xml stays."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"word/document.xml", b"word/main.png"))
        new.writestr("word/main.png", BOMB)
    return data.getvalue()


def test_signs_of_markup_stay_text() -> None:
    content = word_file(paragraph(run("1 &lt; 2 &amp; &lt;script&gt;")), table([["a|b", "&lt;i&gt;"], ["c", "d"]]))
    assert parts(content) == [("text", "<p>1 &lt; 2 &amp; &lt;script&gt;</p>"), ("table", "a/b | <i>\nc | d")]


def unpacked(content: bytes, **changed: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
    return data.getvalue()


DEEP = f"<w:document xmlns:w='{'x'}'>{'<w:p>' * 50_000}".encode()
BOMB = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old_word", id=".doc, or locked"),
        pytest.param(b"%PDF-1.7", "no_word", id="a PDF file"),
        pytest.param(b"", "no_word", id="empty"),
        pytest.param(lesson_file()[:900], "no_word", id="cut off"),
        pytest.param(word_file(), "empty", id="without a text"),
        pytest.param(word_file(paragraph(run("只有标题"), style="1")), "empty", id="a heading alone"),
        pytest.param(unpacked(lesson_file(), document=BOMB), "broken", id="entities"),
        pytest.param(lambda: renamed(lesson_file()), "broken", id="entities in a main part of another name"),
        pytest.param(unpacked(lesson_file(), document=b" " * 65_530 + BOMB), "broken", id="entities further down"),
        pytest.param(unpacked(lesson_file(), document=BOMB.decode().encode("utf-16")), "broken", id="UTF-16"),
        pytest.param(unpacked(lesson_file(), document=BOMB.decode().encode("utf-16-le")), "broken", id="without BOM"),
        pytest.param(lambda: word_file(extra={"x": b"<a/>" * 400_001}), "too_large", id="tags in any part"),
        pytest.param(unpacked(lesson_file(), document=b"<w:document>"), "broken", id="half an XML"),
        pytest.param(unpacked(lesson_file(), document=DEEP), "broken", id="elements inside one another"),
        pytest.param(lambda: word_file(extra={f"p{n}": b"" for n in range(2_001)}), "too_large", id="parts"),
        pytest.param(lambda: word_file(extra={"word/x.xml": b"<a/>" * 400_001}), "too_large", id="tags"),
        pytest.param(lambda: word_file(extra={"word/x.bin": bytes(81_000_000)}), "too_large", id="unpacked"),
        pytest.param(lambda: b"PK" + bytes(word.MOST_BYTES), "too_large", id="bytes"),
    ],
)
def test_what_is_no_lesson_is_refused_by_its_code(content: bytes | Callable[[], bytes], code: str) -> None:
    with pytest.raises(word.Unreadable) as caught:
        word.read(content() if callable(content) else content)
    assert caught.value.code == code


@pytest.mark.parametrize("begin", ["utf-16", "utf-16-le", "utf-8"])
def test_a_part_that_could_hide_entities_is_not_even_read(begin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word.mammoth, "convert_to_html", lambda *_args, **_named: pytest.fail("it was read"))
    hidden = " " * 65_530 + BOMB.decode()
    with pytest.raises(word.Unreadable, match="broken"):
        word.read(word_file(paragraph(run("正文")), extra={"word/x.bin": hidden.encode(begin)}))
