"""Addresses of the demo world; those of the simulator are FranceConnect v2's own."""

from django.urls import path

from demo.franceconnect import endpoints, interaction
from demo.sites import logement, sante
from demo.visite import views as visite

urlpatterns = [
    path("", visite.accueil, name="accueil"),
    path("codes.json", visite.codes, name="codes"),
    path("courriels/", visite.courriels, name="courriels"),
    path("courriels/<int:numero>/", visite.courriel, name="courriel"),
    path("courriels/<int:numero>/html/", visite.courriel_html, name="courriel_html"),
    path("pret", visite.pret, name="pret"),
    path("api/v2/.well-known/openid-configuration", endpoints.discovery, name="discovery"),
    path("api/v2/jwks", endpoints.jwks, name="jwks"),
    path("api/v2/authorize", interaction.authorize, name="authorize"),
    path("api/v2/interaction/<str:cle>", interaction.interaction, name="interaction"),
    path("api/v2/token", endpoints.token, name="token"),
    path("api/v2/token/revocation", endpoints.revocation, name="revocation"),
    path("api/v2/userinfo", endpoints.userinfo, name="userinfo"),
    path("api/v2/session/end", interaction.session_end, name="session_end"),
    path("api/v2/_panne", endpoints.switch_panne, name="switch_panne"),
    path("logement/", logement.logement, name="logement"),
    path("logement/connexion/", logement.logement_connexion, name="logement_connexion"),
    path("logement/retour/", logement.logement_retour, name="logement_retour"),
    path("logement/deconnexion/", logement.logement_deconnexion, name="logement_deconnexion"),
    path("logement/sortie/", logement.logement_sortie, name="logement_sortie"),
    path("logement/recu.json", logement.logement_recu, name="logement_recu"),
    path("sante/", sante.sante, name="sante"),
    path("sante/connexion/", sante.sante_connexion, name="sante_connexion"),
    path("sante/oidc-callback", sante.sante_oidc_callback, name="sante_oidc_callback"),
    path("sante/deconnexion/", sante.sante_deconnexion, name="sante_deconnexion"),
    path("sante/logout-callback", sante.sante_logout_callback, name="sante_logout_callback"),
    path("sante/recu.json", sante.sante_recu, name="sante_recu"),
]

handler404 = "demo.erreurs.introuvable"
handler500 = "demo.erreurs.panne"
