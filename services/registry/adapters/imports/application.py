"""Applies accepted imports, chunk after chunk: work of the service's own worker, which a crash only delays.

Each chunk is one turn that is repeated safely: the import's state says whether it has been applied already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import cast

from services.chassis.decider import Command
from services.chassis.envelope import Context, Envelope
from services.chassis.errors import Misconfigured
from services.chassis.reactions import OutsideCall
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.contracts.ids import ImportId
from services.contracts.registry import ImportAccepted, ImportChunkApplied, ImportResumed
from services.registry.adapters.imports.roster import put_on_roll
from services.registry.adapters.imports.school_list import register
from services.registry.adapters.imports.staging import Row, chunk_rows, drop, drop_orphans
from services.registry.adapters.vault import Vault
from services.registry.domain.roll_plan import Plan
from services.registry.domain.roster_import import ENDED, IMPORT, Counts, InterruptImport, Phase, RecordChunk
from services.registry.domain.roster_rows import SHEET, PupilRow
from services.registry.domain.school_rows import ClassRow, SchoolRow
from services.registry.storage.vault_tables import IMPORT_FINDINGS

LATE_FINDINGS_FROM = 1_000_000
"""Findings of rows that were overtaken after the check are numbered from here on, behind those of the check."""

NextChunk = ImportAccepted | ImportChunkApplied | ImportResumed


class Application:
    """Applies chunks. It is made before the service whose turns it takes, and begins when it is given them."""

    def __init__(self) -> None:
        self._turns: Turns | None = None
        self._vault: Vault | None = None

    def begin(self, turns: Turns, vault: Vault) -> None:
        """Take up work. Where the process owns the data alone, whatever is not decided yet an earlier one left behind."""
        self._turns, self._vault = turns, vault
        if not turns.store.shared:
            drop_orphans(turns, older_than=timedelta(0))

    def calls(self) -> tuple[OutsideCall, ...]:
        """The pieces of work: after acceptance the first chunk, after a chunk the next, after an interruption the same."""
        return tuple(
            OutsideCall(event, kind, call=self.apply, uncertain=_interrupt, gave_up=_interrupt, deduplicates=True)
            for event, kind in (
                (ImportAccepted, "apply_first_chunk"),
                (ImportChunkApplied, "apply_next_chunk"),
                (ImportResumed, "apply_chunk_again"),
            )
        )

    def apply(self, event: NextChunk, envelope: Envelope) -> Iterable[Command]:
        """Apply the chunk that follows the event, unless that has been done."""
        if self._turns is None or self._vault is None:
            raise Misconfigured("an import is to be applied before the service has begun")
        turns, vault = self._turns, self._vault
        chunk = _chunk_after(event)
        rows = chunk_rows(turns, event.import_id, chunk)
        if not rows:
            return ()
        context = Context(
            actor=f"service:{turns.model.service}",
            on_behalf_of=envelope.on_behalf_of or envelope.actor,
            correlation_id=envelope.correlation_id,
            causation_id=envelope.event_id,
            traceparent=envelope.traceparent,
        )
        if turns.run(lambda turn: _apply_in(turn, vault, event.import_id, chunk, rows, context)):
            turns.keyring.forget(event.import_id)
        return ()


def _apply_in(turn: Turn, vault: Vault, import_id: ImportId, chunk: int, rows: Sequence[Row], context: Context) -> bool:
    """Apply the rows of a chunk; answers whether the import is completed."""
    state, _ = turn.state(IMPORT, import_id)
    if state.phase is not Phase.ACCEPTED or state.next_chunk != chunk:
        return False
    overtaken: list[Plan] = []
    if state.kind == "schools":
        counts: Counts = register(turn, cast("Sequence[SchoolRow | ClassRow]", rows), context)
    else:
        counts, overtaken = put_on_roll(turn, vault, cast("Sequence[PupilRow]", rows), import_id, state.school_id, context)
    for plan in overtaken:
        _report(turn, import_id, plan)
    turn.execute(RecordChunk(import_id=import_id, chunk=chunk, counts=counts), context)
    state, _ = turn.state(IMPORT, import_id)
    if state.phase not in ENDED:
        return False
    drop(turn, import_id)
    return True


def _report(turn: Turn, import_id: ImportId, plan: Plan) -> None:
    if plan.refused is not None:
        turn.sources.record(
            IMPORT_FINDINGS,
            {
                "import_id": import_id,
                "number": LATE_FINDINGS_FROM + plan.row,
                "sheet": SHEET,
                "row": plan.row,
                "column": plan.refused.column,
                "rule": plan.refused.rule.code,
                "severity": "error",
            },
        )


def _chunk_after(event: NextChunk) -> int:
    match event:
        case ImportAccepted():
            return 0
        case ImportChunkApplied():
            return event.chunk + 1
        case ImportResumed():
            return event.chunk


def _interrupt(event: NextChunk) -> Command:
    return InterruptImport(import_id=event.import_id)
