"""Base of the back office's screens: a user sees and changes only objects of their communities.

Wagtail checks rights per model and loads objects from the default manager. Here each view of a viewset is limited to
`request.user.communities_for(right)`, also a view class that an app brings itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms.models import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_filters.utils import verbose_field_name
from wagtail.admin import messages
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry, register_permission_policy

from academy.core.columns import MomentColumn, in_words, is_moment
from academy.core.forms import CommunityFilterSet, CommunityModelForm
from academy.core.http import read_ids
from academy.core.meanwhile import NoticesChanges
from academy.core.paging import PagedList
from academy.core.periods import period_links
from academy.core.permission_policy import CommunityPermissionPolicy
from academy.core.signals import objects_shown
from academy.core.spreadsheets import PlainCells, relations_of
from academy.core.veil import Veil
from academy.core.verbs import verbs_for

_ACTIONS = {
    "add": "add",
    "copy": "add",
    "edit": "change",
    "usage": "change",
    "history": "change",
    "history_results": "change",
    "delete": "delete",
}


class _ShownObjects:
    """Mixin that sends `objects_shown` after each page, file or form with errors."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view: Any = self
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if response.status_code == 200 and (shown := self.shown()):
            objects_shown.send(sender=view.model, request=request, objects=shown)
        return response

    def shown(self) -> Iterable[models.Model]:
        raise NotImplementedError


class _CreateMixin(_ShownObjects):
    """Bounds of a create view. Its form, shown again with errors, may name an existing person."""

    def shown(self) -> list[models.Model]:
        form = getattr(self, "form", None)
        return [form.instance] if isinstance(form, forms.ModelForm) else []


class _ScopedObject(_ShownObjects):
    """Bounds of a view of one object: 404 unless the user may do its action in the object's community."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        view: Any = self
        policy = policy_registry.get_by_type(view.model)
        actions = view.any_permission_required or [view.permission_required]
        allowed = policy.instances_user_has_any_permission_for(request.user, actions)
        self._allowed = allowed.filter(pk=unquote(str(kwargs[view.pk_url_kwarg]))).first()
        if self._allowed is None:
            raise Http404
        super().setup(request, *args, **kwargs)  # type: ignore[misc]

    def shown(self) -> list[models.Model]:
        assert self._allowed is not None
        return [self._allowed]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        if isinstance(self, generic.EditView | generic.InspectView):  # the page of an act offers that act alone
            context.setdefault("verbs", verbs_for(self.object, self.request.user))
        return context


class _ScopedEdit(NoticesChanges, _ScopedObject):
    """Bounds of an edit view: nobody overwrites what another user saved meanwhile.

    It has no status panel of Wagtail's: we have no drafts and no index of usage.
    """

    def get_side_panels(self) -> MediaContainer:
        return MediaContainer([])


class _UnusedDeletion:
    """Mixin that keeps an object which others still need, and shows a message."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        view: Any = self
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except models.ProtectedError:
            messages.error(view.request, _("“%(name)s” is in use and cannot be deleted.") % {"name": view.object})
            return redirect(view.index_url_name)


