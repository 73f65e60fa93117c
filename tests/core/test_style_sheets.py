"""The style sheets of the site, side by side."""

import re
from pathlib import Path

from django.conf import settings

BACK_OFFICE = {"admin", "admin-settings", "desk", "find", "person", "thread"}


def css_of(sheet: Path) -> str:
    """Return the rules of a style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_no_two_style_sheets_of_a_page_name_one_class_for_two_things() -> None:
    """`site.css` and `pages.css` build on each other; the sheets of single pages do neither."""
    sheets = {sheet.stem: css_of(sheet) for sheet in (settings.BASE_DIR / "static/css").glob("*.css")}
    styled: dict[str, set[str]] = {}
    for name in sheets.keys() - BACK_OFFICE:
        selectors = [one.strip() for many in re.findall(r"([^{}]+)\{", sheets[name]) for one in many.split(",")]
        for style in selectors:
            if re.fullmatch(r"\.[a-z][\w-]*", style):
                styled.setdefault(style, set()).add("site" if name == "pages" else name)

    assert {style: names for style, names in styled.items() if len(names) > 1} == {}


# Red means the brand, the one primary act of a page, or that something is wrong: nothing else is red.
BRAND = {".tabs a[aria-current]", ".passbook", ".hero h1::before", ".btn-primary", ".btn-primary:hover"}
BRAND |= {".btn-primary:active"}
WRONG = re.compile(
    r"(danger|error|stop|invalid(?:-feedback)?|missing|wrong|refused|verdict|is-no|-no|\[data-kind=no\])(?![\w-])"
)
RED = re.compile(r"var\(--(?:accent|fill|pressed|stop|wash)\)|#[0-9a-f]{6}\b")


def is_red(colour: str) -> bool:
    if colour.startswith("var"):
        return True
    red, *others = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red > 100 and red > 2.5 * max(others)


def test_red_is_the_brand_the_primary_act_or_what_is_wrong() -> None:
    odd = []
    for sheet in (settings.BASE_DIR / "static/css").glob("*.css"):
        if sheet.stem in BACK_OFFICE:
            continue
        for selectors, style in re.findall(r"([^{}]+)\{([^{}]*)\}", css_of(sheet)):
            if any(is_red(colour) for colour in RED.findall(style)) and ":root" not in selectors:
                meant = {one.strip() for one in selectors.split(",")}
                odd += [(sheet.name, one) for one in meant - BRAND if not WRONG.search(one)]

    assert odd == []


def test_an_answer_at_the_gate_has_the_colour_of_its_meaning() -> None:
    css = css_of(settings.BASE_DIR / "static/css/site.css")
    good = re.findall(r"(?<=--good: )#[0-9a-f]{6}", css)
    colours = {}
    for name in ("result", "result-out", "result-waits"):
        selector = ".result-sign" if name == "result" else f".{name} .result-sign"
        [style] = re.findall(rf"(?m)^{re.escape(selector)} \{{([^}}]*)\}}", css)
        colours[name] = dict(re.findall(r"(?<![\w-])(color|background): ([^;]+);", style))

    assert colours["result"] == {"color": "#fff", "background": good[0]}  # in: the green of light mode, always
    assert colours["result-out"] == {"color": "var(--paper)", "background": "var(--ink)"}
    assert colours["result-waits"] == {"color": "var(--warn)", "background": "var(--warn-wash)"}


def test_links_and_other_acts_have_the_colour_of_ink() -> None:
    css = css_of(settings.BASE_DIR / "static/css/site.css")
    for selector in ("a", ".btn"):
        [style] = re.findall(rf"(?m)^{re.escape(selector)} \{{([^}}]*)\}}", css)
        assert re.search(r"(?<![\w-])color: var\(--ink\)", style)
