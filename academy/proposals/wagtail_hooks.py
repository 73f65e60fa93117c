from typing import Any

from django.urls import path
from wagtail import hooks

from academy.proposals.admin_views import PlanPreparation
from academy.proposals.viewsets import LeadingTermsViewSet


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("preparation/activity/<int:pk>/", PlanPreparation.as_view(), name="plan_preparation")]


hooks.register("register_admin_viewset", lambda: LeadingTermsViewSet("leading_terms"))
