"""Chapters of the rules, and a short title for each clause. Titles are no part of the rules' text."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CHAPTERS = {
    "R": _("Joining"),
    "N": _("Minors"),
    "A": _("Activities and agreements"),
    "T": _("Training and tiers"),
    "C": _("Checking in and out"),
    "H": _("How hours are counted"),
    "K": _("From check-out to effective hours"),
    "S": pgettext_lazy("chapter", "Stars"),
    "P": _("Certificates"),
    "G": _("Units and teams"),
    "V": _("Safety and privacy"),
    "Y": _("Added by this community"),
}

TITLES = {
    "R1": _("Details needed to join"),
    "R2": _("When staff enter your data"),
    "R3": _("Which ID documents are accepted"),
    "R4": _("Which phone number"),
    "R5": _("One person, one record"),
    "R6": _("The volunteer number"),
    "R7": _("Contents of a recruitment notice"),
    "R8": _("Nobody is made to take part"),
    "N1": _("From what age"),
    "N2": _("When a guardian has to agree"),
    "N3": _("No minors where it is dangerous"),
    "N4": _("How children's data is protected"),
    "A3": _("The agreement, and when it is signed"),
    "T1": _("Notes kept about training"),
    "T2": _("Learning and service are counted apart"),
    "T3": _("First learn, then serve"),
    "T4": _("The length of a class hour"),
    "T5": _("How to rise a tier"),
    "T6": _("How long first aid is valid"),
    "T7": _("Teaching counts, listening does not"),
    "T8": _("Tiers and stars"),
    "C1": _("Activities are published first"),
    "C2": _("When you can check in and out"),
    "C3": _("Coming and going several times"),
    "C4": _("Codes on the screen and on paper"),
    "C5": _("Without a phone; no signing for others"),
    "C6": _("Is my position recorded?"),
    "C7": _("When there is no network"),
    "C8": _("Every scan is kept"),
    "C9": _("Odd scans are looked at"),
    "C10": _("Checking everybody out"),
    "H1": _("Which time counts"),
    "H2": _("The way there, meals and breaks"),
    "H3": _("How minutes are computed; late and early"),
    "H4": _("How much counts in a day"),
    "H5": _("Two activities at one time"),
    "H6": _("When a check-in or check-out is missing"),
    "H7": _("No minute counts double"),
    "H8": _("How preparation counts"),
    "H9": _("Work that is no voluntary service"),
    "H10": _("Hours do not expire"),
    "K1": _("The states of a record"),
    "K2": _("Contents of a record"),
    "K3": _("How soon hours are confirmed"),
    "K4": _("When a second person is needed"),
    "K5": _("How long the public notice lasts"),
    "K6": _("Your details on the notice"),
    "K7": _("When somebody objects"),
    "K8": _("When a record is wrong"),
    "K9": _("Make-up entries"),
    "K10": _("How an activity is evaluated"),
    "S1": _("Hours for each star"),
    "S2": _("Stars also take quality"),
    "P1": _("Contents of a certificate, which is free"),
    "P2": _("Everything on a certificate"),
    "P3": _("Who issues it"),
    "P5": _("How others verify it"),
    "P6": _("Printed certificates never change"),
    "P8": _("False certificates"),
    "P9": _("Certificates of training"),
    "P10": _("The state's information system"),
    "G1": _("How a unit's hours are counted"),
    "G2": _("Details of a unit"),
    "G3": _("People and attendances"),
    "V1": _("Dangerous activities are insured"),
    "V2": _("How ID numbers are protected"),
    "V3": _("Seeing, correcting and deleting your data"),
    "V5": _("For readers of large print"),
}


@dataclass(frozen=True)
class Chapter:
    """Clauses whose codes begin with the same letter, in the order of the rules."""

    letter: str
    clauses: list[dict[str, Any]]

    @property
    def title(self) -> Any:
        return CHAPTERS.get(self.letter, self.letter)


def title_of(code: str) -> Any:
    """Return the short title of a clause; empty for a clause that has none."""
    return TITLES.get(code, "")


def with_title(code: str, title: Any = "") -> str:
    """Return the code and its title, as lists and headings name a clause: ``K5 公示几天``."""
    return f"{code} {title or title_of(code)}".strip()


def in_chapters(clauses: Iterable[dict[str, Any]]) -> list[Chapter]:
    """Return described clauses (`views.describe_clause`) in chapters."""
    return [Chapter(letter, list(group)) for letter, group in groupby(clauses, lambda clause: clause["code"][:1])]
