from django.urls import path

from academy.core import views

app_name = "core"
urlpatterns = [
    path("elder/", views.set_elder_mode, name="elder_mode"),
    path("language/", views.set_language, name="language"),
]
