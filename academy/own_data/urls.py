from django.urls import path

app_name = "own_data"
urlpatterns: list = []
