"""A login and a volunteer become one person, and the link is undone (ADR 36, 38, 65; K4)."""

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.core.verbs import verbs_for
from academy.families.models import Agency
from academy.people.models import Consent, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties, linking, logins, merging, slips
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.people.desk import NOW, errors

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PHONE, OTHER_PHONE = "13800000001", "13800000002"
PASSWORD = "梧桐树下的第三排"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def abroad():
    return CommunityFactory(name="河畔社区")


@pytest.fixture
def administrator(home):
    return UserFactory(first_name="管理员", duties=[(home, DutyRole.ADMINISTRATOR)])


@pytest.fixture
def worker(home):
    return staff(home)


def staff(home, name="李敏", phone=PHONE, role=DutyRole.SOCIAL_WORKER):
    return UserFactory(first_name=name, phone=phone, password=PASSWORD, duties=[(home, role)])


def person(home, name="李敏", **facts):
    return VolunteerFactory(**{"community": home, "name": name, "at": NOW, **facts})


def link(volunteer, user, by):
    answer = linking.link_login(volunteer=volunteer, user=user, by=by, at=NOW)
    volunteer.refresh_from_db()
    return answer


def code(answer):
    return getattr(answer, "code", "done")


def signs_in(name):
    return authenticate(None, username=name, password=PASSWORD)


# Link


def test_adr_23_after_the_link_name_and_phone_are_the_rolls(home, administrator, worker):
    volunteer = person(home, name="李小敏", phone=OTHER_PHONE)

    assert code(link(volunteer, worker, administrator)) == "done"

    user = User.objects.get(pk=worker.pk)
    assert user.volunteer == volunteer
    assert (user.first_name, user.last_name, user.phone) == ("", "", None)
    assert user.get_full_name() == "李小敏"
    assert signs_in(OTHER_PHONE) == signs_in(volunteer.number) == user and signs_in(PHONE) is None
    assert "people.link_login" in [entry.action for entry in log.get_logs_for_instance(volunteer)]


def test_an_entry_without_a_phone_gets_that_of_the_login(home, administrator, worker):
    volunteer = person(home)

    link(volunteer, worker, administrator)

    assert volunteer.phone == PHONE and signs_in(PHONE) == worker


def test_adr_38_the_link_ends_all_sessions_of_the_login(home, administrator, worker):
    phone = Client()
    phone.force_login(worker)

    link(person(home), worker, administrator)

    assert phone.get("/admin/").status_code == 302


def test_adr_36_a_colleague_links_no_login_that_they_could_hand_out_no_key_to(home, abroad, worker):
    colleague = staff(home, "王老师", OTHER_PHONE)
    elsewhere = UserFactory(duties=[(abroad, DutyRole.ADMINISTRATOR)])
    volunteer = person(home)

    assert code(link(volunteer, worker, colleague)) == "not_allowed"
    assert code(link(volunteer, worker, elsewhere)) == "not_allowed"
    two = UserFactory(duties=[(home, DutyRole.TRAINER), (abroad, DutyRole.TRAINER)])
    administrator = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])
    assert code(link(volunteer, two, administrator)) == "not_allowed"
    assert volunteer.user is None


def test_adr_36_nobody_links_a_person_of_another_community(home, abroad, worker):
    assert code(link(person(abroad), worker, worker)) == "not_allowed"


def test_staff_link_their_own_login_to_an_entry_of_their_name_alone(home, worker):
    assert code(link(person(home, "王秀英"), worker, worker)) == "other_name"
    assert code(link(person(home), worker, worker)) == "done"


def test_one_login_is_one_person_and_one_person_has_one_login(home, administrator, worker):
    first, second = person(home), person(home)
    owner = person(home, login=True)
    closed = UserFactory(is_active=False)
    merged = person(home)
    merging.merge(volunteer=merged, into=person(home), by=administrator, at=NOW)

    assert code(link(owner, worker, administrator)) == "has_login"
    assert code(link(merged, worker, administrator)) == "merged"
    assert code(link(first, closed, administrator)) == "login_closed"
    assert code(link(first, worker, administrator)) == "done"
    assert code(link(second, worker, administrator)) == "login_linked"
    assert code(link(first, UserFactory(), administrator)) == "has_login"


def test_an_agent_who_is_the_person_is_no_agent(home, administrator):
    volunteer, agent = person(home), UserFactory(first_name="李敏")
    given = {"kind": Consent.Kind.AGENCY, "granted": True, "evidence": "…", "by": None, "at": NOW}
    consent = consents.record_consent(volunteer=volunteer, **given)
    Agency.objects.create(user=agent, volunteer=volunteer, consent=consent)

    link(volunteer, agent, administrator)

    assert not Agency.objects.exists()


