"""The pages of an accident record: the leader's form, the record, its acts, and who sees it."""

import datetime as dt
from io import BytesIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.log_actions import registry as log
from wagtail.models import ModelLogEntry

from academy.accidents import accounts, services
from academy.accidents.models import Accident, Entry
from academy.core.models import Community
from academy.people.services import personal_data
from tests.accidents.records import HAPPENED, photo, recorded
from tests.edit_forms import read_phone_form
from tests.factories import VolunteerFactory, sign_up
from tests.hours.scene import moment
from tests.insurance.policies import policy_for
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def hurt(scene, activity):
    person = scene.volunteer("王秀英", login=True)
    sign_up(person, activity.shifts.get())
    return person


@pytest.fixture
def leader(scene, sign_in):
    return sign_in(scene.leading)


@pytest.fixture
def accident(scene, activity, hurt, clock):
    return recorded(scene, activity, hurt, at=moment("10:00"), happened_at=moment("09:30"))


def form_of(page):
    return page.context["form"].initial


def post(browser, url, **fields):
    first = form_of(browser.get(url))
    data = {"key": first.get("key", ""), "place": first["place"], "happened_at": "2026-01-10T09:40", **fields}
    return browser.post(url, data, follow=True)


def test_two_of_one_name_are_told_apart_in_the_form(scene, activity, leader):
    for phone in ("13800000011", "13800000022"):
        sign_up(VolunteerFactory(community=scene.community, name="王秀英", phone=phone), activity.shifts.get())

    form = text_of(leader.get(reverse("accidents:record", args=[activity.pk])))

    assert "王秀英 (phone …0011)" in form and "王秀英 (phone …0022)" in form


def test_the_leaders_page_leads_to_the_form_and_the_form_to_the_record(activity, hurt, leader):
    page = leader.get(reverse("lead:activity", args=[activity.pk]))
    assert reverse("accidents:of_activity", args=[activity.pk]) in page.content.decode()
    form = leader.get(reverse("accidents:of_activity", args=[activity.pk]), follow=True)
    assert "王秀英" in text_of(form) and form_of(form)["place"] == activity.place

    done = post(
        leader,
        reverse("accidents:record", args=[activity.pk]),
        what="扭了脚踝",
        hurt=[hurt.pk],
        later="1",
        photos=[SimpleUploadedFile("1.jpg", photo(30, 20)), SimpleUploadedFile("2.jpg", b"x")],
    )

    text = text_of(done)
    assert "It is recorded" in text and "47 hours left" in text and "Something is still to be added" in text
    assert "1 photo is kept" in text and "2.jpg: This is no photo" in text
    assert leader.get(reverse("accidents:of_activity", args=[activity.pk])).status_code == 200


def test_the_form_sent_twice_is_one_record(activity, hurt, leader):
    url = reverse("accidents:record", args=[activity.pk])
    data = {"key": form_of(leader.get(url))["key"], "what": "扭了脚", "happened_at": "2026-01-10T09:40"}

    assert leader.post(url, data)["Location"] == leader.post(url, data)["Location"]
    assert Accident.objects.count() == 1


def test_an_empty_form_says_what_to_write_and_keeps_what_was_typed(activity, leader):
    page = post(leader, reverse("accidents:record", args=[activity.pk]), witnesses="李建国")

    assert "Write in a few words what happened" in text_of(page) and "李建国" in page.content.decode()


def test_the_form_offers_the_emergency_call_and_that_of_the_insurer(scene, activity, leader):
    policy_for(scene, claims_telephone="95518")

    page = leader.get(reverse("accidents:record", args=[activity.pk])).content.decode()

    assert 'href="tel:120"' in page and 'href="tel:95518"' in page


