"""Templates in versions: who writes them, what cannot be published, and that a published one stays."""

import datetime as dt
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from PIL import Image

from academy.designs import services
from academy.designs.models import Design, PaperKind
from academy.designs.pictures import MOST_BYTES, clear_png
from academy.designs.standard import STANDARD
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.factories import CommunityFactory, IssuerFactory, UserFactory

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 2, 2, 1, tzinfo=dt.UTC)
TIER = STANDARD[PaperKind.TIER]


def picture(colour: Any = (190, 30, 30), kind: str = "PNG", size: tuple[int, int] = (800, 800)) -> bytes:
    image = Image.new("RGB", size, "white")
    image.paste(colour, (200, 200, 600, 600))
    data = BytesIO()
    image.save(data, kind)
    return data.getvalue()


@pytest.fixture
def home() -> SimpleNamespace:
    community = CommunityFactory()
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    return SimpleNamespace(community=community, worker=worker, issuer=IssuerFactory(community=community))


def write(home: SimpleNamespace, **changes: Any) -> Any:
    content = {
        "kind": PaperKind.TIER,
        "name": "等级证书",
        "heading": TIER.heading,
        "body": TIER.body,
        "border": TIER.border,
        "is_landscape": True,
        "issuer": None,
        "by": home.worker,
    }
    return services.write_draft(community=home.community, at=AT, **{**content, **changes})


def publish(home: SimpleNamespace, design: Design) -> Any:
    return services.publish(design=design, by=home.worker, at=AT)


def test_a_draft_becomes_a_version_and_the_next_one_keeps_its_pictures(home: SimpleNamespace) -> None:
    first = publish(home, write(home, seal=picture()))
    assert (first.version, first.published_by) == (1, home.worker)
    second = publish(home, write(home, heading="等级证明"))
    assert (second.version, bytes(second.seal)) == (2, bytes(first.seal))
    frozen = services.frozen_for(home.issuer, PaperKind.TIER)
    assert (frozen["version"], frozen["heading"]) == (second.pk, "等级证明")
    assert services.pictures_of(frozen) == (bytes(first.seal), b"")


def test_without_an_own_template_the_products_one_is_in_force(home: SimpleNamespace) -> None:
    write(home)  # a draft
    frozen = services.frozen_for(home.issuer, PaperKind.TIER)
    assert (frozen["version"], frozen["heading"], frozen["body"]) == (None, TIER.heading, TIER.body)
    assert services.pictures_of(frozen) == (b"", b"")


def test_a_template_with_one_units_seal_is_for_that_unit(home: SimpleNamespace) -> None:
    other = IssuerFactory(community=home.community)
    mine = publish(home, write(home, issuer=home.issuer))
    assert services.frozen_for(home.issuer, PaperKind.TIER)["version"] == mine.pk
    assert services.frozen_for(other, PaperKind.TIER)["version"] is None


def test_the_template_published_last_is_in_force_unless_another_is_named(home: SimpleNamespace) -> None:
    plain = publish(home, write(home))
    festive = services.publish(design=write(home, name="年会用"), by=home.worker, at=AT + dt.timedelta(days=1))
    assert isinstance(festive, Design)
    assert services.frozen_for(home.issuer, PaperKind.TIER)["version"] == festive.pk
    assert services.frozen_for(home.issuer, PaperKind.TIER, name="等级证书")["version"] == plain.pk


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": "{姓名"}, "open_field"),
        ({"body": "{课程}"}, "unknown_field"),
        ({"heading": "志愿服务记录证明"}, "wrong_heading"),
        ({"seal": b"no picture"}, "bad_picture"),
        ({"kind": PaperKind.SERVICE, "body": "内容 {服务内容}"}, "field_not_alone"),
        ({"body": "行\n" * 30}, "too_many_lines"),
    ],
)
def test_a_wrong_draft_is_not_kept(home: SimpleNamespace, changes: dict[str, Any], code: str) -> None:
    assert code_of(write(home, **changes)) == code
    assert not Design.objects.exists()


def test_what_lacks_a_mandatory_field_stays_a_draft(home: SimpleNamespace) -> None:
    draft = write(home, body="{姓名}，{评定日期}")
    refused = publish(home, draft)
    assert code_of(refused) == "missing_field" and "级别" in str(refused)
    mended = services.edit_draft(design=draft, body=TIER.body, heading="", by=home.worker, at=AT)
    assert isinstance(mended, Design)
    assert code_of(publish(home, mended)) == "no_heading"
    draft.refresh_from_db()
    assert draft.published_at is None


def test_one_draft_at_a_time_and_no_edit_of_a_published_version(home: SimpleNamespace) -> None:
    draft = write(home)
    assert code_of(write(home)) == "draft_exists"
    publish(home, draft)
    assert code_of(services.edit_draft(design=draft, heading="改", by=home.worker, at=AT)) == "published"
    assert publish(home, draft).version == 1


@pytest.mark.parametrize("role", [role for role in DutyRole if role != DutyRole.SOCIAL_WORKER])
def test_only_social_workers_keep_templates(home: SimpleNamespace, role: DutyRole) -> None:
    draft = write(home)
    for stranger in (UserFactory(duties=[(home.community, role)]), UserFactory()):
        assert code_of(write(home, name="另一份", by=stranger)) == "not_allowed"
        assert code_of(services.edit_draft(design=draft, heading="改", by=stranger, at=AT)) == "not_allowed"
        assert code_of(services.publish(design=draft, by=stranger, at=AT)) == "not_allowed"


def test_a_unit_of_another_community_is_refused(home: SimpleNamespace) -> None:
    assert code_of(write(home, issuer=IssuerFactory(community=CommunityFactory()))) == "other_community"


def test_the_database_keeps_published_versions_as_they_are(home: SimpleNamespace) -> None:
    design = publish(home, write(home))
    with pytest.raises(DatabaseError), transaction.atomic():
        Design.objects.filter(pk=design.pk).update(heading="改")
    with pytest.raises(DatabaseError), transaction.atomic():
        design.delete()


@pytest.mark.parametrize(
    "wrong", [{"kind": "diploma"}, {"border": "hearts"}, {"version": 1}, {"version": None, "published_at": AT}], ids=str
)
def test_the_database_refuses_what_no_service_writes(home: SimpleNamespace, wrong: dict[str, Any]) -> None:
    right = {"community": home.community, "kind": "tier", "name": "一", "heading": "一", "body": "一"}
    Design.objects.create(**right)
    with pytest.raises(IntegrityError), transaction.atomic():
        Design.objects.create(**{**right, "name": "二", **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        Design.objects.create(**right)  # a second draft


def test_white_paper_of_a_seal_becomes_clear_and_its_ink_stays() -> None:
    for kind in ("PNG", "JPEG"):
        made = clear_png(picture(kind=kind))
        assert made is not None
        with Image.open(BytesIO(made)) as seal:
            assert max(seal.size) <= 520
            assert seal.getpixel((2, 2))[3] == 0  # type: ignore[index]
            assert seal.getpixel((seal.width // 2, seal.height // 2))[3] > 250  # type: ignore[index]


def test_a_huge_or_broken_picture_is_none() -> None:
    for content in (b"", b"\x89PNG\r\n", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>"):
        assert clear_png(content) is None
    assert clear_png(b"\0" * (MOST_BYTES + 1)) is None
