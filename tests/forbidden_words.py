"""Find words of Wagtail, of Python and of English on the screens of the back office."""

import re
from html.parser import HTMLParser

WAGTAILS_WORDS = [
    "片段",
    "工作流",
    "别名",
    "缩略名",
    "元描述",
    "子页面",
    "父页面",
    "根页面",
    "常规页面",
    "模型日志",
    "按任务",
]
# One thing has one word (docs/glossary.md): the word that lost, and the one that stands.
LOST = {"文档": "文件", "帐号": "账号", "职务": "职责", "登陆": "登录"}
ENGLISH = [
    *("Root", "True", "False", "None", "null", "Hash", "Slug", "Snippet", "Workflow", "Task", "Alias", "Page", "Pages"),
    *("Actions", "Search", "Edit", "Delete", "Add", "Save", "Status", "Type", "Title", "Name", "Previous", "Next"),
    *("Yes", "No", "Submit", "Cancel", "Close", "Loading", "Choose", "Select"),
]
FORBIDDEN = re.compile(
    "|".join([*WAGTAILS_WORDS, *LOST, *(rf"(?<![\w./@<-]){word}(?![\w./@=>-])" for word in ENGLISH)])
)
LABELS = ("aria-label", "placeholder", "title", "alt")
VOID = ("input", "img", "br", "hr", "link", "meta", "source", "use", "path")


class Texts(HTMLParser):
    """The texts of a page that people read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []  # the open tags inside one that is not shown, itself first

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID and (self._silent or tag in ("script", "style") or "hidden" in given):
            self._silent.append(tag)
        if not self._silent:
            self.found += [value for name in LABELS if (value := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(" ".join(data.split()))


def forbidden_in(page: str) -> list[str]:
    """Return the texts of a page with a forbidden word."""
    reader = Texts()
    reader.feed(page)
    return sorted({text[:60] for text in reader.found if FORBIDDEN.search(text)})
