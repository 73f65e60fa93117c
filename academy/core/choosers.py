"""Choosers of the back office: they offer only objects of the user's communities."""

from collections.abc import Callable
from typing import Any

from asgiref.local import Local
from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from academy.core.forms import choices_for
from academy.core.http import read_id, read_ids
from academy.core.signals import objects_shown

_current = Local()


class _ScopedList:
    def get_object_list(self) -> QuerySet[Any]:
        view: Any = self
        return choices_for(view.model_class.objects.all(), view.request.user)

    def get_results_page(self, request: HttpRequest) -> Any:
        page = super().get_results_page(request)  # type: ignore[misc]
        _send_shown(self, page.object_list)
        return page


class _ScopedChosenObject:
    def get_object(self, pk: str) -> Any:
        view: Any = self
        found = choices_for(view.model_class.objects.all(), view.request.user).get(pk=read_id(pk))
        _send_shown(self, [found])
        return found


class _ScopedChosenObjects:
    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        view: Any = self
        found = choices_for(view.model_class.objects.all(), view.request.user).filter(pk__in=read_ids(pks))
        _send_shown(self, found)
        return found


def _send_shown(view: Any, objects: Any) -> None:
    objects_shown.send(sender=view.model_class, request=view.request, objects=objects)


class _ChooseView(_ScopedList, chooser.ChooseView):
    pass


class _ChooseResultsView(_ScopedList, chooser.ChooseResultsView):
    pass


class _ChosenView(_ScopedChosenObject, chooser.ChosenView):
    pass


class _ChosenMultipleView(_ScopedChosenObjects, chooser.ChosenMultipleView):
    pass


class CommunityChooser(BaseChooser):
    """Widget that draws an object only if the user may choose it, also in a form that was refused.

    Wagtail's own draws whatever id was sent. A drawn object is shown, so `objects_shown` is sent for it.
    """

    def get_instance(self, value: Any) -> Model | None:
        pk = read_id(str(getattr(value, "pk", value)))
        request: HttpRequest | None = getattr(_current, "request", None)
        if pk is None or request is None:
            return None
        found = choices_for(self.model_class.objects.all(), request.user).filter(pk=pk).first()
        if found is not None:
            objects_shown.send(sender=self.model_class, request=request, objects=[found])
        return found


class ChooserMiddleware:
    """Give a chooser the request of the page that it draws: Django gives widgets no context."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _current.request = request
        try:
            return self.get_response(request)
        finally:
            _current.request = None


class CommunityChooserViewSet(ChooserViewSet):
    """A chooser for a model that has a `CommunityViewSet`. The search looks into `search_fields`."""

    base_widget_class = CommunityChooser
    choose_view_class = _ChooseView
    choose_results_view_class = _ChooseResultsView
    chosen_view_class = _ChosenView
    chosen_multiple_view_class = _ChosenMultipleView
    search_fields: tuple[str, ...] = ()

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**{"filter_form_class": self._filter_form(), **kwargs})
        return common

    def get_urlpatterns(self) -> list[Any]:
        # A chooser creates no objects: their own services do.
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]

    def find(self, objects: QuerySet[Any], typed: str) -> QuerySet[Any]:
        """Return those of `objects` that `typed` names."""
        found = Q()
        for field in self.search_fields:
            found |= Q(**{f"{field}__icontains": typed})
        return objects.filter(found)

    def _filter_form(self) -> type[forms.Form]:
        find = self.find

        class SearchForm(BaseFilterForm):
            q = forms.CharField(label=_("Search term"), required=False)

            def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
                objects = super().filter(objects)
                self.search_query = self.cleaned_data["q"].strip()
                self.is_searching = bool(self.search_query)
                return find(objects, self.search_query) if self.is_searching else objects

        return SearchForm
