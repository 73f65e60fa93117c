from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.rich_text import get_text_for_indexing

from cms.blocks import RICH_TEXT_FEATURES
from cms.models.home import CommunityPage


class RecruitmentPage(CommunityPage):
    """The community's recruitment notice: true information, risks that may occur (R7), and how to join."""

    intro = models.TextField(_("introduction"))
    body = RichTextField(_("what volunteers do"), features=RICH_TEXT_FEATURES)
    risks = RichTextField(
        _("risks that may occur"),
        features=RICH_TEXT_FEATURES,
        help_text=_(
            "Name what may happen and what you do about it. The law requires this in every recruitment notice."
        ),
    )
    # The desk's data are the community's (ADR 71). These columns stay for the release before.
    desk_address = models.CharField(max_length=100, editable=False, default="", db_default="")
    desk_hours = models.CharField(max_length=100, editable=False, default="", db_default="")
    desk_telephone = models.CharField(max_length=30, editable=False, default="", db_default="")

    template = "cms/recruitment.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [
        *CommunityPage.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("risks"),
    ]

    class Meta:
        verbose_name = _("recruitment page")
        verbose_name_plural = _("recruitment pages")

    @property
    def summary(self) -> str:
        return self.intro

    def searchable_text(self) -> Iterator[str]:
        yield self.intro
        yield get_text_for_indexing(self.body)
        yield get_text_for_indexing(self.risks)
        community = self.home.community
        yield f"{community.desk_address} {community.desk_telephone}"
