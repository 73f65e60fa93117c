"""Files, lines of templates, rooms and lists of imported names stay short enough to be read at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("academy", "cms", "demo", "scripts", "tests")
MOST_LINES = 400
MOST_NAMES = 20
MOST_CHARACTERS = 240
LARGEST_SHARE = 0.2
LONG = {
    "academy/hours/rules.py",  # one pure calculation: its steps share one state and are read in one order
    "tests/test_permission_matrix.py",  # one table: a row for each address
}


def files_of(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def page_scripts() -> Iterator[Path]:
    """Yield the scripts that our pages load, before they are bundled."""
    yield from (ROOT / "static/js").rglob("*.js")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def imports_of(path: Path) -> list[ast.ImportFrom]:
    """Return the imports of names from our own modules."""
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS
    ]


def test_no_file_of_code_is_too_long_to_read() -> None:
    files = [*files_of(*OURS), *page_scripts()]
    lines = {name_of(path): lines_of(path) for path in files}
    assert {name: count for name, count in lines.items() if count > MOST_LINES and name not in LONG} == {}


def test_no_line_of_a_template_is_too_long_to_read() -> None:
    lines = [
        (f"{name_of(path)}:{number}", len(line))
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
    ]
    assert lines
    assert {where: length for where, length in lines if length > MOST_CHARACTERS} == {}


@pytest.mark.slow
def test_no_import_takes_many_names_from_one_module() -> None:
    names = {(name_of(path), node.module): len(node.names) for path in files_of(*OURS) for node in imports_of(path)}
    assert {where: count for where, count in names.items() if count > MOST_NAMES} == {}


@pytest.mark.parametrize("package", ["academy", "cms", "demo"])
def test_no_package_re_exports_the_names_of_its_modules(package: str) -> None:
    # Django finds the models of an app in `models`: a package of that name lists all of them, however many.
    packages = [path for path in files_of(package) if path.name == "__init__.py" and path.parent.name != "models"]
    names = {name_of(path): sum(len(node.names) for node in imports_of(path)) for path in packages}
    assert {name: count for name, count in names.items() if count > MOST_NAMES} == {}


def test_no_room_holds_a_fifth_of_the_house() -> None:
    rooms = [*(name_of(path) for path in (ROOT / "academy").iterdir() if path.is_dir()), "cms", "demo"]
    sizes = {room: sum(lines_of(path) for path in files_of(room)) for room in rooms}
    house = sum(sizes.values())
    assert {room: size for room, size in sizes.items() if size > LARGEST_SHARE * house} == {}
