"""The pictures of a community: those in the collection that its duties open (ADR 40)."""

from django.db.models import Q, QuerySet
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.core.models import Community
from academy.people.permissions import DutyRole


def own_pictures(community: Community) -> QuerySet[Image]:
    """Return the pictures that belong to the community."""
    groups = [f"{community.slug}:{role}" for role in DutyRole]  # as `duties.duty_group` names them
    opened = Collection.objects.filter(
        group_permissions__group__name__in=groups,
        group_permissions__permission__content_type__app_label="wagtailimages",
    )
    own = Q(pk__in=[])
    for path in opened.values_list("path", flat=True).distinct():
        own |= Q(collection__path__startswith=path)
    pictures: QuerySet[Image] = Image.objects.filter(own)
    return pictures
