from django.urls import re_path

from academy.families import views

app_name = "families"
urlpatterns = [
    # Upper case too: a code that holds only capitals is coarser, and scans from further away.
    re_path(r"^[sS]/$", views.slip_typed, name="slip_typed"),
    re_path(r"^[sS]/(?P<code>[^/]+)/$", views.slip_scanned, name="slip"),
]
