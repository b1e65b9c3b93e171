"""What a school does about one child: absence confirmed or excused, contacts, dropout, registration, transfer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from uuid6 import uuid7

from services.chassis.turn import Turn
from services.chassis.web.access import allowed
from services.chassis.web.caller import current_caller
from services.chassis.web.frame import Blueprint, current_service
from services.contracts.codes import Role
from services.contracts.ids import ContactId, OfficerId, PupilId, SchoolId
from services.registry import queries
from services.registry.adapters.vault import Vault
from services.registry.api import schemas
from services.registry.api.acting import act_on_pupil
from services.registry.api.scope import SCHOOL_LEADERS, TEACHERS, class_of_caller, pupil_of_caller
from services.registry.domain.age import AnswerAge, is_under, is_under_16
from services.registry.domain.attendance import ExcuseDay
from services.registry.domain.contacts import ConfirmAbsence, RecordContact
from services.registry.domain.errors import BirthDateUnknown, NoSuchSchool
from services.registry.domain.ledgers import ConfirmDropout
from services.registry.domain.places import DROPOUT_EVIDENCE, TRANSFER_EVIDENCE, absence_note, contact_note
from services.registry.domain.policies import SCHOOL_AGE_UNTIL
from services.registry.domain.registration import ExpectRegistration, RegisterPupil
from services.registry.domain.transfers import CancelTransfer, CompleteTransfer, StartTransfer
from services.registry.projections.schools import SCHOOL_ROWS

PUPILS = Blueprint("pupils", __name__, url_prefix="/pupils", description="学生 · acts on one child")

REGISTRARS = (Role.ROLL_ADMINISTRATOR, Role.PRINCIPAL, Role.CENTRAL_SCHOOL, Role.BUREAU_CLERK)
"""Who registers and transfers."""


AGE_ASKERS = tuple(dict.fromkeys((*TEACHERS, *REGISTRARS)))
"""Who records a cause, or proposes to close, has the age answered."""


@PUPILS.route("/<pupil_id>:confirm-absence", methods=["POST"])
@allowed(*TEACHERS)
@PUPILS.arguments(schemas.DayForm)
@PUPILS.response(200, schemas.PupilAnswer)
def confirm_absence(body: Mapping[str, Any], pupil_id: str) -> Any:
    """班主任确认缺勤属实 · The homeroom teacher confirms that the child is missing."""
    return act_on_pupil(TEACHERS, pupil_id, lambda _turn: ConfirmAbsence(pupil_id=PupilId(pupil_id), day=body["day"]))


@PUPILS.route("/<pupil_id>:excuse", methods=["POST"])
@allowed(*TEACHERS)
@PUPILS.arguments(schemas.ExcuseDayForm)
@PUPILS.response(200, schemas.PupilAnswer)
def excuse(body: Mapping[str, Any], pupil_id: str) -> Any:
    """补请假或病假证明：当天的缺勤不计 · Leave or proof for a day: what was missed does not count."""
    day = body["day"]
    return act_on_pupil(
        TEACHERS,
        pupil_id,
        lambda turn: ExcuseDay(
            pupil_id=PupilId(pupil_id),
            day=day,
            kind=body["kind"],
            note=turn.seal(pupil_id, absence_note(day), body["note"]),
        ),
    )


@PUPILS.route("/<pupil_id>/contacts", methods=["POST"])
@allowed(*TEACHERS)
@PUPILS.arguments(schemas.ContactForm)
@PUPILS.response(201, schemas.ContactAnswer)
def record_contact(body: Mapping[str, Any], pupil_id: str) -> Any:
    """登记电话、家访等联系 · A call, a home visit, or the attempt."""
    contact_id = ContactId(str(uuid7()))
    return act_on_pupil(
        TEACHERS,
        pupil_id,
        lambda turn: RecordContact(
            contact_id=contact_id,
            pupil_id=PupilId(pupil_id),
            day=body["day"],
            means=body["means"],
            reached=body["reached"],
            by_officer_id=OfficerId(current_caller().officer_id),
            note=turn.seal(pupil_id, contact_note(contact_id), body["note"]),
        ),
        status=201,
        contact_id=contact_id,
    )


@PUPILS.route("/<pupil_id>:confirm-dropout", methods=["POST"])
@allowed(*SCHOOL_LEADERS)
@PUPILS.arguments(schemas.EvidenceForm)
@PUPILS.response(200, schemas.PupilAnswer)
def confirm_dropout(body: Mapping[str, Any], pupil_id: str) -> Any:
    """校长凭证据提前确认辍学 · The principal confirms the dropout, with evidence."""
    return act_on_pupil(
        SCHOOL_LEADERS,
        pupil_id,
        lambda turn: ConfirmDropout(pupil_id=PupilId(pupil_id), evidence=turn.seal(pupil_id, DROPOUT_EVIDENCE, body["evidence"])),
    )


# --- age ----------------------------------------------------------------------------------------------------------------


@PUPILS.route("/<pupil_id>:answer-age", methods=["POST"])
@allowed(*AGE_ASKERS)
@PUPILS.arguments(schemas.AgeForm)
@PUPILS.response(200, schemas.PupilAnswer)
def answer_age(body: Mapping[str, Any], pupil_id: str) -> Any:
    """某日是否未满 16 周岁、是否已达适龄上限（不出示出生日期）· Whether the child is under 16 on a day, or past the upper age."""
    service = current_service()
    vault = Vault(service.engine, service.keyring)

    def answering(turn: Turn) -> AnswerAge:
        person = vault.people([pupil_id], ("birth_date",)).get(pupil_id)
        if person is None:
            raise BirthDateUnknown
        born_on = date.fromisoformat(person.fields["birth_date"])
        until = turn.given(current_caller().context()).value(SCHOOL_AGE_UNTIL)
        return AnswerAge(
            pupil_id=PupilId(pupil_id),
            on=body["on"],
            under_16=is_under_16(born_on, body["on"]),
            reached_upper_age=not is_under(until, born_on, body["on"]),
        )

    return act_on_pupil(AGE_ASKERS, pupil_id, answering)


# --- registration and transfer ----------------------------------------------------------------------------------------


@PUPILS.route("/<pupil_id>:expect", methods=["POST"])
@allowed(*REGISTRARS)
@PUPILS.arguments(schemas.ExpectationForm)
@PUPILS.response(200, schemas.PupilAnswer)
def expect(body: Mapping[str, Any], pupil_id: str) -> Any:
    """列入应报到名单 · The child is expected to register in a class."""
    service, row = current_service(), pupil_of_caller(REGISTRARS, pupil_id)
    of_class = class_of_caller(REGISTRARS, body["class_id"])
    return act_on_pupil(
        REGISTRARS,
        pupil_id,
        lambda _turn: ExpectRegistration(
            pupil_id=PupilId(pupil_id),
            term=body["term"],
            school_id=of_class["school_id"],
            class_id=of_class["class_id"],
            grade=queries.grade_on(of_class["cohort"], service.today),
            residence_division=row["residence_division"],
            opened_on=body["opened_on"],
        ),
    )


@PUPILS.route("/<pupil_id>:register", methods=["POST"])
@allowed(*REGISTRARS)
@PUPILS.arguments(schemas.RegistrationForm)
@PUPILS.response(200, schemas.PupilAnswer)
def register(body: Mapping[str, Any], pupil_id: str) -> Any:
    """报到注册 · The child has come and registered."""
    school_id: SchoolId = pupil_of_caller(REGISTRARS, pupil_id)["school_id"]
    today = current_service().today
    return act_on_pupil(
        REGISTRARS,
        pupil_id,
        lambda _turn: RegisterPupil(pupil_id=PupilId(pupil_id), term=body["term"], school_id=school_id, registered_on=today),
    )


@PUPILS.route("/<pupil_id>:start-transfer", methods=["POST"])
@allowed(*REGISTRARS)
@PUPILS.arguments(schemas.TransferForm)
@PUPILS.response(200, schemas.PupilAnswer)
def start_transfer(body: Mapping[str, Any], pupil_id: str) -> Any:
    """转出，开始在途计时 · The child leaves for another school; its transfer is in flight."""
    to_school = body["to_school_id"]

    def starting(turn: Turn) -> StartTransfer:
        if to_school is not None and turn.row(SCHOOL_ROWS, to_school) is None:
            raise NoSuchSchool(field="to_school_id")
        return StartTransfer(pupil_id=PupilId(pupil_id), to_school_id=to_school)

    return act_on_pupil(REGISTRARS, pupil_id, starting)


@PUPILS.route("/<pupil_id>:cancel-transfer", methods=["POST"])
@allowed(*REGISTRARS)
@PUPILS.response(200, schemas.PupilAnswer)
def cancel_transfer(pupil_id: str) -> Any:
    """取消转学 · The child stays."""
    return act_on_pupil(REGISTRARS, pupil_id, lambda _turn: CancelTransfer(pupil_id=PupilId(pupil_id)))


@PUPILS.route("/<pupil_id>:complete-transfer", methods=["POST"])
@allowed(*REGISTRARS)
@PUPILS.arguments(schemas.EvidenceForm)
@PUPILS.response(200, schemas.PupilAnswer)
def complete_transfer(body: Mapping[str, Any], pupil_id: str) -> Any:
    """县外就读已证实（在读证明）· Enrolled outside the county, with the other school's proof."""
    return act_on_pupil(
        REGISTRARS,
        pupil_id,
        lambda turn: CompleteTransfer(
            pupil_id=PupilId(pupil_id), evidence=turn.seal(pupil_id, TRANSFER_EVIDENCE, body["evidence"])
        ),
    )
