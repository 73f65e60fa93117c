"""The pages, files and tags that a user of the back office may see.

Wagtail checks who may change a page or a file. Many of its screens show the titles of others as well.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Model, QuerySet
from taggit.models import Tag, TaggedItem
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.permissions import policy_registry

FILES = (Image, Document)
_ACTIONS = ("add", "change", "delete", "choose")


def visible_to(user: Any, model: type[Model]) -> QuerySet[Any]:
    """Return the pages or files (`model`) that the user may see in the back office."""
    policy = policy_registry.get_by_type(model)
    if issubclass(model, Page):
        pages: QuerySet[Any] = policy.explorable_instances(user)
        return pages
    files: QuerySet[Any] = policy.instances_user_has_any_permission_for(user, _ACTIONS)
    return files


def tags_of(user: Any, *models: type[Model]) -> QuerySet[Tag]:
    """Return the tags of files that the user may see, the most used first."""
    tagged = TaggedItem.objects.none()
    for model in models:
        kind = ContentType.objects.get_for_model(model)
        tagged |= TaggedItem.objects.filter(content_type=kind, object_id__in=visible_to(user, model).values("pk"))
    tags = Tag.objects.filter(taggit_taggeditem_items__in=tagged)
    found: QuerySet[Tag] = tags.annotate(uses=Count("taggit_taggeditem_items")).order_by("-uses", "name")
    return found
