"""The authority that dates the seals (RFC 3161): asked for a few seconds, left alone when it fails.

A signature waits for it, with the person in front: what it costs is bounded, and never refused.
"""

import asyncio
import time
from typing import Any

import httpx2
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from journal.horodatage import certificats

DELAI = 3  # seconds for one answer, from the first byte asked to the last one received
ECHECS_MAX = 3  # in a row, then the authority is left alone
REPOS = 300  # seconds; one try follows
TAILLE_MAX = 64 * 1024
_ENTETES = {"Content-Type": "application/timestamp-query"}
# What an answer that is no token raises while it is read, or a root that is not there.
_ILLISIBLE = (ValueError, TypeError, KeyError, AttributeError, VerificationError, OSError)


class Autorite(TimeStamper):
    """One per process. Raises `TimestampRequestError` for any answer that is no token."""

    def __init__(self, adresse: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko has no hint here
        self._adresse = adresse
        self._echecs = 0
        self._reprise = 0.0

    @property
    def repond(self) -> bool:
        """Whether it is worth asking: not while it rests from failing."""
        return self._echecs < ECHECS_MAX or time.monotonic() >= self._reprise

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            async with asyncio.timeout(DELAI):
                jeton = await super().async_timestamp(message_digest, md_algorithm)
            if _empreinte(jeton) != message_digest:
                raise TimestampRequestError("The token dates something else.")
        except (TimeoutError, httpx2.HTTPError, TimestampRequestError, *_ILLISIBLE) as erreur:
            self._echecs += 1
            self._reprise = time.monotonic() + REPOS
            raise TimestampRequestError("No timestamp.") from erreur
        self._echecs = 0
        return jeton

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        recu = bytearray()
        async with (
            httpx2.AsyncClient(timeout=DELAI) as client,
            client.stream("POST", self._adresse, content=req.dump(), headers=_ENTETES) as reponse,
        ):
            reponse.raise_for_status()
            async for morceau in reponse.aiter_bytes():
                recu += morceau
                if len(recu) > TAILLE_MAX:
                    raise TimestampRequestError("The answer is too long.")
        _verifier(bytes(recu), req["message_imprint"]["hashed_message"].native)
        return tsp.TimeStampResp.load(bytes(recu), strict=True)


def _verifier(recu: bytes, empreinte: bytes) -> None:
    """Where `HORODATAGE_CERTIFICATS` names whom to trust, a token of anybody else is none."""
    bati = VerifierBuilder()
    for racine in (racines := certificats()):
        bati = bati.add_root_certificate(racine)
    if racines:
        bati.build().verify(decode_timestamp_response(recu), empreinte)


def _empreinte(jeton: cms.ContentInfo) -> Any:
    contenu = jeton["content"]["encap_content_info"]["content"].parsed
    return contenu["message_imprint"]["hashed_message"].native
