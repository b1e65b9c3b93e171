"""Asks the running house about the children: each service for what it owns, oversight for the days on which they moved.

Lists are read whole, once; a child's own trace and case only where something came of its absence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from services.demo.checking.expected import parents_along
from services.demo.checking.observed import Listed, Observed, ObservedDuty
from services.demo.checking.turns import turns_of
from services.demo.player.roll import Roll
from services.demo.stage import Fact, Stage, answered

LEAD = "bureau_lead"
"""Sees the whole county."""

MOST = 200
"""Items a page may have."""

STAGES = {"returned": "observed", "withdrawn": "lifted"}
"""Casework's stages that the truth calls otherwise; a relapsed case is an open one that says so."""

WENT = frozenset({"sent", "failed", "uncertain", "not_sent"})
"""Texts in these states were given to the gateway, whatever it said."""

PLAIN = frozenset({"sent", "cancelled", "to_call"})
"""Texts in these states raised no alarm by themselves."""

OPEN_DUTY = frozenset({"assigned", "acknowledged", "returned"})
STANDING = "protect_returned"
DECIDED = frozenset({"granted", "paused", "refused"})
"""An application in another state is not decided; a draft that nobody signed is no aid."""

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
    "SchoolVisitFellDue": "visit_due",
    "AbsenceReportFellDue": "report_due",
}
"""Events that raise the alarms which the truth plants."""

NO_NUMBER = "no_number"
"""A guardian without any number is no news: nothing was tried."""

LEDGERS = ("suspected", "dropout")

OWED = ("visit_due", "report_due")
"""Alarms of the registry: what a school owes a missing child."""


class Asking:
    """Questions of the bureau's lead, about the county as it stands when they are begun."""

    def __init__(self, stage: Stage, roll: Roll) -> None:
        self._stage = stage
        self._client = stage.client(LEAD)
        self.roll = roll
        self.standing = {each["pupil_id"]: name for name in LEDGERS for each in self._all("/registry/ledger", ledger=name)}
        self.left = {each["pupil_id"] for each in self._all("/registry/ledger", ledger="struck_off")}
        self._owed = {kind: {each["pupil_id"] for each in self._all("/registry/alarms", kind=kind)} for kind in OWED}
        self._reports = _by_child(self._all("/registry/reports"))
        self._cases = _by_child(self._all("/casework/cases"))
        self._texts = _by_child(self._all("/notifications/"))
        self._harmed = {each["pupil_id"] for each in self._all("/casework/mandatory-reports")}
        self._aid = _by_child(self._all("/assistance/applications"))

    def child(self, story: Fact) -> Observed:
        """What the services say of the story's child."""
        pupil_id = self.roll.pupil_id(story["roll_number"])
        case = self._case(pupil_id)
        told = self._told(pupil_id) if case or self._has_a_trace(pupil_id) else []
        decided = [each["status"] for each in self._aid[pupil_id] if each["status"] in DECIDED]
        return Observed(
            ledger=self.standing.get(pupil_id, "school_age"),
            moves=tuple(_moves(told)),
            case=_stage(case),
            cause=case["primary_cause"] if case else None,
            texts=dict(Counter(text["template"] for text in self._texts[pupil_id] if _went(text))),
            duties=tuple(_duty(each) for each in case["duties"]) if case else (),
            aid=decided[0] if decided else None,
            alarms=_alarms(told),
            owed=frozenset(kind for kind, children in self._owed.items() if pupil_id in children),
            reporters=tuple(self._named(story, each["by_officer_id"]) for each in self._reports[pupil_id]),
            visits=tuple(sorted(_visits(told))),
            parents=frozenset(login for login in parents_along(story) if self._sees(login, pupil_id)),
            turns=tuple(sorted(turns_of(told))),
        )

    def lists(self, day: str, session: str) -> dict[str, Listed]:
        """The lists of a session that are expected or have come, by class."""
        found = self._all("/registry/roll-calls", day=day, session=session)
        return {each["class_id"]: _listed(each) for each in found if each["expected"] or each["status"] == "taken"}

    def silent_classes(self) -> Counter[str]:
        """How many lists of each class are alarms, because nobody has sent them."""
        return Counter(each["class_id"] for each in self._all("/registry/alarms", kind="roll_call_missing"))

    def _named(self, story: Fact, officer_id: str) -> str:
        """The login under which the story knows an officer; else the id."""
        logins = {act["by"] for act in story["acts"]}
        return next((login for login in logins if self._stage.officer_id(login) == officer_id), officer_id)

    def _sees(self, login: str, pupil_id: str) -> bool:
        """Whether an officer is shown a case of the child."""
        asked = self._stage.client(login).get("/casework/cases", params={"pupil_id": pupil_id})
        return bool(answered(asked, "checking casework")["items"])

    def _case(self, pupil_id: str) -> Fact | None:
        cases = self._cases[pupil_id]
        found: Fact | None = self._get(f"/casework/cases/{cases[0]['case_id']}") if cases else None
        return found

    def _told(self, pupil_id: str) -> list[Fact]:
        """What oversight tells of the child; events by their names alone."""
        told = self._get(f"/oversight/trace/{pupil_id}")["items"]
        return [{**each, "type": each["type"].rpartition(".")[2]} for each in told]

    def _has_a_trace(self, pupil_id: str) -> bool:
        """Whether something came of its absence without a case: a head of the school reports and goes there before there is one."""
        return pupil_id in self._harmed or bool(self._reports[pupil_id]) or self._went_astray(pupil_id)

    def _went_astray(self, pupil_id: str) -> bool:
        return any(
            text["status"] not in PLAIN or text["decision"] is not None or text["call_result"] is not None or _failed_before(text)
            for text in self._texts[pupil_id]
        )

    def _all(self, path: str, **query: Any) -> Iterator[Fact]:
        cursor = None
        while True:
            page = self._get(path, **query, limit=MOST, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _get(self, path: str, **query: Any) -> Any:
        return answered(self._client.get(path, params=query), f"checking {path.split('/')[1]}")


def _by_child(items: Iterable[Fact]) -> defaultdict[str, list[Fact]]:
    of_child: defaultdict[str, list[Fact]] = defaultdict(list)
    for item in items:
        of_child[item["pupil_id"]].append(item)
    return of_child


def _listed(listed: Fact) -> Listed:
    late = bool(listed["stale"])
    return Listed(listed["status"], listed["absent"] or 0, listed["excused"] or 0, late=late)


def _went(text: Fact) -> bool:
    return text["status"] in WENT or _failed_before(text)


def _failed_before(text: Fact) -> bool:
    """A text that failed becomes a call, which may be cancelled in the end; a call from the first was never a text."""
    return text["call_reason"] is not None and text["template_version"] is not None


def _moves(told: Iterable[Fact]) -> Iterator[tuple[str, str]]:
    moved = [(each, *MOVES[each["type"]]) for each in told if each["type"] in MOVES]
    for event, day, ledger in sorted(moved, key=lambda move: str(move[0]["recorded_at"])):
        yield event["facts"][day], ledger


def _visits(told: Iterable[Fact]) -> Iterator[tuple[str, int]]:
    """The days of the visits, and how many went there together."""
    for each in told:
        facts = each["facts"]
        if each["type"] == "SchoolVisitRecorded":
            yield facts["visited_on"], facts["visitors"]
        elif each["type"] == "VisitRecorded":
            yield facts["visited_on"], 1 + facts.get("accompanied_by", 0)


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
