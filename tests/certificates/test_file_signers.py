"""A recording unit signs its PDF files with its own key; without one no word says so."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import ModelLogEntry

from academy.certificates import file_checks, file_signers, printing, services
from academy.certificates.file_checks import FileCheck
from academy.certificates.file_signer_models import FileSigner
from academy.certificates.models import Certificate
from academy.core import encryption
from academy.paper import comparing, signatures
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import master_keys
from tests.answers import code_of, messages_of
from tests.certificates import editing
from tests.factories import UserFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper import p12

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGE = "/admin/certificate/signers/"
WORDS = "PDF 文件的电子签名"
SELF_CHOSEN = "某某省公证处"


def staff(scene: Scene, role: DutyRole) -> User:
    user: User = UserFactory(duties=[(scene.community, role)])
    return user


@pytest.fixture
def administrator(scene: Scene) -> User:
    return staff(scene, DutyRole.ADMINISTRATOR)


@pytest.fixture
def signer(scene: Scene, administrator: User) -> FileSigner:
    kept = keep(scene.issuer, administrator)
    assert isinstance(kept, FileSigner)
    return kept


def keep(issuer: Issuer, by: User, **given: Any) -> Any:
    given = {"content": p12.p12(), "password": p12.PASSWORD, "at": ISSUED_AT, **given}
    return file_signers.keep_signer(issuer=issuer, by=by, **given)


def pdf_of(certificate: Certificate) -> bytes:
    made = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(made, bytes)
    return made


def at_the_time(client: Client, address: str, data: Any = None) -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        return client.get(address) if data is None else client.post(address, data)


# The key


def test_an_administrator_keeps_the_units_key_encrypted_and_without_its_password(
    scene: Scene, signer: FileSigner
) -> None:
    assert (signer.name, signer.valid_until) == (p12.NAME, p12.UNTIL)
    kept = encryption.unseal(signer.sealed)
    assert set(kept) == {"key", "chain"} and kept["key"] not in signer.sealed
    entry = ModelLogEntry.objects.get(action=file_signers.KEEP)
    assert entry.object_id == str(scene.issuer.pk) and entry.data["name"] == p12.NAME
    assert p12.PASSWORD not in str(entry.data)


def test_only_an_administrator_of_the_community_keeps_or_ends_a_key(scene: Scene, signer: FileSigner) -> None:
    abroad = staff(Scene(), DutyRole.ADMINISTRATOR)
    for other in (scene.social_worker, abroad):
        assert code_of(keep(scene.issuer, other)) == "not_allowed"
        assert code_of(file_signers.end_signer(issuer=scene.issuer, by=other, at=ISSUED_AT)) == "not_allowed"
    assert file_signers.signer_of(scene.issuer, at=ISSUED_AT) == signer


def test_a_practice_community_keeps_no_key() -> None:
    practised = Scene()
    community = practised.community
    type(community).objects.filter(pk=community.pk).update(practice_of=Scene().community)
    administrator = staff(practised, DutyRole.ADMINISTRATOR)
    assert code_of(keep(practised.issuer, administrator)) == "no_key_in_practice"
    assert not FileSigner.objects.exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"password": "falsch"}, "wrong_password"),
        ({"content": p12.p12(with_key=False)}, "no_key"),
        ({"content": p12.p12(valid=(p12.FROM, p12.FROM + dt.timedelta(days=9)))}, "not_valid_today"),
        ({"content": b"PK"}, "not_p12"),
    ],
)
def test_a_key_that_cannot_sign_is_refused(scene: Scene, administrator: User, given: dict[str, Any], code: str) -> None:
    assert code_of(keep(scene.issuer, administrator, **given)) == code
    assert not FileSigner.objects.exists()


def test_a_new_key_takes_the_place_of_the_former_whose_private_part_is_destroyed(
    scene: Scene, administrator: User, signer: FileSigner
) -> None:
    later = ISSUED_AT + dt.timedelta(days=1)
    newer = keep(scene.issuer, administrator, content=p12.p12(kind="ec"), at=later)
    signer.refresh_from_db()
    assert (signer.sealed, signer.ended_at, signer.ended_by) == ("", later, administrator)
    assert file_signers.signer_of(scene.issuer, at=later) == newer
    ended = file_signers.end_signer(issuer=scene.issuer, by=administrator, at=later)
    assert ended == newer and file_signers.signer_of(scene.issuer, at=later) is None
    assert code_of(file_signers.end_signer(issuer=scene.issuer, by=administrator, at=later)) == "no_signer"


def test_the_database_keeps_one_key_of_a_unit_and_no_ended_one_with_its_private_part(
    signer: FileSigner, administrator: User
) -> None:
    same = {"issuer": signer.issuer, "certificate": b"", "name": "", "valid_until": ISSUED_AT, "begun_at": ISSUED_AT}
    ended = {"ended_at": ISSUED_AT, "ended_by": administrator}
    for wrong in ({"sealed": "x"}, {"sealed": ""}, {"sealed": "x", **ended}, {"ended_at": ISSUED_AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FileSigner.objects.create(**same, begun_by=administrator, **wrong)
    assert FileSigner.objects.create(**same, begun_by=administrator, **ended)


def test_a_new_master_key_opens_it_as_well(
    scene: Scene, signer: FileSigner, certificate: Certificate, settings: Any
) -> None:
    former, new = settings.PERSONAL_DATA_KEYS[0], Fernet.generate_key().decode()
    settings.PERSONAL_DATA_KEYS = [new, former]
    assert master_keys.rotate().retired
    settings.PERSONAL_DATA_KEYS = [new]
    signed = file_signers.signed(pdf_of(certificate), issuer=scene.issuer, at=ISSUED_AT)
    assert not signed.notice and signed.content != pdf_of(certificate)


def test_while_no_master_key_opens_it_the_former_keys_stay_and_files_are_unsigned(
    scene: Scene, signer: FileSigner, certificate: Certificate
) -> None:
    signer.sealed = Fernet(Fernet.generate_key()).encrypt(b"{}").decode()
    signer.save()
    assert not master_keys.rotate().retired
    sent = file_signers.signed(pdf_of(certificate), issuer=scene.issuer, at=ISSUED_AT)
    assert sent == file_signers.OutgoingFile(pdf_of(certificate), file_signers.UNSIGNED)


# Files


def test_without_a_key_a_file_goes_out_as_it_is(scene: Scene, certificate: Certificate) -> None:
    pdf = pdf_of(certificate)
    assert file_signers.signed(pdf, issuer=scene.issuer, at=ISSUED_AT) == file_signers.OutgoingFile(pdf)


def test_an_expired_key_signs_no_file(scene: Scene, signer: FileSigner, certificate: Certificate) -> None:
    pdf, late = pdf_of(certificate), p12.UNTIL + dt.timedelta(seconds=1)
    assert file_signers.signed(pdf, issuer=scene.issuer, at=late) == file_signers.OutgoingFile(pdf)


def test_a_silent_time_stamp_server_is_named_and_not_asked_again_at_once(
    scene: Scene, signer: FileSigner, certificate: Certificate, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_STAMP_URL = "http://127.0.0.1:9/"
    asked: list[str] = []
    sign = signatures.sign
    monkeypatch.setattr(
        signatures, "sign", lambda *args, **given: asked.append(given["stamp_url"]) or sign(*args, **given)
    )
    cache.clear()
    for _time in range(2):
        sent = file_signers.signed(pdf_of(certificate), issuer=scene.issuer, at=ISSUED_AT)
        assert sent.notice == file_signers.WITHOUT_STAMP and sent.content != pdf_of(certificate)
    assert asked == [settings.TIME_STAMP_URL, ""]
    cache.clear()
    with p12.stamp_server(ISSUED_AT) as address:
        settings.TIME_STAMP_URL = address
        assert not file_signers.signed(pdf_of(certificate), issuer=scene.issuer, at=ISSUED_AT).notice


def test_a_signed_file_is_checked_as_unchanged_also_after_its_key_ended(
    scene: Scene, administrator: User, signer: FileSigner, certificate: Certificate
) -> None:
    sent = file_signers.signed(pdf_of(certificate), issuer=scene.issuer, at=ISSUED_AT)
    file_signers.end_signer(issuer=scene.issuer, by=administrator, at=ISSUED_AT)
    answer = file_checks.check(sent.content, at=ISSUED_AT)
    assert isinstance(answer, FileCheck) and answer.verdict == "same"
    assert answer.signature == signatures.Signature(bytes(signer.certificate), ISSUED_AT)


def test_a_page_that_was_overridden_before_it_was_signed_is_found(
    scene: Scene, signer: FileSigner, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its beginning is ours and the key signed all of it, and still a reader shows another page."""
    monkeypatch.setattr(comparing, "read_stranger", comparing.read_own)
    pdf = pdf_of(certificate)
    overridden = file_signers.signed(editing.overridden(pdf), issuer=scene.issuer, at=ISSUED_AT).content
    assert file_signers.signature_on(overridden, original=pdf, issuer=scene.issuer)
    answer = file_checks.check(overridden, at=ISSUED_AT)
    assert isinstance(answer, FileCheck) and answer.verdict in ("different", "unlike") and answer.signature is None
    signed = file_signers.signed(pdf, issuer=scene.issuer, at=ISSUED_AT).content
    answer = file_checks.check(signed, at=ISSUED_AT)
    assert isinstance(answer, FileCheck) and answer.verdict == "same" and answer.signature


