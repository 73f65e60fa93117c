"""The verbs of the pages: freezing a course, and founding a community with its first pages."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import override
from wagtail.log_actions import LogContext, get_active_log_context
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from academy.core.keys import random_key
from academy.core.models import Community
from academy.core.services import found_community
from academy.learning.models import Course, CourseVersion
from academy.learning.services import publish_course
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.people.services import duties, issuers
from academy.rulebook.models import RuleSet
from academy.rulebook.services import publish_rule_set
from cms import starting_pages
from cms.models import AcademyPage, CoursePage, HomePage, LessonPage, RecruitmentPage, RulesPage
from cms.models.base import CommunityPage

ORIGINAL, TRANSLATION = "zh-hans", "en"


# Courses


@transaction.atomic
def freeze_course(*, course_page: CoursePage) -> CourseVersion | None:
    """Freeze what can now be read of a course as its version, and let all its translations show that course.

    None where there is nothing to complete: the page or all of its lessons are not published, or it is a translation or
    an alias, which shows what its original was frozen as. The original is the page that was there first.
    """
    family = CoursePage.objects.filter(translation_key=course_page.translation_key)
    original = family.filter(alias_of=None).order_by("pk").first()
    if original is None:
        return None
    if original.pk != course_page.pk:
        family.filter(pk=course_page.pk).update(course=original.course_id)
        return None
    lessons = LessonPage.objects.child_of(course_page).live().order_by("path")
    if not course_page.live or not lessons:
        return None
    community = course_page.home.community
    version = publish_course(
        community=community,
        key=_course_key(course_page, community),
        title=course_page.title,
        tier=course_page.tier,
        required=course_page.required,
        lessons=[
            {"key": page.key, "title": page.title, "class_hours": page.class_hours, "body": _content(page)}
            for page in lessons
        ],
        by=get_active_log_context().user,
        at=timezone.now(),
    )
    (family | CoursePage.objects.filter(alias_of=course_page)).update(course=version.course)
    course_page.course = version.course
    return version


def _course_key(course_page: CoursePage, community: Community) -> str:
    """What the course is called in addresses, for ever: by the page's address when it was first published."""
    # A page that was moved to another community is another course there.
    if course_page.course is not None and course_page.course.community_id == community.pk:
        return course_page.course.key
    key = slugify(course_page.slug)[:40] or "course"
    return f"{key}-{random_key(25).lower()}" if Course.objects.filter(key=key).exists() else key


def _content(page: LessonPage) -> list[dict[str, Any]]:
    """The lesson's body as data, without the ids that an editor's browser gives to blocks."""
    return [{"type": block["type"], "value": block["value"]} for block in page.body.get_prep_value()]


@dataclass(frozen=True)
class LessonText:
    """A lesson to be written: `body` is a list of (block, value) as `blocks.BodyBlock` takes them."""

    slug: str
    title: str
    class_hours: float
    body: list[tuple[str, Any]]


@dataclass(frozen=True)
class CourseText:
    """A course to be written."""

    slug: str
    title: str
    tier: str
    intro: str
    lessons: list[LessonText]
    required: bool = True


@transaction.atomic
def write_course(
    *, academy_page: AcademyPage, text: CourseText, by: User | None, translation: CourseText | None = None
) -> CoursePage:
    """A published course with its lessons; the one that is there, where the academy has one at that address.

    Without `translation` the other language shows the original, until somebody translates it.
    """
    present = CoursePage.objects.child_of(academy_page).filter(slug=text.slug).first()
    if present is not None:
        return present
    with LogContext(user=by):
        course_page = _add_course(academy_page, text)
        course_page.save_revision(user=by).publish(user=by)
        course_page.refresh_from_db()
        if translation is None:
            course_page.copy_for_translation(_locale(TRANSLATION), alias=True)
            for lesson in LessonPage.objects.child_of(course_page):
                lesson.copy_for_translation(_locale(TRANSLATION), alias=True)
        else:
            translated = _add_course(academy_page.get_translation(_locale(TRANSLATION)), translation, of=course_page)
            translated.save_revision(user=by).publish(user=by)
        return course_page


