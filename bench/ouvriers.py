"""Processes that work together for a bench; it imports no model, they do once Django is ready."""

from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.utils.module_loading import import_string

DELAI = 120  # seconds for all of them to be ready; one that is not ends the bench


def ouvrier(faire: str, ou: tuple[str, int], depart: Barrier) -> None:
    """Call the function of this path on a database, so many times, once all the others can."""
    django.setup()
    travail: Any = import_string(faire)
    hote, nombre = ou
    travail(hote, 1)  # its connection
    depart.wait(DELAI)
    travail(hote, nombre)
