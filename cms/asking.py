"""Texts typed into the public search, as words that may stand for one another."""

import re
from dataclasses import dataclass
from functools import cache

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.search.query import And, Or, PlainText, SearchQuery

from academy.core import pinyin
from academy.core.refusals import Refusal
from cms import bigrams, synonyms
from cms.marking import folded

LONGEST = 100  # characters
MOST_TERMS = 16  # words, and terms, that are looked for; the first ones
# Words of questions, which many texts hold. A search for the nearest texts leaves them out.
_ASKING = re.compile(
    "为什么|什么是|是什么|什么|怎么办|怎么样|怎么|怎样|如何|哪里|哪个|哪些|请问|我想|可以|能不能|[吗呢的了]"
    r"|\b(?:how|what|where|when|who|why|can|do|does|is|are|the|an?|to|of|for|i|my|in|on)\b"
)
LETTERS = 4  # of a word of the table that is typed in pinyin: `jijiu`
TOO_LONG = Refusal(
    "search_too_long", _("Your search is longer than 100 characters. Leave the two or three words that matter most.")
)
NO_WORD = Refusal("search_without_word", _("Signs alone cannot be found. Type a word, such as “first aid”."))


@dataclass(frozen=True)
class Question:
    """A search: each word was typed, and its others mean the same."""

    typed: str  # folded, with single blanks
    words: tuple[tuple[str, ...], ...]  # each word with its others behind it
    letters: str  # pinyin; empty for other texts

    @property
    def typed_words(self) -> list[str]:
        """The words as they were typed, without others."""
        return [alternatives[0] for alternatives in self.words]

    @property
    def all_words(self) -> list[str]:
        """All words that a text may hold."""
        return [word for alternatives in self.words for word in alternatives]

    @property
    def terms(self) -> list[str]:
        """The typed text in pairs of characters and Latin words, if possible without words of questions."""
        terms = bigrams.query_terms(_ASKING.sub(" ", self.typed)) or bigrams.query_terms(self.typed)
        return terms.split()[:MOST_TERMS]

    def exactly(self) -> SearchQuery:
        """Return the query for pages that hold each word, or another one in its place."""
        return And([Or([PlainText(word, operator="and") for word in alternatives]) for alternatives in self.words])

    def nearly(self) -> SearchQuery:
        """Return the query for pages that hold any of the terms."""
        return Or([PlainText(term) for term in self.terms])


def read(text: str) -> Question | Refusal:
    """Return what a text asks for; markup around its words is left out.

    Refuses with `search_too_long`, and with `search_without_word`.
    """
    if len(text) > LONGEST:
        return TOO_LONG
    typed = " ".join(folded(strip_tags(text)).split())
    runs = bigrams.runs(typed)
    if not runs:
        return NO_WORD
    words = [typed] if typed in synonyms.words() else list(dict.fromkeys(runs))[:MOST_TERMS]
    return Question(typed, tuple(_with_others(word) for word in words), pinyin.letters(typed))


def _with_others(word: str) -> tuple[str, ...]:
    spelled = _spelled().get(word, ()) if len(word) >= LETTERS else ()
    meant = [word, *spelled, *(other for one in (word, *spelled) for other in synonyms.others(one))]
    return tuple(dict.fromkeys(meant))


@cache
def _spelled() -> dict[str, tuple[str, ...]]:
    """Return the words of the table by their pinyin."""
    found: dict[str, tuple[str, ...]] = {}
    for word in sorted(synonyms.words()):
        if not word.isascii():
            letters = "".join(pinyin.spelled(word))
            found[letters] = (*found.get(letters, ()), word)
    return found
