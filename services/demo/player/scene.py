"""One act of a story while it is played: who does it, what they look up, and the requests that it makes.

Every request has a key that follows from the county's seed and the act, so that an act played again is answered from what
the house kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.chassis.decider import derived_id
from services.demo.player.roll import Roll
from services.demo.stage import Fact, Stage, answered

KEY = "Idempotency-Key"
FOR_WHOM = "On-Behalf-Of"


@dataclass
class Scene:
    """A story's act on the stage."""

    stage: Stage
    roll: Roll
    seed: int
    story: Fact
    place: int
    asked: int = 0

    @property
    def act(self) -> Fact:
        """The act's facts."""
        fact: Fact = self.story["acts"][self.place]
        return fact

    @property
    def name(self) -> str:
        """How errors call it: story, act and day; never the child."""
        return f"{self.story['id']}/{self.act['act']} on day {self.act['day']}"

    @property
    def on(self) -> date:
        """The day of the act."""
        return date.fromisoformat(self.act["on"])

    @property
    def pupil_id(self) -> str:
        """The child of the story."""
        return self.roll.pupil_id(self.story["roll_number"])

    def guardian_id(self, which: str) -> str:
        """`guardian_1` is the first of the roster."""
        place = int(which.removeprefix("guardian_")) - 1
        return str(self.roll.guardians(self.story["roll_number"])[place]["guardian_id"])

    def school_day(self, number: int) -> str:
        """The date of a school day."""
        return self.roll.school_day(number)

    def officer_id(self, login: str) -> str:
        """An officer by login name."""
        return self.stage.officer_id(login)

    @property
    def _for_whom(self) -> dict[str, str]:
        """The header of a substitute, who says for whom they act."""
        absent = self.act.get("on_behalf_of")
        return {} if absent is None else {FOR_WHOM: self.officer_id(absent)}

    def ask(self, path: str, *, by: str | None = None, **query: Any) -> Any:
        """A question of the acting officer."""
        named = {key: value for key, value in query.items() if value is not None}
        return answered(self.stage.client(by or self.act["by"]).get(path, params=named, headers=self._for_whom), self.name)

    def version_of(self, path: str) -> str:
        """The ETag of what the acting officer has before them."""
        response = self.stage.client(self.act["by"]).get(path, headers=self._for_whom)
        answered(response, self.name)
        return response.headers["ETag"]

    def do(self, path: str, body: Fact, *, by: str | None = None, etag: str | None = None) -> Any:
        """What the officer does; nothing that is missing is sent."""
        self.asked += 1
        parts = (str(self.seed), str(self.act["day"]), self.story["id"], str(self.place), str(self.asked))
        headers = {KEY: derived_id("demo", *parts), **self._for_whom}
        if etag is not None:
            headers["If-Match"] = etag
        sent = {key: value for key, value in body.items() if value is not None}
        return answered(self.stage.client(by or self.act["by"]).post(path, json=sent, headers=headers), self.name)
