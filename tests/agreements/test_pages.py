"""The pages on which people sign, and on which staff write texts and see who has not signed."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from academy.activities.models import SignUp
from academy.agreements import services
from academy.agreements.models import Agreement, Signature
from academy.agreements.printing import print_pdf
from academy.people.works import FEW
from academy.works.models import Work
from tests.agreements.texts import TEXT, photo, publish_text, sign_on_paper, worker_of
from tests.factories import ActivityFactory, CommunityFactory, VolunteerFactory
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home):
    return worker_of(home)


@pytest.fixture
def volunteer(home, client):
    volunteer = VolunteerFactory(community=home, name="王秀英", login=True)
    client.force_login(volunteer.user)
    return volunteer


def text_of(response):
    return response.content.decode()


def test_a_refused_sign_up_leads_to_the_text_and_goes_on_after_it(client, home, worker, volunteer):
    agreement = publish_text(home, by=worker)
    start = timezone.now() + dt.timedelta(days=1)
    visit = ActivityFactory(
        community=home, home_visit=True, shifts=[{"starts_at": start, "ends_at": start + dt.timedelta(hours=2)}]
    )
    page = reverse("activities:detail", args=[visit.pk])
    place = {"shift": visit.shifts.get().pk, "role": visit.roles.get().pk}

    refused = client.post(reverse("activities:sign_up", args=[visit.pk]), place)
    link = BeautifulSoup(text_of(refused), "html.parser").select_one('[data-refusal="needs_agreement"] a')
    assert link is not None, "the refusal leads to no text"
    sign_url = link["href"]
    assert "理发" in text_of(client.get(sign_url))
    then = sign_url.partition("next=")[2]
    signed = client.post(sign_url, {"agrees": "on"}, follow=True)
    assert signed.redirect_chain[0][0].startswith(page) and then
    wish = signed.context["wish"]
    done = client.post(
        reverse("activities:sign_up", args=[visit.pk]),
        {"shift": wish.shift.pk, "role": wish.role.pk, "volunteer": wish.volunteer.pk},
    )

    assert done.status_code == 302 and SignUp.objects.get().volunteer == volunteer
    assert Signature.objects.get().agreement == agreement


def test_without_the_tick_nothing_is_signed(client, home, worker, volunteer):
    agreement = publish_text(home, by=worker)

    page = client.post(reverse("agreements:sign", args=[agreement.pk]), {})

    assert not Signature.objects.exists()
    assert "agrees-error" in text_of(page)


def test_an_old_page_leads_to_the_new_version(client, home, worker, volunteer):
    first = publish_text(home, by=worker)
    second = publish_text(home, by=worker)

    page = client.post(reverse("agreements:sign", args=[first.pk]), {"agrees": "on"})

    assert page.url.startswith(reverse("agreements:sign", args=[second.pk]))
    assert not Signature.objects.exists()


def test_my_page_says_what_i_signed_and_when(client, home, worker, volunteer):
    sign_on_paper(publish_text(home, by=worker), volunteer, by=worker)
    publish_text(home, by=worker, kind="pledge", title="志愿者承诺书")

    page = text_of(client.get(reverse("agreements:mine")))

    assert "志愿服务协议书" in page and "志愿者承诺书" in page
    assert reverse("agreements:photo", args=[Signature.objects.get().pk]) in page


def test_the_photo_opens_for_the_person_and_their_staff_alone(client, home, worker, volunteer):
    signature = sign_on_paper(publish_text(home, by=worker), volunteer, by=worker)
    url = reverse("agreements:photo", args=[signature.pk])
    other = VolunteerFactory(community=home, login=True)
    stranger = worker_of(CommunityFactory())

    for user, status in ((volunteer.user, 200), (worker, 200), (other.user, 404), (stranger, 404)):
        client.force_login(user)
        response = client.get(url)
        assert response.status_code == status, user
        if response.streaming:
            assert b"".join(response.streaming_content) == b"\xff\xd8photo"


def test_staff_write_preview_publish_and_print(client, home, worker):
    client.force_login(worker)
    written = client.post(
        reverse("agreement:add"),
        {"community": home.pk, "kind": "agreement", "title": "志愿服务协议书", "text": TEXT},
    )
    draft = Agreement.objects.get()
    assert written.url == reverse("agreement:preview", args=[draft.pk])
    assert "量血压" in text_of(client.get(written.url))
    changed = client.post(
        reverse("agreement:edit", args=[draft.pk]),
        {"community": home.pk, "kind": "agreement", "title": "志愿服务协议书", "text": f"{TEXT}\n四、可以随时退出。"},
    )
    assert changed.status_code == 302
    client.post(reverse("agreement:publish", args=[draft.pk]))

    draft.refresh_from_db()
    assert draft.version == 1 and draft.text.endswith("随时退出。")
    assert client.get(reverse("agreement:edit", args=[draft.pk])).status_code == 302
    sheet = client.get(reverse("agreement:sheet", args=[draft.pk]))
    assert sheet["Content-Type"] == "application/pdf"
    assert text_of(client.get(reverse("agreement:index"))).count("志愿服务协议书") >= 1


def test_who_has_not_signed_is_listed_and_their_sheets_print(client, home, worker):
    agreement = publish_text(home, by=worker)
    missing, signer = VolunteerFactory(community=home, name="李建国"), VolunteerFactory(community=home, name="张桂兰")
    sign_on_paper(agreement, signer, by=worker)
    client.force_login(worker)

    page = text_of(client.get(reverse("agreement:unsigned", args=[agreement.pk])))
    sheets = client.post(reverse("agreement:sheet", args=[agreement.pk]))

    assert missing.name in page and signer.name not in page
    [text] = pages(sheets.content)
    assert missing.number in text and signer.number not in text
    assert not Work.objects.exists()


def test_sheets_for_many_are_a_work(client, home, worker):
    agreement = publish_text(home, by=worker)
    people = VolunteerFactory.create_batch(FEW + 1, community=home)
    client.force_login(worker)
    form = BeautifulSoup(text_of(client.get(reverse("agreement:unsigned", args=[agreement.pk]))), "html.parser")
    [address] = [one["action"] for one in form.find_all("form") if "/sheet/" in one.get("action", "")]

    answer = client.post(address)

    work = Work.objects.get()
    assert answer["Location"] == reverse("work", args=[work.pk])
    printed = pages(client.post(reverse("work_file", args=[work.pk])).content)
    assert len(printed) == len(people)
    assert all(any(person.number in text for text in printed) for person in people)


def test_each_persons_sheet_counts_its_own_pages(home, worker):
    agreement = publish_text(home, text="每一条都写在这里。\n" * 60, by=worker)
    people = VolunteerFactory.create_batch(3, community=home)

    sheets = print_pdf(agreement=agreement, volunteers=people, at=timezone.now())

    printed = pages(sheets)
    each = len(printed) // len(people)
    assert each > 1 and len(printed) == each * len(people)
    feet = [f"{one.number}·{page}" for one in people for page in range(1, each + 1)]
    assert [text.endswith(foot) for text, foot in zip(printed, feet, strict=True)] == [True] * len(printed)


def test_a_signed_sheet_is_stored_from_the_list(client, home, worker):
    agreement, signer = publish_text(home, by=worker), VolunteerFactory(community=home)
    client.force_login(worker)
    url = reverse("agreement:paper", args=[agreement.pk])
    sent = {"volunteer": signer.pk, "signed_on": timezone.localdate().isoformat()}

    assert client.get(f"{url}?volunteer={signer.pk}").status_code == 200
    wrong = client.post(url, {**sent, "photo": photo("a.exe")})
    assert wrong.status_code == 200 and wrong.context["form"].errors["photo"]
    stored = client.post(url, {**sent, "photo": photo()})

    assert stored.url == reverse("agreement:unsigned", args=[agreement.pk])
    assert list(services.unsigned(agreement)) == []
    again = client.post(url, {**sent, "photo": photo()})
    assert again.context["form"].errors


def test_the_desk_is_led_to_the_sheet_when_it_signs_somebody_up(client, home, worker):
    agreement, elder = publish_text(home, by=worker), VolunteerFactory(community=home)
    start = timezone.now() + dt.timedelta(days=1)
    shifts = [{"starts_at": start, "ends_at": start + dt.timedelta(hours=2)}]
    visit = ActivityFactory(community=home, home_visit=True, shifts=shifts)
    client.force_login(worker)

    page = client.post(
        reverse("sign_up_for_activity", args=[visit.pk]),
        {"volunteer": elder.pk, "place": f"{visit.shifts.get().pk}:{visit.roles.get().pk}"},
    )

    assert f"{reverse('agreement:paper', args=[agreement.pk])}?volunteer={elder.pk}" in text_of(page)
    assert not SignUp.objects.exists()
