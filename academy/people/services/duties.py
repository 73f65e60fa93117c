"""Services that grant and revoke duties."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.log_actions import log

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import Duty, User
from academy.people.permissions import DutyRole, Right, roles_with
from academy.people.refusals import LAST_ADMINISTRATOR, NOT_ALLOWED, NOT_IN_PRACTICE
from academy.people.signals import duties_changed


@transaction.atomic
def grant_duty(*, user: User, community: Community, role: str, by: User | None) -> Duty | Refusal:
    """Grant a duty; its group follows, which opens the admin.

    Refuses with `not_allowed`, `not_in_practice`.
    """
    if by is not None and not by.has_right(Right.GRANT_DUTIES, community):
        return NOT_ALLOWED
    if community.is_practice and not user.is_practising:
        return NOT_IN_PRACTICE
    duty, created = Duty.objects.get_or_create(user=user, community=community, role=role)
    if created:
        log(user, "people.grant_duty", user=by, data={"community": community.name, "role": role})
    else:
        follow_duty(duty)
    duties_changed.send(sender=User, user=user, community=community)
    return duty


@transaction.atomic
def revoke_duty(*, user: User, community: Community, role: str, by: User | None) -> Refusal | None:
    """Revoke a duty; its group follows. Refuses with `not_allowed`, `last_administrator`."""
    if by is not None and not by.has_right(Right.GRANT_DUTIES, community):
        return NOT_ALLOWED
    administrators = Duty.objects.select_for_update().filter(community=community, role=DutyRole.ADMINISTRATOR)
    if by is not None and role == DutyRole.ADMINISTRATOR and not administrators.exclude(user=user).exists():
        return LAST_ADMINISTRATOR
    deleted, _models = Duty.objects.filter(user=user, community=community, role=role).delete()
    if deleted:
        log(user, "people.revoke_duty", user=by, data={"community": community.name, "role": role})
    duties_changed.send(sender=User, user=user, community=community)
    return None


def follow_duty(duty: Duty) -> None:
    """Make the user a member of the duty's group if the duty exists, else no member.

    `is_staff` follows in the same way, for all duties together. Both are copies: Wagtail reads the group, and each
    request reads `is_staff`.
    """
    group = duty_group(community=duty.community, role=duty.role)
    held = Duty.objects.filter(user=duty.user_id, community=duty.community_id, role=duty.role).exists()
    (group.user_set.add if held else group.user_set.remove)(duty.user_id)
    duty.user.is_staff = duty.user.is_superuser or Duty.objects.filter(user=duty.user_id).exists()
    User.objects.filter(pk=duty.user_id).update(is_staff=duty.user.is_staff)


def rename_groups(*, community: Community, earlier: str) -> None:
    """Name the groups after the community's new short name; `earlier` is the one before."""
    if community.slug != earlier:
        for role in DutyRole:
            Group.objects.filter(name=f"{earlier}:{role}").update(name=f"{community.slug}:{role}")


def duty_group(*, community: Community, role: str) -> Group:
    """Return the Django group of this duty, which gives access to the admin and to pages."""
    group, _created = Group.objects.get_or_create(name=f"{community.slug}:{role}")
    if role in roles_with(Right.OPEN_ADMIN):
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group