def test_staff_complete_it_and_note_each_act(scene, accident, sign_in):
    worker = sign_in(scene.social_worker)
    show = reverse("accidents:show", args=[accident.pk])
    post(worker, reverse("accidents:complete", args=[accident.pk]), what="扭了脚踝，没有骨折", complete="1")
    assert "没有骨折" in text_of(worker.get(show))

    def note(act, **fields):
        data = {f"{act}-{name}": value for name, value in fields.items()}
        return text_of(worker.post(reverse("accidents:note", args=[accident.pk, act]), data, follow=True))

    assert "Write the number of the report" in note("insurer", told_at="2026-01-10T09:50")
    assert "Told on 10 Jan at 9:50, No. RP-77" in note("insurer", number="RP-77", told_at="2026-01-10T09:50")
    assert "This field is required" in note("family", words="女儿")
    assert "女儿" in note("family", words="女儿", told_at="2026-01-10T09:55")
    assert "This record is closed." in note("closed", words="痊愈")
    assert [one.kind for one in Entry.objects.order_by("pk")] == ["account", "account", "insurer", "family", "closed"]
    assert worker.post(reverse("accidents:note", args=[accident.pk, "other"])).status_code == 404


def test_an_older_page_takes_no_witness_out_of_the_account(scene, accident, hurt, leader, sign_in):
    url, worker = reverse("accidents:complete", args=[accident.pk]), sign_in(scene.social_worker)
    older = read_phone_form(worker.get(url))
    leader.post(url, read_phone_form(leader.get(url)) | {"witnesses": ["李建国 13800138001"]})
    assert worker.post(url, older | {"done": ["已送医院"]}).status_code == 302
    known = accounts.standing_of(accident)
    assert (known.account.witnesses, known.account.done) == ("李建国 13800138001", "已送医院")
    assert list(known.latest.hurt) == [hurt]

    asked = worker.post(url, older | {"witnesses": ["张三"]})
    assert "李建国 13800138001" in str(asked.context["form"].errors["witnesses"])


def test_the_leader_cannot_close_it(accident, leader):
    page = text_of(leader.get(reverse("accidents:show", args=[accident.pk])))
    assert "Close the record" not in page

    refused = leader.post(reverse("accidents:note", args=[accident.pk, "closed"]), {"closed-words": "好了"})

    assert refused.status_code == 200 and not Entry.objects.filter(kind="closed").exists()


def test_each_look_is_logged_with_its_page_also_at_the_hurt_person(scene, accident, hurt, leader):
    show = reverse("accidents:show", args=[accident.pk])
    leader.get(show)
    leader.get(reverse("accidents:sheet", args=[accident.pk]))

    looks = ModelLogEntry.objects.filter(action=services.VIEWED).order_by("pk")
    assert [one.data["page"] for one in looks] == [show, f"{show}sheet.pdf"]
    assert {one.user for one in looks} == {scene.leading}
    at_person = log.get_logs_for_instance(hurt).filter(action=personal_data.SENSITIVE_VIEWED)
    assert at_person.count() == 2


def test_a_photo_as_large_as_a_phone_makes_it_is_kept(scene, activity, leader, clock):
    noise = Image.effect_noise((1700, 1700), 100).convert("RGB")
    data = BytesIO()
    noise.save(data, "JPEG", quality=98)
    assert data.tell() > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    sent = {"what": "扭了脚踝", "happened_at": "2026-01-10T09:30", "key": str(uuid4())}

    leader.post(
        reverse("accidents:record", args=[activity.pk]),
        {**sent, "photos": SimpleUploadedFile("1.jpg", data.getvalue(), "image/jpeg")},
    )

    assert Accident.objects.get(activity=activity).photos.count() == 1


def test_neither_the_hurt_person_nor_another_community_sees_it(accident, hurt, scene, sign_in):
    services.add_photo(accident=accident, content=photo(20, 20), by=scene.leading, at=moment("10:00"))
    addresses = [
        reverse("accidents:show", args=[accident.pk]),
        reverse("accidents:complete", args=[accident.pk]),
        reverse("accidents:sheet", args=[accident.pk]),
        reverse("accidents:photo", args=[accident.photos.get().pk]),
        reverse("accidents:record", args=[accident.activity_id]),
    ]
    browser = sign_in(hurt.user)

    assert [browser.get(one).status_code for one in addresses] == [404] * len(addresses)
    leader = sign_in(scene.leading)
    answers = [leader.get(one) for one in addresses]
    assert [one.status_code for one in answers] == [200] * len(addresses)
    assert b"".join(answers[3].streaming_content)  # closes the photo's file


