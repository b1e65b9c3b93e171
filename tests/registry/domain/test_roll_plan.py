"""What a roster row comes to: whose it is, and what of it is new."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from services.chassis.decider import derived_id
from services.contracts.codes import Group
from services.contracts.ids import GuardianId, ImportId, PupilId, SchoolId, school_id
from services.contracts.registry import PupilStruckOff, PupilSuspected, TransferStarted
from services.registry.domain import enrolment
from services.registry.domain.cells import RowReader
from services.registry.domain.pupil_evolve import evolve
from services.registry.domain.pupil_state import PupilState
from services.registry.domain.roll_lookup import (
    GUARDIAN_PHONE_NAME,
    PUPIL_ID_NUMBER,
    PUPIL_NAME_BIRTH,
    PUPIL_ROLL_NUMBER,
    IndexKey,
    Roll,
    further_keys,
    keys_of,
)
from services.registry.domain.roll_plan import Plan, plan_row
from services.registry.domain.roster_rows import PupilRow, read_row
from tests.registry.rosters import OTHER_SCHOOL_CODE, SCHOOL_CODE, TODAY, Row, child, resident_id
from tests.scenario import given_now

SCHOOL, OTHER_SCHOOL = school_id(SCHOOL_CODE), school_id(OTHER_SCHOOL_CODE)
FIRST, SECOND = ImportId("import-1"), ImportId("import-2")


def digest(index: str, text: str) -> str:
    return hashlib.sha256(f"{index}|{text}".encode()).hexdigest()


def pupil_row(row: Row, number: int = 2, school_code: str = SCHOOL_CODE) -> PupilRow:
    read = read_row(number, RowReader(row), school_code, TODAY)
    assert read is not None
    return read


@dataclass
class Vaulted:
    """A roll in memory: plans are applied to it as the service applies them."""

    indexes: dict[IndexKey, str] = field(default_factory=dict)
    roll: Roll = field(default_factory=Roll)
    families: set[tuple[str, str]] = field(default_factory=set)

    def plan(self, row: Row | PupilRow, of: ImportId = FIRST, school: SchoolId = SCHOOL, taken: set[str] | None = None) -> Plan:
        read = row if isinstance(row, PupilRow) else pupil_row(row)
        keys = keys_of(read, school, digest)
        self.roll.found = {key: self.indexes[key] for key in keys.every() if key in self.indexes}
        self.roll.taken = set() if taken is None else taken
        further = set(further_keys(read, keys, self.roll, digest))
        self.roll.found.update({key: self.indexes[key] for key in further if key in self.indexes})
        return plan_row(read, keys, self.roll, school=school, of=of, digest=digest, given=given_now())

    def apply(self, row: Row | PupilRow, of: ImportId = FIRST, school: SchoolId = SCHOOL) -> Plan:
        plan = self.plan(row, of, school)
        assert plan.command is not None
        for key, leads_to in plan.indexed:
            if leads_to is None:
                del self.indexes[key]
            else:
                assert key not in self.indexes
                self.indexes[key] = leads_to
        for pupil_id, guardian_id, together in plan.families:
            (self.families.add if together else self.families.remove)((pupil_id, guardian_id))
        state = self.roll.pupils.get(plan.command.pupil_id, PupilState())
        for event in enrolment.decide(state, plan.command):
            state = evolve(state, event)
        self.roll.pupils[plan.command.pupil_id] = state
        return plan

    def guardians(self, plan: Plan) -> list[GuardianId]:
        assert plan.command is not None
        return [ref.guardian_id for ref in plan.command.guardians]


def test_a_new_child_gets_an_id_that_follows_from_import_and_row_and_not_from_its_number() -> None:
    plan = Vaulted().apply(child(1))
    assert plan.verdict == "enrolled"
    assert plan.command is not None
    assert plan.command.pupil_id == derived_id("pupil", FIRST, "2")
    assert Vaulted().apply(child(1), of=SECOND).command != plan.command


def test_the_same_row_again_changes_nothing() -> None:
    roll = Vaulted()
    roll.apply(child(1))
    again = roll.apply(child(1), of=SECOND)
    assert (again.verdict, again.writes, again.indexed, again.families) == ("unchanged", [], [], [])


def test_a_changed_cell_is_a_new_version_of_only_that_field() -> None:
    roll = Vaulted()
    first = roll.apply(child(1))
    changed = roll.apply(child(1, 现住地址="新居1号"), of=SECOND)
    assert changed.verdict == "changed"
    assert changed.writes == [(first.command.pupil_id, 2, {"address": "新居1号"})]


def test_an_empty_cell_changes_nothing_that_is_known() -> None:
    roll = Vaulted()
    roll.apply(child(1))
    assert roll.apply(child(1, 学籍号="", 现住地址="", 民族="", 监护人1电话=""), of=SECOND).verdict == "unchanged"


def test_a_temporary_roll_number_stays_an_alias() -> None:
    roll = Vaulted()
    temporary = "L990126201610020001"
    first = roll.apply(child(1, 学籍号=temporary))
    second = roll.apply(child(1), of=SECOND)
    assert second.verdict == "changed"
    by_alias = roll.plan(child(1, 学籍号=temporary, 证件类型="无", 证件号码=""), of=SECOND)
    assert by_alias.command is not None
    assert by_alias.command.pupil_id == first.command.pupil_id


def test_a_corrected_identity_number_leads_here_and_the_wrong_one_no_longer() -> None:
    roll = Vaulted()
    row = child(1)
    roll.apply(row)
    right = resident_id(date(2016, 10, 2), 450)
    roll.apply({**row, "证件号码": right}, of=SECOND)
    keys = [key for key in roll.indexes if key[0] == PUPIL_ID_NUMBER]
    assert keys == [(PUPIL_ID_NUMBER, digest(PUPIL_ID_NUMBER, right))]


def test_a_roll_number_that_meets_another_child_is_refused() -> None:
    roll = Vaulted()
    one = child(1)
    roll.apply(one)
    plan = roll.plan({**child(2), "学籍号": one["学籍号"]})
    assert plan.refused is not None
    assert (plan.refused.column, plan.refused.rule.code) == ("学籍号", "roster.roll_number_of_another")


def test_numbers_of_two_children_in_one_row_are_refused() -> None:
    roll = Vaulted()
    roll.apply(child(1))
    roll.apply(pupil_row(child(2), number=3))
    plan = roll.plan({**child(1), "学籍号": child(2)["学籍号"]})
    assert plan.refused is not None
    assert plan.refused.rule.code == "roster.numbers_of_two_pupils"


def test_one_child_named_by_two_rows_is_refused_the_second_time() -> None:
    roll = Vaulted()
    roll.apply(child(1, 学籍号="L990126201610020001"))
    taken: set[str] = set()
    assert roll.plan(child(1, 学籍号=""), taken=taken).refused is None
    twice = roll.plan(child(1, 学籍号="L990126201610020001", 证件类型="无", 证件号码=""), taken=taken)
    assert twice.refused is not None
    assert twice.refused.rule.code == "roster.duplicate_child"


def test_a_child_of_another_school_is_refused_with_the_hint_to_transfer() -> None:
    roll = Vaulted()
    roll.apply(child(1), school=OTHER_SCHOOL)
    plan = roll.plan(child(1))
    assert (plan.verdict, plan.command) == ("refused", None)
    assert plan.refused is not None
    assert (plan.refused.column, plan.refused.rule.code) == ("证件号码", "roster.at_another_school")


def enrolled_elsewhere() -> tuple[Vaulted, PupilId, PupilState]:
    roll = Vaulted()
    plan = roll.apply(child(1), school=OTHER_SCHOOL)
    assert plan.command is not None
    return roll, plan.command.pupil_id, roll.roll.pupils[plan.command.pupil_id]


def test_a_child_whose_transfer_leads_here_is_taken_in() -> None:
    roll, pupil_id, state = enrolled_elsewhere()
    started = TransferStarted(pupil_id=pupil_id, from_school_id=OTHER_SCHOOL, to_school_id=SCHOOL, started_on=TODAY)
    roll.roll.pupils[pupil_id] = evolve(state, started)
    assert roll.plan(child(1)).verdict == "changed"
    roll.roll.pupils[pupil_id] = evolve(state, replace(started, to_school_id=SchoolId("a third one")))
    assert roll.plan(child(1)).verdict == "refused"


def test_a_child_missing_since_its_transfer_is_taken_in_where_it_turns_up() -> None:
    roll, pupil_id, state = enrolled_elsewhere()
    suspected = PupilSuspected(
        pupil_id=pupil_id,
        episode_id=derived_id("episode"),  # type: ignore[arg-type]  # any episode
        school_id=OTHER_SCHOOL,
        class_id=state.class_id,
        grade=4,
        residence_division="",
        suspected_on=TODAY,
        last_attended_on=None,
        reason="transfer_overdue",
    )
    roll.roll.pupils[pupil_id] = evolve(state, suspected)
    assert roll.plan(child(1)).verdict == "changed"
    roll.roll.pupils[pupil_id] = evolve(state, replace(suspected, reason="absent"))
    assert roll.plan(child(1)).verdict == "refused"


def test_a_child_that_left_the_roll_is_enrolled_again_under_its_id() -> None:
    roll, pupil_id, state = enrolled_elsewhere()
    gone = PupilStruckOff(pupil_id=pupil_id, episode_id=derived_id("e"), outcome="moved_abroad", struck_off_on=TODAY)  # type: ignore[arg-type]  # any episode
    roll.roll.pupils[pupil_id] = evolve(state, gone)
    plan = roll.plan(child(1))
    assert plan.command is not None
    assert (plan.verdict, plan.command.pupil_id, plan.command.school_id) == ("enrolled", pupil_id, SCHOOL)


def test_a_child_without_numbers_is_found_by_school_name_and_birth_date_until_it_has_one() -> None:
    roll = Vaulted()
    row = child(1, 学籍号="", 证件类型="无", 证件号码="")
    roll.apply(row)
    assert roll.apply(row, of=SECOND).verdict == "unchanged"
    assert [key[0] for key in roll.indexes if key[0].startswith("pupil")] == [PUPIL_NAME_BIRTH]
    assert roll.apply(child(1), of=SECOND).verdict == "changed"
    assert sorted(key[0] for key in roll.indexes if key[0].startswith("pupil")) == [PUPIL_ID_NUMBER, PUPIL_ROLL_NUMBER]


# --- guardians ----------------------------------------------------------------------------------------------------------


def test_siblings_share_their_guardian_by_identity_number() -> None:
    roll = Vaulted()
    one = child(1)
    sibling = {**child(2), **{column: one[column] for column in one if column.startswith("监护人1")}}
    mothers = roll.guardians(roll.apply(one)), roll.guardians(roll.apply(pupil_row(sibling, 3)))
    assert mothers[0] == mothers[1]
    assert len(roll.families) == 2


def test_siblings_share_their_guardian_by_phone_and_name_where_there_is_no_number() -> None:
    roll = Vaulted()
    one = child(1, 监护人1证件号="")
    sibling = {**child(2), **{column: one[column] for column in one if column.startswith("监护人1")}}
    assert roll.guardians(roll.apply(one)) == roll.guardians(roll.apply(pupil_row(sibling, 3)))


def test_a_phone_alone_does_not_make_two_people_one() -> None:
    roll = Vaulted()
    one = child(1, 监护人1证件号="")
    other = {**child(2), "监护人1证件号": "", "监护人1电话": one["监护人1电话"]}
    assert roll.guardians(roll.apply(one)) != roll.guardians(roll.apply(pupil_row(other, 3)))


def test_a_guardians_new_phone_is_a_new_version_of_the_guardian_and_is_cited_by_the_child() -> None:
    roll = Vaulted()
    first = roll.apply(child(1))
    changed = roll.apply(child(1, 监护人1电话="15499999999"), of=SECOND)
    (mother,) = roll.guardians(first)
    assert changed.writes == [(mother, 2, {"phone": "15499999999"})]
    assert changed.command is not None
    assert (changed.command.record_version, changed.command.renumbered) == (2, (mother,))
    phones = [key for key in roll.indexes if key[0] == GUARDIAN_PHONE_NAME]
    assert len(phones) == 1


def test_a_guardian_without_number_and_phone_is_the_childs_own_of_that_name() -> None:
    roll = Vaulted()
    row = child(1, 监护人1证件号="", 监护人1电话="")
    first = roll.apply(row)
    assert roll.apply(row, of=SECOND).verdict == "unchanged"
    later = roll.apply(child(1), of=SECOND)
    assert roll.guardians(later) == roll.guardians(first)


def test_texts_reach_a_mobile_and_no_landline() -> None:
    for phone, reachable in (("15400000001", True), ("0880-2345678", False), ("", False)):
        plan = Vaulted().apply(child(1, 监护人1电话=phone))
        assert plan.command is not None
        assert [ref.reachable for ref in plan.command.guardians] == [reachable]


def test_another_guardian_replaces_the_former_one_and_no_guardian_replaces_nobody() -> None:
    roll = Vaulted()
    roll.apply(child(1))
    nobody = {"监护人1姓名": "", "监护人1关系": "", "监护人1电话": "", "监护人1证件号": "", "实际照料人": ""}
    assert roll.apply(child(1, **nobody), of=SECOND).verdict == "unchanged"
    father = {"监护人1姓名": "阿岩", "监护人1关系": "父亲", "监护人1电话": "15411112222", "监护人1证件号": "", "实际照料人": ""}
    plan = roll.apply(child(1, **father), of=SECOND)
    assert [together for _, _, together in plan.families] == [True, False]
    assert len(roll.families) == 1


def test_the_same_person_in_both_guardian_columns_is_one_guardian() -> None:
    row = child(1)
    both = {column.replace("1", "2"): row[column] for column in row if column.startswith("监护人1")}
    assert len(Vaulted().guardians(Vaulted().apply({**row, **both}))) == 1


INVOLVED = "涉案未成年人、低保边缘"
HEARING = {"困难类别": "残疾", "残疾类别": "听力", "残疾等级": "二级"}


def vaulted(plan: Plan) -> dict[str, str]:
    """What the plan writes of a child's groups into the vault."""
    known = ("restricted_groups", "disability_kind", "disability_grade")
    assert plan.command is not None
    return {
        name: text
        for person_id, _, changes in plan.writes
        if person_id == plan.command.pupil_id
        for name, text in changes.items()
        if name in known
    }


