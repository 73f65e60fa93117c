"""The first set-up of an empty installation, at `/set-up/`."""

from django.urls import path

from cms import set_up_views as views

app_name = "set_up"
urlpatterns = [
    path("", views.key, name="key"),
    path("check/", views.check, name="check"),
    path("done/", views.done, name="done"),
    path("slip/<int:pk>/", views.slip, name="slip"),
    path("<slug:name>/", views.step, name="step"),
]
