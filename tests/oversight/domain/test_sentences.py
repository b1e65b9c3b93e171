"""Every event of the house has its sentence, in both languages, about fields that it has and the reader may see."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NewType, get_args, get_origin

import msgspec
import pytest

from services.chassis.decider import Unit
from services.contracts.casework import DutyAssigned
from services.contracts.catalogue import CATALOGUE
from services.contracts.codes import Cause, Department, DutyKind
from services.contracts.ids import CaseId, DutyId, OfficerId, PupilId
from services.contracts.labels.findings import findings_of
from services.oversight.domain.named_facts import CALENDAR, FINDING, PROGRAMME, TERM, WORDS
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
        assert told_in(zh) == {TRANSLATED.get(field, field) for field in told_in(en)}


TRANSLATED = {"name_en": "name"}
"""Fields that stand in one language only, by the field that says the same in Chinese."""


def told_in(template: str) -> set[str]:
    return {"name" if field == "name_zh" else field for field in re.findall(r"\{(\w+)\}", template)}


FREE = {
    "number": "C2026-0001",
    "name": "云岫中学",
    "name_zh": "临时救助",
    "name_en": "temporary relief",
    "carrier": "移动",
}
"""Texts that are what they are – numbers and what somebody called a thing – and how they look here."""

PROGRAMMES = {"day_living_junior": ("初中走读生生活补助", "living allowance, junior day pupils")}
SPECIAL: dict[tuple[str, str], list[str]] = {
    CALENDAR: ["government", "schools", "0b6f2d1c-8e11-5c3a-9f27-6f1c5e0e5d4b"],
    ("assistance.ApplicationDrafted", PROGRAMME): list(PROGRAMMES),
    ("assistance.AidGranted", PROGRAMME): list(PROGRAMMES),
    **{(name, TERM): ["2026-1", "2026-2"] for name in TYPES if TERM in places(name)},
}


def words_of(name: str, field: msgspec.structs.FieldInfo) -> list[Any]:
    """Every word that a told field may hold, where it holds words; none for days, counts and free texts."""
    place = (name, field.name)
    if place in SPECIAL:
        return list(SPECIAL[place])
    if place in WORDS:
        return [{"True": True, "False": False}.get(word, word) for word in WORDS[place]]
    for part in (field.type, *getattr(field.type, "__args__", ())):
        if isinstance(part, type) and issubclass(part, StrEnum):
            return [code.value for code in part]
    return []


def told_fields(name: str) -> list[msgspec.structs.FieldInfo]:
    return [field for field in msgspec.structs.fields(TYPES[name]) if field.name in places(name)]


def is_text(annotation: Any) -> bool:
    """Whether a field may hold a text: also by a NewType, a Literal or beside None."""
    if isinstance(annotation, NewType):
        return is_text(annotation.__supertype__)
    if get_origin(annotation) is Literal:
        return True
    if OfficerId in get_args(annotation):
        return False  # officers in a list are told by their number
    return annotation in (str, bool) or any(is_text(part) for part in get_args(annotation))


def plain_facts(name: str) -> dict[str, Any]:
    """Something in every told field of an event: its first word, a free text, a day or a count."""
    facts: dict[str, Any] = {}
    for field in told_fields(name):
        words = words_of(name, field)
        facts[field.name] = words[0] if words else FREE.get(field.name, "2026-09-08")
    if name == FINDING[0]:
        facts[FINDING[1]] = "done"
    return facts


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_told_field_that_holds_a_text_is_named_or_is_what_it_is(name: str) -> None:
    unnamed = {
        field.name
        for field in told_fields(name)
        if is_text(field.type) and not words_of(name, field) and field.name not in FREE and (name, field.name) != FINDING
    }
    assert unnamed == set()


@pytest.mark.parametrize("name", sorted(TYPES))
def test_no_sentence_tells_a_bare_code_whatever_the_event_holds(name: str) -> None:
    plain = plain_facts(name)
    held = [{**plain, field.name: word} for field in told_fields(name) for word in words_of(name, field)] or [plain]
    if name == FINDING[0]:
        held += [{**plain, "kind": kind.value, "finding": code} for kind in DutyKind for code in findings_of(kind)]
    for each in held:
        zh, en = sentence(name, each, programmes=PROGRAMMES)
        assert not re.search(r"[A-Za-z]", zh.replace(FREE["number"], "")), each
        assert "_" not in en, each
        assert not re.search(r"[\u4e00-\u9fff]", en.replace(FREE["name"], "").replace(FREE["carrier"], "")), each


@pytest.mark.parametrize("kind", list(DutyKind))
def test_a_finding_is_told_by_what_it_means_for_its_kind_of_duty(kind: DutyKind) -> None:
    for code, (zh, en) in findings_of(kind).items():
        told = sentence("casework.DutyCompleted", {"department": "education", "kind": kind.value, "finding": code})
        assert told[0].endswith(f"——{zh}")
        assert told[1].endswith(f" – {en}")


def test_a_programme_is_told_by_the_countys_name_for_it() -> None:
    granted = {"programme_code": "day_living_junior", "granted_on": "2026-09-23"}
    told = sentence("assistance.AidGranted", granted, programmes=PROGRAMMES)
    assert told[0] == "批准资助：初中走读生生活补助（2026-09-23）"


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


def test_what_is_missing_is_a_dash() -> None:
    assert sentence("casework.CauseRecorded", {})[1] == "The cause was recorded: —"


def test_a_duty_without_a_term_is_told_as_a_standing_one() -> None:
    facts = {"number": "D2026-0005", "department": "public_security", "kind": "protect_returned", "term_days": 0}
    zh, en = sentence("casework.DutyAssigned", facts)
    assert "长期履行" in zh
    assert "standing" in en
    assert "0" not in en.replace("D2026-0005", "")
