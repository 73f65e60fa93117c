from django.urls import path, re_path

from academy.checkin import card_views, claim_views, roster_views, scanner_pages, scanner_views, views

app_name = "checkin"

# Upper case too: a printed address in capitals alone makes a coarser code.
CHECKPOINT = r"^[cC]/(?P<checkpoint>[0-9A-Za-z-]+)/"
ROW = r"^[lL][eE][aA][dD]/(?P<activity_id>[0-9]{1,18})/[rR][oO][sS][tT][eE][rR]/(?P<row>[0-9A-Za-z]{10,22})/"
urlpatterns = [
    re_path(r"^[cC]/$", views.typed, name="typed"),
    re_path(rf"{CHECKPOINT}$", views.gate, name="gate"),
    re_path(rf"{CHECKPOINT}scan/(?P<scan_id>[0-9a-f-]{{36}})/$", views.answer, name="answer"),
    path("scan/sw.js", scanner_pages.service_worker, name="scanner_worker"),
    path("scan/<int:activity_id>/", scanner_pages.scanner, name="scanner"),
    path("scan/<int:activity_id>/manifest.webmanifest", scanner_pages.manifest, name="scanner_manifest"),
    path("checkin/sync/", scanner_views.sync, name="sync"),
    path("scan/<int:activity_id>/roster/", scanner_views.roster, name="scanner_roster"),
    path("scan/<int:activity_id>/undo/", scanner_views.undo, name="scanner_undo"),
    path("scan/<int:activity_id>/import/", scanner_views.import_file, name="scanner_import"),
    re_path(rf"{CHECKPOINT}claim/$", claim_views.ask, name="claim"),
    re_path(rf"{CHECKPOINT}claim/(?P<key>[0-9A-Za-z-]+)/$", claim_views.claim, name="claim_answer"),
    re_path(rf"{CHECKPOINT}(?P<code>[0-9A-Za-z-]+)/$", views.gate, name="gate_with_code"),
    re_path(r"^[pP]/(?P<key>[0-9A-Za-z-]+)/$", card_views.card, name="card"),
    path("lead/<int:activity_id>/roster/", roster_views.roster, name="roster"),
    path("lead/<int:activity_id>/roster.pdf", roster_views.roster_pdf, name="roster_pdf"),
    path("lead/<int:activity_id>/roster/sheet/", roster_views.roster_sheet, name="roster_sheet"),
    re_path(rf"{ROW}$", roster_views.roster_row, name="roster_row"),
]
