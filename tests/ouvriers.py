"""How the tests are shared out when several processes run them: `make test` without ARGS.

A file goes whole to one of them, for the sake of what its tests share. Those of the demo go
together: one of it is enough; and so do those that break a whole service.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.scheduler.protocol import Scheduling

DE_LA_DEMO = ("tests/e2e/", "tests/clients/", "tests/demo/")


class Partage(LoadScopeScheduling):
    """By files, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/faults/") and "test_instructions" not in nodeid:
            return "faults"
        return "demo" if nodeid.startswith(DE_LA_DEMO) else nodeid.split("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    config.option.loadscopereorder = False  # by their number of tests, the slow ones come last
    return Partage(config, log)
