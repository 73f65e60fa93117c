from copy import deepcopy
from typing import Any

import pytest

from tests.classes.scene import ClassScene


@pytest.fixture(scope="module")
def class_of_module(rows_of_module: Any) -> Any:
    return rows_of_module(ClassScene)


@pytest.fixture
def scene(class_of_module: ClassScene, db: None) -> ClassScene:
    """A community with a course and its run: rows of the module, objects of the test."""
    return deepcopy(class_of_module)
