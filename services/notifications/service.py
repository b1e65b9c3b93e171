"""Notifications put together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from services.chassis.checkpoints import CHECKPOINT
from services.chassis.decider import Command
from services.chassis.envelope import Context, Envelope
from services.chassis.model import Model
from services.chassis.reactions import OutsideCall
from services.chassis.service import Foundation, Service
from services.chassis.turn import Turn
from services.contracts import assistance, casework, identity, notifications, registry
from services.contracts.catalogue import CATALOGUE
from services.contracts.identity_rows import COUNTY_PROJECTIONS
from services.contracts.notifications import NotificationReleased
from services.notifications.adapters.gateway import Gateway
from services.notifications.adapters.local_outbox import GatewayFaults, LocalOutbox
from services.notifications.adapters.people import People
from services.notifications.adapters.seeds import seed_commands, seeded_templates
from services.notifications.adapters.sender import Sender
from services.notifications.domain.notification import NOTIFICATION
from services.notifications.domain.releasing import ConfirmReason, ReleaseNotification
from services.notifications.domain.scheduling import ScheduleNotification
from services.notifications.domain.sending import RecordFailure, RecordUncertain
from services.notifications.domain.template import TEMPLATE
from services.notifications.domain.trouble import Trouble
from services.notifications.projections import PROJECTIONS
from services.notifications.reactions import REACTIONS, confirm_held, release_held, schedule_held

NAME = "notifications"
MIGRATIONS = Path(__file__).parent / "storage" / "migrations"
SEND_TRIES = 8
"""With the first wait of 30 s doubled each time, somebody is asked to call after an hour without registry or gateway."""

NO_FAULTS = GatewayFaults()


def model(send: OutsideCall) -> Model:
    """The pure part of the service around the one outside call it makes."""
    return Model(
        service=NAME,
        topic=notifications.TOPIC,
        listens_to=(identity.TOPIC, registry.TOPIC, casework.TOPIC, assistance.TOPIC),
        catalogue=CATALOGUE,
        aggregates=(TEMPLATE, NOTIFICATION, CHECKPOINT),
        projections=(*PROJECTIONS, *COUNTY_PROJECTIONS),
        reactions=REACTIONS,
        outside_calls=(send,),
        completions={ScheduleNotification: schedule_held, ConfirmReason: confirm_held, ReleaseNotification: release_held},
    )


def build(foundation: Foundation, people: People, gateway: Gateway | None = None, *, faults: GatewayFaults = NO_FAULTS) -> Service:
    """The service on its foundation; without a gateway it is the local outbox, which goes wrong only where `faults` say so."""

    def send(event: NotificationReleased, envelope: Envelope) -> Iterable[Command]:
        return sender.send(event, envelope)

    call = OutsideCall(
        event=NotificationReleased,
        kind="send_text",
        call=send,
        uncertain=lambda event: RecordUncertain(notification_id=event.notification_id),
        gave_up=lambda event: RecordFailure(notification_id=event.notification_id, reason=Trouble.GATEWAY_UNREACHABLE),
        deduplicates=LocalOutbox.deduplicates if gateway is None else gateway.deduplicates,
        tries=SEND_TRIES,
    )
    service = Service(model(call), foundation, migrations=MIGRATIONS)
    sender = Sender(service, people, gateway or LocalOutbox(service.turns, faults))
    _seed(service)
    return service


def _seed(service: Service) -> None:
    context = Context(actor=f"service:{NAME}")

    def seed(turn: Turn) -> None:
        for command in seed_commands(seeded_templates()):
            turn.execute(command, context)

    service.turns.run(seed)
