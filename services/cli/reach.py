"""Reaching a house: a deployed one at FUXUE_URL; else over HTTP where a process owns the data directory; else by owning it for
the length of one command."""

from __future__ import annotations

import os
import re
import ssl
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click
import httpx
import msgspec

from services.chassis.keys import Keys
from services.chassis.reactions import NotReached
from services.chassis.web.tokens import OPERATOR, TokenSigner
from services.cli.options import MOST_A_PAGE, OTHERWISE
from services.deployed.trust import CertificateNotBelieved, not_believed, trusting
from services.deployment import DEMO_ACCOUNTS, KEYS_DIRECTORY, deployment_in, owner_of

if TYPE_CHECKING:
    from services.embedded import House

CONNECT_SECONDS = 10.0
REQUEST_SECONDS = 310.0
"""Longer than the gateway waits for a service, so that it is the gateway who says that none answered."""

OPERATOR_SECONDS = 1810.0
"""The same of what only the operator does: rebuilding and sending again take as long as a log is."""

PATIENCE_SECONDS = 60.0
"""How long a command waits for what a served house does after its answer; then it shows how far that is."""

LOOK_AGAIN_SECONDS = 0.1
OPERATOR_TOKEN_SECONDS = 300
OTHER_LANGUAGE = {"zh": "en", "en": "zh"}
"""A refused question is asked once more, for whoever reads the other language; an act is never sent twice."""


BUSY_OTHERWISE = {
    "zh": "The house is busy, or part of it is away: try again shortly. Of a deployed one `operator doctor` tells which part.",
    "en": "系统繁忙，或其中一部分不可用，请稍后重试；部署的系统可用 operator doctor 查明是哪一部分。",
}
"""Below the house's own sentence where it can do nothing just now: an act is not sent twice to hear it in the other language."""


class OwnerGone(click.ClickException):
    """The process that owns the data did not answer."""


class Refused(click.ClickException):
    """The house refused; the sentence is the house's own."""


class Reach:
    """A house within reach, spoken to as one officer or as the operator."""

    def __init__(
        self, client: httpx.Client, data: Path, house: House | None, operator_token: Callable[[], str] | None = None
    ) -> None:
        self._client = client
        self._data = data
        self._operator_token = operator_token or self._signed_here
        self._login: str | None = None
        self.house = house

    def sign_in(self, login: str | None) -> None:
        """Speak as an officer; the password comes from FUXUE_PASSWORD, a demo's account list, or a prompt."""
        accounts = demo_accounts(self._data)
        login = login or os.environ.get("FUXUE_OFFICER") or next(iter(accounts), None)
        if login is None:
            raise click.UsageError("Name the officer you act for: --as LOGIN (or FUXUE_OFFICER). 请用 --as 指定登录名。")
        password = os.environ.get("FUXUE_PASSWORD") or accounts.get(login) or _asked(login)
        token = self.post("/identity/login", {"login": login, "password": password})["token"]
        self._client.headers["Authorization"] = f"Bearer {token}"
        self._login = login

    def as_operator(self) -> None:
        """Speak as the operator, who holds the deployment's keys and sees no child."""
        self._client.headers["Authorization"] = f"Bearer {self._operator_token()}"
        self._client.timeout = _waiting(OPERATOR_SECONDS)

    def _signed_here(self) -> str:
        signer = TokenSigner.from_pem(Keys(self._data / KEYS_DIRECTORY).token_pem)
        return signer.sign(f"service:{OPERATOR}", lifetime_seconds=OPERATOR_TOKEN_SECONDS)

    def get(self, path: str, **query: Any) -> Any:
        """A question; raises Refused with the house's own sentences, those of the other language below."""
        asked = {key: value for key, value in query.items() if value is not None}
        response = self._client.get(path, params=asked)
        again = None
        if response.is_client_error:
            language = OTHER_LANGUAGE[self._client.headers["Accept-Language"]]
            again = self._client.get(path, params=asked, headers={"Accept-Language": language})
        return self._answer(response, again)

    def whole(self, path: str, **query: Any) -> Any:
        """A list to its end, page after page, as one page."""
        answer = self.get(path, limit=MOST_A_PAGE, **query)
        while answer["next"] is not None:
            page = self.get(path, limit=MOST_A_PAGE, **{**query, "cursor": answer["next"]})
            answer = {**page, "items": answer["items"] + page["items"]}
        return answer

    def post(self, path: str, body: Any) -> Any:
        """An act, under a key of its own; raises Refused with the house's own sentence."""
        return self._answer(self._client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())}))

    def upload(self, path: str, file: Path, **form: str) -> Any:
        """Upload a file; the answer of a refused import is an answer, too."""
        with file.open("rb") as content:
            response = self._client.post(
                path,
                files={"file": (file.name, content)},
                data=form,
                headers={"Idempotency-Key": str(uuid4())},
            )
        return self._answer(response)

    def send_file(self, path: str, name: str, content: Any) -> Any:
        """Send a value as a JSON file, for what may be larger than a body."""
        return self._answer(self._client.post(path, files={name: (f"{name}.json", msgspec.json.encode(content))}))

    def wait(self, path: str, *, while_in: Sequence[str]) -> Any:
        """The answer of a page once its `status` is another: a served house works on by itself."""
        patience = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.settle()
            answer = self.get(path)
            if answer["status"] not in while_in or self.house is not None or time.monotonic() >= patience:
                return answer
            time.sleep(LOOK_AGAIN_SECONDS)

    def settle(self) -> None:
        """When this process is the house: let it come to rest before the command ends."""
        if self.house is not None:
            self.house.settle()

    def _answer(self, response: httpx.Response, again: httpx.Response | None = None) -> Any:
        """What was answered; `again` is the same refusal in the other language."""
        if response.is_success:
            return _body(response)
        told = "\n".join(_refusal(each) for each in (response, again) if each is not None)
        language = self._client.headers["Accept-Language"]
        if again is None and response.is_client_error:
            told += f"\n{OTHERWISE[language]}"
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            told += f"\n{BUSY_OTHERWISE[language]}"
        if response.status_code == httpx.codes.FORBIDDEN and self._login is not None:
            told += f"\n登录名 {self._login}，可用 --as 换人。 You act for {self._login}; choose another officer with --as."
        raise Refused(told)


