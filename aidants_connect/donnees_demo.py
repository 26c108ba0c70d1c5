"""The demo's data: two structures, six accounts, two démarche sites. Loaded again, nothing doubles.

Passwords, TOTP keys and client secrets are drawn at the first start, and kept in the data folder.
"""

import json
import secrets
from base64 import b32encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from aidants import facteurs
from aidants.demarches import DEMARCHES
from aidants.models import Aidant, AppareilTotp, Appartenance, Structure
from fournisseur_identite.models import FournisseurService
from fournisseur_identite.models.services import Politique
from journal.models import PLATEFORME


@dataclass(frozen=True, kw_only=True)
class Compte:
    role: str
    prenom: str
    nom: str
    structures: tuple[str, ...] = ()
    responsable: bool = False
    supervision: bool = False

    @property
    def courriel(self) -> str:
        return f"{self.prenom.lower()}@demo.aidants-connect.test"


VILLEBOURG = "Maison de services de Villebourg"
ASSO = "Association Clic solidaire"

STRUCTURES: tuple[dict[str, Any], ...] = (
    {
        "nom": VILLEBOURG,
        "adresse": "1 place de la Mairie",
        "code_postal": "35999",
        "commune": "Villebourg",
        "telephone": "02 99 00 00 01",
        "courriel": "accueil@villebourg.test",
    },
    {
        "nom": ASSO,
        "adresse": "12 rue des Lilas",
        "code_postal": "69999",
        "commune": "Lyonville",
        "telephone": "04 72 00 00 02",
        "courriel": "contact@clic-solidaire.test",
        "demarches": ["famille", "social", "logement", "travail"],
    },
)

COMPTES = (
    Compte(role="aidante", prenom="Camille", nom="Durand", structures=(VILLEBOURG,)),
    Compte(role="aidant", prenom="Karim", nom="Benali", structures=(VILLEBOURG,)),
    Compte(role="aidante", prenom="Louise", nom="Petit", structures=(ASSO,)),
    Compte(role="aidant des deux structures", prenom="Samuel", nom="Morel",
           structures=(VILLEBOURG, ASSO)),
    Compte(role="responsable", prenom="Nadia", nom="Lefebvre", structures=(VILLEBOURG,),
           responsable=True),
    Compte(role="supervision", prenom="Paul", nom="Martin", supervision=True),
)  # fmt: skip


def charger(*, monde: str) -> dict[str, Any]:
    """Load what is missing; return what the demo world must know, and write it to `demo.json`."""
    fichier = settings.DOSSIER_DONNEES / "demo.json"
    connu = _lire(fichier)
    with transaction.atomic():
        structures = {s["nom"]: _structure(s) for s in STRUCTURES}
        comptes = [_compte(c, structures, connu) for c in COMPTES]
        services = _services(monde, connu)
    description = _decrire(monde, comptes, services)
    fichier.write_text(json.dumps(description, indent=1, ensure_ascii=False))
    fichier.chmod(0o600)
    return description


def _lire(fichier: Path) -> dict[str, Any]:
    return dict(json.loads(fichier.read_text())) if fichier.exists() else {}


def _structure(champs: dict[str, Any]) -> Structure:
    complets = {"demarches": list(DEMARCHES), **champs}
    structure, _ = Structure.objects.update_or_create(nom=champs["nom"], defaults=complets)
    return structure


def _compte(
    compte: Compte, structures: dict[str, Structure], connu: dict[str, Any]
) -> dict[str, Any]:
    """Make an account as it was described before, or with a new password and key."""
    anciens = {c["courriel"]: c for c in connu.get("comptes", [])}
    ancien = anciens.get(compte.courriel, {})
    mot_de_passe = ancien.get("mot_de_passe") or _mot_de_passe()
    cle = bytes.fromhex(ancien.get("totp_cle_hex") or secrets.token_hex(20))
    aidant = Aidant.objects.filter(courriel=compte.courriel).first()
    aidant = aidant or Aidant.objects.creer(
        courriel=compte.courriel,
        mot_de_passe=mot_de_passe,
        prenom=compte.prenom,
        nom=compte.nom,
        supervision=compte.supervision,
    )
    if not aidant.check_password(mot_de_passe):
        aidant.set_password(mot_de_passe)
        aidant.save(update_fields=["password"])
    _attacher(aidant, compte, structures)
    _appareil(aidant, cle)
    aidant.accepter_conditions()
    return {
        "role": compte.role,
        "prenom": compte.prenom,
        "nom": compte.nom,
        "courriel": compte.courriel,
        "mot_de_passe": mot_de_passe,
        "totp_cle": b32encode(cle).decode(),
        "totp_cle_hex": cle.hex(),
        "codes_secours": _codes_secours(aidant, ancien),
        "structures": list(compte.structures),
    }


