from wagtail import hooks

from academy.units.viewsets import (
    ContributionViewSet,
    TeamPeriodViewSet,
    TeamViewSet,
    UnitMembershipViewSet,
    UnitViewSet,
)

hooks.register("register_admin_viewset", lambda: UnitViewSet("unit"))
hooks.register("register_admin_viewset", lambda: UnitMembershipViewSet("unit_membership"))
hooks.register("register_admin_viewset", lambda: TeamViewSet("team"))
hooks.register("register_admin_viewset", lambda: TeamPeriodViewSet("team_period"))
hooks.register("register_admin_viewset", lambda: ContributionViewSet("contribution"))
