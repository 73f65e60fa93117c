from django.urls import path

from academy.groups import views

app_name = "groups"

urlpatterns = [
    path("u/<slug:key>/", views.accept_by_link, name="link"),
    path("u/<slug:key>/done/", views.show_done, name="done"),
]
