"""The faults that tests of pages without scripts find (tests/unscripted.py)."""

import pytest

from tests.unscripted import dead_in, missing_in

FORM = '<form method="post">{}</form>'


@pytest.mark.parametrize(
    "markup",
    [
        '<button type="button">Copy</button>',
        "<button>Full screen</button>",
        FORM.format('<button type="button">More</button>'),
        '<input name="direction" type="radio">',
        FORM.format('<input id="typed"><button>Next</button>'),
        FORM.format('<select name="month"><option>1</option></select>'),
        FORM.format('<input name="heads" disabled><button>Confirm</button>'),
        '<a href="#">More</a>',
        '<a href="#nowhere">Down</a>',
        "<a>More</a>",
        '<div role="button" tabindex="0">More</div>',
        "<video></video>",
        "<canvas></canvas>",
        "<p>正在加载</p>",
    ],
)
def test_what_only_a_script_moves_is_found_unless_it_is_hidden(markup: str) -> None:
    assert len(dead_in(markup)) == 1
    assert dead_in(f"<div hidden>{markup}</div>") == []


@pytest.mark.parametrize(
    "markup",
    [
        FORM.format('<input name="code"><button>Next</button>'),
        '<form id="all"><input name="code"></form><button form="all">Save</button><input name="heads" form="all">',
        FORM.format('<input type="hidden" name="token">'),
        '<input readonly value="https://academy.test/calendar.ics">',
        '<a href="">Try again</a><a href="#down">Down</a><p id="down">Here</p>',
        "<video controls></video>",
        '<details><summary>More</summary><p>Words</p></details><button hidden type="button">Copy</button>',
    ],
)
def test_what_works_without_scripts_is_left_alone(markup: str) -> None:
    assert dead_in(markup) == []


def test_a_page_has_a_heading_and_words_below_it_without_scripts() -> None:
    assert missing_in("<main><h1>Hours</h1><p>2.5 h</p></main>") == []
    assert missing_in("<main><h1></h1><p hidden>2.5 h</p></main>") == ["heading", "words below it"]
    assert missing_in("<main><h1>Hours</h1><noscript>This needs JavaScript.</noscript></main>") == ["words below it"]
