from django.urls import path

from academy.agreements import views

app_name = "agreements"
urlpatterns = [
    path("my/agreements/", views.show_mine, name="mine"),
    path("my/agreements/<int:pk>/", views.sign, name="sign"),
    path("my/agreements/<int:pk>/paper/", views.send_paper, name="paper"),
    path("signatures/<int:pk>/photo/", views.send_photo, name="photo"),
]
