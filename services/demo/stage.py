"""The stage on which a demo is played: a county that is spoken to over HTTP, and whose business clock can be moved.

The player knows nothing else of a deployment; each way to run one brings its own stage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

import httpx

Fact = dict[str, Any]
"""A piece of the planted truth, or of an answer."""


class Refused(Exception):
    """The house refused what the truth did not plan to be refused; names the scene, the problem's code and its sentence."""

    def __init__(self, scene: str, code: str, sentence: str) -> None:
        self.scene = scene
        self.code = code
        self.sentence = sentence
        super().__init__(f"{scene}: {code}: {sentence}")


class Stage(Protocol):
    """A demo county within reach."""

    def client(self, login: str) -> httpx.Client:
        """A client signed in as an officer; it signs in again when its token grows old."""

    def sign_in(self, logins: Iterable[str]) -> None:
        """Sign in several officers at once, because their first passwords take time."""

    def officer_id(self, login: str) -> str:
        """The officer behind a login name."""

    def accounts(self) -> Mapping[str, str]:
        """The accounts whose passwords are known: login → password, the most useful first."""

    def break_gateway(self, *, dead: Iterable[str], silent: Iterable[str]) -> None:
        """Let the text gateway go wrong for guardians: dead numbers, and texts of which nobody knows whether they were sent."""

    def now(self) -> datetime:
        """The county's business time."""

    def moved_to(self) -> datetime:
        """Where the business clock was last moved to; from there to now the county has lived by itself."""

    def advance(self, instant: datetime) -> None:
        """Move the business clock to an instant, stopping at each timer that falls due before."""

    def together(self, acts: Iterable[Callable[[], None]]) -> None:
        """Let people act of whom none waits for another; raises what the first of those raises that went wrong."""

    def settle(self) -> None:
        """Come back when everything is done that could be done now."""


def answered(response: httpx.Response, scene: str) -> Any:
    """The body of an answer; raises Refused for a problem."""
    if response.is_success:
        return response.json() if response.content else {}
    problem = response.json() if "json" in response.headers.get("content-type", "") else {}
    fields = "; ".join(f"{error['field']}: {error['message']}" for error in problem.get("errors", ()))
    sentence = str(problem.get("detail", response.reason_phrase))
    raise Refused(scene, str(problem.get("code", response.status_code)), f"{sentence} {fields}".strip())
