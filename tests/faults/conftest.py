"""The counts of the fault tests, said at the end of the run."""

from typing import Any

from tests.faults.releve import RELEVE


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not RELEVE:
        return
    terminalreporter.section("faults")
    for essai in sorted(RELEVE, key=lambda nom: int(nom[1:])):
        comptes = ", ".join(f"{nombre} {quoi}" for quoi, nombre in RELEVE[essai].items())
        terminalreporter.line(f"{essai}: {comptes}")
