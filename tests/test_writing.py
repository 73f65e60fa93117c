"""Refuse the turns of phrase that docs/writing.md names, in every file."""

import ast
import re

import pytest

from scripts import writing

LISTED = 30  # hits that a failure shows


def report(found: list[writing.Hit]) -> str:
    lines = [str(hit) for hit in found[:LISTED]]
    return "\n".join([*lines, f"{len(found)} in all; list them with `python -m scripts.writing FILE`"])


def phrases(file: str, source: str) -> list[str]:
    return [hit.phrase for hit in writing.hits(file, source)]


@pytest.mark.slow
def test_no_file_has_a_refused_turn():
    found = writing.all_hits(writing.files())
    assert not found, f"docs/writing.md refuses:\n{report(found)}"


@pytest.mark.parametrize(
    ("comment", "phrase"),
    [
        ("Refuse whoever has no duty here.", "whoever"),
        ("Take whomever the leader names.", "whomever"),
        ("Keep whatever is left.", "whatever is"),
        ("The text is never made anew by a release.", "anew"),
        ("The visit of a person of whom no card is known.", "of whom"),
        ("It says how many of what there are.", "what there are"),
        ("Ignore an error that there is not.", "that there is not"),
        ("There is not here what counts.", "There is not"),
        ("Return 0 when there is none.", "there is none"),
        ("A second check-in opens nothing.", "opens nothing"),
        ("A check-out of nobody is ignored.", "of nobody"),
        ("It is shown to nobody but its author.", "nobody but"),
        ("Check out when one leaves.", "when one leaves"),
        ("Of each record the stored scans are compared.", "Of"),
        ("It waits. Of these the first is taken.", "Of"),
        ("Wait. What it costs is measured.", "What"),
        ("Where there is a draft, it is shown.", "Where there is"),
        ("None where the shift is over.", "None where"),
        ("Whom the scan is of, as far as known.", "Whom"),
    ],
)
def test_a_turn_is_refused(comment, phrase):
    assert phrases("academy/x.py", f"a = 1  # {comment}\n")[:1] == [phrase]
    assert phrases("static/js/x.js", f"// {comment}\n")[:1] == [phrase]
    assert phrases("templates/x.html", f"{{% comment %}}{comment}{{% endcomment %}}")[:1] == [phrase]
    assert phrases("docs/x.md", f"# X\n\n{comment}\n")[:1] == [phrase]


@pytest.mark.parametrize(
    "comment",
    [
        "Ignore a second check-in, and a check-out without an open visit.",
        "Nothing is written before the mark is compared.",
        "Refuse a person that nobody has signed up.",
        "Do nothing on SQLite: it has no such lock.",
        "Of course the clock may be wrong.",
        "What happens on a race? The constraint decides.",
        "Records are compared, one of which may be reversed.",
        "There is not enough room for a second line.",
        "The rule that no one may decide alone, whatever the kind.",
        "Keep the first one: it may be older.",
        "Render `whoever` and “of nobody” as they stand.",
    ],
)
def test_plain_sentences_pass(comment):
    assert phrases("academy/x.py", f"# {comment}\n") == []
    assert phrases("docs/x.md", f"{comment}\n") == []


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("Return the volunteer's live card.", []),
        ("A visit that is still open.", []),
        ("Is a question allowed here?", []),
        ("Whether the user may lead the activity.", ["Whether"]),
        ("Who may open what.", ["Who"]),
        ("Where somebody goes after signing in.", ["Where"]),
        ("Says which shift a scan is for.", ["Says"]),
        ("x" * 100, []),
        ("x" * 101, [f"{'x' * 40}…"]),
        ("Return it.\n\n    What follows is more.", ["What"]),
    ],
)
def test_a_docstring_begins_with_a_verb_or_a_noun_phrase(docstring, found):
    source = f'class A:\n    def b(self):\n        """{docstring}"""\n'

    assert phrases("academy/x.py", source) == found


def test_messages_are_read_in_python_and_templates():
    python = 'from django.utils.translation import gettext as _\n\na = [_("Ask whoever\\nis there"), "whoever"]\n'
    template = (
        '{% trans "Tell whoever asks" %}<p>whoever</p>{% blocktrans %}Shown to\nnobody {{ x }}{% endblocktrans %}'
    )

    assert [hit[:3] for hit in writing.hits("cms/x.py", python)] == [("cms/x.py", 3, "whoever")]
    assert sorted(phrases("templates/x.html", template)) == ["to nobody", "whoever"]
    assert phrases("tests/x.py", python) == []


DIVIDED = '''\
def a():
    """Return it.

    A card of
    whom it is.
    """
    # one
    # two of
    # whom
'''


def test_a_hit_names_the_line_of_a_turn_that_a_line_end_divides():
    assert [(hit.line, hit.phrase) for hit in writing.hits("academy/x.py", DIVIDED)] == [(4, "of whom"), (8, "of whom")]


LOOK_ALIKES = r"""
a = '# whoever' + "# 'whoever" + '''
# whoever
''' + b'\''.decode()  # noqa: whoever
b = f"{a}#whoever"
"""


def test_strings_that_look_like_comments_are_no_comments():
    assert phrases("academy/x.py", LOOK_ALIKES) == []
    assert phrases("static/js/x.js", 'const a = "// whoever", b = `// ${a} whoever`;\n') == []


# Participles that no ending betrays.
IRREGULAR = {"Except", "Found", "Given", "Held", "Kept", "Made", "Read", "Said", "Seen", "Sent", "Told", "TakenBack"}


def test_public_classes_are_nouns():
    names = {
        f"{file}: {node.name}"
        for file in writing.files()
        if file.endswith(".py") and not file.startswith("tests/")
        for node in ast.walk(ast.parse((writing.ROOT / file).read_text()))
        if isinstance(node, ast.ClassDef) and (node.name in IRREGULAR or re.fullmatch(r"[A-Z][a-z]*ed", node.name))
    }
    assert names == set()
