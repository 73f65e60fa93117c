from django.urls import path, re_path

from academy.lead import (
    absence_views,
    claim_views,
    confirm_views,
    keying_views,
    live_views,
    request_views,
    roster_views,
    scanner_pages,
    undoing,
    unit_views,
    views,
)

app_name = "lead"

# Upper case too: an address in capitals makes a coarser code, which scans more easily.
ROW = r"^[lL][eE][aA][dD]/(?P<activity_id>[0-9]{1,18})/[rR][oO][sS][tT][eE][rR]/(?P<row>[0-9A-Za-z]{10,22})/"

urlpatterns = [
    path("lead/", views.show_led_activities, name="activities"),
    path("lead/<int:activity_id>/", views.show_leader_page, name="activity"),
    path("lead/<int:activity_id>/live/", live_views.fetch_live_state, name="live"),
    path("lead/<int:activity_id>/people/", live_views.show_people, name="people"),
    path("lead/<int:activity_id>/poster.pdf", live_views.print_poster, name="poster_pdf"),
    path("lead/<int:activity_id>/screen/", live_views.show_screen, name="screen"),
    path("lead/<int:activity_id>/claims/", claim_views.show_claims, name="claims"),
    path("lead/<int:activity_id>/claims/<int:claim_id>/", claim_views.answer_claim, name="answer_claim"),
    path("lead/<int:activity_id>/claims/decline/", claim_views.decline_claims, name="decline_claims"),
    path("lead/<int:activity_id>/newcomer/", claim_views.add_newcomer, name="newcomer"),
    path("lead/<int:activity_id>/records/<int:record_id>/", views.show_record, name="record"),
    path("lead/<int:activity_id>/records/<int:record_id>/ask/", confirm_views.ask_volunteer, name="ask"),
    path("lead/<int:activity_id>/records/<int:record_id>/correct/", request_views.correct_times, name="correct"),
    path("lead/<int:activity_id>/records/<int:record_id>/role/", request_views.name_role, name="role"),
    path("lead/<int:activity_id>/records/<int:record_id>/longer/", request_views.ask_longer_day, name="longer_day"),
    path("lead/<int:activity_id>/shifts/<int:shift_id>/overtime/", request_views.ask_overtime, name="overtime"),
    path("lead/<int:activity_id>/evaluate/", request_views.evaluate, name="evaluate"),
    path("lead/<int:activity_id>/absent/", absence_views.show_absent, name="absent"),
    path("lead/<int:activity_id>/out/", live_views.check_everybody_out, name="everybody_out"),
    path("lead/<int:activity_id>/confirm/", confirm_views.confirm, name="confirm"),
    path("lead/<int:activity_id>/undo/", undoing.undo, name="undo"),
    path("lead/<int:activity_id>/roster/", roster_views.show_roster, name="roster"),
    path("lead/<int:activity_id>/roster.pdf", roster_views.print_roster, name="roster_pdf"),
    path("lead/<int:activity_id>/roster/sheet/", keying_views.key_in_sheet, name="roster_sheet"),
    re_path(rf"{ROW}$", keying_views.key_in_row, name="roster_row"),
    path("lead/<int:activity_id>/units/", unit_views.show_units, name="units"),
    path("lead/<int:activity_id>/units/<int:unit_id>/", unit_views.show_unit, name="unit"),
    path("scan/sw.js", scanner_pages.send_service_worker, name="scanner_worker"),
    path("scan/<int:activity_id>/", scanner_pages.show_scanner, name="scanner"),
    path("scan/<int:activity_id>/manifest.webmanifest", scanner_pages.send_manifest, name="scanner_manifest"),
]
