"""Fixed addresses that redirect to pages. The pages have a language prefix (`academy.urls`)."""

from django.urls import include, path

from cms import quiz_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("set-up/", include("cms.set_up_urls")),
    path("academy/", views.academy, name="academy"),
    path("rules/", views.rules, name="rules"),
    path("course/<slug:key>/", views.course, name="course"),
    path("course/<slug:key>/<str:lesson_key>/", quiz_views.lesson, name="lesson"),
    path("course/<slug:key>/<str:lesson_key>/quiz/", quiz_views.quiz, name="quiz"),
    path("search/", views.search, name="search"),
    path("slides/<int:pk>/<int:number>/", views.slide, name="slide"),
    path("video/<int:pk>/<path:filename>", views.video, name="video"),
]
