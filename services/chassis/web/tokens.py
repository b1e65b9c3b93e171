"""Access tokens: short-lived JWTs signed with Ed25519, verified against identity's published keys.

`sub` is an officer's id or `service:<name>`; nothing else in a token is believed. Token times are wall time.
"""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeGuard

import msgspec
import structlog
from joserfc import jwt
from joserfc._rfc8037.jws_eddsa import EdDSAAlgorithm  # joserfc exports it nowhere else
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry

from services.chassis.web.refusals import KeysUnavailable, TokenExpired, TokenNotValid

log = structlog.get_logger()

ALGORITHM = "EdDSA"
CURVE: Literal["Ed25519"] = "Ed25519"
ISSUER = "fuxue"
AUDIENCE = "fuxue"
OPERATOR = "operator"
"""Whoever holds the deployment's keys: a client id, and in `service:operator` a subject."""

LIFETIME_SECONDS = 15 * 60
"""The longest life of a token (architecture.md §6); a longer one is not believed."""

LEEWAY_SECONDS = 5
"""How far the clocks of two machines may be apart."""

REFETCH_SECONDS = 10.0
"""How often at most an unknown key id makes us ask for the keys again; a stranger's tokens must not make us ask more."""

KEYS_HELD_SECONDS = 300.0
"""How long a key is believed without asking again: a withdrawn key is forgotten after that."""

VERIFIED_HELD_SECONDS = 5.0
"""How long a verified token is not verified again; verifying costs about 0.2 ms."""

VERIFIED_HELD = 4096
LONGEST_TOKEN = 4096


class Verified(msgspec.Struct, frozen=True):
    """What a token says, once it is believed."""

    subject: str
    issued_at: float
    expires_at: float


class _Ed25519(EdDSAAlgorithm):
    """EdDSA with Ed25519 only. The name `EdDSA` stays, which today's verifiers know; RFC 9864 renames it, hence no warning."""

    security_warning = None  # type: ignore[assignment]  # the base model says `str | None`

    def check_key(self, key: Any) -> None:
        super().check_key(key)
        if key.curve_name != CURVE:
            raise UnsupportedAlgorithmError(f"only {CURVE} keys sign tokens")


class _OneAlgorithm(JWSRegistry):
    """A registry that knows one algorithm, so that no header can choose another."""

    _only = _Ed25519()

    def get_alg(self, name: str) -> Any:
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError("tokens are signed with EdDSA only")
        return self._only


_REGISTRY = _OneAlgorithm(algorithms=[ALGORITHM])


class TokenSigner:
    """Signs tokens with one private key; identity holds it, and while keys rotate, the one before."""

    def __init__(self, key: OKPKey, *, issuer: str = ISSUER, audience: str = AUDIENCE) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self.kid = key.thumbprint()

    @classmethod
    def generate(cls, *, issuer: str = ISSUER, audience: str = AUDIENCE) -> TokenSigner:
        """A signer with a new key."""
        return cls(OKPKey.generate_key(CURVE), issuer=issuer, audience=audience)

    @classmethod
    def from_pem(cls, pem: bytes, *, issuer: str = ISSUER, audience: str = AUDIENCE) -> TokenSigner:
        """A signer with the private key of a PEM file."""
        return cls(OKPKey.import_key(pem), issuer=issuer, audience=audience)

    def private_pem(self) -> bytes:
        """The private key, to be kept in a file of mode 0600 outside the database."""
        return self._key.as_pem(private=True)

    def public_key(self) -> dict[str, Any]:
        """The public key as a JWK."""
        return {**self._key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": ALGORITHM}

    def sign(self, subject: str, *, lifetime_seconds: int = LIFETIME_SECONDS, now: float | None = None) -> str:
        """A token for an officer's id or `service:<name>`."""
        issued = time.time() if now is None else now  # to the fraction: sessions end between two tokens of one second
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "iat": issued,
            "exp": int(issued) + min(lifetime_seconds, LIFETIME_SECONDS),
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self.kid}, claims, self._key, registry=_REGISTRY)


