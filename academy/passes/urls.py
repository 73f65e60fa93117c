from django.urls import path

from academy.passes.my_views import show_my_passbook

app_name = "passes"
urlpatterns = [path("my/passbook/", show_my_passbook, name="my")]
