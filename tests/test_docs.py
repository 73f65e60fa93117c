"""Documents compared with the tree: links, named files, clauses, the module map, the decisions."""

import datetime as dt
import re
import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from scripts import writing
from tests.test_layers import layers

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
WIDTH = 120
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", lambda match: "\n" * match.group().count("\n"), text, flags=re.DOTALL)


def can_be_broken(line: str) -> bool:
    words = re.sub(r"^[-*\d. ]+|\[[^]]*\]\([^)]*\)", "", line)
    return not line.startswith("|") and " " in words


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_lines_are_wrapped(path):
    """Exempt are code, tables, and lines that cannot be broken: one long link, one Chinese sentence."""
    lines = enumerate(without_code(path.read_text()).splitlines(), 1)
    long = [f"{name(path)}:{number}" for number, line in lines if len(line) > WIDTH and can_be_broken(line)]

    assert not long, f"Wrap at {WIDTH} columns: {', '.join(long)}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_lead_to_files(path):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", without_code(path.read_text()))

    assert [target for target in targets if ":" not in target and not (path.parent / target).exists()] == []


PATH = re.compile(r"`((?:academy|cms|demo|templates|static|tests|docs|scripts|locale)/[\w./-]+\.\w+)`")


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.name != "CHANGELOG.md"], ids=name)
def test_named_files_exist(path):
    missing = [named for named in PATH.findall(path.read_text()) if not (ROOT / named).exists()]

    assert not missing, f"{name(path)} names files that have moved or gone: {', '.join(missing)}"


# Clauses

CODE = re.compile(r"(?<![\w.–-])([RNATCHKSPGV][1-9]\d?)(?![\w.]?\w)")
PAPER = {"A4", "A6"}  # a size of paper, where a planned clause has the same code
STEP = re.compile(r"""["']([RNTCHKSPGV][1-9]\d?)(?:-[a-z]+)?["']""")


@cache
def explained() -> set[str]:
    return set(re.findall(r"^\| ([A-Z]\d+) \|", (ROOT / "docs/rules.md").read_text(), re.MULTILINE))


def cited() -> dict[str, str]:
    """Return each code that texts and ledger steps cite, with one place."""
    found: dict[str, str] = {}
    for file in writing.files():
        source = (ROOT / file).read_text()
        for text in writing.texts(file, source):
            for match in CODE.finditer(text.words):
                place = f"{file}:{text.line + text.words.count(chr(10), 0, match.start())}"
                found.setdefault(match[1], place)
        if file.startswith("academy/"):
            for code in STEP.findall(source):
                found.setdefault(code, file)
    return found


@pytest.mark.slow
def test_each_cited_clause_is_explained():
    unknown = {code: place for code, place in cited().items() if code not in explained() | PAPER}

    assert not unknown, f"Explain in docs/rules.md, or correct: {unknown}"


def test_each_clause_of_a_new_rule_set_is_explained():
    from academy.rulebook.clauses import TEXTS

    assert {text.code for text in TEXTS} - explained() == set()


# Glossary


def test_each_class_of_the_glossary_exists():
    code = "\n".join(path.read_text() for package in ("academy", "cms") for path in ROOT.glob(f"{package}/**/*.py"))
    classes = set(re.findall(r"^class (\w+)", code, re.MULTILINE))
    rows = [row for row in (ROOT / "docs/glossary.md").read_text().splitlines() if row.startswith("|")]
    named = {found for row in rows if "planned" not in row for found in re.findall(r"`([A-Z][a-z]\w+)", row)}

    assert named - classes == set(), "Rename in docs/glossary.md, or mark as planned"


# Module map

MAP = (ROOT / "docs/architecture.md").read_text().partition("## Module map")[2]
IGNORED = ("academy.urls", "academy.wsgi")


def sections() -> dict[str, str]:
    """Return the text under each app's heading."""
    return dict(re.findall(r"^### ([\w.]+)\n(.*?)(?=^### |\Z)", MAP, re.MULTILINE | re.DOTALL))


def listed(section: str) -> dict[str, bool]:
    """Return the files in the rows of a table, and whether each is marked as pure."""
    return {file: bool(pure) for file, pure in re.findall(r"^\| `([^`]+)`( \*pure\*)? \|", section, re.MULTILINE)}


