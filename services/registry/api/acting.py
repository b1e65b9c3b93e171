"""One act on one child in one turn, by whoever answers for it; the answer carries the child's new version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.acting import Answered, act, expected_version
from services.contracts.codes import Role
from services.registry.api.scope import pupil_of_caller
from services.registry.domain.pupil import PUPIL, PupilCommand

OnPupil = Callable[[Turn], PupilCommand]


def act_on_pupil(roles: Sequence[Role], pupil_id: str, command: OnPupil, *, status: int = 200, **told: str) -> Any:
    """Execute the command for a child that is the caller's in one of the roles; `told` is answered besides."""
    pupil_of_caller(roles, pupil_id)
    expected = expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        turn.execute(command(turn), context, expected_version=expected)
        state, version = turn.state(PUPIL, pupil_id)
        return Answered({"pupil_id": pupil_id, "ledger": state.ledger.value, **told}, etag=version)

    return act(acting, status=status)
