"""The style sheets of the site, side by side."""

import re

from django.conf import settings


def test_no_two_style_sheets_of_a_page_name_one_class_for_two_things() -> None:
    """`site.css` and `pages.css` build on each other; the sheets of single pages do neither."""
    sheets = {
        sheet.stem: sheet.read_text(encoding="utf-8") for sheet in (settings.BASE_DIR / "static/css").glob("*.css")
    }
    back_office = {"admin", "admin-settings", "desk", "find", "person"}
    styled: dict[str, set[str]] = {}
    for name in sheets.keys() - back_office:
        rules = re.sub(r"/\*.*?\*/", "", sheets[name], flags=re.DOTALL)
        selectors = [one.strip() for many in re.findall(r"([^{}]+)\{", rules) for one in many.split(",")]
        for style in selectors:
            if re.fullmatch(r"\.[a-z][\w-]*", style):
                styled.setdefault(style, set()).add("site" if name == "pages" else name)

    assert {style: names for style, names in styled.items() if len(names) > 1} == {}
