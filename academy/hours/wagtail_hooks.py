from wagtail import hooks

from academy.hours.request_viewsets import RequestsGroup

hooks.register("register_admin_viewset", RequestsGroup)
