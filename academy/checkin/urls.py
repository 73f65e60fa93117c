from django.urls import path, re_path

from academy.checkin import card_views, claim_views, gate_views, scanner_views, typed_views

app_name = "checkin"

# Upper case too: a printed address in capitals alone makes a coarser code, easier to scan.
CHECKPOINT = r"^[cC]/(?P<checkpoint>[^/]+)/"
urlpatterns = [
    re_path(rf"{CHECKPOINT}$", gate_views.gate, name="gate"),
    re_path(rf"{CHECKPOINT}scan/(?P<scan_id>[0-9a-f-]{{36}})/$", gate_views.answer, name="answer"),
    re_path(rf"{CHECKPOINT}claim/$", claim_views.ask, name="claim"),
    re_path(rf"{CHECKPOINT}claim/(?P<key>[^/]+)/$", claim_views.claim, name="claim_answer"),
    re_path(rf"{CHECKPOINT}(?P<code>[^/]+)/$", gate_views.gate, name="gate_with_code"),
    re_path(r"^[cC]/$", typed_views.typed, name="typed"),
    re_path(r"^[pP]/(?P<key>[^/]+)/$", card_views.card, name="card"),
    path("checkin/sync/", scanner_views.receive, name="sync"),
    path("scan/<int:activity_id>/roster/", scanner_views.roster, name="scanner_roster"),
    path("scan/<int:activity_id>/undo/", scanner_views.undo, name="scanner_undo"),
    path("scan/<int:activity_id>/import/", scanner_views.import_file, name="scanner_import"),
]
