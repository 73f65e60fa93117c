from django.urls import path

from academy.classes import assess_views, views

app_name = "classes"
urlpatterns = [
    path("classes/of/<slug:course_key>/", views.list_runs, name="list"),
    path("classes/<int:run_id>/", views.show_run, name="run"),
    path("classes/<int:run_id>/join/", views.join, name="join"),
    path("classes/<int:run_id>/feedback/", views.give_feedback, name="feedback"),
    path("classes/<int:run_id>/learners/", assess_views.show_class, name="class"),
    path("classes/<int:run_id>/learners/<int:learner_id>/", assess_views.sign_checklist, name="checklist"),
    path("classes/<int:run_id>/results/", assess_views.key_in_results, name="results"),
]
