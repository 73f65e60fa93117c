from django.urls import path

from academy.decisions import views

app_name = "decisions"

urlpatterns = [
    path("decisions/", views.waiting, name="list"),
    path("decisions/<str:kind>/<int:request_id>/", views.answer, name="answer"),
]
