from django.urls import path

from academy.core import app_pages, views

app_name = "core"
urlpatterns = [
    path("elder/", views.set_elder_mode, name="elder_mode"),
    path("language/", views.set_language, name="language"),
    path("manifest.webmanifest", app_pages.send_manifest, name="manifest"),
    path("sw.js", app_pages.send_service_worker, name="worker"),
    path("offline/", app_pages.show_offline, name="offline"),
]
