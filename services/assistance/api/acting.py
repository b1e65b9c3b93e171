"""One act on one application in one turn: found, allowed, decided; the answer carries its new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.assistance.domain.application import APPLICATION, ApplicationCommand
from services.assistance.domain.errors import NoSuchApplication
from services.assistance.projections import APPLICATION_ROWS
from services.assistance.storage.rows import ApplicationRow
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.acting import Answered, act, expected_version
from services.chassis.web.caller import Caller, current_caller

May = Callable[[Caller, ApplicationRow], None]
OnApplication = Callable[[Turn, ApplicationRow], ApplicationCommand]


def act_on_application(own_id: str, may: May, command: OnApplication, **told: str) -> Any:
    """Execute the command for the application if the caller `may` act on it (else it raises); `told` is answered besides."""
    caller = current_caller()
    expected = expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        row: ApplicationRow | None = turn.row(APPLICATION_ROWS, own_id)
        if row is None:
            raise NoSuchApplication
        may(caller, row)
        turn.execute(command(turn, row), context, expected_version=expected)
        state, version = turn.state(APPLICATION, own_id)
        return Answered({"application_id": own_id, "status": state.status, **told}, etag=version)

    return act(acting)
