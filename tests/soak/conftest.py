from collections.abc import Iterator

import pytest

from tests.soak.processes import Prepared


@pytest.fixture(scope="session")
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    prepared = Prepared(request.config.getoption("database"), tmp_path_factory.mktemp("prepared"))
    yield prepared
    prepared.close()
