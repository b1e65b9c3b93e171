"""What codes are called: every code has its two names, and the tables have exactly the words that are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import get_args, get_type_hints

import pytest

from services.assistance.domain.application_state import Status
from services.assistance.domain.applying import WithdrawalReason
from services.assistance.domain.judging import RefusalReason
from services.casework.domain.duty_state import DutyStatus
from services.casework.storage.rows import Stage
from services.contracts import assistance, casework, codes, notifications, registry
from services.contracts.codes import Cause, DutyKind
from services.contracts.labels import LABELS, UNKNOWN, Names, named, names_of, reasons, states
from services.contracts.labels.findings import DONE, findings_of
from services.contracts.labels.policies import POLICY_NAMES
from services.contracts.policy_codes import POLICY_FORMS
from services.contracts.services import SERVICES
from services.notifications.domain.occasions import OCCASIONS
from services.notifications.domain.trouble import Trouble
from services.oversight.storage.rows import AidState, TextState
from services.registry.domain.roster_import import Phase
from services.registry.domain.roster_words import RELATIONS


def said(event: type, field: str) -> Iterable[str]:
    """The words of a field that is a Literal, an optional one among them."""
    hint = get_type_hints(event)[field]
    return get_args(hint)


BOOLEANS = ("True", "False")

TABLES: list[tuple[Mapping[str, Names], Iterable[str]]] = [
    (reasons.SEX, said(registry.PupilEnrolled, "sex")),
    (reasons.RELATIONS, {*RELATIONS.values()}),
    (reasons.ABSENCE_ENDS, said(registry.AbsenceEnded, "reason")),
    (reasons.SUSPICIONS, said(registry.PupilSuspected, "reason")),
    (reasons.LIFTINGS, said(registry.SuspicionLifted, "reason")),
    (reasons.SETTLINGS, {*said(registry.SchoolVisitSettled, "reason"), *said(registry.AbsenceReportSettled, "reason")}),
    (reasons.CONFIRMATIONS, said(registry.DropoutConfirmed, "by")),
    (reasons.IMPORT_KINDS, said(registry.ImportStaged, "kind")),
    (reasons.REACHED, BOOLEANS),
    (reasons.LINES, get_args(casework.Line)),
    (reasons.SIGNERS, said(casework.CommitmentSigned, "signed_by")),
    (reasons.HARDSHIPS, said(casework.CaseGrewHard, "reason")),
    (reasons.RECHECKS, said(casework.RecheckFellDue, "reason")),
    (reasons.CHANGED, BOOLEANS),
    (reasons.HELD, BOOLEANS),
    (reasons.PRESSING, get_args(casework.Pressing)),
    (reasons.RECOMMENDATIONS, BOOLEANS),
    (reasons.OBJECTIONS, BOOLEANS),
    (reasons.REFUSALS, RefusalReason),
    (reasons.PAUSES, said(assistance.AidPaused, "reason")),
    (reasons.WITHDRAWALS, WithdrawalReason),
    (reasons.TEMPLATES, OCCASIONS),
    (reasons.FILINGS, get_args(notifications.Filing)),
    (reasons.CANCELLATIONS, get_args(notifications.CancelReason)),
    (reasons.TROUBLES, Trouble),
    (reasons.DECISIONS, said(notifications.UncertaintyResolved, "decision")),
    (reasons.CALL_RESULTS, get_args(notifications.CallResult)),
    (states.CASE_STAGES, Stage),
    (states.DUTY_STATES, DutyStatus),
    (states.CLOSING_STEPS, (event for event in casework.__all__ if event.startswith("Closing") or event == "CaseClosed")),
    (states.TEXT_STATES, get_args(TextState)),
    (states.AID_STATES, get_args(AidState)),
    (states.AID_STATES, Status),
    (states.IMPORT_STATES, Phase),
    (states.SERVICE_NAMES, SERVICES),
    (POLICY_NAMES, POLICY_FORMS),
]


@pytest.mark.parametrize(("names", "words"), TABLES)
def test_a_table_has_exactly_the_words_that_are_said(names: Mapping[str, Names], words: Iterable[str]) -> None:
    assert set(names) == {str(word) for word in words}
    assert all(zh and en for zh, en in names.values())


def test_every_code_list_of_the_field_is_named_code_by_code() -> None:
    lists = {value for value in vars(codes).values() if isinstance(value, type) and issubclass(value, StrEnum)} - {StrEnum}
    assert lists <= set(LABELS)
    for listed, names in LABELS.items():
        assert set(names) == {code.value for code in listed}
        assert all(zh and en for zh, en in names.values())


@pytest.mark.parametrize("kind", list(DutyKind))
def test_every_kind_of_duty_may_be_answered_as_done_at_the_least(kind: DutyKind) -> None:
    assert DONE in findings_of(kind)
    assert all(zh and en for zh, en in findings_of(kind).values())


def test_a_code_without_a_name_is_its_own_name_and_no_code_is_not_recorded() -> None:
    assert names_of(Cause, "brand_new") == ("brand_new", "brand_new")
    assert named({}, None) == UNKNOWN
