"""List the turns of phrase that docs/writing.md refuses: `python -m scripts.writing [FILE …]`.

Reads comments, docstrings and the English messages of Python files, templates and scripts, and the prose of documents.
`tests/test_writing.py` keeps every file clean.

    python -m scripts.writing                  hits in all files
    python -m scripts.writing academy/core     hits in these files and folders
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["academy", "cms", "demo", "scripts", "tests"]
PATTERNS = [
    *(f"{package}/**/*.py" for package in PACKAGES),
    "templates/**/*.html",
    "static/js/**/*.js",
    "tests/js/*.js",
    "docs/**/*.md",
    "*.md",
]
# They quote what they refuse.
EXEMPT = {"docs/writing.md", "scripts/writing.py", "tests/test_writing.py"}
LONGEST = 100  # characters of a docstring's first line


class Text(NamedTuple):
    line: int
    kind: str  # comment, docstring, message or prose
    words: str


class Hit(NamedTuple):
    file: str
    line: int
    phrase: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: “{self.phrase}”: {self.instead}"


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    instead: str
    kinds: tuple[str, ...] = ("comment", "docstring", "message", "prose")


def rule(pattern: str, instead: str, *kinds: str, flags: re.RegexFlag = re.IGNORECASE) -> Rule:
    """Return the rule for `pattern`, in which a space stands for any white space, a line's end included."""
    compiled = re.compile(pattern.replace(" ", r"\s+"), flags)
    return Rule(compiled, instead, kinds) if kinds else Rule(compiled, instead)


CASE = re.RegexFlag(0)
START = r"(?:\A\s*|(?<=[.!?])\s+|\n\s*\n\s*)"  # of a sentence
# After these words, “nobody” and “nothing” are the subject of a clause.
CLAUSE = re.compile(
    "that|and|but|or|if|when|where|while|because|since|as|so|until|unless|though|whether|which|before|after|than|then|"
    "what|who|how|why|there|here"
)

RULES = [
    rule(r"\bwho(?:so)?m?ever\b", "name the person: “any user who …”, “the volunteer who …”"),
    rule(
        r"\bwhatever (?:is|was|are|were|has|had|may|can|could|else|stands?|comes?|came|happens?)\b",
        "name the thing: “any … that …”",
    ),
    rule(r"\banew\b", "write “again”, or “a new …”"),
    rule(r"\bof whom\b", "turn the sentence round: “the volunteer whose …”, “people, and each …”"),
    rule(
        r"\bwhat there (?:is|are|was|were)\b|\b(?:that|which|what|where) there (?:is|are|was|were) (?:not|none)\b",
        "name the thing: “existing …”, “missing …”",
    ),
    rule(
        r"\bthere (?:is|are|was|were) (?:not\b(?! (?:an?|any|enough|the|one|only|much|many|just|always)\b)|none\b)",
        "write “is missing”, “has no …”, “without …”",
    ),
    rule(r"\b(?:nobody|no one|none|nothing) but\b", "write “only”"),
    rule(
        r"\b(?:what|when|where|if|as|which|how|before|until|while|than|because) "
        r"one (?:may|can|must|should|has|does|wants?|asks?|leaves?|checks?|signs?|takes?|needs?|knows?|sees?|leads?)\b",
        "speak to the reader (“you”), or name the actor",
    ),
    rule(
        rf"{START}(?:Of (?!course\b)|Whoever\b|Whom\b|Where there (?:is|are|was|were)\b|None where\b)",
        "begin with the subject",
        flags=CASE,
    ),
    rule(rf"{START}What\b(?![^.!?]*\?)", "begin with the subject, not with “What …”", flags=CASE),
    rule(
        r"\A(?:Who|Whose|Whether|How|Why|Where|When|If|None|Nobody|Nothing|That|As)\b(?![^.!?]*\?)",
        "begin with a verb (functions) or a noun phrase (classes, modules): “Return whether …”",
        "docstring",
        flags=CASE,
    ),
    rule(
        r"\A(?:Say|Tell|Know|Forget|Lead)s?\b",
        "code returns, raises, renders, sends, stores, locks, validates",
        "docstring",
        flags=CASE,
    ),
]
OBJECT = re.compile(r"(?P<before>[\w’'`]+)\s+(?P<word>nobody|nothing)\b(?P<after>\s+(?:to|else)\b)?", re.IGNORECASE)
AS_OBJECT = {
    "nobody": "write “no volunteer”, “no user”, “is not … by any …”",
    "nothing": "write “None”, “no row”, “is left unchanged”, “missing”, or what is not done",
}


