"""Two machines serve one academy: a changed page is right at once in every process of both."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.plugins.postgresql import free_port
from tests.soak.processes import PATIENCE, Prepared
from tests.soak.product import Product, wait_until

PAGE = "/zh-hans/academy/"
FOUND = """
from wagtail.models import Site
from cms.models import AcademyPage
page = AcademyPage.objects.descendant_of(Site.objects.get(is_default_site=True).root_page).get()
"""
RENAME = f"{FOUND}page.title = '新的名字'; page.save_revision().publish()"
UNPUBLISH = f"{FOUND}page.unpublish()"
ASKED = 12  # times each machine: each of its two workers answers some


@contextmanager
def valkey() -> Iterator[str]:
    """Start a server of our own, and yield its address."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip("neither valkey-server nor redis-server is installed")  # files are tested everywhere
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(params=["files", "a server"])
def machines(request: pytest.FixtureRequest, prepared: Prepared, tmp_path: Path) -> Iterator[list[Product]]:
    """Two installations on one database: they share the directory of kept pages, or a server."""
    with ExitStack() as stack:
        settings = {"CACHE_URL": stack.enter_context(valkey())} if request.param == "a server" else {}
        database = stack.enter_context(prepared.copied(tmp_path))
        products = []
        for name in ("first", "second"):
            directory = tmp_path / name
            directory.mkdir()
            files = directory if settings else tmp_path / "files"
            for folder in ("media", "private"):
                (files / folder).mkdir(parents=True, exist_ok=True)
            product = Product(database, directory, files, **settings)
            product.manage("collectstatic", "--noinput", "--verbosity=0")
            products.append(product)
        products[0].manage("createcachetable")  # the prepared demonstration was built without one
        for product in products:
            product.services["web"].start()
            stack.callback(product.services["web"].stop)
        for product in products:
            wait_until(lambda product=product: product.health()[0], "it does not answer")
        yield products


def seen(machines: list[Product]) -> set[tuple[int, bool]]:
    """Return the statuses of the page, each with whether it shows the new name, in all processes."""
    answers = [machine.get(PAGE) for machine in machines for _turn in range(ASKED)]
    return {(status, "新的名字" in body) for status, body in answers}


def test_every_process_of_both_machines_shows_a_change_at_once(machines: list[Product]) -> None:
    first, second = machines
    assert seen(machines) == {(200, False)}
    second.manage("shell", "--no-imports", "-c", RENAME)
    assert seen(machines) == {(200, True)}
    first.manage("shell", "--no-imports", "-c", UNPUBLISH)
    assert seen(machines) == {(404, False)}
