"""What is told of an event to whom, and who is said to have done it."""

from __future__ import annotations

import msgspec

from services.oversight.domain.actors import Actors, Office
from services.oversight.domain.chain import Placed, TracedEvent
from services.oversight.domain.telling import Sight, as_if_no_cause_were_recorded, told

CAUSE = {"case_id": "case-1", "pupil_id": "pupil-1", "primary": "early_marriage", "spell": 1}
DUTY = {"duty_id": "duty-1", "pupil_id": "pupil-1", "cause": "religion", "number": "D2026-0001", "department": "health"}
NOBODY = Actors({}, {})


def event(event_type: str, facts: dict[str, str | int | bool | None], actor: str = "service:casework") -> Placed:
    happened = TracedEvent(
        event_id="event-1",
        stream_id="case-1",
        version=1,
        service="casework",
        type=event_type,
        partition_key="pupil-1",
        actor=actor,
        on_behalf_of=None,
        occurred_at="2026-09-07T17:00:00.000000Z",
        recorded_at="2026-09-07T17:00:00.000000Z",
        correlation_id="episode-1",
        causation_id="event-0",
        facts=facts,
    )
    return Placed(depth=0, event=happened, caused_by=None)


def test_who_sees_the_whole_is_told_every_fact() -> None:
    item = told(event("casework.CauseRecorded", CAUSE), NOBODY, Sight())
    assert item["facts"] == CAUSE
    assert item["en"] == "The cause was recorded: early marriage or childbirth"


def test_an_escalation_names_the_leader_who_was_told_but_not_to_a_department() -> None:
    escalated = event("casework.DutyEscalated", {"to_role": "bureau_lead", "level": 1, "to_officer_id": "lead"})
    actors = Actors({"lead": "王局长"}, {})
    assert told(escalated, actors, Sight())["told_to"]["name"] == "王局长"
    assert told(escalated, actors, Sight(confined_to=frozenset({"duty-1"})))["told_to"] is None


def chain(*events: tuple[str, str, str, str]) -> list[TracedEvent]:
    """Events by id, type, child and cause."""
    return [
        msgspec.structs.replace(
            event(event_type, {}).event,
            event_id=event_id,
            service=event_type.partition(".")[0],
            partition_key=pupil,
            causation_id=cause,
        )
        for event_id, event_type, pupil, cause in events
    ]


def test_a_hidden_cause_takes_along_plan_duties_aid_and_all_that_followed_of_that_child_only() -> None:
    events = chain(
        ("e1", "casework.CaseOpened", "pupil-1", ""),
        ("e2", "casework.CauseRecorded", "pupil-1", ""),
        ("e3", "casework.DutyAssigned", "pupil-1", "e2"),
        ("e4", "casework.PlanMade", "pupil-1", ""),
        ("e5", "assistance.AidGranted", "pupil-1", ""),
        ("e6", "notifications.NotificationScheduled", "pupil-1", "e5"),
        ("e7", "notifications.NotificationSent", "pupil-1", "e6"),
        ("e8", "casework.VisitRecorded", "pupil-1", ""),
        ("e9", "casework.CauseRecorded", "pupil-2", ""),
    )
    left = as_if_no_cause_were_recorded(events, {"pupil-1"})
    assert [each.event_id for each in left] == ["e1", "e8", "e9"]
    assert as_if_no_cause_were_recorded(events, ()) == events


def test_a_department_is_told_neither_child_nor_cause_of_its_duty() -> None:
    item = told(event("casework.DutyAssigned", DUTY), NOBODY, Sight(confined_to=frozenset({"duty-1"})))
    assert item["facts"] == {"duty_id": "duty-1", "number": "D2026-0001", "department": "health"}


def test_an_officer_is_shown_with_the_offices_of_that_day_in_the_county() -> None:
    before = Office("principal", "school-1", "一中", "No. 1", "2025-09-01", "2026-09-07")
    since = Office("bureau_clerk", "bureau", "教育局", "Bureau", "2026-09-08", None)
    actors = Actors({"officer-1": "invented"}, {"officer-1": [before, since]})
    who = told(event("casework.CauseRecorded", CAUSE, actor="officer-1"), actors, Sight())["who"]
    assert (who["name"], [office["role"] for office in who["offices"]]) == ("invented", ["bureau_clerk"])


def test_a_service_is_shown_by_its_name() -> None:
    who = told(event("casework.CauseRecorded", CAUSE), NOBODY, Sight())["who"]
    assert (who["service"], who["officer_id"], who["offices"]) == ("casework", None, [])
