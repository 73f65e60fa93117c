from django.urls import path, re_path

from academy.lead import claim_views, request_views, roster_views, scanner_pages, views

app_name = "lead"

# Upper case too: a printed address in capitals alone makes a coarser code.
ROW = r"^[lL][eE][aA][dD]/(?P<activity_id>[0-9]{1,18})/[rR][oO][sS][tT][eE][rR]/(?P<row>[0-9A-Za-z]{10,22})/"

urlpatterns = [
    path("lead/", views.led, name="activities"),
    path("lead/<int:activity_id>/", views.lead, name="activity"),
    path("lead/<int:activity_id>/live/", views.live, name="live"),
    path("lead/<int:activity_id>/screen/", views.screen, name="screen"),
    path("lead/<int:activity_id>/claims/", claim_views.waiting, name="claims"),
    path("lead/<int:activity_id>/claims/<int:claim_id>/", claim_views.answer, name="answer_claim"),
    path("lead/<int:activity_id>/newcomer/", claim_views.newcomer, name="newcomer"),
    path("lead/<int:activity_id>/records/<int:record_id>/", views.lead_record, name="record"),
    path("lead/<int:activity_id>/records/<int:record_id>/ask/", views.ask, name="ask"),
    path("lead/<int:activity_id>/records/<int:record_id>/correct/", request_views.correct, name="correct"),
    path("lead/<int:activity_id>/records/<int:record_id>/longer/", request_views.longer_day, name="longer_day"),
    path("lead/<int:activity_id>/shifts/<int:shift_id>/overtime/", request_views.overtime, name="overtime"),
    path("lead/<int:activity_id>/evaluate/", request_views.evaluate, name="evaluate"),
    path("lead/<int:activity_id>/out/", views.everybody_out, name="everybody_out"),
    path("lead/<int:activity_id>/confirm/", views.confirm, name="confirm"),
    path("lead/<int:activity_id>/roster/", roster_views.roster, name="roster"),
    path("lead/<int:activity_id>/roster.pdf", roster_views.roster_pdf, name="roster_pdf"),
    path("lead/<int:activity_id>/roster/sheet/", roster_views.roster_sheet, name="roster_sheet"),
    re_path(rf"{ROW}$", roster_views.roster_row, name="roster_row"),
    path("scan/sw.js", scanner_pages.service_worker, name="scanner_worker"),
    path("scan/<int:activity_id>/", scanner_pages.scanner, name="scanner"),
    path("scan/<int:activity_id>/manifest.webmanifest", scanner_pages.manifest, name="scanner_manifest"),
]
