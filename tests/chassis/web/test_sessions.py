"""Tokens whose session identity has ended: what a service makes of its own table."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.chassis.envelope import stamp
from services.chassis.storage.tables import ENDED_SESSIONS
from services.chassis.web.refusals import SessionEnded
from services.chassis.web.sessions import SESSIONS_HELD_SECONDS, EndedSessions
from services.chassis.web.tokens import LIFETIME_SECONDS, Verified
from tests.chassis.web.conftest import PRINCIPAL, TEACHER, Desk
from tests.scenario import NOW

ENDED = NOW.timestamp()


def end_sessions(desk: Desk, officer_id: str, seconds: float = 0.0) -> None:
    """Put the end of an officer's sessions into the service's table."""
    row = {"officer_id": officer_id, "ended_at": stamp(NOW + timedelta(seconds=seconds))}
    with desk.service.engine.begin() as connection:
        connection.execute(sa.delete(ENDED_SESSIONS).where(ENDED_SESSIONS.c.officer_id == officer_id))
        connection.execute(sa.insert(ENDED_SESSIONS), row)


def token(officer_id: str, seconds: float) -> Verified:
    """One that was issued so many seconds after the sessions ended."""
    return Verified(officer_id, ENDED + seconds, ENDED + seconds + LIFETIME_SECONDS)


def test_tokens_of_the_same_second_are_told_apart(desk: Desk) -> None:
    end_sessions(desk, TEACHER)
    sessions = EndedSessions(desk.service.engine)
    sessions.check(token(TEACHER, 0.001))
    sessions.check(token(TEACHER, 0))
    with pytest.raises(SessionEnded):
        sessions.check(token(TEACHER, -0.001))
    sessions.check(token(PRINCIPAL, -0.001))


def test_the_end_of_a_session_is_heard_within_a_second(desk: Desk) -> None:
    now = [0.0]
    sessions = EndedSessions(desk.service.engine, lambda: now[0])
    sessions.check(token(TEACHER, -1))
    end_sessions(desk, TEACHER)
    sessions.check(token(TEACHER, -1))
    now[0] += SESSIONS_HELD_SECONDS
    with pytest.raises(SessionEnded):
        sessions.check(token(TEACHER, -1))


def test_a_token_from_before_is_refused_with_a_problem_and_one_from_after_is_not(desk: Desk) -> None:
    before = desk.headers(TEACHER)
    end_sessions(desk, TEACHER, seconds=time.time() - ENDED + 1)
    refused = desk.client.get("/me", headers=before)
    assert (refused.status_code, refused.json["code"]) == (401, "session-ended")
    assert refused.content_type == "application/problem+json"
    assert desk.get("/me", who=PRINCIPAL).status_code == 200
