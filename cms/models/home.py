"""The base of our pages and the home page at their root. Each needs the other, so they share a file."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing
from wagtail.search import index

from academy.core.look import ELDER_COOKIE
from academy.core.models import Community
from academy.core.page_cache import for_all
from academy.home.moment import moment_of
from academy.people.models import User
from cms import bigrams
from cms.blocks import RICH_TEXT_FEATURES
from cms.page_forms import OwnReferencesForm


class CommunityPage(Page):
    """The base of all our pages: its home page names the community, its text is searchable in Chinese."""

    # All our pages are public: content for some users only is never a page.
    private_page_options: list[str] = []
    base_form_class = OwnReferencesForm

    promote_panels = [FieldPanel("slug"), FieldPanel("search_description")]
    preview_modes = [("", _("As usual")), ("elder", _("Elder mode"))]
    search_fields = [
        *Page.search_fields,
        index.SearchField("search_terms"),
        index.AutocompleteField("title_terms"),  # for the search of the back office
    ]

    class Meta:
        abstract = True

    def is_previewable(self) -> bool:
        """Return whether the editor can show a preview: that of an alias has no form to show."""
        return self.alias_of_id is None and bool(super().is_previewable())

    @cached_property
    def home(self) -> "HomePage":
        """The home page of this page's community, in this page's language."""
        home: HomePage = HomePage.objects.select_related("community").get(path=self.path[: 2 * self.steplen])
        return home

    @cached_property
    def source(self) -> Page | None:
        """The page that this page shows, if it is an alias."""
        if self.alias_of_id is None or "alias_of" in self._state.fields_cache:
            return self.alias_of
        return Page.objects.select_related("locale").get(pk=self.alias_of_id)

    @cached_property
    def original_language(self) -> str:
        """The language that is shown in place of a missing translation; empty for other pages."""
        if self.source is None or self.source.locale_id == self.locale_id:
            return str(getattr(self, "text_language", ""))
        return str(self.source.locale.language_code)

    @property
    def summary(self) -> str:
        """One or two sentences for lists and search results."""
        return str(self.search_description)

    def searchable_text(self) -> Iterator[str]:
        """Yield the texts that the search looks into, without the title."""
        yield self.summary

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page: the same to all signed-out visitors, which is kept, or the user's own (ADR 49, 159)."""
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
            return response
        return response if getattr(request, "is_preview", False) else for_all(response)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """Return the page as the editor's frame shows it: as usual, or in elder mode (V5)."""
        request.COOKIES[ELDER_COOKIE] = "1" if mode_name == "elder" else ""
        return super().serve_preview(request, mode_name)

    def title_terms(self) -> str:
        """Return the title in the form that the search indexes."""
        return bigrams.index_terms(self.title)

    def search_terms(self) -> str:
        """Return the page's text in the form that the search indexes."""
        return bigrams.index_terms(" ".join([self.title, *self.searchable_text()]))


class HomePage(CommunityPage):
    """A community's first page, and the root of all pages that its editors may change."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="home_pages", verbose_name=_("community"))
    cover = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_("A photo of your community, wider than high. Without one, our drawing stands here."),
    )
    intro = models.TextField(_("in one or two sentences"), help_text=_("Explain the academy to a neighbour."))
    body = RichTextField(_("more about it"), features=RICH_TEXT_FEATURES, blank=True)

    template = "cms/home.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.AcademyPage", "cms.RecruitmentPage", "cms.RulesPage"]
    content_panels = [
        *CommunityPage.content_panels,
        FieldPanel("cover"),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @cached_property
    def home(self) -> "HomePage":
        return self

    @property
    def summary(self) -> str:
        return self.intro

    def searchable_text(self) -> Iterator[str]:
        yield self.intro
        yield get_text_for_indexing(self.body)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        user = getattr(request, "user", None)  # a preview may have none
        moment = moment_of(user, at=timezone.now()) if isinstance(user, User) else None
        context["moment"] = moment
        context["unread_messages"] = moment.unread if moment is not None else 0  # for the tab bar too
        if moment is None or moment.person is None:
            context["recruitment"] = self._recruitment()
        return context

    def _recruitment(self) -> Page | None:
        below = self.get_children().live() if self.pk else Page.objects.none()
        found: Page | None = below.filter(content_type__model="recruitmentpage").specific().first()
        return found
