"""A turn: everything that follows from one request, message, timer or piece of work, committed as one transaction.

load → decide → evolve → chain → project → outbox, timers, work; all of it gathered in a `Batch` and committed once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, overload

import msgspec
from uuid6 import uuid7

from services.chassis.county_in_force import COUNTY_TABLES, CountyInForce
from services.chassis.deadlines import asked_for, ends_of_terms, new_timer, running_terms
from services.chassis.decider import NOT_GIVEN, Command, Decider, Event, Given, county_day
from services.chassis.envelope import Context, Envelope, Sealed, stamp
from services.chassis.errors import AlreadyThere, Superseded, VersionConflict
from services.chassis.held_states import HeldStates, Stream
from services.chassis.journal import Journal
from services.chassis.model import Model
from services.chassis.projections import Projection
from services.chassis.sealing import Keyring, NewKeys
from services.chassis.sources import Sources
from services.chassis.storage.port import Batch, KeptAnswer, Key, Transaction, Work
from services.chassis.storage.tables import PUBLICATIONS, SUBJECT_KEYS
from services.chassis.streams import Streams


class Turn:
    """The unit of work; it lives inside one store transaction and one thread.

    `trusting`, it may take the states that this process holds for those of the log (see `Streams`), and its commit proves that they
    are.
    """

    def __init__(
        self,
        *,
        model: Model,
        transaction: Transaction,
        now: datetime,
        county: CountyInForce,
        keyring: Keyring,
        held: HeldStates,
        trusting: bool = False,
    ) -> None:
        self._model = model
        self._tx = transaction
        self._county = county
        self._keyring = keyring
        self._streams = Streams(model, transaction, held, trusting=trusting)
        self._rows: dict[tuple[str, Key], Any] = {}
        self._new_keys = NewKeys()
        self._sayings: list[Callable[[], object]] = []
        self.now = now
        self.batch = Batch()
        self.sources = Sources(transaction, self.batch)
        self.journal = Journal(transaction, self.batch, now=now, own_topic=model.topic)

    # --- deciding -----------------------------------------------------------------------------------------------

    def execute(self, command: Command, context: Context, *, expected_version: int | None = None) -> list[Envelope]:
        """Decide a command and take its events into the turn; answers the events, none for a repeated command.

        Raises the domain's refusals, and Superseded where `expected_version` is no longer the stream's.
        """
        decider = self._model.decider_of[type(command)]
        stream_id = decider.stream_id(decider.stream_of(command))
        stream = self._streams.of(decider, stream_id)
        if expected_version is not None and expected_version != stream.version:
            raise Superseded(current=stream.version)
        if command.given is NOT_GIVEN:
            command = msgspec.structs.replace(command, given=self.given(context))
        counter = decider.numbers.get(type(command))
        if counter is not None:
            counter = f"{counter}/{command.given.today.year}"
            given = msgspec.structs.replace(command.given, number=self._last_number(counter)[1] + 1)
            command = msgspec.structs.replace(command, given=given)
        if (complete := self._model.completions.get(type(command))) is not None:
            command = complete(command, self)
        if type(command) in decider.dated:
            terms = running_terms(decider, stream.state, self._county.now)
            command = msgspec.structs.replace(command, given=msgspec.structs.replace(command.given, terms=terms))
        events: list[Event] = decider.decide(stream.state, command)
        if not events:
            return []
        if counter is not None:
            self.take_number(counter)
        before = stream.state
        taken = [(self._take(decider, stream_id, stream, event, context), event, stream.state) for event in events]
        envelopes = [envelope for envelope, _, _ in taken]
        self._set_timers(decider, stream_id, before, stream, envelopes[-1])
        self._publish(stream_id, taken)
        return envelopes

    @property
    def today(self) -> date:
        """The county's date of the turn."""
        return county_day(self.now)

    def given(self, context: Context) -> Given:
        """What a command is decided with now."""
        return Given(
            now=self.now,
            actor=context.actor,
            on_behalf_of=context.on_behalf_of,
            policies=self._county.now.policies,
        )

    def state(self, decider: Decider[Any, Any, Any], own_id: str) -> tuple[Any, int]:
        """State and version of an aggregate, as of this turn."""
        stream = self._streams.of(decider, decider.stream_id(own_id))
        return stream.state, stream.version

    def last_event(self, stream_id: str) -> Envelope:
        """The last event of a stream that was loaded; raises IndexError for one without events."""
        return self._streams.last_event(stream_id)

    def rest_on(self, stream_id: str) -> None:
        """What this turn does follows from a loaded stream: it is not true if another writer moves it first."""
        self.batch.expected.setdefault(stream_id, self._streams.loaded_version(stream_id))

    def row(self, projection: Projection[Any], key: Key) -> Any | None:
        """A read-model row by its key, as of this turn."""
        place = (projection.table.name, key)
        if place not in self._rows:
            stored = self._tx.row(projection.table, key)
            self._rows[place] = None if stored is None else projection.read_form(stored)
        return self._rows[place]

    def rows(self, projection: Projection[Any], **match: str) -> list[Any]:
        """The read-model rows whose columns have these values, ordered by their keys, as of this turn."""
        table = projection.table
        found: dict[Key, Any] = {}
        for stored in self._tx.rows(table, match):
            values = tuple(str(stored[column.name]) for column in table.primary_key)
            found[values[0] if len(values) == 1 else values] = projection.read_form(stored)
        for (name, key), row in self._rows.items():
            if name == table.name:
                form = {} if row is None else projection.store_form(row)
                found[key] = row if form and all(form[column] == value for column, value in match.items()) else None
        return [found[key] for key in sorted(found, key=str) if found[key] is not None]

    def take_number(self, counter: str) -> int:
        """The next number of a counter, without gaps: it is taken if and only if the turn commits."""
        first, last = self._last_number(counter)
        self.batch.counters[counter] = (first, last + 1)
        return last + 1

    @overload
    def seal(self, subject_id: str, place: str, text: str) -> Sealed[str]: ...
    @overload
    def seal(self, subject_id: str, place: str, text: str | None) -> Sealed[str] | None: ...
    def seal(self, subject_id: str, place: str, text: str | None) -> Sealed[str] | None:
        """Seal text about a child under the child's key in this service (see `sealing.Keyring.seal`); nothing stays nothing."""
        if text is None:
            return None
        known = len(self._new_keys.rows)
        sealed = self._keyring.seal(subject_id, place, text, self._new_keys)
        for row in self._new_keys.rows[known:]:
            self.sources.record(SUBJECT_KEYS, row)
        return sealed

    def keep_answer(self, answer: KeptAnswer) -> None:
        """Keep the answer to the request under its Idempotency-Key."""
        self.batch.answer = answer

    def say(self, line: Callable[[], object]) -> None:
        """Write it to the log when the turn has become true: of a try that is thrown away nothing is told."""
        self._sayings.append(line)

    def project(self, event: Event, envelope: Envelope) -> None:
        """Bring every read model that the event touches up to date."""
        for projection in self._model.projections_on.get(type(event), ()):
            key = projection.on[type(event)](event)
            if key is None:
                continue
            before = None if type(event) in projection.afresh else self.row(projection, key)
            row = projection.fold(before, event, envelope)
            self._rows[projection.table.name, key] = row
            form = None if row is None else projection.store_form(row)
            self.batch.rows[projection.table.name, key] = (projection.table, form)
        for index in self._model.indexes_on.get(type(event), ()):
            for entry in index.entries(event, envelope):
                self.batch.rows[index.table.name, index.key(entry)] = (index.table, index.store_form(entry))

    # --- committing ---------------------------------------------------------------------------------------------

    @property
    def trusted(self) -> bool:
        """Whether it has used a state without looking at the log."""
        return bool(self._streams.unread)

    def distrust(self) -> None:
        """Let the process forget what it held of the streams of this turn."""
        self._streams.forget()

    def commit(self) -> None:
        """Make the turn true; raises VersionConflict where another writer was first, and then nothing has happened."""
        for stream_id in self._streams.unread:
            self.rest_on(stream_id)
        if not self.batch.empty():
            self._make_true()
        for say in self._sayings:
            say()

    def _make_true(self) -> None:
        try:
            self._tx.commit(self.batch)
        except (VersionConflict, AlreadyThere):
            self.distrust()
            raise
        self._keyring.take_over(self._new_keys)
        self._new_keys = NewKeys()
        self._streams.hold()
        if any(table in COUNTY_TABLES for table, _ in self.batch.rows):
            self._county.changed()

    def abandon(self) -> None:
        """Forget keys that were made for a turn that does not become true; somebody else may have made them first."""
        for subject_id in self._new_keys.ciphers:
            self._keyring.forget(subject_id)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _last_number(self, counter: str) -> tuple[int, int]:
        """The last number of a counter: before this turn, and as of it."""
        return self.batch.counters.get(counter) or (self._tx.counter(counter),) * 2

    def _take(self, decider: Decider[Any, Any, Any], stream_id: str, stream: Stream, event: Event, context: Context) -> Envelope:
        self.batch.expected.setdefault(stream_id, stream.loaded_version)
        stream.state = decider.evolve(stream.state, event)
        name, schema, data = self._model.catalogue.encode(event)
        event_id = str(uuid7())
        correlation_id = (
            decider.correlation_of(stream.state) or context.correlation_id or stream.correlation_id or event_id
        )  # fmt: skip
        recorded_at = stamp(self.now)
        envelope = Envelope(
            event_id=event_id,
            stream_id=stream_id,
            version=stream.version + 1,
            type=name,
            schema=schema,
            county=self._county.now.code,
            partition_key=decider.partition_of(stream.state),
            actor=context.actor,
            on_behalf_of=context.on_behalf_of,
            occurred_at=stamp(context.occurred_at) if context.occurred_at else recorded_at,
            recorded_at=recorded_at,
            correlation_id=correlation_id,
            causation_id=context.causation_id or event_id,
            traceparent=context.traceparent,
            data=data,
        ).chained(stream.hash)
        stream.version, stream.hash, stream.correlation_id = envelope.version, envelope.hash, correlation_id
        self.batch.events.append(envelope)
        self.batch.outbox.append((self._model.topic, stream_id, envelope.version))
        self.project(event, envelope)
        for call in self._model.outside_calls_on.get(type(event), ()):
            self.batch.work.append(
                Work(
                    work_id=f"{event_id}/{call.kind}",
                    kind=call.kind,
                    stream_id=stream_id,
                    version=envelope.version,
                    not_before=recorded_at,
                )
            )
        return envelope

    def _publish(self, stream_id: str, taken: Sequence[tuple[Envelope, Event, Any]]) -> None:
        """Keep what others outside are told of the events, and put it into the outbox behind them."""
        for envelope, event, state in taken:
            for publication in self._model.publications_on.get(type(event), ()):
                for told in publication.of(state, event, ends_of_terms(self.batch.timers, stream_id)):
                    row = told.beside(stream_id, envelope.version)
                    self.sources.record(PUBLICATIONS, msgspec.structs.asdict(row))
                    self.batch.outbox.append((told.topic, stream_id, envelope.version))

    def _set_timers(self, decider: Decider[Any, Any, Any], stream_id: str, before: Any, stream: Stream, last: Envelope) -> None:
        was = asked_for(decider, stream_id, before)
        now = asked_for(decider, stream_id, stream.state)
        self.batch.timers.update(dict.fromkeys(was.keys() - now.keys()))
        for name, deadline in now.items():
            if was.get(name) != deadline:
                self.batch.timers[name] = new_timer(name, stream_id, deadline, self._county.now, last)
