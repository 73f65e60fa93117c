"""Helpers that read a page and count its statements."""

import html
import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def markup_of(response: Any) -> str:
    """Return the markup of a page with each run of white space as one space."""
    return " ".join(response.content.decode().split())


def text_of(response: Any) -> str:
    """Return the words of a page as a reader sees them, without tags and line breaks."""
    content = re.sub(r"<(script|style|svg)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    content = re.sub(r'<span class="nobr">([^<]*)</span>', r"\1", content)  # a date reads as part of its sentence
    content = content.replace("<wbr>", "")  # a place where a line may break
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


class Statements(CaptureQueriesContext):
    """The statements of a request, without those that control the transaction."""

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def sql(self) -> list[str]:
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
        return [query["sql"] for query in self.captured_queries if not query["sql"].upper().startswith(control)]

    @property
    def writing(self) -> list[str]:
        # PostgreSQL puts each part of a union in brackets.
        return [sql for sql in self.sql if not sql.upper().lstrip("(").startswith(("SELECT", "PRAGMA"))]
