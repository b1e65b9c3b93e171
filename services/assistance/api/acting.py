"""One act on one application in one turn: found, allowed, decided; the answer carries its new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from services.assistance.api.scope import for_oneself
from services.assistance.domain.application import APPLICATION, ApplicationCommand
from services.assistance.domain.errors import NoSuchApplication
from services.assistance.projections import APPLICATION_ROWS
from services.assistance.storage.rows import ApplicationRow
from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.acting import Answered, act, expected_version
from services.chassis.web.caller import Caller, current_caller
from services.contracts.ids import SchoolId

May = Callable[[Turn, Caller, ApplicationRow], None]
OnBehalfOf = Callable[[Turn, Caller, SchoolId], str | None]
OnApplication = Callable[[Turn, ApplicationRow], ApplicationCommand]


def act_on_application(
    own_id: str, may: May, command: OnApplication, *, on_behalf_of: OnBehalfOf = for_oneself, **told: str
) -> Any:
    """Execute the command for the application if the caller `may` act on it (else it raises); `told` is answered besides.

    In whose place the caller acts says `on_behalf_of`.
    """
    caller = current_caller()
    expected = expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        row: ApplicationRow | None = turn.row(APPLICATION_ROWS, own_id)
        if row is None:
            raise NoSuchApplication
        may(turn, caller, row)
        context = replace(context, on_behalf_of=on_behalf_of(turn, caller, row.school_id))
        turn.execute(command(turn, row), context, expected_version=expected)
        state, version = turn.state(APPLICATION, own_id)
        return Answered({"application_id": own_id, "status": state.status, **told}, etag=version)

    return act(acting)
