"""docker-compose.yml and Dockerfile, read by the tests as Docker would read them."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent

# Every name that .env.example asks for, with a value of the kind that it asks for.
ENVIRONMENT = {
    "SECRET_KEY": "4u6dFJ0wq8mRZ2bK7xYtNpV1cGhLsE9oAiQvXjTnCrBfUyDkWzMaPeHg",
    "PERSONAL_DATA_KEY": "Zm9yIHRoZSB0ZXN0cyBvZiBhIGRlcGxveW1lbnQgISE=",
    "POSTGRES_PASSWORD": "e4d909c290d0fb1ca068ffaddf22cbd0",
    "OWNER_PASSWORD": "3858f62230ac3c915f300c664312c63f",
    "SERVING_PASSWORD": "9a0364b9e99bb480dd25e1f0284c8555",
    "PUBLIC_URL": "https://academy.example.org",
    "ALLOWED_HOSTS": "academy.example.org",
}


def load() -> dict[str, Any]:
    """Return the compose file with its merges done, and its variables as written."""
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return compose


def service(name: str, environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return a service's command, and its environment if compose runs in `environment`."""
    definition = load()["services"][name]
    settings = {key: interpolate(value, environment) for key, value in definition["environment"].items()}
    return definition["command"], settings


def volumes(definition: dict[str, Any]) -> list[str]:
    """Return a service's volumes if no variable is set."""
    return [interpolate(volume, {}) for volume in definition["volumes"]]


def interpolate(text: str, environment: dict[str, str]) -> str:
    """Replace `${NAME:-default}` and `${NAME:?error}` as compose does."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if found := environment.get(name):
            return found
        if kind == ":?":
            raise KeyError(f"{name}: {rest}")
        return rest or ""

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text)


def image_command(containing: str) -> str:
    """Return the shell command of the one RUN line of the Dockerfile with `containing` in it."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("RUN ") and containing in line)
    return line.removeprefix("RUN ")


def in_image(**environment: str) -> dict[str, str]:
    """Return the image's environment with our `python`, without the environment of the tests."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
        "DJANGO_SETTINGS_MODULE": "academy.settings.production",
        "PYTHONUNBUFFERED": "1",
        **environment,
    }
