from django.apps import AppConfig


class FournisseurIdentiteConfig(AppConfig):
    name = "fournisseur_identite"
    verbose_name = "Fournisseur d’identité"
