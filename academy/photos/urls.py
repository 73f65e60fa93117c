from django.urls import path

from academy.photos import views

app_name = "photos"
urlpatterns = [
    path("lead/<int:activity_id>/photos/", views.manage, name="manage"),
    path("photos/<int:pk>/<slug:size>.jpg", views.send, name="photo"),
    path("photos/<int:pk>/away/", views.ask_removal, name="away"),
]
