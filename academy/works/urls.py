from django.urls import path

from academy.works.site_views import CancelView, FileView, WorkView

urlpatterns = [
    path("work/<int:pk>/", WorkView.as_view(), name="own_work"),
    path("work/<int:pk>/cancel/", CancelView.as_view(), name="own_work_cancel"),
    path("work/<int:pk>/file/", FileView.as_view(), name="own_work_file"),
]