def test_an_earlier_slip_of_the_entry_is_no_key_to_the_login(home, administrator, worker):
    volunteer = person(home)
    colleague = staff(home, "王老师", OTHER_PHONE)
    [(_slip, slip_code)] = slips.print_slips(volunteers=[volunteer], by=colleague, at=NOW)

    link(volunteer, worker, administrator)

    assert code(slips.find_slip(slip_code)) == "slip_outgrown"


# Undo


def test_the_undone_link_leaves_name_and_phone_to_the_login(home, administrator, worker):
    volunteer = person(home)
    link(volunteer, worker, administrator)
    phone = Client()
    phone.force_login(User.objects.get(pk=worker.pk))

    assert code(linking.unlink_login(volunteer=volunteer, by=administrator, at=NOW)) == "done"

    volunteer.refresh_from_db()
    user = User.objects.get(pk=worker.pk)
    assert volunteer.user is None and user.own_volunteer is None
    assert (user.get_full_name(), user.phone) == ("李敏", PHONE) and signs_in(PHONE) == user
    assert phone.get("/admin/").status_code == 302
    assert "people.unlink_login" in [entry.action for entry in log.get_logs_for_instance(volunteer)]
    assert logins.login_for(volunteer=volunteer) != user


@pytest.mark.parametrize("kept", ["073188881234", PHONE])
def test_a_phone_that_cannot_be_the_logins_stays_on_the_roll(home, administrator, worker, kept):
    volunteer = person(home, phone=kept)
    link(volunteer, worker, administrator)
    UserFactory(phone=PHONE)

    linking.unlink_login(volunteer=volunteer, by=administrator, at=NOW)

    assert User.objects.get(pk=worker.pk).phone is None


def test_k4_nobody_undoes_their_own_link(home, worker):
    volunteer = person(home)
    link(volunteer, worker, worker)

    assert code(linking.unlink_login(volunteer=volunteer, by=User.objects.get(pk=worker.pk), at=NOW)) == "own_link"


def test_only_a_link_is_undone(home, abroad, administrator):
    own, none = person(home, login=True), person(home)
    stranger = UserFactory(duties=[(abroad, DutyRole.ADMINISTRATOR)])

    assert code(linking.unlink_login(volunteer=own, by=administrator, at=NOW)) == "personal_login"
    assert code(linking.unlink_login(volunteer=none, by=administrator, at=NOW)) == "no_login"
    assert code(linking.unlink_login(volunteer=own, by=stranger, at=NOW)) == "not_allowed"


# The screens


@pytest.fixture
def desk(administrator, client):
    client.force_login(administrator)
    client.cookies["django_language"] = "en"
    return client


def test_the_screen_offers_sign_ins_without_a_volunteer_of_the_own_community(desk, home, abroad, worker):
    volunteer = person(home)
    staff(abroad, "外人", OTHER_PHONE)
    duties.grant_duty(user=worker, community=abroad, role=DutyRole.TRAINER, by=None)
    person(home, name="有登录", login=True)
    url = reverse("volunteer:link_login", args=[volunteer.pk])

    shown = str(desk.get(url).context["form"]["login"])
    assert "李敏 · social worker · 13800000001" in shown and "外人" not in shown and "有登录" not in shown

    duties.revoke_duty(user=worker, community=abroad, role=DutyRole.TRAINER, by=None)
    assert desk.post(url, {"login": worker.pk}).status_code == 302
    volunteer.refresh_from_db()
    assert volunteer.user == worker


def test_a_refused_link_says_so(desk, home, abroad):
    two = staff(home, "两地")

    duties.grant_duty(user=two, community=abroad, role=DutyRole.TRAINER, by=None)

    response = desk.post(reverse("volunteer:link_login", args=[person(home).pk]), {"login": two.pk})

    assert "may not do this" in errors(response)["__all__"][0]


def test_the_screen_undoes_a_link(desk, home, administrator, worker):
    volunteer = person(home)
    link(volunteer, worker, administrator)

    assert desk.post(reverse("volunteer:unlink_login", args=[volunteer.pk])).status_code == 302
    volunteer.refresh_from_db()
    assert volunteer.user is None


def test_the_verbs_follow_the_sign_in(home, administrator, worker):
    def acts(volunteer, user=administrator):
        return {verb.url for verb in verbs_for(Volunteer.objects.get(pk=volunteer.pk), user)}

    volunteer, personal = person(home), person(home, login=True)
    to_link, undo = (reverse(f"volunteer:{act}", args=[volunteer.pk]) for act in ("link_login", "unlink_login"))
    assert to_link in acts(volunteer) and undo not in acts(volunteer)
    link(volunteer, worker, administrator)
    assert undo in acts(volunteer) and to_link not in acts(volunteer)
    assert undo not in acts(volunteer, User.objects.get(pk=worker.pk))
    assert not {url for url in acts(personal) if "link" in url}
    assert to_link not in acts(person(CommunityFactory()))


# “I volunteer too”