class _ScopedListing(PagedList, PlainCells, _ShownObjects):
    """Bounds of a list and its exports."""

    base_filterset_class = CommunityFilterSet
    _listed: Iterable[models.Model] = ()  # an export sends its own signals, part by part

    def get_base_queryset(self) -> models.QuerySet[Any]:
        view: Any = self
        policy = policy_registry.get_by_type(view.model)
        shown = [column for column in view.list_display if isinstance(column, str)]
        related = relations_of(view.model, view.columns_out if view.is_export else shown)
        queryset = super().get_base_queryset().select_related(*related)  # type: ignore[misc]
        return policy.scope_list(queryset, view.request.user, view.any_permission_required)

    @cached_property
    def veil(self) -> Veil:
        view: Any = self
        return Veil(policy_registry.get_by_type(view.model), view.request.user)

    @cached_property
    def columns(self) -> list[Any]:
        # Copies: all requests share the columns that a viewset declares.
        columns = self._of_several(self.veil.columns(super().columns))  # type: ignore[misc]
        for column in columns:
            column.label = capfirst(column.label)
            column.header = column.Header(column)
        return columns

    def _get_custom_column(self, field_name: str, column_class: type = Column, **kwargs: Any) -> Any:
        view: Any = self
        if column_class is Column and is_moment(view.model, field_name):
            column_class = MomentColumn
        return super()._get_custom_column(field_name, column_class, **kwargs)  # type: ignore[misc]

    def get_list_more_buttons(self, instance: models.Model) -> list[Any]:
        view: Any = self
        buttons: list[Any] = super().get_list_more_buttons(instance)  # type: ignore[misc]
        return buttons + [
            MenuItem(verb.label, url=verb.url, icon_name=verb.icon, priority=verb.order)
            for verb in verbs_for(instance, view.request.user)
        ]

    def get_list_buttons(self, instance: models.Model) -> list[Any]:
        buttons: list[Any] = super().get_list_buttons(instance)  # type: ignore[misc]
        for button in buttons:
            if (label := button.attrs.get("aria-label")) and self.veil.covers(instance):
                button.attrs["aria-label"] = label.replace(str(instance), self.veil.title(instance))
        return buttons

    def search_queryset(self, queryset: models.QuerySet[Any]) -> Any:
        view: Any = self
        view.search_fields = self.veil.search_fields(queryset.model, view.search_fields or ())
        return super().search_queryset(queryset)  # type: ignore[misc]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        self._listed = context["object_list"]
        return super().render_to_response(context, **kwargs)  # type: ignore[misc]

    def shown(self) -> Iterable[models.Model]:
        return self._listed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, **self._periods())  # type: ignore[misc]

    def _periods(self) -> dict[str, Any]:
        """Return the links to the usual periods, for the first filter by days."""
        view: Any = self
        filters = view.filters.filters if view.filters else {}
        since = next((name for name in filters if name.endswith("__gte") and f"{name[:-3]}lte" in filters), None)
        if since is None:
            return {}
        return {
            "period_name": capfirst(verbose_field_name(view.model, filters[since].field_name)),
            "period_links": period_links(view.request.GET, since, f"{since[:-3]}lte", timezone.localdate()),
        }

    def rights_to_open(self) -> set[str]:
        view: Any = self
        policy = policy_registry.get_by_type(view.model)
        return {policy.rights[action] for action in view.any_permission_required if action in policy.rights}

    def community_id_of(self, item: models.Model) -> int:
        return self.veil.community_id_of(item)

    @cached_property
    def columns_out(self) -> list[Any]:
        return self._of_several(super().columns_out)

    def _of_several(self, columns: list[Any]) -> list[Any]:
        """Return the columns, without the community for a user of one."""
        view: Any = self
        others = [column for column in columns if getattr(column, "name", column) != "community"]
        if len(others) == len(columns):
            return columns
        policy = policy_registry.get_by_type(view.model)
        return columns if policy.communities(view.request.user, view.any_permission_required)[1:2] else others

    def covered(self, item: models.Model, path: str, value: Any) -> Any:
        return self.veil.cover(item, path, value)


class _Inspected:
    """Bounds of a page of one object: local times, words, the veil over names and reasons.

    Wagtail shows UTC, None, False and the id. A field without a name of ours, and data for programs, is shown by a
    view alone that names it.
    """

    @cached_property
    def veil(self) -> Veil:
        view: Any = self
        return Veil(policy_registry.get_by_type(view.model), view.request.user)

    def get_fields(self) -> list[str]:
        view: Any = self
        names: list[str] = super().get_fields()  # type: ignore[misc]
        return names if view.fields else [name for name in names if _is_for_people(view.model, name)]

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        view: Any = self
        value = super().get_field_display_value(field_name, field)  # type: ignore[misc]
        value = self.veil.cover(view.object, field_name, value)
        return in_words(value)

    def get_page_subtitle(self) -> str:
        view: Any = self
        return self.veil.title(view.object)


def _is_for_people(model: type[models.Model], name: str) -> bool:
    field = model._meta.get_field(name)
    return not isinstance(field, models.JSONField) and not isinstance(getattr(field, "verbose_name", ""), str)


