"""One act on one text in one turn, by whoever it is of; the answer carries its new version."""

from __future__ import annotations

from typing import Any

from services.chassis.envelope import Context
from services.chassis.turn import Turn
from services.chassis.web.acting import Answered, act, expected_version
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import current_service
from services.contracts.ids import NotificationId
from services.notifications import queries
from services.notifications.api.scope import ACTORS, scope_of
from services.notifications.domain.errors import NoSuchNotification
from services.notifications.domain.notification import NOTIFICATION, NotificationCommand


def act_on_text(command: NotificationCommand, notification_id: NotificationId) -> Any:
    """Execute the command about a text of the caller's scope; raises NoSuchNotification for others."""
    scope, engine = scope_of(current_caller(), ACTORS), current_service().engine
    expected = expected_version(required=False)

    def acting(turn: Turn, context: Context) -> Answered:
        if queries.notification_in(engine, notification_id, scope) is None:
            raise NoSuchNotification
        turn.execute(command, context, expected_version=expected)
        state, version = turn.state(NOTIFICATION, notification_id)
        return Answered({"notification_id": notification_id, "status": state.status}, etag=version)

    return act(acting)