@pytest.fixture
def own_desk(worker, client):
    client.force_login(worker)
    client.cookies["django_language"] = "en"
    return client


def me(client, **data):
    url = reverse("me_as_volunteer")
    form = client.get(url).context["form"]
    return client.post(url, {"community": form["community"].initial, "phone": form["phone"].initial or "", **data})


def test_a_social_worker_enters_herself_with_two_clicks_and_stays_signed_in(own_desk, home, worker):
    assert reverse("me_as_volunteer") in own_desk.get("/my/").content.decode()
    elsewhere = Client()
    elsewhere.force_login(worker)

    response = me(own_desk)

    volunteer = Volunteer.objects.get()
    assert (volunteer.name, volunteer.phone, volunteer.user) == ("李敏", PHONE, worker)
    assert response.url == reverse("volunteer:edit", args=[volunteer.pk])
    assert own_desk.get(response.url).status_code == 200 and elsewhere.get("/admin/").status_code == 302
    assert own_desk.get(reverse("me_as_volunteer")).url == response.url
    assert own_desk.get("/my/").status_code == 200
    assert consents.has_consented(volunteer, Consent.Kind.REGISTRATION, day=NOW.date())
    assert not consents.has_consented(volunteer, Consent.Kind.PUBLIC_NOTICE, day=NOW.date())


def test_k6_she_may_consent_to_the_notice_at_once(own_desk, worker):
    me(own_desk, agrees=["public_notice"])

    assert consents.has_consented(Volunteer.objects.get(), Consent.Kind.PUBLIC_NOTICE, day=NOW.date())


def test_the_name_is_that_of_the_sign_in_whatever_is_sent(own_desk, worker):
    me(own_desk, name="别人")

    assert Volunteer.objects.get().name == "李敏"


def test_a_sign_in_without_a_name_is_asked_for_one(home, client):
    client.force_login(UserFactory(first_name="", duties=[(home, DutyRole.SOCIAL_WORKER)]))

    assert me(client).status_code == 200
    me(client, name="李　敏")
    assert Volunteer.objects.get().name == "李敏"


def test_a_refused_registration_gives_no_name_to_claim_another_entry_with(home, client):
    there, worker = person(home, "王秀英"), UserFactory(first_name="", duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)

    assert me(client, name="王秀英", birth_date=str(NOW.date())).status_code == 200
    worker.refresh_from_db()
    assert worker.get_full_name() == ""

    me(client, entry=there.pk)
    there.refresh_from_db()
    assert there.user is None


def test_r5_her_own_entry_is_shown_and_chosen(own_desk, home, worker):
    there = person(home, phone=PHONE)

    response = me(own_desk)
    assert response.status_code == 200 and f"{there.number} is me" in response.content.decode()

    assert me(own_desk, entry=there.pk).status_code == 302
    assert Volunteer.objects.get().user == worker


def test_r5_a_namesake_on_her_phone_is_another_person_after_a_look(own_desk, home, worker):
    there = person(home, phone=PHONE)

    assert me(own_desk, besides=str(there.pk)).status_code == 302
    assert Volunteer.objects.exclude(pk=there.pk).get().user == worker


@pytest.mark.parametrize("whose", ["of another name", "of another community", "of nobody"])
def test_nobody_takes_over_another_entry(own_desk, home, whose):
    there = person(CommunityFactory() if "community" in whose else home, "李敏" if "community" in whose else "王秀英")

    me(own_desk, entry=0 if whose == "of nobody" else there.pk)

    there.refresh_from_db()
    assert there.user is None


def test_n1_a_birth_date_that_is_too_late_is_named_at_its_field(own_desk):
    assert errors(me(own_desk, birth_date="2024-1-1"))["birth_date"]
    assert not Volunteer.objects.exists()


def test_a_trainer_asks_the_desk(home, client):
    client.force_login(staff(home, role=DutyRole.TRAINER))
    client.cookies["django_language"] = "en"

    assert client.get(reverse("me_as_volunteer")).status_code == 302  # to Wagtail's page without rights
    page = client.get("/my/").content.decode()
    assert reverse("me_as_volunteer") not in page and "The social worker can connect it" in page


def test_the_service_refuses_whom_the_screen_does_not_let_in(home, worker):
    trainer = staff(home, "讲师", OTHER_PHONE, DutyRole.TRAINER)
    facts = {"community": home, "phone": "", "birth_date": None, "at": NOW}

    assert code(linking.register_oneself(user=trainer, **facts)) == "not_allowed"
    linking.register_oneself(user=worker, **facts)
    assert code(linking.register_oneself(user=User.objects.get(pk=worker.pk), **facts)) == "login_linked"


def test_she_can_be_chosen_as_a_leader(own_desk, home, worker):
    me(own_desk)

    found = own_desk.get(reverse("volunteer_chooser:choose_results"), {"q": "李敏"}).content.decode()
    assert Volunteer.objects.get().number in found
