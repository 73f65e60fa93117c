"""The screens of templates: written with a preview of real names, published, used."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from academy.certificates import design_viewsets
from academy.certificates.samples import print_sample, rarest_name, sample_name
from academy.core.text import visible
from academy.designs import services
from academy.designs.models import Design
from academy.designs.refusals import BAD_PICTURE
from academy.designs.standard import STANDARD
from academy.designs.wording import Kind
from academy.paper import press
from academy.people.models import Volunteer
from academy.people.services.attempts import Limit
from tests.designs.test_services import picture
from tests.factories import IssuerFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.reading import pages

pytestmark = pytest.mark.slow

HOSTILE = {
    "a remote picture": '<img src="https://evil.example/x.png">',
    "a file": '<link rel=attachment href="file:///etc/passwd">',
    "a script": "<script>alert(1)</script>",
    "a style": "<style>@import url(https://evil.example/x.css);</style>",
    "an address of css": "red; background: url(https://evil.example/)",
    "direction marks": "王\u202e英秀\u202c\u2066a\u2069",
    "200 characters": "买买提·吐尔逊·" * 25,
    "an entity": "&lt;b&gt;&amp;&#x202e;",
}


@pytest.fixture
def desk(client: Client, scene: Scene) -> Client:
    client.force_login(scene.social_worker)
    return client


def form(scene: Scene, kind: str = "tier", **changes: Any) -> dict[str, Any]:
    standard = STANDARD[kind]
    return {
        "community": scene.community.pk,
        "kind": kind,
        "name": "社区样式",
        "heading": standard.heading,
        "body": standard.body,
        "border": standard.border,
        "is_landscape": "on",
        "issuer": "",
        **changes,
    }


def post(desk: Client, address: str, data: dict[str, Any]) -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        return desk.post(address, data)


def get(desk: Client, address: str) -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        return desk.get(address)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_begins_with_the_products_text_and_names_its_fields(desk: Client, kind: Kind) -> None:
    page = desk.get("/admin/design/new/", {"kind": kind})
    assert page.context["form"]["body"].value() == STANDARD[kind].body
    shown = page.content.decode()
    assert "{出具主体}" in shown and "*、" in shown and "design-preview.js" in shown


def test_a_template_is_written_looked_at_and_published(desk: Client, scene: Scene) -> None:
    seal = SimpleUploadedFile("章.png", picture(), "image/png")
    answer = post(desk, "/admin/design/new/", form(scene, seal=seal))
    draft = Design.objects.get()
    assert answer.headers["Location"] == f"/admin/design/preview/{draft.pk}/"
    assert bytes(draft.seal).startswith(b"\x89PNG")
    with time_machine.travel(ISSUED_AT, tick=False):
        assert desk.get(answer.headers["Location"]).status_code == 200
        sample = desk.get(f"/admin/design/preview/{draft.pk}/longest.png")
        with Image.open(BytesIO(sample.content)) as shown:
            assert shown.width > shown.height
        (text,) = pages(desk.get(f"/admin/design/preview/{draft.pk}/longest.pdf").content)
    assert "样张" in text and "中级" in text
    answer = post(desk, f"/admin/design/publish/{draft.pk}/", {})
    draft.refresh_from_db()
    assert draft.version == 1 and answer.headers["Location"] == f"/admin/design/preview/{draft.pk}/"
    assert get(desk, f"/admin/design/edit/{draft.pk}/").status_code == 302
    again = get(desk, f"/admin/design/new/?after={draft.pk}").context["form"]
    assert again["name"].value() == "社区样式"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "{姓名} {爱好}"}, "没有 {爱好} 这一栏"),
        ({"body": "{姓名"}, "少了一半"),
        ({"heading": "志愿服务记录证明"}, "志愿服务记录证明"),
    ],
)
def test_a_wrong_text_is_refused_where_it_stands(
    desk: Client, scene: Scene, changes: dict[str, str], sentence: str
) -> None:
    page = post(desk, "/admin/design/new/", form(scene, **changes))
    assert page.status_code == 200 and sentence in page.content.decode()
    assert not Design.objects.exists()


def test_a_template_that_loses_a_mandatory_field_is_not_published(desk: Client, scene: Scene) -> None:
    """P1."""
    body = STANDARD[Kind.SERVICE].body.replace("{服务时间}", "")
    post(desk, "/admin/design/new/", form(scene, "service", body=body))
    draft = Design.objects.get()
    assert "{服务时间}" in get(desk, f"/admin/design/preview/{draft.pk}/").content.decode()
    page = post(desk, f"/admin/design/publish/{draft.pk}/", {})
    assert page.status_code == 200 and "{服务时间}" in page.content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None
    answer = post(desk, f"/admin/design/edit/{draft.pk}/", form(scene, "service"))
    assert answer.headers["Location"] == f"/admin/design/preview/{draft.pk}/"
    draft.refresh_from_db()
    assert draft.body == STANDARD[Kind.SERVICE].body


def test_the_preview_has_the_longest_texts_and_both_names(desk: Client, scene: Scene) -> None:
    place, title = "松林街道第二居民小组联合志愿服务工作站（东区）", "冬春两季防火防煤气中毒入户宣传与独居长者探访"
    IssuerFactory(community=scene.community, name=place)
    scene.activity(title=title)
    for name in ("买买提·吐尔逊江·阿布都热合曼", "李𬀩"):
        scene.volunteer(name)
    post(desk, "/admin/design/new/", form(scene, "service"))
    draft = Design.objects.get()

    longest, rarest = (
        "".join(pages(get(desk, f"/admin/design/preview/{draft.pk}/{which}.pdf").content))
        for which in ("longest", "rarest")
    )

    assert "买买提·吐尔逊江·阿布都热合曼" in longest and "李𬀩" in rarest and "李𬀩" not in longest
    for text in (place, title):
        assert text in longest and text in rarest
    drawn = get(desk, f"/admin/design/preview/{draft.pk}/rarest.png")
    assert drawn.headers["Content-Type"] == "image/png"


def test_the_live_preview_draws_what_is_typed_and_stores_nothing(desk: Client, scene: Scene) -> None:
    answer = post(desk, "/admin/design/live/", form(scene, which="longest"))
    assert answer.headers["Content-Type"] == "image/png" and not Design.objects.exists()
    refused = post(desk, "/admin/design/live/", form(scene, body="{姓名}"))
    assert refused.status_code == 409 and "{级别}" in refused.content.decode()
    unprintable = post(desk, "/admin/design/live/", form(scene, heading="证🌟"))
    assert unprintable.status_code == 409 and "🌟" in unprintable.content.decode()


def test_templates_of_another_community_are_not_found(desk: Client, scene: Scene) -> None:
    abroad = Scene()
    draft = services.write_draft(
        community=abroad.community,
        kind="tier",
        name="别处",
        heading="别处的标题",
        body="",
        by=abroad.social_worker,
        at=ISSUED_AT,
    )
    assert isinstance(draft, Design)
    for page in ("preview/{}/", "preview/{}/longest.png", "publish/{}/", "edit/{}/"):
        assert desk.get(f"/admin/design/{page.format(draft.pk)}").status_code == 404
    assert "别处的标题" not in desk.get("/admin/design/new/", {"after": draft.pk}).content.decode()
    refused = post(desk, "/admin/design/live/", form(scene, community=abroad.community.pk))
    assert refused.status_code == 409


def test_the_preview_has_the_longest_and_the_rarest_name(scene: Scene, volunteer: Volunteer) -> None:
    for name in ("买买提·吐尔逊·阿卜杜热合曼", "李𬀩", "刘伟"):
        scene.volunteer(name)
    assert sample_name(scene.community, "longest") == "买买提·吐尔逊·阿卜杜热合曼"
    assert sample_name(scene.community, "rarest") == "李𬀩"
    assert rarest_name(["刘伟", "Anna"]) == ""


def test_a_flood_of_previews_is_slowed_down(desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(design_viewsets, "PREVIEWS", Limit(free=1, half_life=60))
    draft = services.write_draft(
        community=scene.community,
        kind="tier",
        name="样式",
        heading="标题",
        body="",
        by=scene.social_worker,
        at=ISSUED_AT,
    )
    assert isinstance(draft, Design)
    sample = f"/admin/design/preview/{draft.pk}/longest.png"
    assert get(desk, sample).status_code == 200
    for answer in (get(desk, sample), post(desk, "/admin/design/live/", form(scene))):
        assert answer.status_code == 429 and answer.headers["Retry-After"] == "5"
        assert "预览" in answer.content.decode()


def test_a_picture_beyond_the_limit_is_not_read_whole(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(design_viewsets, "MOST_BYTES", 10)
    seal = SimpleUploadedFile("章.png", picture(), "image/png")
    page = post(desk, "/admin/design/new/", form(scene, seal=seal))
    assert str(BAD_PICTURE) in page.content.decode() and not Design.objects.exists()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_of_a_template_is_printed_as_text_and_fetches_nothing(
    scene: Scene, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    fetch = press._FontsOnly.fetch
    monkeypatch.setattr(
        press._FontsOnly, "fetch", lambda self, url, headers=None: fetched.append(url) or fetch(self, url, headers)
    )
    draft = services.write_draft(
        community=scene.community,
        kind="commendation",
        name=text[:60],
        heading=text[:24],
        body=f"{{姓名}} {text}\n{{荣誉称号}}{{事由}}{{表彰日期}}",
        by=scene.social_worker,
        at=ISSUED_AT,
    )
    assert isinstance(draft, Design), draft
    made = print_sample(draft, which="longest", at=ISSUED_AT)
    assert isinstance(made, bytes), made
    whole = "".join(pages(made))
    assert "".join(visible(text).split()) in whole
    assert all("/var/fonts/" in url or url.startswith((press.PHOTO, press.SEAL)) for url in fetched)
    with pypdfium2.PdfDocument(made) as document:
        assert document.count_attachments() == 0 and len(document) == 1
