from django.urls import path, re_path

from academy.rotas import views

app_name = "rotas"
urlpatterns = [
    path("standing/<int:pk>/", views.show_rota, name="rota"),
    path("standing/<int:pk>/stand-in/", views.stand_in, name="stand_in"),
    path("standing/<int:pk>/stop/", views.stop, name="stop"),
    path("standing/<int:pk>/skip/", views.skip, name="skip"),
    # Upper case too: a printed address in capitals alone makes a coarser code, easier to scan.
    re_path(r"^[rR]/(?P<key>[^/]+)/$", views.come, name="come"),
]
