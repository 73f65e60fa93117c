"""The back office's colours: Wagtail's variables as `admin.css` sets them, on Wagtail's grounds."""

import colorsys
import re
from pathlib import Path

import pytest
import wagtail.admin
from django.conf import settings

from tests.core.contrast import contrast
from tests.core.test_style_sheets import css_of

ADMIN = css_of(settings.BASE_DIR / "static/css/admin.css")
WAGTAIL = (Path(wagtail.admin.__file__).parent / "static/wagtailadmin/css/core.css").read_text(encoding="utf-8")
WHITE = "#ffffff"


def of(hue: float, saturation: float, lightness: float) -> str:
    """Return a colour in hexadecimal, from degrees and percentages."""
    parts = colorsys.hls_to_rgb(hue / 360, lightness / 100, saturation / 100)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def number(name: str, css: str = ADMIN) -> float:
    [value] = set(re.findall(rf"--w-color-{name}: ?([\d.]+)", css))
    return float(value)


def named(name: str) -> str:
    """Return the colour whose three parts `admin.css` sets."""
    return of(*(number(f"{name}-{part}") for part in ("hue", "saturation", "lightness")))


def set_to(name: str) -> str:
    """Return the colour that `admin.css` sets as a whole, the same for who chose a theme and who did not."""
    light_and_system = re.findall(rf"--w-color-{name}: ([^;]+);", ADMIN)
    assert len(light_and_system) == 2 and len(set(light_and_system)) == 1, name
    [value] = set(light_and_system)
    parts = re.fullmatch(r"hsl\(([\d.]+) ([\d.]+)% ([\d.]+)%\)", value)
    return of(*map(float, parts.groups())) if parts else value


ACCENT = named("secondary")
_DARKEST = number("grey-800-lightness", WAGTAIL)
DARK = [of(0, 0, _DARKEST + step) for step in (0, 1.9, 3.5)]  # menu, head and page: Wagtail's grey 800, 700, 600
TINTS = [
    of(number("secondary-hue"), *(number(f"secondary-{tint}-{part}") for part in ("saturation", "lightness")))
    for tint in ("50", "75")
]


@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        pytest.param(set_to("text-link-default"), [WHITE, TINTS[0]], id="links"),
        pytest.param(set_to("text-link-hover"), [WHITE, TINTS[0]], id="links under the pointer"),
        pytest.param(WHITE, [ACCENT], id="buttons"),
        pytest.param(ACCENT, [WHITE, TINTS[0]], id="secondary buttons"),
        pytest.param(WHITE, [named("primary")], id="menu"),
        pytest.param(set_to("secondary-100"), DARK, id="links and secondary buttons in the dark"),
        pytest.param(TINTS[1], DARK, id="links under the pointer in the dark"),
    ],
)
def test_words_stand_out_from_their_ground(text: str, grounds: list[str]) -> None:
    assert [contrast(text, ground) >= 4.5 for ground in grounds] == [True] * len(grounds)  # V5


def test_the_accent_is_that_of_the_site() -> None:
    [accent] = set(
        re.findall(r"--accent: (#[0-9a-f]{6})", css_of(settings.BASE_DIR / "static/css/site.css").split("@media")[0])
    )
    ours, theirs = (
        colorsys.rgb_to_hls(*(int(one[at : at + 2], 16) / 255 for at in (1, 3, 5))) for one in (ACCENT, accent)
    )
    assert ours == pytest.approx(theirs, abs=0.01)
