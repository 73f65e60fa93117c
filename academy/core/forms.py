"""Forms and filters of the back office: they offer only objects of the user's communities."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import BooleanFilter
from django_filters.utils import verbose_field_name
from wagtail.admin.active_filters import ActiveFilter, BaseFilterAdapter, register_filter_adapter_class
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm, formfield_for_dbfield
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.permissions import policy_registry

from academy.core.models import Community
from academy.core.permission_policy import CommunityPermissionPolicy

ANY = ("view", "add", "change", "delete")


def choices_for(queryset: models.QuerySet[Any], user: Any) -> models.QuerySet[Any]:
    """Return the part of `queryset` that `user` may choose from.

    A model that belongs to no community has no limits.
    """
    policy = policy_registry.get_by_type(queryset.model, fallback=False)
    return policy.scope(queryset, user, ANY) if isinstance(policy, CommunityPermissionPolicy) else queryset


class CommunityModelForm(WagtailAdminModelForm):
    """Form that offers only objects of the user's communities, and refuses to mix two communities.

    A form with its own `Meta` derives it from this `Meta`, and so gets the back office's widgets and choosers.
    """

    class Meta:
        formfield_callback = staticmethod(formfield_for_dbfield)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = capfirst(field.label)
            if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
                continue
            if field.queryset.model is Community:
                self._limit_community(name, field)
            else:
                field.queryset = choices_for(field.queryset, self.for_user)

    def _limit_community(self, name: str, field: "forms.ModelChoiceField[Any]") -> None:
        policy = policy_registry.get_by_type(self._meta.model, fallback=False)
        assert isinstance(policy, CommunityPermissionPolicy), f"{self._meta.model} has no CommunityViewSet"
        if self.instance.pk:
            # An object that exists never moves to another community.
            field.disabled = True
            own = policy.communities(self.for_user, ANY)
            if not own[1:2]:
                field.queryset, field.widget = own, forms.HiddenInput()
            return
        field.queryset = policy.communities(self.for_user, ["add"])
        if field.queryset.count() == 1:
            field.widget = forms.HiddenInput()
            self.initial.setdefault(name, field.queryset.get().pk)

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        community = self.cleaned_data.get("community")
        home = community.pk if isinstance(community, Community) else getattr(self.instance, "community_id", None)
        chosen = [(name, value) for name, value in self.cleaned_data.items() if hasattr(value, "community_id")]
        for name, value in chosen:
            # The first choice decides if the object itself names no community.
            home = home or value.community_id
            if value.community_id != home:
                self.add_error(name, _("This belongs to another community. Choose one of the same community."))
        return cleaned


_BOUNDS = {"gte": gettext_lazy("%(name)s: from"), "lte": gettext_lazy("%(name)s: until")}


class CommunityFilterSet(WagtailFilterSet):
    """Filters that offer only objects of the user's communities, with labels in plain words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, filter_ in list(self.filters.items()):
            if (bound := _BOUNDS.get(filter_.lookup_expr.rpartition("__")[2])) and self._meta.model:
                name = verbose_field_name(self._meta.model, filter_.field_name)
                filter_.label = bound % {"name": name}
            filter_.label = capfirst(filter_.label)
            queryset = getattr(filter_, "queryset", None)
            if not isinstance(queryset, models.QuerySet):
                continue
            if queryset.model is Community:
                policy = policy_registry.get_by_type(self._meta.model, fallback=False)
                if isinstance(policy, CommunityPermissionPolicy):
                    filter_.queryset = policy.communities(self.request.user, ANY)
                    if not filter_.queryset[1:2]:
                        del self.filters[key]  # a user of one community has nothing to choose
            else:
                filter_.queryset = choices_for(queryset, self.request.user)


class BooleanFilterAdapter(BaseFilterAdapter):
    """The mark above a list that a yes-no filter is set. It shows the filter's word; Wagtail shows “True”."""

    def get_active_filters(self) -> Iterator[ActiveFilter]:
        words = dict(BooleanRadioSelect().choices)
        for mark in super().get_active_filters():
            yield mark._replace(value=words[mark.value.lower()])


register_filter_adapter_class(BooleanFilter, BooleanFilterAdapter)
