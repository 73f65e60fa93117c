"""The back office's pages of filing, their lists, the policy's form and the setting."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.insurance import works
from academy.insurance.models import Filing, FilingTerms, FilingWorkbook, Policy
from academy.people.permissions import DutyRole
from academy.works.models import Work
from tests.factories import ActivityFactory, UserFactory, sign_up, workbook
from tests.hours.scene import SATURDAY, moment
from tests.insurance.policies import filed, policy_for
from tests.pages import text_of
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADMIN = "/admin/"


@pytest.fixture
def activity(scene):
    """An activity of Saturday afternoon with one person."""
    activity = scene.activity(("14:00", "16:00"))
    sign_up(scene.volunteer("王秀英"), activity.shifts.get())
    return activity


@pytest.fixture
def browser(scene, sign_in):
    return sign_in(scene.social_worker)


def page_of(activity):
    return reverse("activity_filing", args=[activity.pk])


def note(browser, activity, number="BA-118", **more):
    page = browser.get(page_of(activity))
    form = page.context["form"].initial
    data = {"recipient": "insurer", "number": number, "filed_on": "2026-01-10", "seen": form["seen"], **more}
    return browser.post(page_of(activity), data, follow=True)


def test_what_is_not_filed_stands_on_today_until_it_is(scene, activity, browser):
    assert "1 activity of the next days is not filed 冬季防火入户宣传" in text_of(browser.get(ADMIN))
    assert page_of(activity) in browser.get(ADMIN).content.decode()

    done = note(browser, activity)

    assert "insurer: No. BA-118, filed on 10 Jan" in text_of(done)
    assert "is not filed" not in text_of(browser.get(ADMIN))


def test_changes_stand_on_today_and_on_the_page_until_they_are_told(scene, activity, browser):
    note(browser, activity)
    sign_up(scene.volunteer("张桂兰"), activity.shifts.get())

    assert "1 filed activity has changed since" in text_of(browser.get(ADMIN))
    assert "1 change to tell" in text_of(browser.get(reverse("filings")))
    page = text_of(browser.get(page_of(activity)))
    assert "张桂兰" in page and "joined" in page and "Changed since the filing" in page

    note(browser, activity, "BA-119")
    assert "has changed since" not in text_of(browser.get(ADMIN))


def test_who_came_while_the_form_stood_open_is_told_afterwards(scene, activity, browser):
    seen = browser.get(page_of(activity)).context["form"].initial["seen"]
    sign_up(scene.volunteer("张桂兰"), activity.shifts.get())

    note(browser, activity, seen=seen)

    assert [one.volunteer.name for one in Filing.objects.get().places.all()] == ["王秀英"]
    assert "joined" in text_of(browser.get(page_of(activity)))


def test_a_missing_number_is_asked_for_at_its_field(activity, browser):
    answer = note(browser, activity, " ")

    assert "number" in answer.context["form"].errors and not Filing.objects.exists()


def test_several_activities_lead_to_their_list(scene, activity, browser):
    scene.activity(("17:00", "18:00"), title="晚上的活动")

    page = browser.get(ADMIN).content.decode()

    assert "2" in page and reverse("filings") in page


def test_the_lists_are_files_with_the_people(scene, activity, browser):
    policy_for(scene)

    excel = browser.get(reverse("activity_list_file", args=[activity.pk]))
    paper = browser.get(reverse("activity_list_paper", args=[activity.pk]))

    rows = list(load_workbook(BytesIO(b"".join(excel.streaming_content))).active.iter_rows(values_only=True))
    assert "王秀英" in rows[1] and "PICC-2026-8" in rows[1]
    assert paper.content.startswith(b"%PDF")


def test_a_long_list_is_printed_in_the_background(scene, activity, browser, monkeypatch):
    monkeypatch.setattr(works, "FEW", 0)

    begun = browser.get(reverse("activity_list_paper", args=[activity.pk]), follow=True)

    assert f'href="{page_of(activity)}"' in begun.content.decode()
    work = Work.objects.get()
    file = browser.post(reverse("work_file", args=[work.pk]))
    assert "王秀英" in "".join(pages(file.content))
    assert browser.get(f"/work/{work.pk}/").status_code == 404  # a page of the back office alone


def test_the_recipients_form_is_uploaded_once_and_filled_for_each_activity(scene, activity, browser):
    file = SimpleUploadedFile("报备表.xlsx", workbook(["序号", "姓名", "证件号码"]))
    stored = browser.post(
        reverse("filing_workbook:add"),
        {"community": scene.community.pk, "recipient": "platform", "file": file},
    )
    form = FilingWorkbook.objects.get()
    columns = reverse("filing_workbook:columns", args=[form.pk])
    assert stored["Location"] == columns
    page = text_of(browser.get(columns))
    assert "Masked unless you choose the whole number" in page

    filled = browser.get(reverse("activity_list_form", args=[activity.pk, form.pk]))

    assert filled.status_code == 200 and filled.content[:2] == b"PK"
    assert "报备表" in text_of(browser.get(page_of(activity)))


def test_a_chosen_column_is_stored_and_other_headings_are_looked_for(scene, activity, browser):
    browser.post(
        reverse("filing_workbook:add"),
        {
            "community": scene.community.pk,
            "recipient": "platform",
            "file": SimpleUploadedFile("1.xlsx", workbook(["姓名", "备注"])),
        },
    )
    form = FilingWorkbook.objects.get()
    columns = reverse("filing_workbook:columns", args=[form.pk])
    given = {"header_row": 1, "first_row": 2, "field_0": "name", "field_1": "=", "text_1": "志愿服务"}

    browser.post(columns, given)

    form.refresh_from_db()
    assert form.columns == {"0": {"field": "name"}, "1": {"text": "志愿服务"}}


def test_a_person_without_a_name_cannot_be_on_a_list(scene, activity, browser):
    activity.shifts.get().sign_ups.update(companions=2, said="2. 王秀英 +2")

    assert "2 people without a name come along" in text_of(browser.get(page_of(activity)))


def test_the_page_says_which_policy_covers_the_day(scene, activity, browser):
    assert "no policy on record" in text_of(browser.get(page_of(activity)))
    Activity.objects.filter(pk=activity.pk).update(insurance="P-1")
    assert "policy P-1, not on record for this day" in text_of(browser.get(page_of(activity)))

    policy_for(scene, claims_telephone="95518")

    page = text_of(browser.get(page_of(activity)))
    assert "covered by 人保财险 PICC-2026-8" in page and "claims: 95518, within 48 hours" in page


def test_a_policy_is_entered_and_its_days_are_checked(scene, browser):
    data = {
        "community": scene.community.pk,
        "insurer": "人保财险",
        "number": "PICC-1",
        "starts_on": "2026-12-31",
        "ends_on": "2026-01-01",
        "for_all": "on",
        "claims_telephone": "95518",
        "report_hours": "24",
    }
    refused = browser.post(reverse("policy:add"), data)
    assert "ends_on" in refused.context["form"].errors

    browser.post(reverse("policy:add"), {**data, "starts_on": "2026-01-01", "ends_on": "2026-12-31"})

    assert Policy.objects.get().report_hours == 24


def test_an_older_page_does_not_lift_the_stop_that_a_colleague_set(scene, sign_in):
    browsers = [sign_in(UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)])) for _ in range(2)]
    address, choice = reverse("filing_terms"), f"before_{scene.community.pk}"
    form = browsers[1].get(address).context["form"]
    older = {name: form[name].value() for name in form.fields}
    browsers[0].post(address, {choice: "stop"})

    assert browsers[1].post(address, older).status_code == 302
    assert FilingTerms.objects.get().before == "stop"
    assert list(browsers[1].post(address, {**older, choice: "not_asked"}).context["form"].errors) == [choice]
    assert FilingTerms.objects.get().before == "stop"


def test_an_administrator_makes_publishing_stop(scene, sign_in):
    administrator = UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)])
    browser = sign_in(administrator)
    assert browser.get(reverse("filing_terms")).context["form"].initial == {f"before_{scene.community.pk}": "warn"}

    browser.post(reverse("filing_terms"), {f"before_{scene.community.pk}": "stop"})

    assert FilingTerms.objects.get().before == "stop"
    planned = ActivityFactory(
        community=scene.community,
        leader=scene.leader,
        issuer=scene.issuer,
        published=None,
        starts_at=moment("14:00"),
        ends_at=moment("15:00"),
    )
    refused = sign_in(scene.social_worker).post(reverse("activity:publish", args=[planned.pk]))
    assert "Here an activity is filed before it is published" in text_of(refused)
    filed(scene, planned)
    sign_in(scene.social_worker).post(reverse("activity:publish", args=[planned.pk]))
    planned.refresh_from_db()
    assert planned.published_at is not None


def test_publishing_warns_before_and_the_filing_is_offered_afterwards(scene, browser):
    planned = ActivityFactory(
        community=scene.community,
        leader=scene.leader,
        issuer=scene.issuer,
        published=None,
        starts_at=moment("14:00"),
        ends_at=moment("15:00"),
    )

    page = text_of(browser.get(reverse("activity:publish", args=[planned.pk])))

    assert "It is not filed yet" in page and "No insurance policy is on record" in page
    assert page_of(planned) in browser.get(reverse("activity:edit", args=[planned.pk])).content.decode()


def test_a_draft_that_was_filed_cannot_be_deleted(scene, browser):
    planned = ActivityFactory(community=scene.community, leader=scene.leader, issuer=scene.issuer, published=None)
    filed(scene, planned)

    answer = browser.post(reverse("activity:delete", args=[planned.pk]), follow=True)

    assert "is in use and cannot be deleted" in text_of(answer)
    assert Activity.objects.filter(pk=planned.pk).exists()


def test_the_list_of_filings_is_empty_where_nobody_asks(scene, activity, browser):
    FilingTerms.objects.create(community=scene.community, before="not_asked")

    assert "No activity of these days asks for a filing" in text_of(browser.get(reverse("filings")))
    assert "is not filed" not in text_of(browser.get(ADMIN))


def test_the_history_of_an_activity_names_the_filing_and_the_lists(scene, activity, browser):
    note(browser, activity)
    browser.get(reverse("activity_list_file", args=[activity.pk]))

    history = text_of(browser.get(reverse("activity:history", args=[activity.pk])))

    assert "Filed: insurer, No. BA-118, 1 people" in history and "List of people made" in history


def test_a_filed_activity_that_is_cancelled_is_to_be_told(scene, activity, browser):
    note(browser, activity)
    activities.cancel_activity(activity=activity, by=None, at=moment("10:30", SATURDAY))

    assert "The activity is cancelled." in text_of(browser.get(page_of(activity)))
