from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
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
    desk_address = models.CharField(_("address of the desk"), max_length=100)
    desk_hours = models.CharField(_("opening hours of the desk"), max_length=100, blank=True)
    desk_telephone = models.CharField(_("telephone of the desk"), max_length=30)

    template = "cms/recruitment.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [
        *CommunityPage.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("risks"),
        MultiFieldPanel(
            [FieldPanel("desk_address"), FieldPanel("desk_hours"), FieldPanel("desk_telephone")],
            heading=_("How to join"),
        ),
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
        yield f"{self.desk_address} {self.desk_telephone}"
