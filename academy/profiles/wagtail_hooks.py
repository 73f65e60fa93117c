from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from academy.profiles import views
from academy.profiles.services import details, keeping_documents
from academy.profiles.viewsets import OwnFieldViewSet, WordViewSet


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("profile/<int:pk>/", views.DetailsView.as_view(), name="profile_edit"),
        path("profile/<int:pk>/document/", views.show_document, name="profile_document"),
    ]


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    actions.register_action(details.EDITED, _("Change the details"), _("Details changed"))
    actions.register_action(keeping_documents.KEPT, _("Keep an ID number"), _("ID number kept"))
    actions.register_action(keeping_documents.DELETED, _("Delete the ID number"), _("ID number deleted"))


hooks.register("register_admin_viewset", lambda: [WordViewSet("word"), OwnFieldViewSet("own_field")])
