from wagtail import hooks

from academy.hours.request_viewsets import RequestsGroup
from academy.hours.viewsets import HoursGroup

hooks.register("register_admin_viewset", HoursGroup)
hooks.register("register_admin_viewset", RequestsGroup)