def everywhere() -> list[str]:
    """Return the file names that hold the same in every app."""
    table = MAP.partition("\n### ")[0]
    return [file for row in table.splitlines() if row.startswith("| `") for file in re.findall("`([^`]+)`", row)]


def modules(app: str) -> set[str]:
    root = ROOT / app.replace(".", "/")
    files = {path.relative_to(root).as_posix() for path in root.glob("**/*.py") if "migrations" not in path.parts}
    return {file for file in files if not file.endswith("__init__.py")}


APPS = [package for layer in layers() for package in layer if package not in IGNORED]


def test_the_map_has_the_layers_of_pyproject():
    drawn = without_map().partition("```\n")[2].partition("```")[0]
    names = re.findall(r"^([\w.]+(?:(?:,| \|) [\w.]+)*)  ", drawn, re.MULTILINE)

    assert [re.split(r", | \| ", row) for row in names] == layers()
    assert list(sections()) == APPS[::-1], "One section for each layer, bottom to top"


def without_map() -> str:
    return (ROOT / "docs/architecture.md").read_text().partition("## Module map")[0]


@pytest.mark.parametrize("app", APPS)
def test_the_map_has_a_line_for_each_module(app):
    files, rows = modules(app), listed(sections().get(app, ""))
    unlisted = [file for file in sorted(files - set(rows)) if not any(fnmatchcase(file, each) for each in everywhere())]

    assert not unlisted, f"docs/architecture.md, ### {app}: add a line for {', '.join(unlisted)}"
    assert set(rows) - files == set(), f"docs/architecture.md, ### {app}: take off, it has moved or gone"


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_the_door_that_the_map_names(app):
    sentence = re.search(r"Door:\s((?:`\w+`[,.]\s*)+)", sections().get(app, ""))
    assert sentence, f"docs/architecture.md, ### {app}: name its door"
    root = ROOT / app.replace(".", "/")
    doors = re.findall(r"`(\w+)`", sentence[1])

    assert [door for door in doors if not (root / f"{door}.py").exists() and not (root / door).is_dir()] == []


def test_pure_modules_of_the_map_are_those_of_pyproject():
    (contract,) = (contract for contract in CONTRACTS if contract["id"] == "pure")
    marked = {
        f"{app}.{file.removesuffix('.py').replace('/', '.')}"
        for app, section in sections().items()
        for file, pure in listed(section).items()
        if pure
    }

    assert marked == set(contract["source_modules"])


# Decisions and releases

RECORDS = sorted(ROOT.glob("docs/adr/0*.md"))


def test_the_index_of_decisions_is_complete():
    row = re.compile(r"^\| (\d+) \| \[(.+)\]\((\S+)\) \| (\S+) \| (accepted|replaced by \d+) \|$", re.MULTILINE)
    rows = row.findall((ROOT / "docs/adr/README.md").read_text())

    assert [(f"# {number}. {title}", file) for number, title, file, _date, _status in rows] == [
        (path.read_text().partition("\n")[0], path.name) for path in RECORDS
    ]
    assert [int(number) for number, *_rest in rows] == list(range(1, len(RECORDS) + 1))
    dates = [dt.date.fromisoformat(date) for _number, _title, _file, date, _status in rows]
    assert dates == sorted(dates)


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_decision_has_its_three_parts(path):
    assert re.findall(r"^\*\*(\w+)\.\*\*", path.read_text(), re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_changelog_has_the_version_of_pyproject():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[:2] == ["Unreleased", version]


# The guide for operations in two languages


def test_both_guides_to_operations_have_the_same_headings_commands_and_names():
    english, chinese = ((ROOT / f"docs/operations{language}.md").read_text() for language in ("", ".zh-hans"))

    def levels(text: str) -> list[str]:
        return re.findall(r"^(#+) ", without_code(text), re.MULTILINE)

    def commands(text: str) -> list[str]:
        return re.findall(r"```.*?```", text, re.DOTALL)

    def names(text: str) -> set[str]:
        return {re.sub(r"\s+", " ", found) for found in re.findall(r"`([^`]+)`", without_code(text))}

    assert levels(chinese) == levels(english)
    assert commands(chinese) == commands(english)
    assert names(chinese) == names(english), "Name the same settings, files and commands in both"