def _client(url: str, headers: dict[str, str], *, verify: ssl.SSLContext | bool = True) -> httpx.Client:
    return httpx.Client(base_url=url, timeout=_waiting(REQUEST_SECONDS), headers=headers, verify=verify)


def _waiting(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=CONNECT_SECONDS)


def _body(response: httpx.Response) -> Any:
    content_type = response.headers.get("content-type", "")
    return msgspec.json.decode(response.content) if "json" in content_type and response.content else {}


def _refusal(response: httpx.Response) -> str:
    return problem_text(_body(response)) or f"{response.status_code} {response.reason_phrase}"


def _asked(login: str) -> str:
    """The password as somebody types it; raises UsageError where nobody can."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{login} 的密码请用环境变量 FUXUE_PASSWORD 给出。 Give the password of {login} in FUXUE_PASSWORD.")
    return str(click.prompt(f"{login} 的密码 password", hide_input=True))


ROW_FIELD = re.compile(r"rows\.(\d+)(?:\.(.+))?")
"""A place in a file: its row and, unless all of it is wrong, its column."""


def problem_text(problem: dict[str, Any]) -> str:
    """The sentences of a problem+json: what, then each complaint with its fields; of a bug the id that the log has, too."""
    told = str(problem.get("detail") or problem.get("title") or "")
    alike: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for error in problem.get("errors", ()):
        row, column = _place(str(error.get("field", "")))
        if error.get("message") != told:  # of a file that is no table at all the field says nothing else
            alike[row, str(error.get("message", ""))].append(column)
    lines = [told]
    lines += [f"  {', '.join(filter(None, (row, '、'.join(columns))))}: {said}" for (row, said), columns in alike.items()]
    if problem.get("status", 0) >= httpx.codes.INTERNAL_SERVER_ERROR:
        lines.append(f"  {problem.get('instance', '')}")
    return "\n".join(line for line in lines if line.strip())


def _place(field: str) -> tuple[str, str]:
    """The row of a file, if it is one, and the column or field."""
    in_file = ROW_FIELD.fullmatch(field)
    return ("", field) if in_file is None else (f"第 {in_file[1]} 行 row", in_file[2] or "")


def demo_accounts(data: Path) -> dict[str, str]:
    """The accounts of a demo deployment, most useful first; none elsewhere."""
    path = data / DEMO_ACCOUNTS
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str]) if path.exists() else {}


@contextmanager
def reach(data: Path, language: str) -> Iterator[Reach]:
    """The deployed house at FUXUE_URL, else the one on the data directory; raises NoSuchDeployment where there is none."""
    headers = {"Accept-Language": language, "Accept": "application/json"}
    if url := os.environ.get("FUXUE_URL"):
        with _deployed(url, headers, data) as reached:
            yield reached
        return
    deployment_in(data)
    owner = owner_of(data)
    if owner is not None:
        with _answering(owner.url), _client(owner.url, headers) as client:
            yield Reach(client, data, None)
        return
    from services.embedded import House

    house = House(data)
    try:
        with house.client() as client:
            client.headers.update(headers)
            yield Reach(client, data, house)
            house.settle()
    finally:
        house.stop()


@contextmanager
def _deployed(url: str, headers: dict[str, str], data: Path) -> Iterator[Reach]:
    """A house behind its gateway, whose certificate is checked against FUXUE_CA_FILE; the operator has a client secret."""
    from services.deployed.settings import environment
    from services.deployed.tokens import OwnToken

    read = environment()
    ca_file = read.optional("FUXUE_CA_FILE")
    verify = trusting(Path(ca_file) if ca_file else None)

    with ExitStack() as closing:

        @cache
        def own_token() -> OwnToken:
            token = OwnToken(url, OPERATOR, read.text("FUXUE_OPERATOR_SECRET"), ca_file=Path(ca_file) if ca_file else None)
            closing.callback(token.close)
            return token

        def operator_token() -> str:
            try:
                return own_token()()
            except CertificateNotBelieved as refused:
                raise OwnerGone(f"{refused.zh}\n{refused.en}") from refused
            except NotReached as refused:
                raise OwnerGone(f"{url} 未向运维人员签发令牌。\n{url} gave the operator no token: {refused}") from refused

        client = closing.enter_context(_client(url, headers, verify=verify))
        with _answering(url):
            yield Reach(client, data, None, operator_token)


@contextmanager
def _answering(url: str) -> Iterator[None]:
    """Raises OwnerGone where nobody answers at an address."""
    try:
        yield
    except httpx.TransportError as silence:
        if (why := not_believed(silence)) is not None:
            refused = CertificateNotBelieved(url, why)
            raise OwnerGone(f"{refused.zh}\n{refused.en}") from silence
        raise OwnerGone(f"{url} 没有应答，请稍后再试。\n{url} does not answer; try again later.") from silence
