"""What the apps above do when something ends here, by name: a lower app imports none of them."""

from django.conf import settings
from django.utils.module_loading import import_string


def annoncer(evenement: str, objet: object) -> None:
    """Tell those that `settings.SUITE_<EVENEMENT>` names; the caller's transaction is open."""
    for chemin in getattr(settings, f"SUITE_{evenement.upper()}"):
        import_string(chemin)(objet)
