"""Words that only their holder knows: made here, kept as hashes, never written down."""

import hashlib
import hmac
import secrets
from typing import Final

_BYTES: Final = 16  # 128 bits
_LONGEST: Final = 100


def new() -> str:
    """One that nobody can guess, of URL-safe letters."""
    return secrets.token_urlsafe(_BYTES)


def kept(word: str) -> str:
    """What is stored of it: 64 hexadecimal digits."""
    return hashlib.sha256(word[:_LONGEST].encode("utf-8", "replace")).hexdigest()


def proof(word: str) -> str:
    """What a page of this session shows with everything that it asks for (CSRF): it follows from
    the session's word, which no other page can read."""
    return hmac.new(word.encode("utf-8", "replace"), b"acts", hashlib.sha256).hexdigest()


def proves(word: str, shown: str) -> bool:
    """Whether that is the session's."""
    given = shown[:_LONGEST].encode("utf-8", "replace")
    return hmac.compare_digest(proof(word).encode(), given)
