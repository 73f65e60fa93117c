from django.urls import path

from academy.learning import views

app_name = "learning"
urlpatterns = [
    path("learning/<slug:course_key>/<str:lesson_key>/done/", views.lesson_done, name="lesson_done"),
]
