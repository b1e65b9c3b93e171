"""Tokens: only what identity has signed with Ed25519, for us, and for a short time, is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from services.chassis.web.refusals import KeysUnavailable, TokenExpired, TokenNotValid
from services.chassis.web.tokens import (
    KEYS_HELD_SECONDS,
    LEEWAY_SECONDS,
    LIFETIME_SECONDS,
    REFETCH_SECONDS,
    VERIFIED_HELD_SECONDS,
    TokenSigner,
    TokenVerifier,
    key_set,
)

NOW = 1_800_000_000.0


class Clocks:
    """Wall and monotonic time, moved together by a test."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class Published:
    """Identity's key set, and how often it was asked for."""

    def __init__(self, *signers: TokenSigner) -> None:
        self.signers = signers
        self.fetched = 0
        self.down = False

    def __call__(self) -> Mapping[str, Any]:
        self.fetched += 1
        if self.down:
            raise ConnectionError("identity does not answer")
        return key_set(*self.signers)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def signer() -> TokenSigner:
    return TokenSigner.generate()


def verifier(published: Callable[[], Mapping[str, Any]], clocks: Clocks) -> TokenVerifier:
    return TokenVerifier(published, wall=clocks, monotonic=clocks)


def part(thing: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(thing).encode()).decode().rstrip("=")