def refused(text: Text) -> Iterator[tuple[int, str, str]]:
    """Yield offset, phrase and advice for each refused turn in `text`."""
    words = blank_quotes(text.words)
    for pattern, instead, kinds in RULES:
        if text.kind in kinds:
            for match in pattern.finditer(words):
                space = len(match.group()) - len(match.group().lstrip())
                yield match.start() + space, " ".join(match.group().split()), instead
    for match in OBJECT.finditer(words):
        before, word = match["before"].lower(), match["word"].lower()
        idiom = before in ("do", "does", "did", "doing", "done") or match["after"]
        if not CLAUSE.fullmatch(before) and not idiom:
            yield match.start(), " ".join(match.group().split()), AS_OBJECT[word]
    first = text.words.lstrip().partition("\n")[0]
    if text.kind == "docstring" and len(first) > LONGEST:
        yield 0, f"{first[:40]}…", f"shorten the first line to {LONGEST} characters; {len(first)} now"


QUOTED = re.compile(r"``.+?``|`[^`\n]+`|“[^”]*”|\"[^\"\n]*\"", re.DOTALL)


def blank_quotes(words: str) -> str:
    """Return `words` with code and quotations replaced by x, so that every offset stays."""
    return QUOTED.sub(lambda match: re.sub(r"\S", "x", match.group()), words)


def hits(file: str, source: str | None = None) -> list[Hit]:
    """Return the hits in one file, in the order of its lines."""
    if source is None:
        source = (ROOT / file).read_text(encoding="utf-8")
    found = []
    for text in texts(file, source):
        for offset, phrase, instead in refused(text):
            found.append(Hit(file, text.line + text.words.count("\n", 0, offset), phrase, instead))
    return sorted(found)


def texts(file: str, source: str) -> Iterator[Text]:
    """Yield the texts of a file for human readers."""
    suffix = Path(file).suffix
    if suffix == ".py":
        yield from python_comments(source)
        yield from python_strings(source, messages=not file.startswith(("tests/", "scripts/")))
    elif suffix == ".html":
        yield from template_texts(source)
    elif suffix == ".js":
        yield from script_comments(source)
    elif suffix == ".md":
        yield from prose(source)


# A string or a comment, whichever begins first. Python 3.11 has no quotes of the same kind within an f-string.
PYTHON = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(?P<comment>\#[^\n]*)',
    re.DOTALL,
)
DIRECTIVE = re.compile(r"#\s*(?:noqa|type:|pragma|ruff:|fmt:|!)")


def python_comments(source: str) -> Iterator[Text]:
    """Yield comments; full-line comments on neighbouring lines are one text."""
    found = []
    for match in PYTHON.finditer(source):
        if match["comment"] and not DIRECTIVE.match(match["comment"]):
            begin = source.rfind("\n", 0, match.start()) + 1
            alone = not source[begin : match.start()].strip()
            found.append((source.count("\n", 0, begin) + 1, alone, match["comment"].lstrip("#").strip()))
    yield from joined(found)


def joined(comments: Iterable[tuple[int, bool, str]]) -> Iterator[Text]:
    """Join neighbouring full-line comments, given as (line, alone on its line, words)."""
    block: list[str] = []
    start = 0
    for line, alone, words in comments:
        if block and alone and line == start + len(block):
            block.append(words)
            continue
        if block:
            yield Text(start, "comment", "\n".join(block))
        block, start = ([words], line) if alone else ([], 0)
        if not alone:
            yield Text(line, "comment", words)
    if block:
        yield Text(start, "comment", "\n".join(block))


GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
PGETTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}  # the first argument is a context


