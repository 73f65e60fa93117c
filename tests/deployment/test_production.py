"""The production settings: their required values, and Django's deployment check without a warning."""

import subprocess
from pathlib import Path

import pytest

from tests.deployment import compose

pytestmark = pytest.mark.slow

SETTINGS = {
    "SECRET_KEY": compose.ENVIRONMENT["SECRET_KEY"],
    "PERSONAL_DATA_KEY": compose.ENVIRONMENT["PERSONAL_DATA_KEY"],
    "DATABASE_URL": "postgres://academy@127.0.0.1/academy",
    "PUBLIC_URL": "https://academy.example.org",
    "ALLOWED_HOSTS": "academy.example.org",
}


def python(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = ["python", "-W", "error", *arguments]
    return subprocess.run(
        command, cwd=compose.ROOT, env=compose.in_image(**environment), capture_output=True, text=True
    )


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return python("manage.py", *arguments, **environment)


def read_settings(*wanted: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Read the settings, as every command does first, and print those that are wanted."""
    show = f"from academy.settings import production as s; print(*(getattr(s, name) for name in {wanted}))"
    return python("-c", show, **environment)


def test_the_production_settings_pass_djangos_own_deployment_check(tmp_path: Path) -> None:
    settings = {**SETTINGS, "DATABASE_URL": f"sqlite:///{tmp_path}/academy.sqlite3", "TRUSTED_PROXIES": "1"}
    check = manage("check", "--deploy", "--fail-level=INFO", **settings)
    assert (check.returncode, check.stdout) == (0, "System check identified no issues (2 silenced).\n"), check.stderr


def test_the_deployment_check_asks_for_the_number_of_proxies(tmp_path: Path) -> None:
    check = manage("check", "--deploy", **{**SETTINGS, "DATABASE_URL": f"sqlite:///{tmp_path}/academy.sqlite3"})
    assert "(people.W001) TRUSTED_PROXIES is 0" in check.stderr


@pytest.mark.parametrize("name", SETTINGS)
def test_without_a_secret_nothing_starts_and_a_sentence_names_it(name: str) -> None:
    check = read_settings(**{key: value for key, value in SETTINGS.items() if key != name})
    assert check.returncode != 0
    assert f"Production needs {name} in the environment and has no default for it" in check.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        pytest.param(
            "PERSONAL_DATA_KEY", "secret", "PERSONAL_DATA_KEY is not a Fernet key", id="a key that cannot encrypt"
        ),
        pytest.param("SECRET_KEY", "x", "SECRET_KEY must have at least 50 characters", id="a key that can be guessed"),
        pytest.param("SECRET_KEY", "x" * 64, "SECRET_KEY must have at least 50", id="one letter, repeated"),
        pytest.param("TRUSTED_PROXIES", "proxy", "TRUSTED_PROXIES must be a number", id="a name for a number"),
        pytest.param(
            "PERSONAL_DATA_KEY",
            f"{SETTINGS['PERSONAL_DATA_KEY']},secret",
            "PERSONAL_DATA_KEY is not a Fernet key",
            id="an old key that cannot decrypt",
        ),
        pytest.param("FILES_BY", "nginx", "FILES_BY must be proxy or python", id="an unknown sender of files"),
        pytest.param("PRIVATE_ROOT", "/srv/private", "must be in one directory", id="files in two places"),
        pytest.param("PUBLIC_URL", "http://academy.example.org", "PUBLIC_URL must begin with https://", id="no TLS"),
        pytest.param("PUBLIC_URL", "https://academy.example.org/a", "PUBLIC_URL must end after its host", id="a path"),
        pytest.param("ALLOWED_HOSTS", "other.example.org", "ALLOWED_HOSTS lacks academy.example.org", id="host"),
    ],
)
def test_a_setting_that_would_fail_later_is_refused_at_the_start(name: str, value: str, complaint: str) -> None:
    check = read_settings(**{**SETTINGS, name: value})
    assert check.returncode != 0
    assert complaint in check.stderr.splitlines()[-1]


def test_neighbours_of_the_host_are_left_alone_unless_the_operator_decides_otherwise() -> None:
    wanted = ["SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"]
    assert read_settings(*wanted, **SETTINGS).stdout == "False False\n"
    chosen = {"HSTS_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"}
    assert read_settings(*wanted, **SETTINGS, **chosen).stdout == "True True\n"


def test_neither_a_full_disk_nor_a_silent_mail_server_stops_a_request_unless_somebody_chooses_so() -> None:
    """The cache is in the database, mail waits in the queue with an end, and the proxy sends the files.

    Pages are kept in files, and are made without them too (`core/page_cache.py`).
    """
    wanted = ["CACHES", "EMAIL_BACKEND", "EMAIL_TIMEOUT", "FILES_BY"]
    shown = read_settings(*wanted, **SETTINGS, EMAIL_URL="smtp://mail.example.org:25").stdout
    assert shown.startswith("{'default': {'BACKEND': 'django.core.cache.backends.db.DatabaseCache'")
    assert shown.count("FileBasedCache") == 1 and "'KEY_PREFIX': 'pages'" in shown
    assert shown.endswith(" academy.core.mail.QueuedBackend 10 proxy\n")


def test_the_deployment_check_reports_a_silent_database_and_unwritable_directories(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    faults = {
        "DATABASE_URL": "postgres://academy@127.0.0.1:9/academy",
        "MEDIA_ROOT": f"{tmp_path}/file/media",
        "PRIVATE_ROOT": f"{tmp_path}/file/private",
    }
    check = manage("check", "--deploy", **{**SETTINGS, **faults})
    assert check.returncode != 0
    assert "core.E003" in check.stderr
    assert "MEDIA_ROOT cannot be written" in check.stderr
    assert "PRIVATE_ROOT cannot be written" in check.stderr
