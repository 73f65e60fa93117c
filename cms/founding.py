"""The founding of a community: recording unit, rules, sites, pages, groups, workflow, first staff."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.services import change_community, found_community
from academy.people.models import Duty, User
from academy.people.permissions import DutyRole
from academy.people.refusals import LOGIN_TAKEN
from academy.people.services import logins
from academy.people.services.duties import duty_group, grant_duty
from academy.people.services.issuers import add_issuer
from academy.rulebook.models import RuleSet
from academy.rulebook.services import publish_rule_set
from cms import starting_pages
from cms.models import AcademyPage, FirstSetUp, HomePage, RecruitmentPage, RulesPage
from cms.writing import ORIGINAL, TRANSLATION, locale_of, publish_under

ALREADY_FOUNDED = Refusal(
    "already_founded",
    _("Somebody else has founded the community meanwhile. Nothing of yours was stored; ask them for your link."),
)


@dataclass(frozen=True)
class FoundingFacts:
    """The texts and figures that a new community's pages and papers show."""

    name: str
    slug: str
    issuer: str  # registered name of the recording unit (P3)
    person_responsible: str
    handler: str
    telephone: str
    address: str  # of the desk
    credit_code: str = ""
    desk_hours: str = ""
    rules_from: dt.date | None = None  # if None: the day of the founding
    rules: dict[str, int] = field(default_factory=dict)  # parameters that differ from the defaults
    practice_of: Community | None = None  # the real community, of a practice community (ADR 77)


@dataclass(frozen=True)
class FirstStaff:
    """A member of staff of a new community: one duty, and the name and phone of who holds it."""

    role: DutyRole
    name: str
    phone: str = ""  # a mobile, to sign in with


@dataclass(frozen=True)
class NewCommunity:
    """A community that was just founded, with the duties of its first staff."""

    community: Community
    duties: list[Duty]


@transaction.atomic
def found_first_community(
    *, facts: FoundingFacts, staff: Sequence[FirstStaff], public_url: str, at: dt.datetime
) -> NewCommunity | Refusal:
    """Found the first community of an empty installation with its staff, once.

    Refuses with `already_founded`: of two people at the same moment, the second one waits for the row of the set-up,
    and finds it gone.
    """
    held = FirstSetUp.objects.select_for_update().first()
    if held is None or Community.objects.exists() or User.objects.exists():
        return ALREADY_FOUNDED
    community = set_up_community(facts=facts, public_url=public_url, by=None, at=at)
    duties: list[Duty] = []
    for one in staff:
        duty = appoint_first(community=community, staff=one)
        if isinstance(duty, Refusal):
            transaction.set_rollback(True)  # half a founding would leave somebody without a sign-in
            return duty
        duties += [duty] if duty else []
    return NewCommunity(community, duties)


@transaction.atomic
def appoint_first(*, community: Community, staff: FirstStaff) -> Duty | Refusal | None:
    """Give a first member of staff the duty, with a login; None if somebody has the duty already.

    One person with two duties has one login: the phone finds it. Refuses with `login_taken` if the user name that the
    duty gives, or the phone, belongs to somebody without the duty.
    """
    if Duty.objects.filter(community=community, role=staff.role).exists():
        return None
    username = f"{community.slug}-{staff.role.value.replace('_', '-')}"
    user = User.objects.filter(phone=staff.phone).first() if staff.phone else None
    if user is not None:
        if user.get_full_name() != staff.name or not user.duties.filter(community=community).exists():
            return LOGIN_TAKEN
    elif User.objects.filter(username=username).exists():
        return LOGIN_TAKEN
    else:
        user = logins.add_staff_login(name=staff.name, username=username, phone=staff.phone)
    return grant_duty(user=user, community=community, role=staff.role, by=None)


@transaction.atomic
def set_up_community(*, facts: FoundingFacts, public_url: str, by: User | None, at: dt.datetime) -> Community:
    """Found a community: recording unit, rules, pages in both languages, and its duties' rights on them.

    A second call adds missing parts and leaves existing ones unchanged. `public_url` is the address that serves this
    community's pages; the first community's pages also answer at every other address. The key of the first set-up is
    used up.
    """
    FirstSetUp.objects.all().delete()
    community = found_community(name=facts.name, slug=facts.slug, practice_of=facts.practice_of)
    if not community.desk_address:
        desk = {
            "desk_address": facts.address,
            "desk_hours": facts.desk_hours,
            "desk_telephone": facts.telephone,
        }
        change_community(community=community, by=by, at=at, **desk)
        community.refresh_from_db()
    add_issuer(
        community=community,
        name=facts.issuer,
        credit_code=facts.credit_code,
        person_responsible=facts.person_responsible,
        handler=facts.handler,
        telephone=facts.telephone,
    )
    if not RuleSet.objects.published().filter(community=community).exists():
        publish_rule_set(
            community=community,
            title=starting_pages.RULES[ORIGINAL].title,
            effective_from=facts.rules_from or timezone.localdate(at),
            values=facts.rules,
            by=by,
            at=at,
        )
    homes = _write_pages(community, facts)
    _serve_at(public_url, homes[0])
    _grant_page_rights(community, homes)
    _route_drafts_to_social_workers(community, homes)
    return community


