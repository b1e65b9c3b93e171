"""Whoever does whatever in whichever order: a case is never closed by fewer than three people, or too early."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.casework.domain.case import CASE
from services.casework.domain.closing import ApproveClosing, ConfirmClosing, ProposeClosing, SendClosingBack
from services.casework.domain.outcomes import OUTCOMES
from services.casework.domain.returning import CompleteObservation, ConfirmReturn, RaiseRelapse, WithdrawRelapse
from services.chassis.decider import Command, Given
from services.chassis.errors import Refusal
from services.contracts.casework import (
    CaseClosed,
    ClosingConfirmed,
    ClosingProposed,
    ClosingSentBack,
    ObservationCompleted,
    RelapseRaised,
    RelapseWithdrawn,
    ReturnConfirmed,
)
from services.contracts.codes import Outcome, Placement
from tests.casework.invented import CASE_ID, SEALED, TODAY, numbered, opened
from tests.scenario import NOW

people = st.sampled_from(["ann", "bo", "chen", "dawa"])
substituted = st.none() | people
outcomes = st.sampled_from([(outcome, kind) for outcome, row in OUTCOMES.items() for kind in row.evidence])


class Closing(RuleBasedStateMachine):
    """Four people, each able to try every step, with the child coming and going."""

    def __init__(self) -> None:
        super().__init__()
        self.state = CASE.evolve(CASE.evolve(CASE.initial(), opened), numbered)
        self.history: list[Any] = []

    def attempt(self, command: Command, actor: str = "service:casework", on_behalf_of: str | None = None) -> None:
        given = Given(now=NOW, actor=actor, on_behalf_of=on_behalf_of, due_at=NOW - timedelta(hours=10))
        command = type(command)(
            **{name: getattr(command, name) for name in command.__struct_fields__ if name != "given"}, given=given
        )
        try:
            events = CASE.decide(self.state, command)
        except Refusal:
            return
        for event in events:
            self.state = CASE.evolve(self.state, event)
            self.history.append(event)

    @rule(actor=people, substituted=substituted, how=outcomes)
    def propose(self, actor: str, substituted: str | None, how: tuple[Outcome, str]) -> None:
        outcome, kind = how
        proposal = ProposeClosing(
            case_id=CASE_ID,
            outcome=outcome,
            evidence=SEALED,
            evidence_kind=kind,
            reference=SEALED,
            transfer_completed=True,
            over_age=True,
        )
        self.attempt(proposal, actor, substituted)

    @rule(actor=people, substituted=substituted)
    def propose_as_returned(self, actor: str, substituted: str | None) -> None:
        self.attempt(ProposeClosing(case_id=CASE_ID, outcome=Outcome.RETURNED, evidence=SEALED), actor, substituted)

    @rule(actor=people, substituted=substituted)
    def confirm(self, actor: str, substituted: str | None) -> None:
        self.attempt(ConfirmClosing(case_id=CASE_ID), actor, substituted)

    @rule(actor=people, substituted=substituted)
    def approve(self, actor: str, substituted: str | None) -> None:
        self.attempt(ApproveClosing(case_id=CASE_ID), actor, substituted)

    @rule(who=st.tuples(*[st.tuples(people, substituted)] * 3), how=st.none() | outcomes)
    def go_through(self, who: tuple[tuple[str, str | None], ...], how: tuple[Outcome, str] | None) -> None:
        """All three steps at once, or as far as they go: single steps alone seldom meet."""
        first, second, third = who
        if how is None:
            self.propose_as_returned(*first)
        else:
            self.propose(*first, how)
        self.confirm(*second)
        self.approve(*third)

    @rule(actor=people)
    def send_back(self, actor: str) -> None:
        self.attempt(SendClosingBack(case_id=CASE_ID, reason=SEALED), actor)

    @rule(actor=people)
    def come_back(self, actor: str) -> None:
        self.attempt(ConfirmReturn(case_id=CASE_ID, returned_on=TODAY, placement=Placement.ORIGINAL_CLASS), actor)

    @rule()
    def observe(self) -> None:
        self.attempt(CompleteObservation(case_id=CASE_ID, spell=self.state.spell.nth))

    @rule(actor=people)
    def come_back_for_long(self, actor: str) -> None:
        self.come_back(actor)
        self.observe()

    @rule()
    def relapse(self) -> None:
        self.attempt(RaiseRelapse(case_id=CASE_ID, day=TODAY))

    @rule()
    def restore(self) -> None:
        self.attempt(WithdrawRelapse(case_id=CASE_ID, day=TODAY))

    @invariant()
    def closed_by_three_different_people_after_the_last_change(self) -> None:
        if not any(isinstance(event, CaseClosed) for event in self.history):
            return
        end = self.history[-1]
        assert isinstance(end, CaseClosed), "nothing that matters here happens after the closing"
        steps = [event for event in self.history if isinstance(event, ClosingProposed | ClosingConfirmed | ClosingSentBack)]
        proposal, confirmation = steps[-2:]
        assert isinstance(proposal, ClosingProposed)
        assert isinstance(confirmation, ClosingConfirmed)
        people_of = [{step.by_officer_id, step.on_behalf_of} - {None} for step in (proposal, confirmation, end)]
        assert sum(map(len, people_of)) == len(set().union(*people_of)) >= 3
        assert end.outcome is proposal.outcome
        proposed_last = max(place for place, event in enumerate(self.history) if event is proposal)  # an equal one may be earlier
        since = self.history[proposed_last:]
        assert not any(isinstance(event, ReturnConfirmed | RelapseRaised) for event in since)

    @invariant()
    def closed_as_returned_only_when_observed_and_there(self) -> None:
        if self.state.outcome is not Outcome.RETURNED:
            return
        there, stack = False, [False]
        for event in self.history:
            match event:
                case ReturnConfirmed():
                    there, stack = False, [False]
                case ObservationCompleted():
                    there = True
                case RelapseRaised():
                    stack, there = [there], False
                case RelapseWithdrawn():
                    there = stack[0]
        assert there


TestClosing = Closing.TestCase
TestClosing.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
