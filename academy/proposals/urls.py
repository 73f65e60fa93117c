from django.urls import path

from academy.proposals import views

app_name = "proposals"
urlpatterns = [
    path("proposals/", views.show_mine, name="mine"),
    path("proposals/new/", views.write_new, name="new"),
    path("proposals/<int:pk>/", views.show_proposal, name="proposal"),
    path("proposals/<int:pk>/note/", views.add_note, name="note"),
    path("proposals/<int:pk>/take-back/", views.take_back, name="take_back"),
]
