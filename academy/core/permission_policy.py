"""Wagtail's permission policy by rights in communities, instead of Django's permissions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, Q, QuerySet
from wagtail.permission_policies import BasePermissionPolicy

from academy.core.models import Community


class CommunityPermissionPolicy(BasePermissionPolicy):
    """Policy for a model whose objects belong to communities.

    `rights` maps each action (view, add, change, delete) to the right that it needs; no user may do an action that is
    not listed. `path` is the lookup from the model to its community. Rights are plain strings here: only
    `User.communities_for(right)` and `User.rights` interpret them.
    """

    def __init__(self, model: type[Model], rights: Mapping[str, str], path: str = "community") -> None:
        super().__init__(model)
        self.rights = rights
        self.path = path

    def communities(self, user: Any, actions: Iterable[str]) -> QuerySet[Community]:
        """Return the communities in which `user` may do any of `actions`."""
        return self._communities(user, {self.rights[action] for action in actions if action in self.rights})

    def _communities(self, user: Any, rights: Iterable[str]) -> QuerySet[Community]:
        if not user.is_authenticated:
            return Community.objects.none()
        found = Q(pk__in=[])
        for right in sorted(rights):
            found |= Q(pk__in=user.communities_for(right).values("pk"))
        return Community.objects.filter(found)

    def scope(self, queryset: QuerySet[Any], user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Filter the objects to which `user` may do any of `actions`."""
        return queryset.filter(**{f"{self.path}__in": self.communities(user, actions)})

    def scope_list(self, queryset: QuerySet[Any], user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Filter as `scope` does, for a sorted list. One statement.

        The communities are read first: behind a subquery, PostgreSQL expects few rows and sorts all of them.
        """
        communities = list(self.communities(user, actions).order_by().values_list("pk", flat=True))
        return queryset.filter(**{f"{self.path}__in": communities})

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        asked = {self.rights[action] for action in actions if action in self.rights}
        return bool(user.is_authenticated and not asked.isdisjoint(user.rights))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Model) -> bool:
        return self.instances_user_has_any_permission_for(user, actions).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        return self.scope(self.model._default_manager.all(), user, actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        users = get_user_model()._default_manager.filter(is_active=True)
        return users.filter(pk__in=[user.pk for user in users if self.user_has_any_permission(user, actions)])
