from django.urls import path, re_path

from academy.families import views

app_name = "families"
urlpatterns = [
    # Upper case too: a code that holds only capitals is coarser, and scans from further away.
    re_path(r"^[sS]/$", views.slip_typed, name="slip_typed"),
    re_path(r"^[sS]/(?P<code>[^/]+)/$", views.slip_scanned, name="slip"),
    path("guardian/forms/<int:form_id>/", views.send_signed_form, name="signed_form"),
]
