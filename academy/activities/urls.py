from django.urls import path

from academy.activities import views

app_name = "activities"
urlpatterns = [
    path("", views.upcoming, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/sign-up/", views.sign_up, name="sign_up"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
