"""What the fault tests counted: printed at the end of a run, and written down by `make faults`."""

from collections import Counter, defaultdict

RELEVE: defaultdict[str, Counter[str]] = defaultdict(Counter)


def noter(essai: str, **comptes: int) -> None:
    """Add to the counts of a fault test, named T1 to T17."""
    RELEVE[essai].update(comptes)
