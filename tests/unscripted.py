"""Find on a page what is dead in a browser that runs no scripts."""

import re
from html.parser import HTMLParser
from typing import Final

VOID: Final = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
FIELDS: Final = ("input", "select", "textarea")
SENDING: Final = ("submit", "image")
SENT: Final = "sent"
UNSHOWN: Final = ("script", "style", "template", "datalist", "head", "svg", "option")
WAITS = re.compile(r"加载中|正在加载|载入中|正在载入|请稍候|\bLoading\b")

Attributes = dict[str, str]


class Unscripted(HTMLParser):
    """A page as a browser without scripts reads it: `dead` names what it shows in vain, in words."""

    def __init__(self) -> None:
        super().__init__()
        self.dead: list[str] = []
        self.headings: list[str] = []
        self.main = ""
        self._open: list[tuple[str, bool]] = []  # each open tag, and whether it is hidden
        self._forms: dict[str, list[str]] = {}  # the shown fields of each form, and SENT for a button
        self._form: str | None = None
        self._ids: set[str] = set()
        self._targets: list[tuple[str, str]] = []

    @property
    def _hidden(self) -> bool:
        return any(hidden for _tag, hidden in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._ids.add(given.get("id", ""))
        if tag == "form":
            self._form = given.get("id") or f"form {len(self._forms) + 1} to {given.get('action', 'this page')}"
            self._forms.setdefault(self._form, [])
        hidden = "hidden" in given or tag in UNSHOWN
        if not hidden and not self._hidden:
            self._look(tag, given)
        if tag not in VOID:
            self._open.append((tag, hidden))

    def _look(self, tag: str, given: Attributes) -> None:
        form = given.get("form", self._form)
        said = str(self.get_starttag_text())[:160]
        if tag == "button" or (tag == "input" and given.get("type") in ("submit", "image", "button", "reset")):
            if form is None or given.get("type", "submit") not in SENDING:
                self.dead.append(f"a button that sends nothing: {said}")
            else:
                self._forms.setdefault(form, []).append(SENT)
        elif tag in FIELDS and given.get("type") != "hidden":
            if "readonly" in given:
                return  # shown to be copied
            if form is None or not given.get("name"):
                self.dead.append(f"a field that no form sends: {said}")
            elif "disabled" in given:
                self.dead.append(f"a field that only a script opens: {said}")
            else:
                self._forms.setdefault(form, []).append(given["name"])
        elif tag == "a" and (given.get("href", "#") == "#" or given["href"].startswith("javascript:")):
            self.dead.append(f"a link that leads nowhere: {said}")
        elif tag == "a" and given["href"].startswith("#"):
            self._targets.append((given["href"][1:], said))
        elif tag in ("canvas", "dialog") or (tag == "video" and "controls" not in given):
            self.dead.append(f"only a script fills it: {said}")
        elif given.get("role") in ("button", "tab", "menu", "switch") or any(name.startswith("on") for name in given):
            self.dead.append(f"only a script moves it: {said}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if any(name == tag for name, _hidden in self._open):
            while self._open and self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _hidden in self._open]
        if self._hidden or not data.strip():
            return
        if waits := WAITS.search(data):
            self.dead.append(f"it says “{waits[0]}”")
        if "h1" in tags:
            self.headings.append(data.strip())
        elif "main" in tags and "noscript" not in tags:
            self.main += data.strip()

    def close(self) -> None:
        super().close()
        self.dead += [f"no such place: {said}" for target, said in self._targets if target not in self._ids]
        for form, fields in self._forms.items():
            if fields and SENT not in fields:
                self.dead.append(f"no button sends {form}: {', '.join(fields)}")


def _read(page: str) -> Unscripted:
    reader = Unscripted()
    reader.feed(page)
    reader.close()
    return reader


def dead_in(page: str) -> list[str]:
    """Return what a page shows in vain in a browser without scripts, in words."""
    return _read(page).dead


def missing_in(page: str) -> list[str]:
    """Return what a whole page lacks in a browser without scripts: a heading, words below it."""
    reader = _read(page)
    return [name for name, words in (("heading", reader.headings), ("words below it", reader.main)) if not words]
