"""T7: six sites use a mandat while it is revoked. Nothing is used after the revocation."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.faults.chantier import Chantier
from tests.faults.clients import Aidant, Code, uid_de_revocation
from tests.faults.registre import Registre
from tests.faults.releve import FACTEUR, LONG, noter, tirage

MANDATS, SITES = 12 * min(FACTEUR, 33), 6


def utiliser(code: Code | None, hasard: random.Random) -> list[tuple[float, int]]:
    """Exchange the code, then ask the identity; when each was asked, and the answer."""
    time.sleep(hasard.random() / 5)
    if code is None:
        return []
    instant, reponse = time.monotonic(), code.echanger()
    faits = [(instant, reponse.statut if reponse else 0)]
    if reponse is not None and reponse.statut == 200:
        instant, identite = time.monotonic(), code.identite(reponse.json["access_token"])
        faits.append((instant, identite.statut if identite else 0))
    return faits


def revoquer(
    aidant: Aidant, mandat: dict[str, str], registre: Registre, hasard: random.Random
) -> tuple[float, float]:
    """Revoke a little later; when it was asked, and when it was acknowledged."""
    time.sleep(hasard.random() / 20)
    acte = registre.envoyer(uid_de_revocation(mandat))
    assert registre.recevoir(acte, aidant.revoquer(mandat), 302)
    return acte.envoye, acte.acquitte


def test_nothing_is_used_after_a_revocation(chantier: Chantier, graine: int) -> None:
    hasard = tirage(graine)
    postes, site = chantier.postes, chantier.site
    registre, durees, apres = Registre(chantier, graine), [], []
    with ThreadPoolExecutor(SITES + 1) as fils:
        for mandat in [chantier.mandats.popleft() for _ in range(MANDATS)]:
            codes = list(fils.map(partial(site.code, mandat=mandat), postes[:SITES]))
            fin = fils.submit(revoquer, postes[-1], mandat, registre, tirage(hasard.random()))
            tirages = [tirage(hasard.random()) for _ in codes]
            usages = [fait for faits in fils.map(utiliser, codes, tirages) for fait in faits]
            debut, revoque = fin.result()
            durees.append(revoque - debut)
            apres += [statut for instant, statut in usages if instant > revoque]
            assert 0 not in {statut for _, statut in usages}, f"seed {graine}"
    assert 200 not in apres, f"seed {graine}"
    assert not LONG or max(durees) <= 3, f"seed {graine}"
    registre.verifier("autorisation_revoquee")
    assert _apres_la_fin(chantier) == [], f"seed {graine}"
    noter(
        "T7",
        mandats=MANDATS,
        uses=len(_usages(chantier, registre)),
        refused_after=len(apres),
        uses_after=0,
        p99_revocation_ms=round(1000 * sorted(durees)[int(len(durees) * 0.99)]),
        slowest_revocation_ms=round(1000 * max(durees)),
    )


def _apres_la_fin(chantier: Chantier) -> list[tuple[object, ...]]:
    """The lines of use of an authorisation that stand after that of its end."""
    return chantier.sql_proprietaire("""
        SELECT u.id FROM journal_entree u JOIN journal_sujet su ON su.entree_id = u.id
        JOIN journal_sujet sr ON sr.autorisation_ref = su.autorisation_ref
        JOIN journal_entree r ON r.id = sr.entree_id AND r.action = 'autorisation_revoquee'
        JOIN journal_feuille fu ON fu.entree_id = u.id
        JOIN journal_feuille fr ON fr.entree_id = r.id
        WHERE u.action IN ('jeton_remis', 'utilisation') AND su.autorisation_ref <> ''
            AND (u.id > r.id OR fu.position > fr.position)""")


def _usages(chantier: Chantier, registre: Registre) -> list[tuple[object, ...]]:
    return chantier.sql_proprietaire(
        "SELECT id FROM journal_entree WHERE id > %s AND action IN ('jeton_remis', 'utilisation')",
        registre.debut,
    )
