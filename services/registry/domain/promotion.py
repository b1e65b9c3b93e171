"""What follows from a child's sessions: days counted, what falls due, suspicion and its end, a return lost and restored.

Of a child in the dropout ledger and not back roll calls are noted silently and set off nothing; being seen is a sign, the
return is the school's to confirm (casework). A return is lost when a school day closes with the child missing, not at the
session: whoever comes at noon, or was marked by mistake, keeps it.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.chassis.decider import Given
from services.contracts.codes import Ledger
from services.contracts.ids import EpisodeId
from services.contracts.registry import (
    AbsenceEnded,
    AbsentDaysRecounted,
    ContactFellDue,
    ReturnLost,
    ReturnRestored,
)
from services.registry.domain.absence import Run, Standing, last_seen, open_run
from services.registry.domain.dues import fallen_due
from services.registry.domain.ledgers import lifted, suspected
from services.registry.domain.policies import CONTACT_DUE_AFTER, SUSPECTED_BEYOND
from services.registry.domain.pupil_events import PupilEvent
from services.registry.domain.pupil_evolve import after, evolve
from services.registry.domain.pupil_state import PupilState

Change = Literal["missed", "attended", "withdrawn", "excused"]
"""What has just become known of a session."""


def settled(state: PupilState, first: PupilEvent, change: Change, on: date, given: Given) -> list[PupilEvent]:
    """The event, and all that follows from it by the rules; `on` is the day of the session that it tells of."""
    events: list[PupilEvent] = [first]
    state = evolve(state, first)
    if state.away:
        restored = _restored(state, change, on)
        events += restored
        state = after(state, restored)
    if state.away:
        return events
    run = open_run(state.facts)
    follows = _after_the_run(state, change, on, given) if run is None else _in_the_run(state, run, change, given)
    return events + follows


def _restored(state: PupilState, change: Change, on: date) -> list[PupilEvent]:
    """A return counts again once the day that broke it turns out not to have been missed."""
    if state.lost_on is None or state.lost_on != on or change not in ("withdrawn", "excused"):
        return []
    seen_before = {at: fact for at, fact in state.facts.items() if at[0] <= on}
    run = open_run(seen_before)
    if run is not None and on in run.missed_days:
        return []
    return [ReturnRestored(pupil_id=state.pupil_id, episode_id=state.episode, day=on)]


def _after_the_run(state: PupilState, change: Change, on: date, given: Given) -> list[PupilEvent]:
    """The child is no longer missing."""
    events: list[PupilEvent] = []
    reason: Literal["attended", "withdrawn", "excused"] = "attended" if change == "missed" else change
    if state.ledger is Ledger.SUSPECTED and (state.suspected_for == "absent" or reason == "attended"):
        events.append(lifted(state, reason, given))
    if state.told_run:
        seen = last_seen(state.facts)
        was_missing = any(fact.standing is Standing.ABSENT and fact.episode_id == state.episode_id for fact in state.facts.values())
        ended = "attended" if reason == "withdrawn" and was_missing else reason
        back_on = seen[0] if seen is not None and ended == "attended" else on
        events.append(AbsenceEnded(pupil_id=state.pupil_id, episode_id=state.episode, back_on=back_on, reason=ended))
    return events


def _in_the_run(state: PupilState, run: Run, change: Change, given: Given) -> list[PupilEvent]:
    """The child is missing: what its closed days ask for, and what they no longer do."""
    reopened = run.episode_id if not state.told_run and not state.in_case else None
    missed = [day for day in run.missed_days if day in state.closed]
    events = _asked(state, run, reopened or state.episode, missed, given)
    events += _moves(after(state, events), run, missed, change, given)
    return events + fallen_due(after(state, events), missed, given)


def _asked(state: PupilState, run: Run, episode: EpisodeId, missed: list[date], given: Given) -> list[PupilEvent]:
    """The count where it has changed, and the contact that so many days ask for."""
    count = len(missed)
    contact = bool(missed) and count >= given.value(CONTACT_DUE_AFTER)
    events: list[PupilEvent] = []
    if count != state.told_count or not state.told_run:
        recounted = AbsentDaysRecounted(
            pupil_id=state.pupil_id,
            episode_id=episode,
            count=count,
            last_on=missed[-1] if missed else None,
            contact_due=contact and state.told_contact,
        )
        events.append(recounted)
    reached = state.contacted_on is not None and state.contacted_on >= run.first_on
    if contact and not state.told_contact and not reached:
        fell_due = ContactFellDue(
            pupil_id=state.pupil_id,
            episode_id=episode,
            school_id=state.school_id,
            class_id=state.class_id,
            day=missed[-1],
        )
        events.append(fell_due)
    return events


def _moves(state: PupilState, run: Run, missed: list[date], change: Change, given: Given) -> list[PupilEvent]:
    """Where the count puts the child among the ledgers."""
    allowed = given.value(SUSPECTED_BEYOND)
    beyond = len(missed) > allowed
    if state.transfer is not None:
        return []
    if state.observed:
        return [ReturnLost(pupil_id=state.pupil_id, episode_id=state.episode, day=missed[-1])] if missed else []
    if state.ledger is Ledger.SCHOOL_AGE and beyond:
        # the day with which so many were missed, also where an earlier day's list came in last
        return [suspected(state, state.episode, "absent", missed[allowed], run.last_attended_on)]
    if state.is_suspected_for("absent") and not beyond and change != "missed":
        return [lifted(state, change, given)]
    return []