def key_set(*signers: TokenSigner) -> dict[str, Any]:
    """The JWKS of the signers, the one before among them while its tokens still live."""
    return {"keys": [signer.public_key() for signer in signers]}


class TokenVerifier:
    """Believes tokens that a published key has signed; `keys` fetches the JWKS and may raise any OSError or KeysUnavailable."""

    def __init__(
        self,
        keys: Callable[[], Mapping[str, Any]],
        *,
        issuer: str = ISSUER,
        audience: str = AUDIENCE,
        refetch_seconds: float = REFETCH_SECONDS,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = keys
        self._issuer = issuer
        self._audience = audience
        self._refetch_seconds = refetch_seconds
        self._wall = wall
        self._monotonic = monotonic
        self._keys: dict[str, OKPKey] = {}
        self._asked_at: float | None = None
        self._verified: OrderedDict[bytes, tuple[float, Verified]] = OrderedDict()
        self._lock = threading.Lock()
        self._keys_lock = threading.Lock()

    def verify(self, token: str) -> Verified:
        """Who the token is for; raises TokenExpired, TokenNotValid and KeysUnavailable."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise TokenNotValid
        digest = hashlib.sha256(token.encode()).digest()
        with self._lock:
            held = self._verified.get(digest)
        if held is not None and self._monotonic() < held[0]:
            self._check_alive(held[1])
            return held[1]
        verified = self._verify(token)
        with self._lock:
            self._verified[digest] = (self._monotonic() + VERIFIED_HELD_SECONDS, verified)
            while len(self._verified) > VERIFIED_HELD:
                self._verified.popitem(last=False)
        return verified

    def _verify(self, token: str) -> Verified:
        try:
            claims = jwt.decode(token, self._key_for, registry=_REGISTRY).claims
        except (JoseError, ValueError, TypeError):
            raise TokenNotValid from None
        subject, issued, expires = claims.get("sub"), claims.get("iat"), claims.get("exp")
        if claims.get("iss") != self._issuer or claims.get("aud") != self._audience:
            raise TokenNotValid
        if not isinstance(subject, str) or not subject or not _is_time(issued) or not _is_time(expires):
            raise TokenNotValid
        if expires - issued > LIFETIME_SECONDS or issued > self._wall() + LEEWAY_SECONDS:
            raise TokenNotValid
        verified = Verified(subject, issued, expires)
        self._check_alive(verified)
        return verified

    def _check_alive(self, verified: Verified) -> None:
        if self._wall() >= verified.expires_at + LEEWAY_SECONDS:
            raise TokenExpired

    def _key_for(self, token: Any) -> OKPKey:
        kid = token.headers().get("kid")
        if not isinstance(kid, str):
            raise TokenNotValid
        with self._keys_lock:
            if self._wanted(kid):
                self._fetch_keys()
            key = self._keys.get(kid)
        if key is None:
            raise TokenNotValid
        return key

    def _wanted(self, kid: str) -> bool:
        if self._asked_at is None:
            return True
        age = self._monotonic() - self._asked_at
        return age > KEYS_HELD_SECONDS or (kid not in self._keys and age >= self._refetch_seconds)

    def _fetch_keys(self) -> None:
        try:
            published = self._fetch()
        except (OSError, KeysUnavailable) as trouble:
            if not self._keys:
                raise KeysUnavailable("the keys that verify tokens cannot be fetched") from trouble
            log.warning("keys_not_fetched", trouble=type(trouble).__name__)  # known keys stay in force through an outage
        else:
            self._keys = {
                jwk["kid"]: OKPKey.import_key({name: jwk[name] for name in ("kty", "crv", "x")})
                for jwk in published["keys"]
                if jwk.get("kty") == "OKP" and jwk.get("crv") == CURVE and "kid" in jwk
            }
        self._asked_at = self._monotonic()


def _is_time(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**40
