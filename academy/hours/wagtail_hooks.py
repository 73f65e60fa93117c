from wagtail import hooks

from academy.hours.viewsets import HoursGroup

hooks.register("register_admin_viewset", HoursGroup)
