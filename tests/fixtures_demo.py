"""One real demo for the whole run, shared by every test that drives it from outside."""

from collections.abc import Iterator

import pytest

from tests.serveurs import Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("demo"), {}) as demo:
        yield demo
