"""What the truth expects of one child at the end of any played day, derived from its marks and acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.demo.checking.turns import Turn, aid_after
from services.demo.founding import PARENT
from services.demo.stage import Fact

PROTECT = "protect_returned"
SCHOOL_VISIT = "school_visit"

OWED = {"visit_due": ("record_school_visit", "record_visit"), "report_due": ("write_report",)}
"""What a school owes a child from the evening of its third missed day on, and what makes it good; the report the day after."""

OUTCOMES = {"complete_duty": "completed", "decline_duty": "declined", "return_duty": "open", "accept_decline": "excused"}
"""Acts that speak a word on a duty, and what it is after them."""

ANSWERED = frozenset({"completed", "excused"})


@dataclass(frozen=True)
class ExpectedDuty:
    """A duty by department and kind; `overdue` is nothing where the day does not say yet."""

    department: str
    kind: str
    outcome: str
    finding: str | None
    overdue: bool | None
    escalated: bool | None


@dataclass(frozen=True)
class Expected:
    """What the services must say; texts and alarms lie between two numbers, both included."""

    ledger: str
    moves: tuple[tuple[str, str], ...]
    case: str
    cause: str | None
    texts: Mapping[str, tuple[int, int]]
    duties: tuple[ExpectedDuty, ...]
    aid: str | None
    alarms: Mapping[str, tuple[int, int]]
    owed: frozenset[str]
    reporters: tuple[str, ...]
    visits: tuple[tuple[str, int], ...]
    parents: frozenset[str]
    turns: tuple[Turn, ...]


def expected_on(story: Fact, day: int, last_played_day: int) -> Expected:
    """What is expected at the end of school day `day`."""
    over = day >= last_played_day
    planted = story["expected"]
    moves = tuple((move["on"], move["ledger"]) for move in planted["moves"] if move["day"] <= day)
    turns = tuple((turn["on"], turn["turn"]) for turn in planted["turns"] if turn["day"] <= day)
    happened = _Happened(story, day)
    return Expected(
        ledger=moves[-1][1] if moves else "school_age",
        moves=moves,
        case=happened.case([ledger for _, ledger in moves]),
        cause=planted["cause"] if happened.act("record_cause") else None,
        texts={code: (least if over else 0, most) for code, (least, most) in planted["texts"].items()},
        duties=tuple(duty for each in planted["duties"] if (duty := happened.duty(each)) is not None),
        aid=aid_after(turns),
        alarms={kind: (count if over else 0, count) for kind, count in planted["alarms"].items()},
        owed=frozenset(kind for kind in OWED if planted["alarms"].get(kind) and happened.is_owed(kind)),
        reporters=tuple(happened.by("write_report")),
        visits=tuple(sorted(happened.visits())),
        parents=frozenset(login for login, since in parents_along(story).items() if since <= day),
        turns=tuple(sorted(turns)),
    )


def parents_along(story: Fact) -> dict[str, int]:
    """Representatives of the parents who go along on a visit, and from which day on they see the case by it."""
    visits = [act for act in story["acts"] if act["act"] == "record_visit"]
    seen = {login: act["day"] for act in reversed(visits) for login in act["visitors"]}
    return {login: day for login, day in seen.items() if login.startswith(PARENT)}


class _Happened:
    """What has happened of a story by the end of a day."""

    def __init__(self, story: Fact, day: int) -> None:
        self._acts = [act for act in story["acts"] if act["day"] <= day]
        self._day = day
        self._owed_from = next((act["day"] - 1 for act in story["acts"] if act["act"] == "write_report"), None)
        self._returned = next((act["day"] for act in self._acts if act["act"] == "confirm_return"), None)
        self._missed = [mark["day"] for mark in story["marks"] if mark["mark"] == "absent" and mark["day"] <= day]

    def act(self, name: str) -> bool:
        return any(act["act"] == name for act in self._acts)

    def by(self, name: str) -> list[str]:
        return [act["by"] for act in self._acts if act["act"] == name]

    def visits(self) -> Iterator[tuple[str, int]]:
        """The days of the visits, and how many went there together."""
        for act in self._acts:
            if act["act"] in ("record_visit", "record_school_visit"):
                yield act["on"], len({act["by"], *act["visitors"]})

    def is_owed(self, kind: str) -> bool:
        """Whether it has fallen due and is neither made good nor, with the child back, without reason."""
        since = self._owed_from
        made = (*OWED[kind], "confirm_return")
        if since is None or self._day < since or self._missed[-1] < self._day:
            return False
        return not any(act["act"] in made and act["day"] >= since for act in self._acts)

    @property
    def relapsed(self) -> bool:
        return self._returned is not None and any(day > self._returned for day in self._missed)

    def case(self, ledgers: list[str]) -> str:
        if self.act("approve_closing"):
            return "closed"
        if self._returned is not None:
            return "relapsed" if self.relapsed else "observed"
        if not ledgers:
            return "none"
        return {"dropout": "open", "suspected": "suspected", "school_age": "lifted"}[ledgers[-1]]

    def duty(self, planted: Fact) -> ExpectedDuty | None:
        """The duty as it stands, if it has been raised."""
        kind = planted["kind"]
        if kind == PROTECT:
            if self._returned is None:
                return None
            ended = self.act("approve_closing") or self.relapsed
            outcome = "withdrawn" if ended else "assigned"
            return ExpectedDuty(planted["department"], kind, outcome, finding=None, overdue=False, escalated=False)
        if not self.act("make_plan"):
            return None
        outcome, finding = self._answer(planted)
        answered = outcome in ANSWERED
        return ExpectedDuty(
            department=planted["department"],
            kind=kind,
            outcome=outcome,
            finding=finding,
            overdue=planted["overdue"] if answered else None,
            escalated=planted["escalated"] if answered else None,
        )

    def _answer(self, planted: Fact) -> tuple[str, str | None]:
        """What the last word on the duty was, and the finding that it gave."""
        if planted["kind"] == SCHOOL_VISIT:
            return ("completed", planted["finding"]) if self.act("record_visit") else ("open", None)
        outcome, finding = "open", None
        for act in self._acts:
            if act["act"] in OUTCOMES and (act["department"], act["kind"]) == (planted["department"], planted["kind"]):
                outcome, finding = OUTCOMES[act["act"]], act.get("finding")
        return outcome, finding
