import datetime as dt

from django.urls import path, register_converter

from academy.desk import claim_views, notice_views, request_views, star_views, trial_views, views

app_name = "desk"


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
    path("my/card/", views.my_card, name="my_card"),
    path("my/messages/read/", views.messages_read, name="messages_read"),
    path("my/records/<int:record_id>/", views.record, name="record"),
    path("my/stars/", star_views.my_stars, name="my_stars"),
    path("my/missing/", request_views.missing, name="missing"),
    path("my/ask/<int:shift_id>/", request_views.ask, name="ask_make_up"),
    path("my/records/<int:record_id>/object/", request_views.object_to, name="object"),
    path("evidence/<int:evidence_id>/", request_views.evidence, name="evidence"),
    path("notice/", notice_views.notice_list, name="notice_list"),
    path("notice/<slug:community>/<isodate:day>/", notice_views.notice, name="notice"),
    path("notice/<slug:community>/<isodate:day>/sheet/", notice_views.notice_sheet, name="notice_sheet"),
    path("lead/<int:activity_id>/evaluate/", request_views.evaluate, name="evaluate"),
    path("rules/draft/<int:rule_set>/try/", trial_views.try_rules, name="try_rules"),
    path("lead/", views.led, name="led"),
    path("lead/<int:activity_id>/", views.lead, name="lead"),
    path("lead/<int:activity_id>/live/", views.live, name="live"),
    path("lead/<int:activity_id>/screen/", views.screen, name="screen"),
    path("lead/<int:activity_id>/claims/", claim_views.waiting, name="claims"),
    path("lead/<int:activity_id>/claims/<int:claim_id>/", claim_views.answer, name="answer_claim"),
    path("lead/<int:activity_id>/newcomer/", claim_views.newcomer, name="newcomer"),
    path("lead/<int:activity_id>/records/<int:record_id>/", views.lead_record, name="lead_record"),
    path("lead/<int:activity_id>/records/<int:record_id>/ask/", views.ask, name="ask"),
    path("lead/<int:activity_id>/records/<int:record_id>/correct/", request_views.correct, name="correct"),
    path("lead/<int:activity_id>/records/<int:record_id>/longer/", request_views.longer_day, name="longer_day"),
    path("lead/<int:activity_id>/shifts/<int:shift_id>/overtime/", request_views.overtime, name="overtime"),
    path("lead/<int:activity_id>/out/", views.everybody_out, name="everybody_out"),
    path("lead/<int:activity_id>/confirm/", views.confirm, name="confirm"),
]
