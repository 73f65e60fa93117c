from django.urls import path

from academy.activities import call_views, views
from academy.activities.needs import views as need_views
from academy.activities.waiting import views as waiting_views

app_name = "activities"
urlpatterns = [
    path("", views.show_upcoming, name="list"),
    path("call/<slug:key>/", call_views.answer_call, name="answer_call"),
    path("place/<slug:key>/", waiting_views.answer_offer, name="answer_offer"),
    path("<int:pk>/", views.show_activity, name="detail"),
    path("<int:pk>/sign-up/", views.sign_up, name="sign_up"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/wait/", waiting_views.wait, name="wait"),
    path("<int:pk>/wait/answer/", waiting_views.answer, name="answer_wait"),
    path("<int:pk>/exception/", need_views.ask_exception, name="ask_exception"),
    path("<int:pk>/private/", need_views.show_private, name="private"),
]
