from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms import bigrams

if TYPE_CHECKING:
    from cms.models.home import HomePage


class CommunityPage(Page):
    """What our pages have in common: a home above them, whose community they belong to, and a search in Chinese."""

    # Nothing here is private: what only some may see is not a page.
    private_page_options: list[str] = []

    promote_panels = [FieldPanel("slug"), FieldPanel("search_description")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("search_terms"),
        index.AutocompleteField("title_terms"),  # what the back office looks into
    ]

    class Meta:
        abstract = True

    @cached_property
    def home(self) -> "HomePage":
        """The home page of this page's community, in this page's language."""
        from cms.models.home import HomePage

        return HomePage.objects.select_related("community").get(path=self.path[: 2 * self.steplen])

    @cached_property
    def original_language(self) -> str:
        """The language it is really in, where it stands in for a translation that is not written yet; else nothing."""
        if self.alias_of_id is None:
            return ""
        locale = Page.objects.filter(pk=self.alias_of_id).values_list("locale_id", "locale__language_code").get()
        return locale[1] if locale[0] != self.locale_id else ""

    @property
    def summary(self) -> str:
        """One or two sentences for lists and search results."""
        return self.search_description

    def searchable_text(self) -> Iterator[str]:
        """The pieces of text by which it is found, its title apart."""
        yield self.summary

    def title_terms(self) -> str:
        """The title as the search can use it."""
        return bigrams.index_terms(self.title)

    def search_terms(self) -> str:
        """The page's text as the search can use it."""
        return bigrams.index_terms(" ".join([self.title, *self.searchable_text()]))
