from django.urls import path

from academy.learning import views

app_name = "learning"
urlpatterns = [
    path("learning/<slug:course_key>/enrol/", views.enrol, name="enrol"),
    path("learning/<slug:course_key>/renew/", views.renew, name="renew"),
    path("learning/<slug:course_key>/<str:lesson_key>/done/", views.lesson_done, name="lesson_done"),
    path("learning/<slug:course_key>/<str:lesson_key>/note/", views.note, name="note"),
]
