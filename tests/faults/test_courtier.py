"""T4 and T5: Redis is away, a Celery worker is killed in the middle of a mail."""

from tests.faults.chantier import Chantier, attendre
from tests.faults.clients import uid_de_revocation
from tests.faults.registre import Registre
from tests.faults.releve import FACTEUR, noter
from tests.faults.test_requetes_repetees import poste_de

ACTION = "autorisation_revoquee"


def revoquer(chantier: Chantier, registre: Registre) -> str:
    """One revocation; return whom its notice goes to."""
    mandat = chantier.mandats.popleft()
    acte = registre.envoyer(uid_de_revocation(mandat))
    assert registre.recevoir(acte, chantier.postes[0].revoquer(mandat), 302)
    return mandat["courriel"]


def test_t4_everything_works_without_redis(chantier: Chantier, graine: int) -> None:
    """A mandat, a use and a revocation; their mails leave once the broker is back."""
    registre, projet = Registre(chantier, graine), chantier.projets.popleft()
    with chantier.sans_redis():
        poste = poste_de(chantier, projet)
        signe = poste.signer(projet, poste.code())
        assert signe is not None
        assert signe.statut == 302, f"seed {graine}"
        code = chantier.site.code(poste, chantier.mandats.popleft())
        echange = code and code.echanger()
        assert code
        assert echange
        identite = code.identite(echange.json["access_token"])
        assert identite
        assert identite.statut == 200, f"seed {graine}"
        prevenus = [revoquer(chantier, registre) for _ in range(5)]
        assert not any(map(chantier.boite.a, prevenus))
    comptes = registre.verifier(ACTION)
    assert [chantier.boite.a(adresse) for adresse in [*prevenus, projet["courriel"]]] == [1] * 6
    noter("T4", mails_after_return=6, **comptes)


def test_t5_each_notice_leaves_once_when_its_worker_is_killed(
    chantier: Chantier, graine: int
) -> None:
    registre, boite, fois = Registre(chantier, graine), chantier.boite, min(2 * FACTEUR, 20)
    prevenus = []
    for _ in range(fois):
        boite.attendues.clear()
        boite.ouverte.clear()
        prevenus.append(revoquer(chantier, registre))
        attendre(boite.attendues.is_set, quoi="the worker at the mail server")
        chantier.tuer("celery")
        boite.ouverte.set()
        chantier.demarrer("celery")
    comptes = registre.verifier(ACTION)
    assert [boite.a(adresse) for adresse in prevenus] == [1] * fois, f"seed {graine}"
    noter("T5", kills=fois, mails_once=fois, **comptes)
