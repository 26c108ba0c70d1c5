"""The terms of use that each account accepts before anything opens; a new version asks again."""

from typing import Final

VERSION: Final = "2026-11"
GABARIT: Final = "aidants/fragments/conditions_2026_11.html"
