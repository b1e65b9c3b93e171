"""A template of texts: its versions, and what the carriers say to its filing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import msgspec

from services.chassis.decider import Command, Decider
from services.contracts.ids import TemplateCode
from services.contracts.notifications import Filing, TemplateApproved, TemplateFilingRecorded
from services.notifications.domain.errors import NoSuchTemplate, TemplateVersionSkipped, TemplateVersionTaken
from services.notifications.domain.texts import TemplateText, check_template


class ApproveTemplate(Command, frozen=True):
    """Approve a version; a version is never changed."""

    template: TemplateCode
    version: int
    words: TemplateText


class RecordFiling(Command, frozen=True):
    """Record a carrier's answer to the filing of a version."""

    template: TemplateCode
    version: int
    carrier: str
    status: Filing
    provider_template_id: str | None = None
    reason: str | None = None


TemplateCommand = ApproveTemplate | RecordFiling
TemplateEvent = TemplateApproved | TemplateFilingRecorded


class TemplateState(msgspec.Struct, frozen=True):
    """Every version, and the last answer of each carrier to each."""

    template: str = ""
    versions: Mapping[int, TemplateText] = msgspec.field(default_factory=dict)
    filings: Mapping[tuple[int, str], TemplateFilingRecorded] = msgspec.field(default_factory=dict)


def decide(state: TemplateState, command: TemplateCommand) -> list[TemplateEvent]:
    match command:
        case ApproveTemplate():
            return _approve(state, command)
        case RecordFiling():
            if command.version not in state.versions:
                raise NoSuchTemplate
            filed = TemplateFilingRecorded(
                template=command.template,
                version=command.version,
                carrier=command.carrier,
                status=command.status,
                provider_template_id=command.provider_template_id,
                reason=command.reason,
            )
            return [] if state.filings.get((command.version, command.carrier)) == filed else [filed]
        case _:
            assert_never(command)


def _approve(state: TemplateState, command: ApproveTemplate) -> list[TemplateEvent]:
    if command.version in state.versions:
        if state.versions[command.version] != command.words:
            raise TemplateVersionTaken(template=command.template, version=command.version)
        return []
    expected = len(state.versions) + 1
    if command.version != expected:
        raise TemplateVersionSkipped(template=command.template, expected=expected)
    check_template(command.words, command.given)
    return [
        TemplateApproved(
            template=command.template,
            version=command.version,
            bodies=dict(command.words.bodies),
            unnamed_bodies=dict(command.words.unnamed_bodies),
            variables=command.words.variables,
            signature=command.words.signature,
        )
    ]


def evolve(state: TemplateState, event: TemplateEvent) -> TemplateState:
    match event:
        case TemplateApproved():
            return TemplateState(event.template, {**state.versions, event.version: words_of(event)}, state.filings)
        case TemplateFilingRecorded():
            filings = {**state.filings, (event.version, event.carrier): event}
            return TemplateState(state.template, state.versions, filings)
        case _:
            assert_never(event)


def words_of(event: TemplateApproved) -> TemplateText:
    """The words of an approved version."""
    return TemplateText(event.signature, event.variables, event.bodies, event.unnamed_bodies)


TEMPLATE: Decider[TemplateState, TemplateCommand, TemplateEvent] = Decider(
    kind="template",
    commands=(ApproveTemplate, RecordFiling),
    initial=TemplateState,
    decide=decide,
    evolve=evolve,
    stream_of=lambda command: command.template,
    partition_of=lambda state: state.template,
)