def test_the_sheet_is_a_pdf_and_the_text_names_the_telephone_of_the_hurt_person(scene, activity, leader, clock):
    person = scene.volunteer("张桂兰", phone="13900007000")
    one = recorded(scene, activity, person, at=moment("10:00"), happened_at=moment("09:30"))

    assert leader.get(reverse("accidents:sheet", args=[one.pk])).content.startswith(b"%PDF")
    text = leader.get(reverse("accidents:show", args=[one.pk])).context["text"]
    assert "Telephone of 张桂兰: 13900007000" in text and "扭了脚踝" in text


def test_the_clock_stands_on_today_until_the_insurer_is_told(scene, accident, sign_in, clock):
    worker = sign_in(scene.social_worker)
    assert "accident to report to the insurer: 冬季防火入户宣传" in text_of(worker.get("/admin/"))
    assert "47 hours left" in text_of(worker.get("/admin/"))

    clock.move_to(HAPPENED + dt.timedelta(hours=50))
    assert "overdue by 2 hours" in text_of(sign_in(scene.social_worker).get("/admin/"))

    told = HAPPENED + dt.timedelta(hours=50)
    services.tell_insurer(accident=accident, number="1", told_at=told, by=scene.social_worker, at=told)
    assert "1 accident record to close" in text_of(sign_in(scene.social_worker).get("/admin/"))


def test_the_platforms_clock_runs_until_the_page_says_that_it_was_told(scene, accident, sign_in, clock):
    Community.objects.update(platform="志愿湖南")
    worker = sign_in(scene.social_worker)
    line = "accident to report to the higher platform: 冬季防火入户宣传"
    assert line in text_of(worker.get("/admin/"))
    assert "志愿湖南" in text_of(worker.get(reverse("accidents")))

    page, url = reverse("accidents:show", args=[accident.pk]), reverse("accidents:note", args=[accident.pk, "platform"])
    assert "“志愿湖南” has to know until" in text_of(worker.get(page))
    told_at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    refused = worker.post(url, {"platform-number": "", "platform-told_at": told_at})
    assert refused.context["platform_form"].errors["number"] and told_at in refused.content.decode()
    assert worker.post(url, {"platform-number": "SX-5", "platform-told_at": told_at})["Location"] == page

    assert "No. SX-5" in text_of(worker.get(page)) and "has to know until" in text_of(worker.get(page))
    assert line not in text_of(worker.get("/admin/"))
    assert worker.get(reverse("accidents:sheet", args=[accident.pk])).content.startswith(b"%PDF")


def test_the_list_of_records_names_nobody(scene, accident, sign_in):
    worker = sign_in(scene.social_worker)
    page = text_of(worker.get(reverse("accidents")))
    assert "冬季防火入户宣传" in page and "insurer not told yet" in page and "王秀英" not in page

    services.close(accident=accident, result="痊愈", by=scene.social_worker, at=moment("10:00"))
    assert "closed" in text_of(worker.get(reverse("accidents")))


def test_without_records_the_list_says_how_one_begins(scene, sign_in):
    assert "No accident is on record." in text_of(sign_in(scene.social_worker).get(reverse("accidents")))


def test_a_session_that_ended_keeps_what_was_written(activity, leader):
    url = reverse("accidents:record", args=[activity.pk])
    form_of(leader.get(url))
    leader.logout()

    answer = leader.post(url, {"what": "下台阶时扭了脚踝", "happened_at": "2026-01-10T09:40"})

    assert "/accounts/login/" in answer["Location"]
    assert any(name.startswith("kept_form") for name in answer.cookies)
