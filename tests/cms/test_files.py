"""Files and titles of Wagtail's: who reads a document, and what an editor sees of another community."""

import io
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, get_page_models
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.page_forms import OwnReferencesForm
from cms.writing import write_course
from tests.factories import UserFactory, VolunteerFactory, course_text, found

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
]


def build_communities():
    home, abroad = found(), found("zhulin")
    course = write_course(academy_page=academy_of(home), text=course_text(), by=None)
    files = {community: Collection.objects.get(name=community.name) for community in (home, abroad)}
    picture = io.BytesIO()
    Picture.new("RGB", (4, 4)).save(picture, "PNG")
    own, foreign = (
        SimpleNamespace(
            page=academy_of(community),
            document=Document.objects.create(
                title=f"{community}的名单", file=ContentFile(b"x", "roll.csv"), collection=collection
            ),
            image=Image.objects.create(
                title=f"{community}的照片", file=ContentFile(picture.getvalue(), "1.png"), collection=collection
            ),
        )
        for community, collection in files.items()
    )
    for one in (own, foreign):
        one.document.tags.add(f"{one.document.title}标签")
    return SimpleNamespace(
        own=own,
        foreign=foreign,
        course=course,
        lesson=LessonPage.objects.child_of(course).first(),
        trainer=UserFactory(duties=[(home, DutyRole.TRAINER)]),
        foreign_trainer=UserFactory(duties=[(abroad, DutyRole.TRAINER)]),
        viewer=UserFactory(duties=[(home, DutyRole.STREET_VIEWER)]),
        volunteer=VolunteerFactory(community=home, login=True).user,
    )


@pytest.fixture(scope="module")
def rows(rows_of_module):
    return rows_of_module(build_communities)


@pytest.fixture
def scene(rows):
    return deepcopy(rows)


