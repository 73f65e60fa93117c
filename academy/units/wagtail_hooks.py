from wagtail import hooks

from academy.units.viewsets import UnitMembershipViewSet, UnitViewSet

hooks.register("register_admin_viewset", lambda: UnitViewSet("unit"))
hooks.register("register_admin_viewset", lambda: UnitMembershipViewSet("unit_membership"))
