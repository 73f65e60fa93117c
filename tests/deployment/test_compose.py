import re
from urllib.parse import urlsplit

import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from tests.deployment import compose

pytestmark = pytest.mark.slow


def test_the_compose_file_is_valid_by_the_schema_of_compose() -> None:
    schema = get_builtin_schema("vendor.compose-spec")
    Draft7Validator.check_schema(schema)
    assert [error.message for error in Draft7Validator(schema).iter_errors(compose.load())] == []


def test_it_runs_web_worker_and_clock_once_the_database_is_migrated() -> None:
    services = compose.load()["services"]
    assert set(services) == {"database", "roles", "migrate", "web", "worker", "clock", "caddy"}
    assert services["caddy"]["profiles"] == ["caddy"]
    for name in ("web", "worker", "clock"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert services[name]["restart"] == "unless-stopped"
    assert services["migrate"]["depends_on"] == {"roles": {"condition": "service_completed_successfully"}}
    assert services["roles"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "healthcheck" in services["web"]
    assert "healthcheck" in services["database"]


def test_every_variable_that_it_reads_is_in_the_example_and_no_secret_has_a_default() -> None:
    text = (compose.ROOT / "docker-compose.yml").read_text()
    variables = dict(re.findall(r"\$\{(\w+)(:[-?])", text))
    example = set(re.findall(r"^#?([A-Z_]+)=", (compose.ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(variables) == example
    assert {name for name, kind in variables.items() if kind == ":?"} == set(compose.ENVIRONMENT)


def test_only_migrate_owns_the_tables() -> None:
    services = compose.load()["services"]
    role_of = {
        name: urlsplit(compose.service(name, compose.ENVIRONMENT)[1]["DATABASE_URL"]).username
        for name in ("migrate", "web", "worker", "clock")
    }
    serving = "academy_serving"
    assert role_of == {"migrate": "academy_owner", "web": serving, "worker": serving, "clock": serving}
    assert services["migrate"]["environment"]["SERVING_ROLE"] == serving


def test_its_volumes_hold_what_must_survive() -> None:
    file = compose.load()
    services = {name: compose.volumes(service) for name, service in file["services"].items()}
    assert services.pop("database") == ["database:/var/lib/postgresql/data"]
    assert services.pop("roles") == ["./deploy/roles.sql:/roles.sql:ro"]
    assert (compose.ROOT / "deploy" / "roles.sql").exists()
    assert services.pop("caddy") == ["./deploy:/etc/caddy:ro", "files:/files:ro", "certificates:/data"]
    assert all(volumes == ["files:/data"] for volumes in services.values())
    assert set(file["volumes"]) == {"database", "files", "certificates"}


def test_the_log_of_every_service_has_an_end() -> None:
    for name, service in compose.load()["services"].items():
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name
