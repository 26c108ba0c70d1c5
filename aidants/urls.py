from django.urls import path

from aidants.views import (
    cles_acces,
    codes_secours,
    compte,
    conditions,
    connexion,
    enrolement,
    facteurs,
    invitation,
    mot_de_passe,
    structures,
)

urlpatterns = [
    path("connexion/", connexion.connexion, name="connexion"),
    path("connexion/code/", connexion.code, name="code"),
    path("connexion/reprise/", connexion.reprise, name="reprise"),
    path("connexion/application/", enrolement.enrolement, name="enrolement"),
    path("deconnexion/", connexion.deconnexion, name="deconnexion"),
    path("structure/", structures.changer_structure, name="changer_structure"),
    path("invitation/<uuid:pk>/<slug:jeton>/", invitation.invitation, name="invitation"),
    path(
        "invitation/<uuid:pk>/<slug:jeton>/rejoindre/",
        invitation.invitation_rejoindre,
        name="invitation_rejoindre",
    ),
    path("premiers-pas/codes/", codes_secours.premiers, name="codes_secours_premiers"),
    path("premiers-pas/conditions/", conditions.conditions, name="conditions"),
    path("mot-de-passe/oublie/", mot_de_passe.mot_de_passe_oublie, name="mot_de_passe_oublie"),
    path(
        "mot-de-passe/<uuid:pk>/<slug:jeton>/",
        mot_de_passe.lien_mot_de_passe,
        name="lien_mot_de_passe",
    ),
    path("moyen-perdu/<uuid:pk>/<slug:jeton>/", enrolement.lien_facteurs, name="lien_facteurs"),
    path("compte/", compte.compte, name="compte"),
    path("compte/sessions/fermer/", compte.fermer_autres_sessions, name="fermer_autres_sessions"),
    path("compte/mot-de-passe/", mot_de_passe.mot_de_passe, name="mot_de_passe"),
    path("compte/codes-de-secours/", codes_secours.codes_secours, name="codes_secours"),
    path("compte/moyens/application/", facteurs.facteur_application, name="facteur_application"),
    path(
        "compte/moyens/<str:genre>/<int:pk>/nom/",
        facteurs.facteur_renommer,
        name="facteur_renommer",
    ),
    path(
        "compte/moyens/<str:genre>/<int:pk>/retirer/",
        facteurs.facteur_retirer,
        name="facteur_retirer",
    ),
    path("compte/cles/exigee/", cles_acces.cle_exigee, name="cle_exigee"),
    path("compte/cles/nouvelle/", cles_acces.cle_acces_nouvelle, name="cle_acces_nouvelle"),
    path(
        "cles/enregistrer/debut/", cles_acces.enregistrement_debut, name="cle_enregistrement_debut"
    ),
    path("cles/enregistrer/fin/", cles_acces.enregistrement_fin, name="cle_enregistrement_fin"),
    path("cles/connexion/debut/", cles_acces.connexion_debut, name="cle_connexion_debut"),
    path("cles/connexion/fin/", cles_acces.connexion_fin, name="cle_connexion_fin"),
    path("connexion/arrivee/", cles_acces.arrivee, name="arrivee"),
]