def claims_of(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=="))
    return claims


def signed(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    message = f"{part(header)}.{part(claims)}"
    return f"{message}.{base64.urlsafe_b64encode(sign(message.encode())).decode().rstrip('=')}"


def test_a_signed_token_names_its_subject(signer: TokenSigner, clocks: Clocks) -> None:
    token = signer.sign("officer-1", now=NOW)
    assert verifier(Published(signer), clocks).verify(token).subject == "officer-1"
    assert claims_of(token)["exp"] - claims_of(token)["iat"] == LIFETIME_SECONDS


def test_no_token_is_signed_for_longer_than_the_house_allows(signer: TokenSigner) -> None:
    claims = claims_of(signer.sign("officer-1", now=NOW, lifetime_seconds=10 * LIFETIME_SECONDS))
    assert claims["exp"] == NOW + LIFETIME_SECONDS


def test_an_expired_token_is_refused_also_while_it_is_held_as_verified(signer: TokenSigner, clocks: Clocks) -> None:
    believing = verifier(Published(signer), clocks)
    token = signer.sign("officer-1", now=NOW, lifetime_seconds=2)
    believing.verify(token)
    clocks.now += 2 + LEEWAY_SECONDS
    with pytest.raises(TokenExpired):
        believing.verify(token)
    with pytest.raises(TokenExpired):
        verifier(Published(signer), clocks).verify(token)


def test_a_token_verified_seconds_ago_costs_no_second_look_at_the_keys(signer: TokenSigner, clocks: Clocks) -> None:
    published = Published(signer)
    believing = verifier(published, clocks)
    token = signer.sign("officer-1", now=NOW)
    believing.verify(token)
    published.signers = ()
    clocks.now += VERIFIED_HELD_SECONDS / 2
    assert believing.verify(token).subject == "officer-1"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS512", "RS256", "ES256", "Ed448", "Ed25519"])
def test_the_header_cannot_choose_another_algorithm(signer: TokenSigner, clocks: Clocks, algorithm: str) -> None:
    """Also not HMAC with the public key as its secret, which everybody knows."""
    public = json.dumps(signer.public_key()).encode()
    forged = signed(
        {"alg": algorithm, "kid": signer.kid, "typ": "JWT"},
        claims_of(signer.sign("officer-1", now=NOW)),
        lambda message: b"" if algorithm == "none" else hmac.new(public, message, hashlib.sha256).digest(),
    )
    with pytest.raises(TokenNotValid):
        verifier(Published(signer), clocks).verify(forged)


def test_a_key_of_another_curve_is_not_among_the_keys(clocks: Clocks) -> None:
    ed448 = OKPKey.generate_key("Ed448")
    published = {"keys": [{**ed448.as_dict(private=False), "kid": "k"}]}
    token = signed({"alg": "EdDSA", "kid": "k"}, {"sub": "o"}, lambda message: ed448.get_op_key("sign").sign(message))
    with pytest.raises(TokenNotValid):
        verifier(lambda: published, clocks).verify(token)


def forgeries(signer: TokenSigner) -> dict[str, str]:
    good = signer.sign("officer-1", now=NOW)
    head, _, signature = good.split(".")
    stranger = TokenSigner.generate()
    key = signer._key.get_op_key("sign")
    names = {"alg": "EdDSA", "kid": signer.kid}

    def told(**changed: Any) -> str:
        said = {name: value for name, value in {**claims_of(good), **changed}.items() if value is not None}
        return signed(names, said, key.sign)

    return {
        "another claim under the old signature": f"{head}.{part({**claims_of(good), 'sub': 'officer-2'})}.{signature}",
        "a stranger's signature under our key id": signed(names, claims_of(good), stranger._key.get_op_key("sign").sign),
        "no key id": signed({"alg": "EdDSA"}, claims_of(good), key.sign),
        "a key id that is no text": signed({"alg": "EdDSA", "kid": 7}, claims_of(good), key.sign),
        "a critical header": signed({**names, "crit": ["x"], "x": 1}, claims_of(good), key.sign),
        "another issuer": told(iss="elsewhere"),
        "another audience": told(aud="elsewhere"),
        "no subject": told(sub=None),
        "an empty subject": told(sub=""),
        "a subject that is no text": told(sub=7),
        "no expiry": told(exp=None),
        "an expiry that is text": told(exp="soon"),
        "an infinite expiry": told(exp=1e300),
        "a life beyond fifteen minutes": told(exp=NOW + 2 * LIFETIME_SECONDS),
        "from the future": told(iat=NOW + 60, exp=NOW + 120),
        "claims that are a list": signed(names, [1], key.sign),
        "one part": "abc",
        "empty": "",
        "not base64": "ä.ö.ü",
        "too long": "a" * 5000,
        "five parts": f"{good}.a.b",
    }


@pytest.mark.parametrize("how", sorted(forgeries(TokenSigner.generate())))
def test_a_forged_token_is_not_valid(signer: TokenSigner, clocks: Clocks, how: str) -> None:
    with pytest.raises(TokenNotValid):
        verifier(Published(signer), clocks).verify(forgeries(signer)[how])


def test_a_new_key_is_fetched_when_its_first_token_comes(signer: TokenSigner, clocks: Clocks) -> None:
    published = Published(signer)
    believing = verifier(published, clocks)
    believing.verify(signer.sign("officer-1", now=NOW))
    new = TokenSigner.generate()
    published.signers = (new, signer)
    clocks.now += REFETCH_SECONDS
    assert believing.verify(new.sign("officer-2", now=NOW)).subject == "officer-2"
    assert believing.verify(signer.sign("officer-3", now=NOW)).subject == "officer-3"
    assert published.fetched == 2


def test_tokens_with_made_up_key_ids_make_us_ask_only_now_and_then(signer: TokenSigner, clocks: Clocks) -> None:
    published = Published(signer)
    believing = verifier(published, clocks)
    for _ in range(50):
        clocks.now += REFETCH_SECONDS / 100
        with pytest.raises(TokenNotValid):
            believing.verify(TokenSigner.generate().sign("officer-1", now=NOW))
    assert published.fetched == 1


def test_a_withdrawn_key_is_forgotten(signer: TokenSigner, clocks: Clocks) -> None:
    published = Published(signer)
    believing = verifier(published, clocks)
    believing.verify(signer.sign("officer-1", now=NOW))
    published.signers = (TokenSigner.generate(),)
    clocks.now += KEYS_HELD_SECONDS + 1
    with pytest.raises(TokenNotValid):
        believing.verify(signer.sign("officer-1", now=clocks.now))


def test_without_keys_nobody_is_turned_away_for_good(signer: TokenSigner, clocks: Clocks) -> None:
    published = Published(signer)
    published.down = True
    believing = verifier(published, clocks)
    with pytest.raises(KeysUnavailable):
        believing.verify(signer.sign("officer-1", now=NOW))
    published.down = False
    assert believing.verify(signer.sign("officer-1", now=NOW)).subject == "officer-1"


def test_a_short_outage_of_identity_leaves_known_keys_in_force(signer: TokenSigner, clocks: Clocks) -> None:
    published = Published(signer)
    believing = verifier(published, clocks)
    believing.verify(signer.sign("officer-1", now=NOW))
    published.down = True
    clocks.now += KEYS_HELD_SECONDS + 1
    assert believing.verify(signer.sign("officer-1", now=clocks.now)).subject == "officer-1"


def test_a_signer_survives_its_file(signer: TokenSigner, clocks: Clocks) -> None:
    again = TokenSigner.from_pem(signer.private_pem())
    assert again.kid == signer.kid
    assert verifier(Published(signer), clocks).verify(again.sign("officer-1", now=NOW)).subject == "officer-1"


def test_what_is_published_holds_no_private_part(signer: TokenSigner) -> None:
    assert set(key_set(signer)["keys"][0]) == {"kty", "crv", "x", "kid", "use", "alg"}
