import datetime as dt

from django.urls import path, register_converter

from academy.home import notice_views, request_views, star_views, views

app_name = "home"


class IsoDate:
    """``2026-01-10``."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(IsoDate, "isodate")

urlpatterns = [
    path("my/", views.my, name="my"),
    path("my/card/", views.my_card, name="card"),
    path("my/messages/read/", views.messages_read, name="messages_read"),
    path("my/records/<int:record_id>/", views.record, name="record"),
    path("my/stars/", star_views.my_stars, name="stars"),
    path("my/missing/", request_views.missing, name="missing"),
    path("my/ask/<int:shift_id>/", request_views.ask, name="ask_make_up"),
    path("my/records/<int:record_id>/object/", request_views.object_to, name="object"),
    path("evidence/<int:evidence_id>/", request_views.evidence, name="evidence"),
    path("notice/", notice_views.notice_list, name="notices"),
    path("notice/<slug:community>/<isodate:day>/", notice_views.notice, name="notice"),
    path("notice/<slug:community>/<isodate:day>/sheet/", notice_views.notice_sheet, name="notice_sheet"),
]