def _codes_secours(aidant: Aidant, ancien: dict[str, Any]) -> list[str]:
    """The codes shown at the first start, until somebody draws new ones."""
    codes: list[str] = ancien.get("codes_secours", [])
    return codes if codes and aidant.codes_secours_le else facteurs.renouveler_codes(aidant)


def _mot_de_passe() -> str:
    mots = ("cerise", "bateau", "jardin", "tambour", "lampe", "chemin", "orange", "plume", "rocher")
    return "-".join(secrets.choice(mots) for _ in range(3)) + f"-{secrets.randbelow(900) + 100}"


def _attacher(aidant: Aidant, compte: Compte, structures: dict[str, Structure]) -> None:
    for nom in compte.structures:
        roles = {"est_aidant": not compte.responsable, "est_responsable": compte.responsable}
        Appartenance.objects.get_or_create(
            aidant=aidant, structure=structures[nom], fin=None, defaults=roles
        )


def _appareil(aidant: Aidant, cle: bytes) -> None:
    appareil = AppareilTotp.objects.filter(user=aidant).first()
    if appareil is None or appareil.cle != cle:
        AppareilTotp.objects.filter(user=aidant).delete()
        appareil = AppareilTotp(user=aidant, name="Téléphone", confirmed=True)
        appareil.cle = cle
        appareil.save(force_insert=True)


def _services(monde: str, connu: dict[str, Any]) -> dict[str, dict[str, str]]:
    logement = _service(
        "demo-logement",
        connu.get("services", {}).get("logement", {}),
        nom="Mes aides au logement",
        site=f"{monde}/logement/",
        secteur="logement.demo",  # both sites are on one host: their `sub` must differ
        politique=Politique.PARTENAIRE,
        redirect_uris=[f"{monde}/logement/retour/"],
        post_logout_redirect_uris=[f"{monde}/logement/sortie/"],
        demarches=["logement"],
    )
    franceconnect = _service(
        "demo-franceconnect",
        connu.get("services", {}).get("franceconnect", {}),
        nom="Mon espace santé",
        site=f"{monde}/sante/",
        secteur="franceconnect.demo",
        politique=Politique.FRANCECONNECT,
        redirect_uris=[f"{monde}/sante/oidc-callback"],
        post_logout_redirect_uris=[f"{monde}/sante/logout-callback"],
        demarches=["famille", "social"],
    )
    return {"logement": logement, "franceconnect": franceconnect}


def _service(client_id: str, ancien: dict[str, str], **champs: Any) -> dict[str, str]:
    fs = FournisseurService.objects.filter(client_id=client_id).first()
    if fs is None:
        fs = FournisseurService(client_id=client_id, **champs)
        secret = FournisseurService.objects.enregistrer(fs, par=PLATEFORME)
    elif fs.check_client_secret(ancien.get("client_secret", "")):
        secret = ancien["client_secret"]
    else:
        secret = fs.renouveler_secret(par=PLATEFORME)
    FournisseurService.objects.filter(pk=fs.pk).update(**champs)
    return {"client_id": client_id, "client_secret": secret}


def _decrire(
    monde: str, comptes: list[dict[str, Any]], services: dict[str, dict[str, str]]
) -> dict[str, Any]:
    site = settings.SITE_URL
    return {
        "produit": site,
        "monde": monde,
        "courriels": str(settings.DOSSIER_DONNEES / "courriels"),
        "comptes": comptes,
        "franceconnect": {
            "client_id": settings.FC_CLIENT_ID,
            "client_secret": settings.FC_CLIENT_SECRET,
            "redirect_uris": [f"{site}/franceconnect/retour/"],
            "post_logout_redirect_uris": [f"{site}/franceconnect/sortie/"],
        },
        "services": services,
    }
