from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from academy.rulebook.chapters import in_chapters
from academy.rulebook.models import RuleSet
from academy.rulebook.views import SOURCES, describe_clause
from cms.models.home import CommunityPage


class RulesPage(CommunityPage):
    """The page around the community's rules. The rule book holds their texts and versions."""

    intro = models.TextField(_("introduction"))

    template = "cms/rules.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    content_panels = [*CommunityPage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("rules page")
        verbose_name_plural = _("rules pages")

    @property
    def summary(self) -> str:
        return self.intro

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        try:
            rule_set = RuleSet.objects.in_force(self.home.community_id, timezone.localdate())
        except RuleSet.DoesNotExist:
            return context
        coming = RuleSet.objects.published().filter(community=rule_set.community_id)
        coming = coming.filter(effective_from__gt=timezone.localdate()).order_by("effective_from", "-version")
        context["rule_set"], context["coming"] = rule_set, coming.first()
        context["chapters"] = in_chapters(describe_clause(clause) for clause in rule_set.clauses.all())
        context["sources"] = SOURCES.values()
        return context
