"""Choosers of the back office that offer what belongs to the user's communities alone."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from academy.core.forms import choices_for
from academy.core.signals import objects_shown


class _ScopedList:
    def get_object_list(self) -> QuerySet[Any]:
        view: Any = self
        return choices_for(view.model_class.objects.all(), view.request.user)

    def get_results_page(self, request: HttpRequest) -> Any:
        page = super().get_results_page(request)  # type: ignore[misc]
        return _told(self, page, page.object_list)


class _ScopedChosen:
    def get_object(self, pk: str) -> Any:
        view: Any = self
        found = choices_for(view.model_class.objects.all(), view.request.user).get(pk=pk)
        return _told(self, found, [found])


class _ScopedChosenMultiple:
    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        view: Any = self
        found = choices_for(view.model_class.objects.all(), view.request.user).filter(pk__in=pks)
        _told(self, found, found)
        return found


def _told(view: Any, answer: Any, objects: Any) -> Any:
    objects_shown.send(sender=view.model_class, request=view.request, objects=objects)
    return answer


class _ChooseView(_ScopedList, chooser.ChooseView):
    pass


class _ChooseResultsView(_ScopedList, chooser.ChooseResultsView):
    pass


class _ChosenView(_ScopedChosen, chooser.ChosenView):
    pass


class _ChosenMultipleView(_ScopedChosenMultiple, chooser.ChosenMultipleView):
    pass


class CommunityChooserViewSet(ChooserViewSet):
    """A chooser for a model that has a `CommunityViewSet`; `search_fields` are those that the search looks into."""

    choose_view_class = _ChooseView
    choose_results_view_class = _ChooseResultsView
    chosen_view_class = _ChosenView
    chosen_multiple_view_class = _ChosenMultipleView
    search_fields: tuple[str, ...] = ()

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**{"filter_form_class": self._filter_form(), **kwargs})
        return common

    def get_urlpatterns(self) -> list[Any]:
        # What is chosen is made elsewhere, by its service.
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]

    def _filter_form(self) -> type[forms.Form]:
        search_fields = self.search_fields

        class SearchForm(BaseFilterForm):
            q = forms.CharField(label=_("Search term"), required=False)

            def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
                objects = super().filter(objects)
                self.search_query = self.cleaned_data["q"].strip()
                self.is_searching = bool(self.search_query)
                found = Q()
                for field in search_fields:
                    found |= Q(**{f"{field}__icontains": self.search_query})
                return objects.filter(found)

        return SearchForm
