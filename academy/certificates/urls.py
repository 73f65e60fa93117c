from django.urls import path, re_path

from academy.certificates import views

app_name = "certificates"
urlpatterns = [
    # Upper case too: the code on paper holds its address in capitals.
    re_path(r"^[vV][eE][rR][iI][fF][yY]/$", views.ask, name="ask"),
    re_path(r"^[vV][eE][rR][iI][fF][yY]/(?P<code>[^/]+)/$", views.verify, name="verify"),
    path("my/certificates/", views.my, name="my"),
    path("my/certificates/new/", views.make, name="make"),
    path("my/certificates/<str:number>/pdf/", views.pdf, name="pdf"),
]
