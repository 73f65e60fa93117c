"""The production settings: their required values, and Django's deployment check without a warning."""

import subprocess

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


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = ["python", "-W", "error", "manage.py", *arguments]
    return subprocess.run(
        command, cwd=compose.ROOT, env=compose.in_image(**environment), capture_output=True, text=True
    )


def test_the_production_settings_pass_djangos_own_deployment_check() -> None:
    check = manage("check", "--deploy", "--fail-level=INFO", **SETTINGS)
    assert (check.returncode, check.stdout) == (0, "System check identified no issues (0 silenced).\n"), check.stderr


@pytest.mark.parametrize("name", SETTINGS)
def test_without_a_secret_nothing_starts_and_a_sentence_names_it(name: str) -> None:
    check = manage("check", **{key: value for key, value in SETTINGS.items() if key != name})
    assert check.returncode != 0
    assert f"Production needs {name} in the environment and has no default for it" in check.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        pytest.param(
            "PERSONAL_DATA_KEY", "secret", "PERSONAL_DATA_KEY is not a Fernet key", id="a key that cannot encrypt"
        ),
        pytest.param("FILES_BY", "nginx", "FILES_BY must be proxy or python", id="an unknown sender of files"),
        pytest.param("PRIVATE_ROOT", "/srv/private", "must be in one directory", id="files in two places"),
        pytest.param("PUBLIC_URL", "http://academy.example.org", "PUBLIC_URL must begin with https://", id="no TLS"),
    ],
)
def test_a_setting_that_would_fail_later_is_refused_at_the_start(name: str, value: str, complaint: str) -> None:
    check = manage("check", **{**SETTINGS, name: value})
    assert check.returncode != 0
    assert complaint in check.stderr.splitlines()[-1]
