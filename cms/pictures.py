"""Pictures that come along with a text: of a Word file, or of the clipboard."""

import datetime as dt
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.images.fields import WagtailImageField
from wagtail.images.models import Image
from wagtail.log_actions import log
from wagtail.permissions import policy_registry

from academy.core import formats
from academy.core.refusals import Refusal
from academy.people.models import User
from cms import forms

MOST_BYTES: Final = 10 * 1024 * 1024  # as Wagtail's own field takes

NO_PICTURE = Refusal(
    "no_picture", gettext_lazy("This is no picture that a page could show. Save it as JPG or PNG and add it by hand.")
)


def store(*, content: bytes, name: str, title: str, by: User) -> Image | None:
    """Store a picture in the folder where the user's uploads go; None if browsers cannot show it."""
    try:
        checked = WagtailImageField(required=True).clean(ContentFile(content, name))
    except ValidationError:
        return None
    policy = policy_registry.get_by_type(Image)
    collection = policy.collections_user_has_permission_for(by, "add").order_by("path").first()
    if collection is None:
        return None
    image = Image(title=title, collection=collection, uploaded_by_user=by, file=checked)
    image._set_image_file_metadata()
    image.save()
    log(instance=image, action="wagtail.create", user=by)
    return image


@transaction.atomic
def keep_pasted(*, content: bytes, name: str, by: User, at: dt.datetime) -> Image | Refusal:
    """Store a picture that was pasted into a lesson, named after the moment.

    The caller has checked that `by` may write courses. Refuses with `no_picture`, `quota_full` and `no_room`.
    """
    if refusal := forms.take_quota(by, len(content), at):
        return refusal
    local = timezone.localtime(at)
    moment = f"{formats.day(local.date(), translation.get_language())} {formats.clock(local)}"
    image = store(content=content, name=name, title=_("Pasted %(moment)s") % {"moment": moment}, by=by)
    return image or NO_PICTURE