def scope_view(view_class: type) -> type:
    """Return a subclass of `view_class` that is limited to the user's communities."""
    bounds: tuple[type, ...] = ()
    if issubclass(view_class, generic.IndexView):
        bounds = (_ScopedListing,)
    elif issubclass(view_class, generic.DeleteView):
        bounds = (_UnusedDeletion, _ScopedObject)
    elif issubclass(view_class, generic.InspectView):
        bounds = (_Inspected, _ScopedObject)
    elif issubclass(view_class, generic.EditView):
        bounds = (_ScopedEdit,)
    elif issubclass(view_class, generic.CreateView) and not issubclass(view_class, generic.CopyView):
        bounds = (_CreateMixin,)
    elif hasattr(view_class, "pk_url_kwarg"):
        bounds = (_ScopedObject,)
    if not bounds:
        return view_class
    # The subclass is made here, so that no app can forget the bounds of its own view class.
    return type(view_class.__name__, (*bounds, view_class), {"__module__": view_class.__module__})


class CommunityViewSet(ModelViewSet):
    """Viewset of a model whose objects belong to a community. Declare::

        model = Unit
        rights = {"view": Right.MANAGE_PEOPLE, "change": Right.MANAGE_PEOPLE}   # no user may add or delete
        community_path = "community"                                           # or "volunteer__community"

    All its views, and all choices in its forms and filters, are limited to the user's communities.
    """

    rights: Mapping[str, str]
    community_path = "community"
    base_form_class: type[CommunityModelForm] = CommunityModelForm
    add_to_reference_index = False
    copy_view_enabled = False
    sort_order_field = None
    list_export: list[Any] = []

    def __init__(self, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.policy = CommunityPermissionPolicy(self.model, self.rights, self.community_path)
        register_permission_policy(self.model, self.policy, exact_class=True)

    @property
    def permission_policy(self) -> CommunityPermissionPolicy:
        return self.policy

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        return super().construct_view(scope_view(view_class), **kwargs)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        if self._edit_handler:
            return self._edit_handler.get_form_class()
        read_only = not {"add", "change"} & set(self.rights)
        return modelform_factory(
            self.model,
            form=self.base_form_class,
            formfield_callback=self.formfield_for_dbfield,
            fields=[] if read_only else self.get_form_fields(),
            exclude=self.get_exclude_form_fields(),
        )

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
        return formfield_for_dbfield(db_field, **kwargs)

    def get_edit_handler(self) -> Any:
        panels = getattr(self, "panels", None)
        if panels is None:
            return None
        return ObjectList(panels, base_form_class=self.base_form_class).bind_to_model(self.model)

    def get_urlpatterns(self) -> list[Any]:
        # A view that no user may open has no address.
        return [
            pattern
            for pattern in super().get_urlpatterns()
            if pattern.name not in _ACTIONS or _ACTIONS[pattern.name] in self.rights
        ]

    def register_admin_url_finder(self) -> None:
        if "change" in self.rights:
            super().register_admin_url_finder()

    def get_permissions_to_register(self) -> models.QuerySet[Permission]:
        # Rights come from duties, so Wagtail's groups offer no permissions.
        return Permission.objects.none()


class CommunityBulkAction(_ShownObjects, BulkAction):
    """Bulk action on those chosen objects for which the user has `permission`, without naming the others."""

    permission = "change"

    def check_perm(self, obj: models.Model) -> bool:
        return policy_registry.get_by_type(self.model).user_has_permission_for_instance(
            self.request.user, self.permission, obj
        )

    def allowed(self) -> models.QuerySet[Any]:
        """Return all objects to which the user may do the action."""
        return policy_registry.get_by_type(self.model).instances_user_has_permission_for(
            self.request.user, self.permission
        )

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        ids = self.request.GET.getlist("id")
        objects = self.allowed()
        if "all" not in ids:
            objects = objects.filter(pk__in=read_ids(ids))
        self._chosen = list(objects)
        return self._chosen, {"items_with_no_access": []}

    def shown(self) -> list[models.Model]:
        return self._chosen

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        policy = policy_registry.get_by_type(self.model)
        if not policy.user_has_permission(request.user, self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