def test_a_signed_file_that_was_saved_again_has_every_value(
    scene: Scene, signer: FileSigner, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its signature is broken then, and has no place on the page: it is neither a note nor a form."""
    monkeypatch.setattr(comparing, "read_stranger", comparing.read_own)
    sent = file_signers.signed(pdf_of(certificate), issuer=scene.issuer, at=ISSUED_AT)
    for again in (editing.saved_again(sent.content), sent.content + b"\n"):
        answer = file_checks.check(again, at=ISSUED_AT)
        assert isinstance(answer, FileCheck)
        assert (answer.verdict, answer.signature, answer.remarks) == ("resaved", None, [])


# The pages


@pytest.fixture
def desk(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def upload(desk: Client, scene: Scene, **changes: Any) -> Any:
    file = SimpleUploadedFile("unit.p12", changes.pop("content", p12.p12()))
    return at_the_time(desk, PAGE, {"issuer": scene.issuer.pk, "file": file, "password": p12.PASSWORD, **changes})


def test_a_key_is_uploaded_shown_and_destroyed(desk: Client, scene: Scene) -> None:
    assert "文件没有签名" in at_the_time(desk, PAGE).content.decode()
    assert upload(desk, scene).headers["Location"] == PAGE
    page = at_the_time(desk, PAGE).content.decode()
    assert p12.NAME in page and signatures.facts_of(bytes(FileSigner.objects.get().certificate)).fingerprint in page
    assert p12.PASSWORD not in page
    answer = at_the_time(desk, f"{PAGE}{scene.issuer.pk}/end/", {})
    assert answer.headers["Location"] == PAGE and not FileSigner.objects.filter(ended_at=None).exists()
    again = at_the_time(desk, f"{PAGE}{scene.issuer.pk}/end/", {})
    assert str(file_signers.NO_SIGNER) in messages_of(again)


def test_a_wrong_file_is_refused_where_it_was_chosen_and_the_password_is_not_shown(desk: Client, scene: Scene) -> None:
    page = upload(desk, scene, password="falsch-0815").content.decode()
    assert str(signatures.WRONG_PASSWORD) in page and "falsch-0815" not in page
    assert str(signatures.NOT_P12) in upload(desk, scene, content=b"PK").content.decode()
    assert not FileSigner.objects.exists()


def test_an_expired_key_is_shown_as_expired(desk: Client, administrator: User, signer: FileSigner) -> None:
    with time_machine.travel(p12.UNTIL + dt.timedelta(days=1), tick=False):
        desk.force_login(administrator)
        assert "到期" in desk.get(PAGE).content.decode()


def test_units_of_another_community_are_not_there(desk: Client) -> None:
    abroad = Scene()
    page = upload(desk, abroad)
    assert abroad.issuer.name not in page.content.decode() and not FileSigner.objects.exists()
    assert at_the_time(desk, f"{PAGE}{abroad.issuer.pk}/end/", {}).status_code == 404


def test_the_volunteer_and_the_social_worker_get_the_signed_file_and_pages_say_who_signs(
    client: Client, scene: Scene, administrator: User, volunteer: Volunteer, certificate: Certificate
) -> None:
    signer = keep(scene.issuer, administrator, content=p12.p12(name=SELF_CHOSEN))
    assert volunteer.user is not None
    pdf = pdf_of(certificate)
    for login, address, page in (
        (volunteer.user, f"/my/certificates/{certificate.number}/pdf/", f"/my/certificates/{certificate.number}/"),
        (
            scene.social_worker,
            f"/admin/certificate/print/{certificate.pk}/",
            f"/admin/certificate/inspect/{certificate.pk}/",
        ),
    ):
        client.force_login(login)
        sent = at_the_time(client, address).content
        found = file_signers.signature_on(sent, original=pdf, issuer=scene.issuer)
        assert found == signatures.Signature(bytes(signer.certificate), ISSUED_AT)
        shown = at_the_time(client, page).content.decode()
        assert WORDS in shown and scene.issuer.name in shown
        # The name on the key is its maker's choice: the back office alone shows it.
        assert (SELF_CHOSEN in shown) == page.startswith("/admin/")
    public = at_the_time(client, f"/verify/{certificate.code}/").content.decode()
    assert WORDS in public and scene.issuer.name in public and SELF_CHOSEN not in public
    file = SimpleUploadedFile("a.pdf", sent, "application/pdf")
    compared = at_the_time(client, "/verify/file/", {"file": file}).content.decode()
    assert f"{scene.issuer.name}的电子签名" in compared and SELF_CHOSEN not in compared


def test_without_a_key_or_for_a_revoked_certificate_no_page_speaks_of_a_signature(
    client: Client, scene: Scene, administrator: User, certificate: Certificate
) -> None:
    address = f"/verify/{certificate.code}/"
    assert WORDS not in at_the_time(client, address).content.decode()
    keep(scene.issuer, administrator)
    services.revoke(certificate=certificate, note="打印错了", by=scene.social_worker, at=ISSUED_AT)
    assert WORDS not in at_the_time(client, address).content.decode()


def test_a_missing_time_stamp_is_said_to_the_person_who_downloads(
    client: Client, volunteer: Volunteer, certificate: Certificate, signer: FileSigner, settings: Any
) -> None:
    settings.TIME_STAMP_URL = "http://127.0.0.1:9/"
    assert volunteer.user is not None
    client.force_login(volunteer.user)
    cache.clear()
    answer = at_the_time(client, f"/my/certificates/{certificate.number}/pdf/")
    assert str(file_signers.WITHOUT_STAMP) in messages_of(answer)
