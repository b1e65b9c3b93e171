"""Asks the running house about one child: each service for what it owns, oversight for the days on which it moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from services.demo.checking.observed import Observed, ObservedDuty
from services.demo.player.roll import Roll
from services.demo.stage import Fact, Stage, answered

LEAD = "bureau_lead"
"""Sees the whole county."""

STAGES = {"returned": "observed", "withdrawn": "lifted"}
"""Casework's stages that the truth calls otherwise; a relapsed case is an open one that says so."""

WENT = frozenset({"NotificationSent", "NotificationFailed", "NotificationUncertain"})
"""Events of texts that were given to the gateway, whatever it said."""

MOST = 200
"""Items a page may have."""

OPEN_DUTY = frozenset({"assigned", "acknowledged", "returned"})
STANDING = "protect_returned"

MOVES = {
    "PupilSuspected": ("suspected_on", "suspected"),
    "SuspicionLifted": ("lifted_on", "school_age"),
    "DropoutConfirmed": ("confirmed_on", "dropout"),
    "PupilStruckOff": ("struck_off_on", "school_age"),
}
"""Events that move a child between the ledgers: which fact is the day, and where to."""

ALARMS = {
    "DutyOverdue": "duty_overdue",
    "RelapseRaised": "relapse",
    "NotificationUncertain": "uncertain_text",
    "ContactUnreachable": "contact_unreachable",
}
"""Events that raise the alarms which the truth plants."""

NO_NUMBER = "no_number"
"""A guardian without any number is no news: nothing was tried."""


class Asking:
    """Questions of the bureau's lead."""

    def __init__(self, stage: Stage, roll: Roll) -> None:
        self._client = stage.client(LEAD)
        self.roll = roll

    def get(self, path: str, **query: Any) -> Any:
        """One question."""
        return answered(self._client.get(path, params=query), f"checking {path.split('/')[1]}")

    def child(self, story: Fact) -> Observed:
        """What the services say of the story's child."""
        pupil_id = self.roll.pupil_id(story["roll_number"])
        told = [_named(each) for each in self.get(f"/oversight/trace/{pupil_id}")["items"]]
        case = self._case(pupil_id)
        return Observed(
            ledger=self.get(f"/registry/pupils/{pupil_id}")["ledger"],
            moves=tuple(_moves(told)),
            case=_stage(case),
            cause=case["primary_cause"] if case else None,
            texts=self._texts(pupil_id, told),
            duties=tuple(_duty(each) for each in case["duties"]) if case else (),
            aid=self._aid(pupil_id),
            alarms=_alarms(told),
        )

    def total(self, ledger: str) -> int:
        """How many children stand in a ledger, story or not."""
        return int(self.get("/registry/ledger", ledger=ledger, limit=1)["total"])

    def silent(self, class_id: str, day: str, session: str) -> int:
        """Whether the class's list of the day is known to be missing."""
        page = self.get("/registry/roll-calls", day=day, session=session, status="missing", limit=MOST)
        return sum(1 for each in page["items"] if each["class_id"] == class_id)

    def silent_classes(self, day: str, session: str) -> int:
        """How many lists of the day are missing."""
        return int(self.get("/registry/roll-calls", day=day, session=session, status="missing", limit=1)["total"])

    def _case(self, pupil_id: str) -> Fact | None:
        cases = self.get("/casework/cases", pupil_id=pupil_id)["items"]
        found: Fact | None = self.get(f"/casework/cases/{cases[0]['case_id']}") if cases else None
        return found

    def _texts(self, pupil_id: str, told: Iterable[Fact]) -> dict[str, int]:
        went = {each["facts"]["notification_id"] for each in told if each["type"] in WENT}
        texts = self.get("/notifications/", pupil_id=pupil_id, limit=MOST)["items"]
        return dict(Counter(text["template"] for text in texts if text["notification_id"] in went))

    def _aid(self, pupil_id: str) -> str | None:
        """The one application that went on; drafts that nobody signed are not aid."""
        applications = self.get("/assistance/applications", pupil_id=pupil_id)["items"]
        decided = [each["status"] for each in applications if each["status"] in ("granted", "paused", "refused")]
        return decided[0] if decided else None


def _named(event: Fact) -> Fact:
    """The event by its name alone, without its service."""
    return {**event, "type": event["type"].rpartition(".")[2]}


def _moves(told: Iterable[Fact]) -> Iterator[tuple[str, str]]:
    moved = [(each, *MOVES[each["type"]]) for each in told if each["type"] in MOVES]
    for event, day, ledger in sorted(moved, key=lambda move: str(move[0]["recorded_at"])):
        yield event["facts"][day], ledger


def _alarms(told: Iterable[Fact]) -> dict[str, int]:
    raised = (each for each in told if each["type"] in ALARMS and each["facts"].get("reason") != NO_NUMBER)
    return dict(Counter(ALARMS[each["type"]] for each in raised))


def _stage(case: Fact | None) -> str:
    if case is None:
        return "none"
    stage = str(case["stage"])
    if stage == "open" and case["relapsed_on"] is not None:
        return "relapsed"
    return STAGES.get(stage, stage)


def _duty(duty: Fact) -> ObservedDuty:
    status = str(duty["status"])
    return ObservedDuty(
        department=duty["department"],
        kind=duty["kind"],
        outcome="open" if status in OPEN_DUTY and duty["kind"] != STANDING else status,
        finding=duty["finding"],
        overdue=duty["overdue_on"] is not None,
        escalated=duty["level"] > 0,
    )
