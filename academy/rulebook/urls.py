from django.urls import path

from academy.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("rules/<int:rule_set>/", views.rules, name="rules"),
    path("clause/<int:rule_set>/<slug:code>/", views.clause, name="clause"),
    path("rules/draft/<int:rule_set>/", views.draft, name="draft"),
    path("rules/draft/<int:rule_set>/comment/", views.comment, name="comment"),
]