def python_strings(source: str, *, messages: bool) -> Iterator[Text]:
    """Yield docstrings, and the arguments of gettext's functions where `messages` are wanted."""
    tree = ast.parse(source)
    yield from docstrings(tree)
    if not messages or "gettext" not in source:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT | PGETTEXT:
            for argument in node.args[node.func.id in PGETTEXT :]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield Text(argument.lineno, "message", argument.value)


def docstrings(node: ast.AST) -> Iterator[Text]:
    """Yield the docstring of a module, class or function, and of all within it."""
    body = getattr(node, "body", None)
    if not isinstance(body, list):
        return
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and body:
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            yield Text(first.lineno, "docstring", first.value.value)
    for child in body:
        yield from docstrings(child)


COMMENTED = re.compile(r"\{% comment %\}(.*?)\{% endcomment %\}|\{#(.*?)#\}|<!--(.*?)-->", re.DOTALL)
TRANS = re.compile(r"""(?:\{%\s*trans(?:late)?\s+|\b_\()("[^"]*"|'[^']*')""")
BLOCKTRANS = re.compile(r"\{% blocktrans[^%]*%\}(.*?)\{% endblocktrans[^%]*%\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def template_texts(source: str) -> Iterator[Text]:
    """Yield a template's comments and messages, with its tags blanked."""
    for kind, pattern in (("comment", COMMENTED), ("message", TRANS), ("message", BLOCKTRANS)):
        for match in pattern.finditer(source):
            [words] = [group for group in match.groups() if group is not None]
            line = source.count("\n", 0, match.start(match.lastindex or 0)) + 1
            if pattern is TRANS:
                words = words[1:-1]
            yield Text(line, kind, TAG.sub(lambda tag: re.sub(r"\S", "x", tag.group()), words))


SCRIPT = re.compile(
    r"""`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?P<block>/\*.*?\*/)|(?<![:\\])(?P<line>//[^\n]*)""",
    re.DOTALL,
)


def script_comments(source: str) -> Iterator[Text]:
    """Yield the comments of a JavaScript file."""
    found = []
    for match in SCRIPT.finditer(source):
        begin = source.rfind("\n", 0, match.start()) + 1
        line = source.count("\n", 0, match.start()) + 1
        if match["block"]:
            yield Text(line, "comment", re.sub(r"(?m)^\s*\*+ ?", "", match["block"][2:-2].lstrip("*")).strip("\n"))
        elif match["line"]:
            found.append((line, not source[begin : match.start()].strip(), match["line"].lstrip("/").strip()))
    yield from joined(found)


NOT_PROSE = re.compile(r"```.*?```|<!--.*?-->|^\#.*?$|\]\([^)]*\)", re.DOTALL | re.MULTILINE)


def prose(source: str) -> Iterator[Text]:
    """Yield the document as one text, with code, comments, headings and addresses blanked."""
    words = NOT_PROSE.sub(lambda match: re.sub(r"\S", "x", match.group()), source)
    words = re.sub(r"(?m)^(\s*)(?:[-*|] |\d+\. )", lambda match: re.sub(r"\S", ".", match.group()), words)
    yield Text(1, "prose", words)


def files(places: Iterable[str] = ()) -> list[str]:
    """Return the files that are read, as paths from the root; of `places` alone, where any are named."""
    found = {
        path.relative_to(ROOT).as_posix()
        for pattern in PATTERNS
        for path in ROOT.glob(pattern)
        if "migrations" not in path.parts
    }
    wanted = [(Path.cwd() / place).resolve().relative_to(ROOT).as_posix() for place in places]
    if wanted and wanted != ["."]:
        found = {file for file in found if any(file == place or file.startswith(f"{place}/") for place in wanted)}
    return sorted(found - EXEMPT)


def all_hits(names: list[str]) -> list[Hit]:
    """Return the hits of these files, sorted by file and line."""
    return sorted(hit for name in names for hit in hits(name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", metavar="FILE", help="files and folders; all without any")
    found = all_hits(files(parser.parse_args().places))
    for hit in found:
        print(hit)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
