"""The pictures of a community: those in the collection that its duties open (ADR 40)."""

from io import BytesIO

from django.core.files.images import ImageFile
from django.db.models import Q, QuerySet
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import DutyRole


def own_pictures(community: Community) -> QuerySet[Image]:
    """Return the pictures that belong to the community."""
    own = Q(pk__in=[])
    for path in _opened(community).values_list("path", flat=True).distinct():
        own |= Q(collection__path__startswith=path)
    pictures: QuerySet[Image] = Image.objects.filter(own)
    return pictures


def add_picture(*, community: Community, title: str, content: bytes, by: User) -> Image:
    """Store a JPEG among the community's pictures."""
    collection = _opened(community).order_by("path").first() or Collection.get_first_root_node()
    file = ImageFile(BytesIO(content), name="photo.jpg")
    return Image.objects.create(title=title, collection=collection, uploaded_by_user=by, file=file)


def _opened(community: Community) -> QuerySet[Collection]:
    groups = [f"{community.slug}:{role}" for role in DutyRole]  # as `duties.duty_group` names them
    found: QuerySet[Collection] = Collection.objects.filter(
        group_permissions__group__name__in=groups,
        group_permissions__permission__content_type__app_label="wagtailimages",
    )
    return found
