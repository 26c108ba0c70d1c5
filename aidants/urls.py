from django.urls import path

from aidants.views import connexion, structures

urlpatterns = [
    path("connexion/", connexion.connexion, name="connexion"),
    path("connexion/code/", connexion.code, name="code"),
    path("connexion/reprise/", connexion.reprise, name="reprise"),
    path("deconnexion/", connexion.deconnexion, name="deconnexion"),
    path("structure/", structures.changer_structure, name="changer_structure"),
]