def fetch(document, user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    status = client.get(document.url)
    list(status.streaming_content) if status.streaming else None
    return status.status_code


def use(scene, document):
    """Put a file block with that document on the published lesson."""
    scene.lesson.body.append(("file", {"document": document, "title": ""}))
    scene.lesson.save()


def get(user, address, **query):
    client = Client()
    client.force_login(user)
    return client.get(address, query)


# Who reads a document


def test_a_document_that_no_page_uses_is_read_by_its_editors_alone(scene):
    document = scene.own.document

    assert fetch(document, scene.trainer) == 200
    assert {fetch(document, user) for user in (None, scene.volunteer, scene.foreign_trainer, scene.viewer)} == {404}


def test_everybody_reads_a_document_of_a_published_page(scene):
    use(scene, scene.own.document)

    assert {fetch(scene.own.document, user) for user in (None, scene.volunteer, scene.foreign_trainer)} == {200}


@pytest.mark.parametrize("closed", ["lesson", "course"])
def test_a_document_closes_with_its_page_or_a_page_above(scene, closed):
    use(scene, scene.own.document)
    getattr(scene, closed).unpublish()

    assert fetch(scene.own.document) == 404
    assert fetch(scene.own.document, scene.trainer) == 200


def test_a_draft_opens_no_document(scene):
    scene.lesson.body.append(("file", {"document": scene.own.document, "title": ""}))
    scene.lesson.save_revision()

    assert fetch(scene.own.document) == 404


def test_a_link_in_a_text_opens_the_document(scene):
    scene.lesson.body.append(("text", f'<p><a linktype="document" id="{scene.own.document.pk}">表</a></p>'))
    scene.lesson.save()

    assert fetch(scene.own.document) == 200


def test_a_video_is_read_as_other_documents_are(scene):
    video = scene.own.document
    video.file.save("demo.mp4", ContentFile(b"x"))
    video.save()
    address = f"/video/{video.pk}/{video.filename}"
    assert Client().get(address).status_code == 404

    scene.lesson.body.append(("video", {"video": video, "caption": "演示", "transcript": "…"}))
    scene.lesson.save()

    response = Client().get(address)
    assert response.status_code == 200
    list(response.streaming_content)


@pytest.mark.parametrize("view", ["wagtaildocs:add", "wagtaildocs:add_multiple"])
def test_who_uploads_a_document_is_told_who_can_read_it(scene, view):
    assert "只要有一个已发布的页面链接了这个文件，所有人都能看到" in get(scene.trainer, reverse(view)).content.decode()


# A page takes no file of others


def lesson_form(*blocks, **fields):
    return nested_form_data(
        {
            "title": "第1节",
            "slug": "lesson-1",
            "class_hours": "1",
            "body": streamfield(list(blocks)),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
            **fields,
        }
    )


def linked(page):
    return "text", rich_text(f'<p><a linktype="page" id="{page.pk}">看这里</a></p>', features=["link"])


def latest_title(scene):
    return LessonPage.objects.get(pk=scene.lesson.pk).get_latest_revision_as_object().title


BLOCKS = {
    "picture": lambda files: ("picture", {"image": files.image.pk, "alt": "照片", "caption": ""}),
    "file": lambda files: ("file", {"document": files.document.pk, "title": "表"}),
    "link": lambda files: linked(files.page),
}


@pytest.mark.parametrize("view", ["edit", "preview_on_edit"])
@pytest.mark.parametrize("title", ["第1节", ""], ids=["good", "with another error"])
@pytest.mark.parametrize("block", BLOCKS)
def test_a_page_takes_no_file_of_another_community(scene, block, title, view):
    client = Client()
    client.force_login(scene.trainer)
    address = reverse(f"wagtailadmin_pages:{view}", args=[scene.lesson.pk])

    refused = client.post(address, lesson_form(BLOCKS[block](scene.foreign), title=title))

    assert (refused.status_code, refused["Location"]) == (302, reverse("wagtailadmin_home"))
    assert scene.foreign.document.title not in client.get(address).content.decode()
    assert latest_title(scene) == "第1节"


def cover_form(scene, image, title):
    course = CoursePage.objects.get(pk=scene.course.pk)
    fields = {"title": title, "slug": course.slug, "tier": course.tier, "required": "on", "intro": course.intro}
    none = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    return nested_form_data({**fields, "finished": "on", "cover": image.pk, "comments": none})


@pytest.mark.parametrize("title", ["课程", ""], ids=["good", "with another error"])
def test_a_course_takes_no_cover_of_another_community(scene, title):
    client = Client()
    client.force_login(scene.trainer)
    address = reverse("wagtailadmin_pages:edit", args=[scene.course.pk])

    refused = client.post(address, cover_form(scene, scene.foreign.image, title))

    assert refused.status_code == 404
    assert scene.foreign.image.title not in client.get(address).content.decode()
    latest = CoursePage.objects.get(pk=scene.course.pk).get_latest_revision_as_object()
    assert latest.cover_id is None


def test_a_course_takes_an_own_cover(scene):
    client = Client()
    client.force_login(scene.trainer)

    client.post(
        reverse("wagtailadmin_pages:edit", args=[scene.course.pk]), cover_form(scene, scene.own.image, "新的课名")
    )

    latest = CoursePage.objects.get(pk=scene.course.pk).get_latest_revision_as_object()
    assert (latest.title, latest.cover_id) == ("新的课名", scene.own.image.pk)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_page_takes_an_own_file(scene, block):
    client = Client()
    client.force_login(scene.trainer)

    client.post(
        reverse("wagtailadmin_pages:edit", args=[scene.lesson.pk]),
        lesson_form(BLOCKS[block](scene.own), title="新的题目"),
    )

    assert latest_title(scene) == "新的题目"


def test_a_home_page_takes_an_own_picture_and_none_of_another_community(scene):
    home = scene.own.page.home
    client = Client()
    client.force_login(scene.trainer)

    def post(picture):
        fields = {"title": home.title, "slug": home.slug, "intro": home.intro, "body": rich_text("")}
        comments = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
        form = nested_form_data({**fields, "cover": picture.pk, "comments": comments})
        return client.post(reverse("wagtailadmin_pages:edit", args=[home.pk]), form).status_code

    assert post(scene.foreign.image) == 404
    assert post(scene.own.image) == 302
    assert type(home).objects.get(pk=home.pk).get_latest_revision_as_object().cover == scene.own.image


def test_a_file_that_the_page_has_already_stays(scene):
    """An editor who lost the right to a file can still save the page."""
    use(scene, scene.foreign.document)
    scene.lesson.save_revision()
    client = Client()
    client.force_login(scene.trainer)

    client.post(
        reverse("wagtailadmin_pages:edit", args=[scene.lesson.pk]),
        lesson_form(BLOCKS["file"](scene.foreign), title="新的题目"),
    )

    assert latest_title(scene) == "新的题目"


# Own rows are found as before; tests/test_every_address.py asks for those of others


def test_an_editor_finds_own_files_tags_and_pages(scene):
    own = scene.own.document
    for name in ("documents", "images"):
        [one] = get(scene.trainer, f"/admin/api/main/{name}/").json()["items"]
        assert one["title"] in (own.title, scene.own.image.title)
    tag = own.tags.get().name
    assert get(scene.trainer, reverse("wagtailadmin_tag_autocomplete"), term=tag[:3]).json() == [tag]
    assert tag in get(scene.trainer, reverse("wagtaildocs:index")).content.decode()
    chosen = reverse("wagtailadmin_choose_page_chosen_multiple")
    assert get(scene.trainer, chosen, id=[scene.course.pk, scene.lesson.pk]).status_code == 200


def test_users_without_pages_find_no_page(scene):
    assert get(scene.viewer, reverse("wagtailadmin_explore", args=[scene.course.pk])).status_code == 404
    assert get(scene.viewer, "/admin/api/main/documents/").json()["items"] == []


def test_a_report_about_all_communities_is_the_operators(scene):
    operator = UserFactory(is_superuser=True)
    address = reverse("wagtailadmin_reports:page_types_usage")

    assert get(scene.trainer, address)["Location"] == reverse("wagtailadmin_home")
    assert str(CoursePage._meta.verbose_name) in get(operator, address).content.decode()


def test_the_form_of_every_page_refuses_files_of_others():
    ours = [model for model in get_page_models() if model._meta.app_label == "cms"]

    assert (
        ours
        and [model for model in ours if not issubclass(model.get_edit_handler().get_form_class(), OwnReferencesForm)]
        == []
    )
