from django.urls import path, re_path

from academy.feedback import views

app_name = "feedback"
urlpatterns = [
    # Upper case too: a printed address in capitals alone makes a coarser code, easier to scan.
    re_path(r"^[wW]/(?P<key>[^/]+)/$", views.say, name="say"),
    path("lead/<int:activity_id>/words/", views.show_words, name="words"),
    path("lead/<int:activity_id>/words/code.pdf", views.print_code, name="code_pdf"),
]
