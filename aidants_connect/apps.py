from importlib import import_module

from django.apps import AppConfig

AVEC_ADMIN = ("aidants", "usagers", "mandats", "fournisseur_identite", "aidants_connect")


class AidantsConnectConfig(AppConfig):
    name = "aidants_connect"
    verbose_name = "Aidants Connect"

    def ready(self) -> None:
        """Register our own admin pages, and no library's; and the check of the journal's walls."""
        import_module("aidants_connect.checks")
        for app in AVEC_ADMIN:
            import_module(f"{app}.admin")
