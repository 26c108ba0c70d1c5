"""One-time codes of the demo accounts (RFC 6238: SHA-1, 30 seconds, 6 digits)."""

import base64
import hmac

STEP = 30


def code_at(key: str, now: int) -> str:
    """Return the six digits that the base32 `key` gives at the Unix time `now`."""
    secret = base64.b32decode(key.replace(" ", "").upper() + "=" * (-len(key) % 8))
    digest = hmac.digest(secret, (now // STEP).to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def seconds_left(now: int) -> int:
    """Return for how many seconds the codes of `now` remain the present ones."""
    return STEP - now % STEP
