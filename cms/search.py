"""Wagtail's database search, asked in the terms that our pages are indexed by: its own screens find Chinese, too."""

from typing import Any

from wagtail.models import Page
from wagtail.search.backends import database
from wagtail.search.query import And, Not, Or, Phrase, PlainText, SearchQuery

from cms import bigrams


def SearchBackend(params: dict[str, Any]) -> Any:
    """The backend of the database that is in use, for queries as people type them."""
    backend = database.SearchBackend(params)
    search = backend._search  # behind both `search` and `autocomplete`

    def search_terms(compiler: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        model = getattr(model_or_queryset, "model", model_or_queryset)
        asked = in_terms(query) if issubclass(model, Page) else query
        return search(compiler, asked, model_or_queryset, **kwargs)

    backend._search = search_terms
    return backend


def in_terms(query: SearchQuery | str) -> SearchQuery | str:
    """`query` in words and pairs of characters; what holds none of either stays as it is."""
    match query:
        case str():
            return bigrams.query_terms(query) or query
        case PlainText():
            return PlainText(in_terms(query.query_string), operator=query.operator, boost=query.boost)
        case Phrase():
            return PlainText(in_terms(query.query_string))
        case And() | Or():
            return type(query)([in_terms(part) for part in query.subqueries])
        case Not():
            return Not(in_terms(query.subquery))
    return query
