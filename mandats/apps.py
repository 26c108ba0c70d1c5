from importlib import import_module

from django.apps import AppConfig


class MandatsConfig(AppConfig):
    name = "mandats"
    verbose_name = "Mandats"

    def ready(self) -> None:
        """Register the check of the documents' seal."""
        import_module("mandats.checks")
