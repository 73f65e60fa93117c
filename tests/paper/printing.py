"""Sheets printed for tests."""

import datetime as dt
from typing import Any

from django.template.loader import render_to_string

from academy.paper.filling import fill_in
from academy.paper.pdf import render_pdf
from academy.paper.press import html_to_pdf
from academy.paper.sheets import FillableSheet, Sheet

CREATED = dt.datetime(2026, 12, 1, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def printed(sheet: Sheet, language: str = "zh-hans") -> bytes:
    return render_pdf(sheet, language=language, created=CREATED)


def context(sheet: FillableSheet) -> dict[str, Any]:
    return {"sheet": sheet, "created": CREATED.astimezone(dt.UTC).isoformat()}


def filled(sheet: FillableSheet) -> bytes:
    return fill_in(sheet, context(sheet))


def laid_out(sheet: FillableSheet) -> bytes:
    return html_to_pdf(render_to_string(sheet.template, context(sheet)), "paper/sheet.css", sheet.style)


def use_templates(settings, sources: dict[str, str]) -> None:
    """Use these templates before those of the product."""
    (engine,) = settings.TEMPLATES
    loaders = [("django.template.loaders.locmem.Loader", sources), "django.template.loaders.filesystem.Loader"]
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": loaders}}]
