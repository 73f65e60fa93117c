from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.rich_text import get_text_for_indexing

from academy.core.models import Community
from cms.blocks import RICH_TEXT_FEATURES
from cms.models.base import CommunityPage


class HomePage(CommunityPage):
    """A community's first page, and the root of everything that its editors may touch."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="home_pages", verbose_name=_("community"))
    intro = models.TextField(_("in one or two sentences"), help_text=_("What the academy is, for a neighbour."))
    body = RichTextField(_("more about it"), features=RICH_TEXT_FEATURES, blank=True)

    template = "cms/home.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.AcademyPage", "cms.RecruitmentPage", "cms.RulesPage"]
    content_panels = [*CommunityPage.content_panels, FieldPanel("intro"), FieldPanel("body")]

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
        context = super().get_context(request, *args, **kwargs)
        below = {type(page): page for page in self.get_children().live().specific()} if self.pk else {}
        context["academy"] = below.get(apps.get_model("cms", "AcademyPage"))
        context["recruitment"] = below.get(apps.get_model("cms", "RecruitmentPage"))
        context["rules"] = below.get(apps.get_model("cms", "RulesPage"))
        return context
