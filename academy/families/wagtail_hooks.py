from wagtail import hooks

from academy.families.viewsets import ConsentViewSet

hooks.register("register_admin_viewset", lambda: ConsentViewSet("consent"))
