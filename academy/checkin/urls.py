from django.urls import path, re_path

from academy.checkin import card_views, roster_views, views

app_name = "checkin"

# Upper case too: a printed address in capitals alone makes a coarser code.
CHECKPOINT = r"^[cC]/(?P<checkpoint>[0-9A-Za-z-]+)/"
ROW = r"^[lL][eE][aA][dD]/(?P<activity_id>[0-9]{1,18})/[rR][oO][sS][tT][eE][rR]/(?P<row>[0-9A-Za-z]{10})/"
urlpatterns = [
    re_path(r"^[cC]/$", views.typed, name="typed"),
    re_path(rf"{CHECKPOINT}$", views.gate, name="gate"),
    re_path(rf"{CHECKPOINT}scan/(?P<scan_id>[0-9a-f-]{{36}})/$", views.answer, name="answer"),
    re_path(rf"{CHECKPOINT}(?P<code>[0-9A-Za-z-]+)/$", views.gate, name="gate_with_code"),
    re_path(r"^[pP]/(?P<key>[0-9A-Za-z-]+)/$", card_views.card, name="card"),
    path("lead/<int:activity_id>/roster/", roster_views.roster, name="roster"),
    path("lead/<int:activity_id>/roster.pdf", roster_views.roster_pdf, name="roster_pdf"),
    path("lead/<int:activity_id>/roster/sheet/", roster_views.roster_sheet, name="roster_sheet"),
    re_path(rf"{ROW}$", roster_views.roster_row, name="roster_row"),
]
