"""A service's own token is asked for with its secret and renewed in time; keys come from identity over HTTP."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx
import pytest

from services.chassis.reactions import NotReached
from services.chassis.web.refusals import KeysUnavailable
from services.deployed.tokens import OwnToken, PublishedKeys
from services.deployed.trust import CertificateNotBelieved
from tests.deployed.listener import authority, imported, issue, listening

URL = "http://identity"


class Identity:
    """Answers as identity does, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.status = 200

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.status != httpx.codes.OK:
            return httpx.Response(self.status)
        if request.url.path == "/identity/keys":
            return httpx.Response(200, json={"keys": []})
        return httpx.Response(200, json={"access_token": f"token-{len(self.asked)}", "token_type": "Bearer", "expires_in": 900})


def test_a_token_is_kept_for_half_of_its_life() -> None:
    identity, now = Identity(), [0.0]
    token = OwnToken(URL, "notifications", "s3cret", monotonic=lambda: now[0], transport=identity.transport())
    assert [token(), token()] == ["token-1", "token-1"]
    now[0] = 451.0
    assert token() == "token-2"
    asked = identity.asked[0]
    assert asked.headers["Authorization"] == f"Basic {base64.b64encode(b'notifications:s3cret').decode()}"
    assert asked.content == b"grant_type=client_credentials"


def test_no_token_is_told_so_that_the_work_is_tried_again() -> None:
    identity = Identity()
    identity.status = 401
    token = OwnToken(URL, "notifications", "wrong", transport=identity.transport())
    with pytest.raises(NotReached):
        token()


@pytest.mark.parametrize("names", [("127.0.0.1",), ("elsewhere.example",)])
def test_a_certificate_that_is_not_believed_is_named_and_what_to_do(tmp_path: Path, names: tuple[str, ...]) -> None:
    trusted = authority(tmp_path)
    shown = imported(tmp_path, *names) if "127.0.0.1" in names else issue(tmp_path, *names)
    with listening(*shown) as port:
        token = OwnToken(f"https://127.0.0.1:{port}", "operator", "s3cret", ca_file=trusted)
        with pytest.raises(CertificateNotBelieved, match=r"shows a certificate that is not believed \(.+\).*FUXUE_CA_FILE"):
            token()
        token.close()


def test_keys_that_do_not_come_are_told() -> None:
    identity = Identity()
    keys = PublishedKeys(URL, transport=identity.transport())
    assert keys() == {"keys": []}
    identity.status = 502
    with pytest.raises(KeysUnavailable):
        keys()
