from django.urls import path

from academy.desk import trial_views

app_name = "desk"

urlpatterns = [path("rules/draft/<int:rule_set>/try/", trial_views.try_rules, name="try_rules")]
