from django.urls import path

from academy.audit import views

app_name = "audit"
urlpatterns = [path("ledger/head.json", views.heads, name="heads")]
