"""Options of `DATABASE_URL` and `CACHE_URL`."""

import psycopg
import pytest
from django.db import connection
from django.db.utils import ConnectionHandler, OperationalError

from academy.settings.base import cache, database

ANY = "postgres://academy:secret@127.0.0.1/academy"


def test_options_of_the_address_are_kept_beside_ours() -> None:
    options = database(f"{ANY}?sslmode=verify-full&sslrootcert=/data/ca.pem&prepare_threshold=9")["OPTIONS"]

    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/data/ca.pem")
    assert (options["server_side_binding"], options["prepare_threshold"]) == (True, 9)


def test_options_of_an_sqlite_file_are_kept_as_well() -> None:
    options = database("sqlite:////data/academy.sqlite3?timeout=5")["OPTIONS"]

    assert (options["timeout"], options["transaction_mode"]) == (5, "IMMEDIATE")


def test_behind_a_pooler_no_statement_is_prepared_and_no_cursor_stays() -> None:
    config = database(ANY, pooled=True)

    assert config["OPTIONS"]["prepare_threshold"] is None
    assert config["OPTIONS"]["server_side_binding"] is False
    assert config["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.django_db
def test_a_server_without_tls_is_refused_if_the_address_asks_for_tls() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")  # PostgreSQL runs it
    ours = connection.settings_dict
    with psycopg.connect(f"host={ours['HOST']} port={ours['PORT']} user={ours['USER']} dbname=postgres") as probe:
        if probe.pgconn.ssl_in_use:
            pytest.skip("this server speaks TLS")  # only a server without TLS can refuse it
    config = database(f"postgres://{ours['USER']}@{ours['HOST']}:{ours['PORT']}/postgres?sslmode=require")

    with pytest.raises(OperationalError, match="SSL"):
        ConnectionHandler({"default": config})["default"].ensure_connection()


def test_a_cache_on_a_server_gives_up_in_time() -> None:
    config = cache("redis://valkey.example.org:6379/1")

    assert config["LOCATION"] == "redis://valkey.example.org:6379/1"
    assert config["OPTIONS"] == {"socket_connect_timeout": 2, "socket_timeout": 2}
