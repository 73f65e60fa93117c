"""Wagtail's database search with the terms of our index, so that its own screens find Chinese as well."""

from typing import Any

from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.search import index
from wagtail.search.backends import database
from wagtail.search.query import And, Not, Or, Phrase, PlainText, SearchQuery

from cms import bigrams


def SearchBackend(params: dict[str, Any]) -> Any:
    """Return the backend of the used database, for queries as people type them."""
    backend = database.SearchBackend(params)
    search = backend._search  # behind both `search` and `autocomplete`

    def search_terms(compiler: Any, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        model = getattr(model_or_queryset, "model", model_or_queryset)
        asked = query_in_terms(query) if issubclass(model, Page) else query
        return search(compiler, asked, model_or_queryset, **kwargs)

    backend._search = search_terms
    return backend


def let_tags_narrow() -> None:
    """Let pictures be searched within a tag: Wagtail's chooser offers both at once, and fails with both."""
    for field in get_image_model().search_fields:
        if isinstance(field, index.RelatedFields) and field.field_name == "tags":
            field.fields.append(index.FilterField("name"))


def query_in_terms(query: SearchQuery | str) -> SearchQuery | str:
    """Return `query` in words and pairs of characters, or unchanged if it has neither."""
    match query:
        case str():
            return bigrams.query_terms(query) or query
        case PlainText():
            return PlainText(query_in_terms(query.query_string), operator=query.operator, boost=query.boost)
        case Phrase():
            return PlainText(query_in_terms(query.query_string))
        case And() | Or():
            return type(query)([query_in_terms(part) for part in query.subqueries])
        case Not():
            return Not(query_in_terms(query.subquery))
    return query
