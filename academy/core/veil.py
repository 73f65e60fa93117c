"""The back office's figures without names and reasons, for users who may not read them.

A user with the right `NAMES` in an object's community sees it whole. Others, such as a street viewer, see names masked
and no reasons. A model says what that means for it: `masked_str` stands for its text, and `veiled_as` maps each field
with a name or a reason to the attribute that is shown in its place, or to "" for `HIDDEN`.
"""

from collections.abc import Iterable
from copy import copy
from functools import partial
from operator import attrgetter
from typing import Any

from django.db.models import Model
from wagtail.admin.ui.tables import BaseColumn, Column

from academy.core.permission_policy import CommunityPermissionPolicy

NAMES = "manage_people"  # a right of `people`, whose names core does not import
HIDDEN = "＊＊＊"


class Veil:
    """The communities whose names and reasons `user` does not see on a screen. One statement."""

    def __init__(self, policy: CommunityPermissionPolicy, user: Any) -> None:
        seen = policy.communities(user, policy.rights)
        self.communities = frozenset(seen.exclude(pk__in=user.communities_for(NAMES)).values_list("pk", flat=True))
        self.community_id_of = attrgetter(policy.path.replace("__", ".") + "_id")

    def covers(self, item: Model) -> bool:
        """Return whether the user sees `item` without names and reasons."""
        return bool(self.communities) and self.community_id_of(item) in self.communities

    def cover(self, item: Model, path: str, value: Any) -> Any:
        """Return `value`, read from `item` at the dotted `path`, as the user sees it."""
        if value is None or not self.covers(item):
            return value
        above, _dot, name = path.rpartition(".")
        owner = attrgetter(above)(item) if above else item
        veiled_as = getattr(owner, "veiled_as", {})
        if name in veiled_as:
            return (getattr(owner, veiled_as[name]) if veiled_as[name] else HIDDEN) if value else value
        return getattr(value, "masked_str", value) if isinstance(value, Model) else value

    def title(self, item: Model) -> str:
        """Return the text of `item` as the user sees it."""
        if not self.covers(item):
            return str(item)
        return getattr(item, "masked_str", None) or f"{item._meta.verbose_name} {item.pk}"

    def columns(self, columns: Iterable[BaseColumn]) -> list[Any]:
        """Return copies of `columns` whose values are as the user sees them."""
        covered = [copy(column) for column in columns]
        for column in covered:
            if isinstance(column, Column) and self.communities:
                path = column.name if callable(column.accessor) else column.accessor
                column.get_value = partial(self._covered_value, column.get_value, path)
        return covered

    def _covered_value(self, get_value: Any, path: str, item: Model) -> Any:
        return self.cover(item, path, get_value(item))

    def search_fields(self, model: type[Model], fields: Iterable[str]) -> list[str]:
        """Return those of `fields` that may be searched: a found name would tell whose row it is."""
        return [field for field in fields if not (self.communities and _is_veiled(model, field))]


def _is_veiled(model: Any, lookup: str) -> bool:
    *relations, name = lookup.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return name in getattr(model, "veiled_as", {})