def academy_of(community: Community) -> AcademyPage:
    """Return the community's academy page in the language that its courses are first written in."""
    home = HomePage.objects.get(community=community, locale=locale_of(ORIGINAL), alias_of=None)
    academy_page: AcademyPage = AcademyPage.objects.child_of(home).get()
    return academy_page


def _write_pages(community: Community, facts: FoundingFacts) -> list[HomePage]:
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=locale_of(ORIGINAL))
    data = {"name": facts.name}
    homes: list[HomePage] = []
    for code, slug in ((ORIGINAL, facts.slug), (TRANSLATION, f"{facts.slug}-{TRANSLATION}")):
        with override(code):
            home = HomePage.objects.filter(community=community, locale=locale_of(code)).first()
            if home is None:
                fields = {**starting_pages.HOME[code].filled(data), "community": community, "slug": slug}
                home = HomePage(locale=locale_of(code), **fields)
                if homes:
                    home.translation_key = homes[0].translation_key
                publish_under(root, home)
            homes.append(home)
    for model, slug, texts in (
        (AcademyPage, "academy", starting_pages.ACADEMY),
        (RecruitmentPage, "join", starting_pages.RECRUITMENT),
        (RulesPage, "rules", starting_pages.RULES),
    ):
        original = None
        for home in homes:
            page = model.objects.child_of(home).first()
            if page is None:
                page = model(slug=slug, **texts[home.locale.language_code].filled(data))
                if original is not None:
                    page.translation_key = original.translation_key
                publish_under(home, page)
            original = original or page
    return homes


def _serve_at(public_url: str, home: HomePage) -> None:
    """Serve the pages of `home` at that address; Wagtail's own first page is removed."""
    if home.sites_rooted_here.exists():
        return
    address = urlsplit(public_url)
    port = address.port or (443 if address.scheme == "https" else 80)
    default = Site.objects.filter(is_default_site=True).first()
    if default is not None and isinstance(default.root_page.specific, HomePage):
        Site.objects.create(hostname=address.hostname, port=port, root_page=home, site_name=str(home.community))
        return
    welcome = default.root_page if default else None
    site = default or Site(is_default_site=True)
    site.hostname, site.port, site.root_page, site.site_name = address.hostname, port, home, str(home.community)
    site.save()
    if welcome is not None and not welcome.is_root():
        welcome.delete()


# Rights of a duty on its community's pages. All other rights are in `people.permissions`.
_PAGE_RIGHTS = {
    DutyRole.TRAINER: ("add", "change"),
    DutyRole.SOCIAL_WORKER: ("add", "change", "publish", "lock", "unlock"),
}
_FILE_RIGHTS = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


def _grant_page_rights(community: Community, homes: list[HomePage]) -> None:
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    # Practice communities of one real community share their name, but no files.
    name = f"{community.name} {community.slug}" if community.is_practice else community.name
    files = root.get_children().filter(name=name).first() or root.add_child(name=name)
    translate = Permission.objects.get(content_type__app_label="simple_translation", codename="submit_translation")
    for role, rights in _PAGE_RIGHTS.items():
        group = duty_group(community=community, role=role)
        group.permissions.add(translate)
        for codename in rights:
            permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{codename}_page")
            for home in homes:
                GroupPagePermission.objects.get_or_create(group=group, page=home.page_ptr, permission=permission)
        for permission in Permission.objects.filter(
            content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=_FILE_RIGHTS
        ):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)


def _route_drafts_to_social_workers(community: Community, homes: list[HomePage]) -> None:
    """Send each page that a trainer submits to a social worker of the same community.

    If the pages have a workflow already, it stays, under any name.
    """
    if WorkflowPage.objects.filter(page__in=homes).exists():
        return
    with override(ORIGINAL):  # the name is stored, so it is in the community's language
        name = gettext("Review of courses · %(community)s") % {"community": community.name}
    task = GroupApprovalTask.objects.create(name=name)
    task.groups.add(duty_group(community=community, role=DutyRole.SOCIAL_WORKER))
    workflow = Workflow.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for home in homes:
        WorkflowPage.objects.create(workflow=workflow, page=home.page_ptr)
