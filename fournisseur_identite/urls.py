from django.urls import path

from fournisseur_identite.views import (
    autorisation,
    choix,
    decouverte,
    jetons,
    poussee,
    revocation,
    sortie,
)

urlpatterns = [
    path(
        ".well-known/openid-configuration",
        decouverte.openid_configuration,
        name="openid_configuration",
    ),
    path("oidc/jwks", decouverte.oidc_jwks, name="oidc_jwks"),
    path("oidc/authorize", autorisation.oidc_authorize, name="oidc_authorize"),
    path("oidc/par", poussee.oidc_par, name="oidc_par"),
    path("oidc/token", jetons.oidc_token, name="oidc_token"),
    path("oidc/userinfo", jetons.oidc_userinfo, name="oidc_userinfo"),
    path("oidc/revoke", revocation.oidc_revoke, name="oidc_revoke"),
    path("oidc/introspect", revocation.oidc_introspect, name="oidc_introspect"),
    path("oidc/logout", sortie.oidc_logout, name="oidc_logout"),
    path("oidc/demandes/<uuid:demande_id>/", choix.oidc_usager, name="oidc_usager"),
    path("oidc/demandes/<uuid:demande_id>/annuler/", choix.oidc_annuler, name="oidc_annuler"),
    path(
        "oidc/demandes/<uuid:demande_id>/usagers/<uuid:usager_id>/",
        choix.oidc_demarche,
        name="oidc_demarche",
    ),
    path(
        "oidc/demandes/<uuid:demande_id>/autorisations/<uuid:autorisation_id>/",
        choix.oidc_confirmation,
        name="oidc_confirmation",
    ),
]
