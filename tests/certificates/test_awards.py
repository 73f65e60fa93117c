"""Certificates of a course, a tier, stars and a commendation: from the fact to its public page."""

import datetime as dt
import json

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from academy.advancement import services as advancement
from academy.audit import services as audit
from academy.certificates import awarding, printing, services
from academy.certificates.awards import awards_of
from academy.certificates.models import Certificate, Closure
from academy.designs import services as designs
from academy.designs.models import Design
from academy.learning import services as learning
from academy.people.models import Volunteer
from academy.people.services import personal_data
from tests.answers import code_of
from tests.certificates.awarded import LESSONS, REASON, complete_class, give_all, issue, issued, publish_course
from tests.factories import IssuerFactory, UserFactory
from tests.hours.scene import AUDITED, ISSUED_AT, SATURDAY, Scene
from tests.paper.reading import pages
from tests.roles import unguarded_facts

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_pages")]


def sources(volunteer: Volunteer) -> dict[str, str]:
    """Return what certificates there could be, with the code of the reason why not."""
    return {one.source: code_of(one.refusal) for one in awards_of(volunteer, at=ISSUED_AT)}


def printed(certificate: Certificate) -> str:
    pdf = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes), pdf
    return "".join(pages(pdf))


def test_each_fact_is_offered_and_each_other_says_why_not(scene: Scene, volunteer: Volunteer) -> None:
    nothing = {"tier:beginner", "tier:intermediate", "tier:advanced", "stars:0"}
    assert sources(volunteer).keys() == nothing and "" not in sources(volunteer).values()
    give_all(scene, volunteer)
    found = sources(volunteer)
    ready = [source for source, code in found.items() if not code]
    assert [source.partition(":")[0] for source in ready] == ["completion", "tier", "stars", "commendation"]
    assert found["tier:advanced"] == "tier_not_reached"


def test_a_completed_course_becomes_a_certificate_that_anybody_verifies(
    client: Client, scene: Scene, volunteer: Volunteer
) -> None:
    """P9, T1: course name, main content, learning time, organiser, date."""
    course = publish_course(scene, valid_years=3)
    complete_class(scene, volunteer, course)
    certificate = issued(issue(scene, volunteer, f"completion:{course.pk}:2026-01-10"))

    assert certificate.number == f"ZM{scene.issuer.pk:02}-2026-000001"
    assert (certificate.kind, certificate.minutes) == ("completion", 0)
    text = printed(certificate)
    for words in (
        *("结业证书", "王秀英", "《心肺复苏与AED》", "4.5学时", "、".join(LESSONS).replace(" ", "")),
        *("街道红十字会", "2026年1月10日", "2029年1月9日", certificate.number, scene.issuer.name),
    ):
        assert words in text
    assert "志愿服务记录证明" not in text
    shown = client.get(f"/verify/{certificate.code}/").content.decode()
    for words in ("verdict-valid", "结业证书", "王*英", "心肺复苏与 AED", "4.5", "街道红十字会", certificate.number):
        assert words in shown
    assert "王秀英" not in shown and "服务时间（小时）" not in shown


def test_a_course_read_online_names_its_community_and_its_class_hours(scene: Scene, volunteer: Volunteer) -> None:
    course = publish_course(scene, lessons=("一课",))
    learning.enrol(volunteer=volunteer, course=course, by=None, at=ISSUED_AT)
    (open_one,) = [code for source, code in sources(volunteer).items() if source.startswith("completion")]
    assert open_one == "not_completed"
    learning.complete_lesson(volunteer=volunteer, course=course, lesson_key="aid-0", by=None, at=ISSUED_AT)
    certificate = issued(issue(scene, volunteer, f"completion:{course.pk}:2026-02-02"))
    facts = certificate.snapshot["facts"]
    assert (facts["class_hours"], facts["learning_time"]) == ("1.5", "1 小时 7 分钟")
    assert facts["organiser"] == scene.community.name and "valid_until" not in facts


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("tier:beginner", ("志愿者级别证书", "初级志愿者", "2026年2月2日")),
        ("stars:3", ("星级志愿者证书", "三星级志愿者", "2026年2月2日")),
        ("commendation", ("荣誉证书", "敬老之星", REASON, "2026年1月10日")),
    ],
)
def test_each_kind_is_printed_with_its_code(
    scene: Scene, volunteer: Volunteer, source: str, words: tuple[str, ...]
) -> None:
    give_all(scene, volunteer)
    (whole,) = [one for one in sources(volunteer) if one.startswith(source)]
    certificate = issued(issue(scene, volunteer, whole))
    text = printed(certificate)
    for word in ("王秀英", certificate.number, *words):
        assert word in text
    assert printing.render(certificate, at=ISSUED_AT) == printing.render(certificate, at=AUDITED)


