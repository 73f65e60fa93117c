from django.urls import path, register_converter

from academy.own_data import views

app_name = "own_data"


class What:
    """One of the three requests."""

    regex = "copy|correction|deletion"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileKind(What):
    """A form of the copy."""

    regex = "pdf|json"


register_converter(What, "data_request")
register_converter(FileKind, "copy_kind")

urlpatterns = [
    path("my/data/", views.show_mine, name="mine"),
    path("my/data/ask/<data_request:what>/", views.ask, name="ask"),
    path("my/data/copy/<int:pk>/<copy_kind:kind>/", views.fetch, name="fetch"),
]
