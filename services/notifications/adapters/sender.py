"""Sends one released text: whom it goes to is asked, the text made, given to the gateway and forgotten, all in memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.chassis.decider import Command, Given
from services.chassis.envelope import Envelope
from services.chassis.reactions import NotReached, NotYet
from services.chassis.service import Service
from services.contracts.ids import GuardianId, NotificationId
from services.contracts.notifications import NotificationReleased
from services.notifications import queries
from services.notifications.adapters.gateway import Gateway, NumberDead, TextMessage, TextRefused, Unanswered
from services.notifications.adapters.people import NAME, PHONE, People, Recipient, RegistryRefused
from services.notifications.adapters.segments import segments
from services.notifications.domain.notification_state import Status
from services.notifications.domain.releasing import MissMoment
from services.notifications.domain.sending import RecordFailure, RecordSent, RecordUncertain
from services.notifications.domain.texts import Composed, Facts, TemplateText, compose, limits
from services.notifications.domain.trouble import Trouble
from services.notifications.storage.rows import HouseholdRow, NotificationRow

DIGEST_SUITE = "hmac-sha256"
DIGEST_FIELD = "notification-text"
"""The subkey under which the digest of a text is made."""

LOOKED_AT_AGAIN = timedelta(hours=1)
"""When a held text is looked at again whose release names no end."""


class CannotGo(Exception):
    """The text cannot go, and nothing has reached the gateway."""

    def __init__(self, reason: Trouble) -> None:
        self.reason = reason
        super().__init__(reason)


class Sender:
    """What the worker calls for each `NotificationReleased`."""

    def __init__(self, service: Service, people: People, gateway: Gateway) -> None:
        self._service = service
        self._people = people
        self._gateway = gateway

    def send(self, event: NotificationReleased, envelope: Envelope) -> Iterable[Command]:
        """Send it unless it was cancelled meanwhile, or its hours are over.

        Answers the command that records the result.

        Raises NotYet where nothing may go to the guardian since it was released: it is left as it is until its hours are over.
        Raises NotReached, and whatever the gateway raises that leaves the result open.
        """
        engine = self._service.engine
        row = queries.notification(engine, event.notification_id)
        if row is None or row.status is not Status.RELEASED:
            return []
        now = self._service.clock.now()
        if event.until is not None and now >= event.until:
            return [MissMoment(notification_id=event.notification_id)]
        if queries.is_held(engine, row.pupil_id, event.guardian_id):
            raise NotYet(event.until or now + LOOKED_AT_AGAIN)
        try:
            recipient, composed = self._compose(row, event, now)
            message = self._message(event, envelope.event_id, recipient, composed)
            receipt = self._gateway.send(message)
        except CannotGo as trouble:
            return [_failure(event.notification_id, trouble.reason)]
        except RegistryRefused:
            return [_failure(event.notification_id, Trouble.NOT_PERMITTED)]
        except NumberDead:
            return [_failure(event.notification_id, Trouble.DEAD_NUMBER)]
        except TextRefused:
            return [_failure(event.notification_id, Trouble.GATEWAY_REFUSED)]
        except Unanswered:
            return [RecordUncertain(notification_id=event.notification_id)]
        return [
            RecordSent(
                notification_id=event.notification_id,
                language=message.language,
                segments=message.segments,
                digest=message.digest,
                gateway=self._gateway.name,
                receipt=receipt,
                named=message.named,
                record_version=recipient.record_version,
            )
        ]

    def _compose(self, row: NotificationRow, event: NotificationReleased, now: datetime) -> tuple[Recipient, Composed]:
        household = queries.household(self._service.engine, row.pupil_id)
        if household is None:
            raise NotReached("the child's household is not known here yet")
        words = self._words(row)
        recipient = self._people.recipient(row.pupil_id, event.guardian_id, (NAME, PHONE))
        if recipient is None:
            raise CannotGo(Trouble.NOT_A_GUARDIAN)
        if not recipient.phone:
            raise CannotGo(Trouble.NO_NUMBER)
        child = recipient.child if self._number_is_known(event.guardian_id, recipient) else None
        given = Given(now=now, actor=self._gateway.name, policies=self._service.turns.county.policies)
        composed = compose(
            words,
            self._facts(row, household, child),
            second_language=household.second_language,
            within=limits(given),
        )
        if composed is None:
            raise CannotGo(Trouble.DOES_NOT_FIT)
        return recipient, composed

    def _words(self, row: NotificationRow) -> TemplateText:
        template = queries.template(self._service.engine, row.template)
        words = template.words(row.template_version) if template else None
        if template is None or words is None or not template.approved(row.template_version):
            raise CannotGo(Trouble.TEMPLATE_NOT_APPROVED)
        return words

    def _number_is_known(self, guardian_id: GuardianId, recipient: Recipient) -> bool:
        """Whether a text was taken at this number before; the first one to a new number names no child."""
        version = recipient.record_version
        return version is not None and queries.texted_with(self._service.engine, guardian_id, version)

    def _facts(self, row: NotificationRow, household: HouseholdRow, child: str | None) -> Facts:
        school = queries.school(self._service.engine, household.school_id)
        if school is None:
            raise NotReached("the child's school is not known here yet")
        return Facts(school=school.name, school_en=school.name_en, day=row.day, child=child)

    def _message(self, event: NotificationReleased, release_id: str, recipient: Recipient, composed: Composed) -> TextMessage:
        digest = self._service.keyring.blind_index(DIGEST_FIELD, composed.text)
        return TextMessage(
            message_id=release_id,
            notification_id=event.notification_id,
            guardian_id=event.guardian_id,
            phone=recipient.phone or "",
            text=composed.text,
            language=composed.language,
            named=composed.named,
            segments=segments(composed.text),
            digest=f"{DIGEST_SUITE}:{digest}",
        )


def _failure(notification_id: NotificationId, reason: Trouble) -> RecordFailure:
    return RecordFailure(notification_id=notification_id, reason=reason)
