from django.urls import path, re_path

from academy.certificates import award_views, machine_views, my_views, office_views, statement_views, views

app_name = "certificates"
urlpatterns = [
    path("verify/keys.json", machine_views.keys, name="keys"),
    path("verify/<str:code>.json", machine_views.answer, name="answer"),
    path("verify/many/", office_views.many, name="many"),
    path("verify/file/", office_views.file, name="file"),
    path("verify/receipt/<str:code>/", office_views.receipt, name="receipt"),
    path("verify/receipt/<str:code>/pdf/", office_views.receipt_pdf, name="receipt_pdf"),
    # Upper case too: the code on paper holds its address in capitals.
    re_path(r"^[vV][eE][rR][iI][fF][yY]/$", views.ask, name="ask"),
    re_path(r"^[vV][eE][rR][iI][fF][yY]/(?P<code>[^/]+)/$", views.verify, name="verify"),
    path("my/certificates/", my_views.my, name="my"),
    path("my/certificates/new/", my_views.make, name="make"),
    path("my/certificates/award/", award_views.make_award, name="make_award"),
    path("my/certificates/<str:number>/", my_views.show, name="show"),
    path("my/certificates/<str:number>/<int:page>.png", my_views.picture, name="picture"),
    path("my/certificates/<str:number>/pdf/", my_views.pdf, name="pdf"),
    path("my/year/<int:year>/", statement_views.show_statement, name="statement"),
    path("my/year/<int:year>/picture.png", statement_views.send_picture, name="statement_picture"),
]