def test_the_reason_of_a_commendation_stands_on_paper_alone(client: Client, scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    (source,) = [one for one in sources(volunteer) if one.startswith("commendation")]
    certificate = issued(issue(scene, volunteer, source))
    assert REASON not in json.dumps(certificate.snapshot, ensure_ascii=False)
    assert REASON not in client.get(f"/verify/{certificate.code}/").content.decode()
    assert personal_data.decrypt_for(volunteer, certificate.personal) == {
        "name": "王秀英",
        "volunteer_number": volunteer.number,
        "reason": REASON,
    }


def test_asking_again_gives_the_same_certificate_also_under_a_new_template(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    first = issued(issue(scene, volunteer, "tier:beginner"))
    given = {"by": scene.social_worker, "at": ISSUED_AT}
    draft = designs.write_draft(
        community=scene.community, kind="tier", name="新", heading="等级证", body="{姓名}{级别}{评定日期}", **given
    )
    assert isinstance(draft, Design)
    designs.publish(design=draft, **given)
    assert issue(scene, volunteer, "tier:beginner", by=volunteer.user) == first
    assert "志愿者级别证书" in printed(first)
    second = issued(awarding.reissue(certificate=first, note="换新样式", **given))
    assert "等级证" in printed(second) and second.snapshot["design"]["version"] == draft.pk
    assert Closure.objects.get(certificate=first).replacement == second
    assert code_of(awarding.reissue(certificate=first, **given)) == "closed"


def test_a_new_name_replaces_the_certificate(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    first = issued(issue(scene, volunteer, "tier:beginner"))
    Volunteer.objects.filter(pk=volunteer.pk).update(name="王秀兰")
    volunteer.refresh_from_db()
    second = issued(issue(scene, volunteer, "tier:beginner"))
    assert second != first and Closure.objects.get(certificate=first).replacement == second
    assert "王秀兰" in printed(second) and code_of(printing.render(first, at=ISSUED_AT)) == "closed"


def test_a_renewed_course_has_a_certificate_of_its_own(scene: Scene, volunteer: Volunteer) -> None:
    course = publish_course(scene, valid_years=3)
    complete_class(scene, volunteer, course)
    first = issued(issue(scene, volunteer, f"completion:{course.pk}:2026-01-10"))
    complete_class(scene, volunteer, course, day=SATURDAY + dt.timedelta(days=7))
    assert code_of(issue(scene, volunteer, first.source)) == "award_not_there"
    second = issued(issue(scene, volunteer, f"completion:{course.pk}:2026-01-17"))
    assert not hasattr(Certificate.objects.get(pk=first.pk), "closure") and second != first


def test_numbers_of_all_kinds_are_one_row_of_the_unit(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    for source, code in sources(volunteer).items():
        if not code:
            issue(scene, volunteer, source)
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert [int(number.rpartition("-")[2]) for number in numbers] == [1, 2, 3, 4]


def test_who_may_not_issue(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    assert code_of(issue(scene, volunteer, "tier:beginner", by=UserFactory())) == "not_allowed"
    abroad = Scene()
    assert code_of(issue(scene, volunteer, "tier:beginner", by=abroad.social_worker)) == "not_allowed"
    assert code_of(issue(scene, volunteer, "tier:beginner", issuer=abroad.issuer)) == "not_allowed"
    assert code_of(issue(scene, volunteer, "tier:advanced")) == "tier_not_reached"
    assert code_of(issue(scene, volunteer, "course:1")) == "award_not_there"
    certificate = issued(issue(scene, volunteer, "tier:beginner"))
    assert code_of(awarding.reissue(certificate=certificate, by=UserFactory(), at=ISSUED_AT)) == "not_allowed"


def test_the_organiser_of_a_class_certifies_it_if_it_is_a_unit(scene: Scene, volunteer: Volunteer) -> None:
    other = IssuerFactory(community=scene.community, name="街道红十字会")
    course = publish_course(scene)
    complete_class(scene, volunteer, course)
    assert issued(issue(scene, volunteer, f"completion:{course.pk}:2026-01-10")).issuer == other


def test_a_community_without_a_unit_issues_none(scene: Scene, volunteer: Volunteer) -> None:
    alone = Scene(has_rules=False)
    alone.issuer.delete()
    person = alone.volunteer("刘伟", login=True)
    give_all(alone, person)
    assert code_of(issue(alone, person, "tier:beginner", by=alone.social_worker)) == "no_issuer"


def test_the_audit_proves_every_kind(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    certificate = issued(issue(scene, volunteer, "tier:beginner"))
    with unguarded_facts():
        Certificate.objects.filter(pk=certificate.pk).update(source="tier:advanced")
    assert [text for text in audit.differences(at=AUDITED) if "certificate" in text] == [
        f"certificate {certificate.number}: kind ['tier', 'tier:advanced'], and not ['tier', 'tier:beginner']"
    ]


def test_only_service_has_hours(scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    known = issued(issue(scene, volunteer, "tier:beginner"))
    for name, value in (("minutes", 60), ("kind", "diploma"), ("kind", "stars")):
        certificate = Certificate.objects.get(pk=known.pk)
        certificate.pk, certificate.number, certificate.code = None, f"ZM-{value}", f"{value}"
        setattr(certificate, name, value)
        if value == "stars":
            certificate.save(force_insert=True)
            continue
        with pytest.raises(IntegrityError), transaction.atomic():
            certificate.save(force_insert=True)


def test_a_revoked_one_says_so(client: Client, scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    certificate = issued(issue(scene, volunteer, "stars:3"))
    services.revoke(certificate=certificate, note="误发", by=scene.social_worker, at=ISSUED_AT)
    assert "verdict-revoked" in client.get(f"/verify/{certificate.code}/").content.decode()
    assert issued(issue(scene, volunteer, "stars:3")) != certificate


# Screens


def test_a_volunteer_makes_their_own_with_one_tap(client: Client, scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    assert volunteer.user is not None
    client.force_login(volunteer.user)
    with time_machine.travel(ISSUED_AT, tick=False):
        assert "敬老之星" in client.get("/my/certificates/").content.decode()
        form = {"who": volunteer.number, "source": "tier:beginner"}
        answer = client.post("/my/certificates/award/", form)
        certificate = Certificate.objects.get()
        assert answer.headers["Location"] == f"/my/certificates/{certificate.number}/"
        page = client.get(answer.headers["Location"]).content.decode()
        assert "志愿者级别证书 · 初级" in page and "sheet-wide" in page
        listed = client.get("/my/certificates/").content.decode()
        assert 'value="tier:beginner"' not in listed and certificate.number in listed
        assert client.get(f"/my/certificates/{certificate.number}/1.png").status_code == 200
        stranger = client.post("/my/certificates/award/", {**form, "who": "V2026000000A"})
    assert stranger.headers["Location"] == "/my/certificates/" and Certificate.objects.count() == 1


def test_staff_see_what_there_is_and_why_not(client: Client, scene: Scene, volunteer: Volunteer) -> None:
    give_all(scene, volunteer)
    IssuerFactory(community=scene.community, name="第二家记录单位")
    client.force_login(scene.social_worker)
    address = f"/admin/people/{volunteer.pk}/certificates/"
    with time_machine.travel(ISSUED_AT, tick=False):
        shown = client.get(address).content.decode()
        for words in ("敬老之星", "心肺复苏与 AED", "第二家记录单位", "还没有达到这个级别"):
            assert words in shown
        answer = client.post(address, {"source": "tier:beginner", "issuer": str(scene.issuer.pk)})
        certificate = Certificate.objects.get()
        assert answer.headers["Location"] == f"/admin/certificate/inspect/{certificate.pk}/"
        inspected = client.get(answer.headers["Location"])
        assert inspected.context["intact"] and "初级" in inspected.content.decode()
        refused = client.post(address, {"source": "tier:advanced"})
    assert refused.status_code == 200 and Certificate.objects.count() == 1


def test_staff_of_another_community_find_nobody(client: Client, scene: Scene, volunteer: Volunteer) -> None:
    client.force_login(Scene().social_worker)
    assert client.get(f"/admin/people/{volunteer.pk}/certificates/").status_code == 404


def test_a_commendation_of_tomorrow_waits(scene: Scene, volunteer: Volunteer) -> None:
    advancement.commend(
        volunteer=volunteer,
        title="明天",
        text="好",
        given_on=dt.date(2026, 2, 3),
        by=scene.social_worker,
        at=ISSUED_AT,
    )
    (found,) = [code for source, code in sources(volunteer).items() if source.startswith("commendation")]
    assert found == "not_given_yet"
