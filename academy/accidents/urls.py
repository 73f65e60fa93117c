from django.urls import path

from academy.accidents import views

app_name = "accidents"
urlpatterns = [
    path("lead/<int:activity_id>/accidents/", views.list_accidents, name="of_activity"),
    path("lead/<int:activity_id>/accidents/new/", views.record, name="record"),
    path("accidents/<int:pk>/", views.show, name="show"),
    path("accidents/<int:pk>/complete/", views.complete, name="complete"),
    path("accidents/<int:pk>/note/<slug:act>/", views.note, name="note"),
    path("accidents/<int:pk>/sheet.pdf", views.send_sheet, name="sheet"),
    path("accidents/photos/<int:pk>/", views.send_photo, name="photo"),
]