def _add_course(parent: AcademyPage, text: CourseText, of: CoursePage | None = None) -> CoursePage:
    """The course as a draft, its lessons already published: so publishing it freezes them all at once."""
    course_page = CoursePage(
        title=text.title, slug=text.slug, tier=text.tier, required=text.required, intro=text.intro, live=False
    )
    originals = list(LessonPage.objects.child_of(of).order_by("path")) if of else []
    if of is not None:
        course_page.translation_key = of.translation_key
    parent.add_child(instance=course_page)
    for number, lesson in enumerate(text.lessons):
        page = LessonPage(title=lesson.title, slug=lesson.slug, class_hours=lesson.class_hours, body=lesson.body)
        if originals:
            page.translation_key = originals[number].translation_key
        _publish(course_page, page)
    return course_page


# Communities


@dataclass(frozen=True)
class FoundingFacts:
    """What a new community's pages and papers say."""

    name: str
    slug: str
    issuer: str  # registered name of the recording unit (P3)
    person_responsible: str
    handler: str
    telephone: str
    address: str  # of the desk
    credit_code: str = ""
    desk_hours: str = ""
    rules_from: dt.date | None = None  # without it: the day on which it is set up
    rules: dict[str, int] = field(default_factory=dict)  # parameters that differ from the defaults


@transaction.atomic
def set_up_community(*, facts: FoundingFacts, public_url: str, by: User | None, at: dt.datetime) -> Community:
    """Community, recording unit, first rules, pages in both languages, and the rights of its duties on them.

    Done again it adds what is missing and changes nothing that is there. `public_url` is the address at which this
    community's pages are served; the first community's are also what every other address shows.
    """
    community = found_community(name=facts.name, slug=facts.slug)
    issuers.add_issuer(
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
            title="志愿服务管理办法",
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
    """The community's academy in the language that its courses are first written in."""
    home = HomePage.objects.get(community=community, locale=_locale(ORIGINAL), alias_of=None)
    return AcademyPage.objects.child_of(home).get()


def _locale(code: str) -> Locale:
    return Locale.objects.get_or_create(language_code=code)[0]


def _publish(parent: Page, page: CommunityPage) -> CommunityPage:
    """`page` as a published child of `parent`, its first revision included."""
    page.live = True
    parent.add_child(instance=page)
    page.save_revision(clean=False).publish()  # it was cleaned when it was added
    return page


def _write_pages(community: Community, facts: FoundingFacts) -> list[HomePage]:
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=_locale(ORIGINAL))
    data = {
        "name": facts.name,
        "desk_address": facts.address,
        "desk_hours": facts.desk_hours,
        "desk_telephone": facts.telephone,
    }
    homes: list[HomePage] = []
    for code, slug in ((ORIGINAL, facts.slug), (TRANSLATION, f"{facts.slug}-{TRANSLATION}")):
        with override(code):
            home = HomePage.objects.filter(community=community, locale=_locale(code)).first()
            if home is None:
                fields = {**starting_pages.HOME[code].filled(data), "community": community, "slug": slug}
                home = HomePage(locale=_locale(code), **fields)
                if homes:
                    home.translation_key = homes[0].translation_key
                _publish(root, home)
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
                _publish(home, page)
            original = original or page
    return homes


def _serve_at(public_url: str, home: HomePage) -> None:
    """Let the pages of `home` be served at that address; Wagtail's own first page makes way."""
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


# What a duty may do with its community's pages. Who may do what else stands in `people.permissions`.
_PAGE_RIGHTS = {
    DutyRole.TRAINER: ("add", "change"),
    DutyRole.SOCIAL_WORKER: ("add", "change", "publish", "lock", "unlock"),
}
_FILE_RIGHTS = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


def _grant_page_rights(community: Community, homes: list[HomePage]) -> None:
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    files = root.get_children().filter(name=community.name).first() or root.add_child(name=community.name)
    translate = Permission.objects.get(content_type__app_label="simple_translation", codename="submit_translation")
    for role, rights in _PAGE_RIGHTS.items():
        group = duties.duty_group(community=community, role=role)
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
    """What a trainer submits waits for a social worker of the same community."""
    if WorkflowPage.objects.filter(page__in=homes).exists():
        return
    name = f"课程审核 · {community.name}"
    task = GroupApprovalTask.objects.create(name=name)
    task.groups.add(duties.duty_group(community=community, role=DutyRole.SOCIAL_WORKER))
    workflow = Workflow.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for home in homes:
        WorkflowPage.objects.create(workflow=workflow, page=home.page_ptr)
