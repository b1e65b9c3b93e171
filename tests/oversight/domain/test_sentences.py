"""Every event of the house has its sentence, in both languages, about fields that it has and the reader may see."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec
import pytest

from services.chassis.decider import Unit
from services.contracts import codes
from services.contracts.casework import CauseRecorded, DutyAssigned
from services.contracts.catalogue import CATALOGUE
from services.contracts.codes import Cause, Department, DutyKind
from services.contracts.ids import CaseId, DutyId, PupilId
from services.oversight.domain.labels import LABELS, names_of
from services.oversight.domain.sentences import SENTENCES, places, sentence
from services.oversight.domain.subjects import facts

TYPES = CATALOGUE.types()


def test_no_event_type_is_without_a_sentence_and_no_sentence_without_its_event_type() -> None:
    assert set(SENTENCES) == set(TYPES)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_sentence_names_only_fields_that_its_event_has(name: str) -> None:
    assert places(name) <= {field.name for field in msgspec.structs.fields(TYPES[name])}
    assert all(SENTENCES[name])


def test_both_languages_tell_the_same_facts() -> None:
    for zh, en in SENTENCES.values():
        assert sorted(part.partition("}")[0] for part in zh.split("{")[1:]) == sorted(
            part.partition("}")[0] for part in en.split("{")[1:]
        )


def test_every_code_of_a_list_that_is_told_has_its_names() -> None:
    for listed, names in LABELS.items():
        assert set(names) == {code.value for code in listed}
        assert all(zh and en for zh, en in names.values())


def test_every_code_list_of_the_house_that_a_sentence_tells_is_labelled() -> None:
    lists = {value for value in vars(codes).values() if isinstance(value, type) and issubclass(value, StrEnum)} - {StrEnum}
    told = {
        part
        for name in TYPES
        for field in msgspec.structs.fields(TYPES[name])
        if field.name in places(name)
        for part in (field.type, *getattr(field.type, "__args__", ()))
        if part in lists
    }
    assert told <= set(LABELS)


def test_codes_are_told_by_their_names() -> None:
    event = DutyAssigned(
        duty_id=DutyId("d"),
        case_id=CaseId("c"),
        pupil_id=PupilId("p"),
        number="2026-17",
        department=Department.PUBLIC_SECURITY,
        division="990126",
        kind=DutyKind.VERIFY_WHEREABOUTS,
        cause=Cause.LOST_CONTACT,
        case_number=None,
        assigned_on=date(2026, 9, 8),
        term_days=3,
        unit=Unit.WORKING_DAYS,
    )
    assert sentence("casework.DutyAssigned", facts(event)) == (
        "交办 2026-17：公安——核实身份与下落，时限 3 个工作日",
        "Duty 2026-17 was assigned: public security – verify identity and whereabouts, within 3 working days",
    )


def test_what_is_hidden_is_not_told_and_what_is_missing_is_a_dash() -> None:
    event = CauseRecorded(case_id=CaseId("c"), pupil_id=PupilId("p"), primary=Cause.RELIGION)
    hidden = sentence("casework.CauseRecorded", facts(event), frozenset({"primary"}))
    assert hidden == ("认定原因：（受限）", "The cause was recorded: (restricted)")
    assert sentence("casework.CauseRecorded", {})[1] == "The cause was recorded: —"


def test_a_code_without_a_name_is_its_own_name() -> None:
    assert names_of(Cause, "brand_new") == ("brand_new", "brand_new")


def test_a_duty_without_a_term_is_told_as_a_standing_one() -> None:
    facts = {"number": "D2026-0005", "department": "public_security", "kind": "protect_returned", "term_days": 0}
    zh, en = sentence("casework.DutyAssigned", facts)
    assert "长期履行" in zh
    assert "standing" in en
    assert "0" not in en.replace("D2026-0005", "")
