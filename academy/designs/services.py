"""Templates of papers: write, change and publish a version, find the one in force."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from wagtail.log_actions import log

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.designs import wording
from academy.designs.models import Design
from academy.designs.pictures import clear_png
from academy.designs.refusals import (
    BAD_PICTURE,
    DRAFT_EXISTS,
    NOT_ALLOWED,
    OTHER_COMMUNITY,
    PUBLISHED,
    refusal_of,
)
from academy.designs.standard import STANDARD
from academy.people.models import Issuer, User
from academy.people.permissions import Right

PUBLISH = "designs.publish"
TEXTS = ("heading", "body", "border", "is_landscape", "issuer")
PICTURES = ("seal", "signature")


@transaction.atomic
def write_draft(
    *, community: Community, kind: str, name: str, by: User, at: dt.datetime, **content: Any
) -> Design | Refusal:
    """Begin the draft of a template, or of its next version; `content` is that of `edit_draft`.

    A next version begins with the pictures of the last one.
    Refuses with `not_allowed`, `draft_exists`, and as `edit_draft` does.
    """
    if not by.has_right(Right.ISSUE_CERTIFICATES, community):
        return NOT_ALLOWED
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    same = Design.objects.filter(community=community, kind=kind, name=name.strip())
    if same.drafts().exists():
        return DRAFT_EXISTS
    draft = Design(community=community, kind=kind, name=name.strip())
    before = same.published().order_by("-version").first()
    if before is not None:
        draft.seal, draft.signature = bytes(before.seal), bytes(before.signature)
    if refusal := _change(draft, content):
        return refusal
    draft.save(force_insert=True)
    log(draft, "wagtail.create", user=by, timestamp=at)
    return draft


@transaction.atomic
def edit_draft(*, design: Design, by: User, at: dt.datetime, **content: Any) -> Design | Refusal:
    """Change a draft.

    `content`: `heading`, `body`, `border`, `is_landscape`, `issuer`, and the pictures `seal` and `signature` as bytes;
    None keeps a picture, an empty one takes it away.
    Refuses with `not_allowed`, `published`, `other_community`, `bad_picture`, `open_field`, `unknown_field`,
    `field_not_alone`, `wrong_heading`, `too_many_lines`.
    """
    if not by.has_right(Right.ISSUE_CERTIFICATES, design.community):
        return NOT_ALLOWED
    draft = Design.objects.select_for_update().get(pk=design.pk)
    if draft.published_at is not None:
        return PUBLISHED
    if refusal := _change(draft, content):
        return refusal
    draft.save()
    log(draft, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return draft


@transaction.atomic
def publish(*, design: Design, by: User, at: dt.datetime) -> Design | Refusal:
    """Publish a draft as the template's next version, for good. A second call changes no row.

    Refuses with `not_allowed`, and with what is wrong with the text: `missing_field` (P1, T1), `no_heading`, and as
    `edit_draft` does.
    """
    if not by.has_right(Right.ISSUE_CERTIFICATES, design.community):
        return NOT_ALLOWED
    Community.objects.select_for_update(no_key=True).get(pk=design.community_id)
    draft = Design.objects.select_for_update().get(pk=design.pk)
    if draft.published_at is not None:
        return draft
    if fault := wording.fault_of(draft.kind, draft.heading, draft.body):
        return refusal_of(fault, draft.kind)
    earlier = Design.objects.published().filter(community=draft.community_id, kind=draft.kind, name=draft.name)
    draft.version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
    draft.published_at, draft.published_by = at, by
    draft.save(update_fields=["version", "published_at", "published_by"])
    log(draft, PUBLISH, user=by, timestamp=at, data={"version": draft.version})
    return draft


def frozen_for(issuer: Issuer, kind: str, *, name: str = "") -> dict[str, Any]:
    """Return the template that a paper of this unit keeps: the community's own, else the product's.

    The one published last is in force; `name` asks for another one.
    """
    own = Design.objects.without_pictures().for_paper(issuer, kind)
    chosen = next((one for one in own if one.name == name), own[0] if own else None)
    if chosen is not None:
        return chosen.frozen()
    standard = STANDARD[kind]
    return {
        "version": None,
        "heading": standard.heading,
        "body": standard.body,
        "border": standard.border,
        "is_landscape": standard.is_landscape,
    }


def name_of(frozen: dict[str, Any] | None) -> str:
    """Return the name of the community's template that a paper keeps; empty of the product's own."""
    version = (frozen or {}).get("version")
    return Design.objects.values_list("name", flat=True).get(pk=version) if version is not None else ""


def pictures_of(frozen: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return the seal and the signature of the version that a paper names; empty without them."""
    if frozen.get("version") is None:
        return b"", b""
    seal, signature = Design.objects.values_list("seal", "signature").get(pk=frozen["version"])
    return bytes(seal), bytes(signature)


def _change(draft: Design, content: dict[str, Any]) -> Refusal | None:
    for name in TEXTS:
        if name in content:
            setattr(draft, name, content[name])
    draft.heading, draft.body = draft.heading.strip(), draft.body.strip()
    if draft.issuer is not None and draft.issuer.community_id != draft.community_id:
        return OTHER_COMMUNITY
    for name in PICTURES:
        given = content.get(name)
        if given is not None:
            picture = clear_png(given) if given else b""
            if picture is None:
                return BAD_PICTURE
            setattr(draft, name, picture)
    fault = wording.fault_of(draft.kind, draft.heading, draft.body, is_whole=False)
    return refusal_of(fault, draft.kind) if fault else None
