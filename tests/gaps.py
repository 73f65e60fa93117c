"""Find gaps after Chinese sentences in the markup of a page."""

import re
from html.parser import HTMLParser

INLINE = ("a", "b", "strong", "em", "i", "small", "span", "kbd", "code", "wbr")
GAP = re.compile(r".{,20}[\u4e00-\u9fff”）][：。，；！？][”’）》]* [\u4e00-\u9fff“].{,10}")


class Running(HTMLParser):
    """The words of a page; a line ends at a block, an act, and a part with a class of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._stays: list[bool] = []  # of each open inline tag: whether the line goes on
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "textarea", "svg"):
            self._silent += 1
        goes_on = tag in INLINE and dict(attrs).get("class") in (None, "nobr")
        if tag in INLINE and tag != "wbr":
            self._stays.append(goes_on)
        self.text += "" if goes_on else "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "textarea", "svg"):
            self._silent -= 1
        goes_on = tag in INLINE and (self._stays.pop() if self._stays else False)
        self.text += "" if goes_on else "\n"

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text += re.sub(r"\s+", " ", data)


def gaps_in(page: str) -> list[str]:
    """Return the sentences of a page after which a gap stands."""
    reader = Running()
    reader.feed(page)
    return sorted({line.strip() for line in GAP.findall(re.sub(" +", " ", reader.text))})