def test_a_restricted_group_goes_into_the_vault_and_into_no_event() -> None:
    plan = Vaulted().apply(child(1, 困难类别=INVOLVED))
    assert plan.command is not None
    assert plan.command.groups == (Group.MINIMUM_LIVING_MARGIN,)
    assert vaulted(plan) == {"restricted_groups": "involved_in_case"}


def test_kind_and_grade_of_a_disability_go_into_the_vault() -> None:
    plan = Vaulted().apply(child(1, **HEARING))
    assert plan.command is not None
    assert plan.command.groups == (Group.DISABLED,)
    assert vaulted(plan) == {"disability_kind": "hearing", "disability_grade": "2"}


def test_a_group_of_the_vault_that_a_later_roster_does_not_name_is_none_any_more() -> None:
    county = Vaulted()
    county.apply(child(1, **{**HEARING, "困难类别": f"残疾、{INVOLVED}"}))
    without = county.apply(child(1), SECOND)
    assert vaulted(without) == dict.fromkeys(("restricted_groups", "disability_kind", "disability_grade"), "none")
    assert vaulted(county.apply(child(1), ImportId("import-3"))) == {}


def test_a_roster_without_kind_and_grade_leaves_what_is_known_of_them() -> None:
    county = Vaulted()
    county.apply(child(1, **HEARING))
    assert vaulted(county.apply(child(1, 困难类别="残疾"), SECOND)) == {}
