import datetime as dt

from django.urls import path, register_converter

from academy.home import (
    agency_views,
    booking_views,
    guardian_views,
    message_views,
    my_request_views,
    notice_views,
    request_views,
    star_views,
    tier_views,
    unit_views,
    views,
)

app_name = "home"


class IsoDate:
    """A date in an address, as ``2026-01-10``."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(IsoDate, "isodate")

urlpatterns = [
    path("my/", views.show_my_page, name="my"),
    path("my/card/", views.show_card, name="card"),
    path("my/messages/", message_views.show_messages, name="messages"),
    path("my/messages/by-mail/", message_views.set_mail, name="mail_settings"),
    path("my/messages/address/<str:token>/", message_views.confirm_address, name="confirm_address"),
    path("no-mail/<str:token>/", message_views.stop_mail, name="stop_mail"),
    path("my/messages/read/", views.mark_messages_read, name="messages_read"),
    path("my/settings/", views.show_settings, name="settings"),
    path("my/records/", views.show_records, name="records"),
    path("my/records/<int:record_id>/", views.show_record, name="record"),
    path("my/stars/", star_views.show_stars, name="stars"),
    path("my/tiers/", tier_views.show_tiers, name="tiers"),
    path("my/requests/", my_request_views.show_my_requests, name="requests"),
    path("my/requests/<slug:kind>/<int:request_id>/withdraw/", my_request_views.withdraw, name="withdraw"),
    path("my/missing/", request_views.show_unrecorded_shifts, name="missing"),
    path("my/ask/<int:shift_id>/", request_views.ask_make_up, name="ask_make_up"),
    path("my/records/<int:record_id>/object/", request_views.object_to, name="object"),
    path("my/units/", unit_views.show_units, name="units"),
    path("my/units/<int:unit_id>/", unit_views.show_unit, name="unit"),
    path("my/units/<int:unit_id>/link/", unit_views.make_link, name="make_unit_link"),
    path("my/units/<int:unit_id>/link/<int:link_id>/withdraw/", unit_views.withdraw_link, name="withdraw_unit_link"),
    path("my/units/<int:unit_id>/venues/", booking_views.show_venues, name="unit_venues"),
    path("my/units/<int:unit_id>/venues/<int:booking_id>/cancel/", booking_views.cancel_booking, name="cancel_booking"),
    path("evidence/<int:evidence_id>/", request_views.send_evidence, name="evidence"),
    path("my/who/", agency_views.choose_person, name="who"),
    path("my/agency/offer/", agency_views.offer_agency, name="offer_agency"),
    path("my/agency/<int:agency_id>/end/", agency_views.end_agency, name="end_agency"),
    path("a/<str:code>/", agency_views.take_agency, name="agency"),
    path("my/guardian/", guardian_views.ask_guardian, name="ask_guardian"),
    path("g/<str:code>/", guardian_views.guardian_page, name="guardian"),
    path("g/<str:code>/certificates/<str:number>/pdf/", guardian_views.send_certificate, name="guardian_certificate"),
    path("notice/", notice_views.list_notices, name="notices"),
    path("notice/<slug:community>/<isodate:day>/", notice_views.show_notice, name="notice"),
    path("notice/<slug:community>/<isodate:day>/sheet/", notice_views.print_notice, name="notice_sheet"),
]
