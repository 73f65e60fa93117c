from django.urls import path

from academy.profiles import views

app_name = "profiles"
urlpatterns = [
    path("my/contact/", views.edit_contact, name="contact"),
    path("my/identity/", views.ask_for_identity, name="identity"),
]
