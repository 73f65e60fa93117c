from django.urls import path

from academy.calendars import views

app_name = "calendars"
urlpatterns = [
    path("my/calendar/", views.show_calendars, name="calendars"),
    path("my/calendar/make/", views.make, name="make"),
    path("my/calendar/<int:pk>/end/", views.end, name="end"),
    path("calendar/<slug:key>.ics", views.send_feed, name="feed"),
    path("activities/<int:pk>/calendar.ics", views.send_activity, name="activity"),
]
