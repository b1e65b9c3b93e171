"""The events of a child's stream by what they are about: its place on the roll, its sessions, its moves between the ledgers."""

from __future__ import annotations

from services.contracts.registry import (
    AbsenceConfirmed,
    AbsenceEnded,
    AbsenceExcused,
    AbsenceNoticed,
    AbsenceReportFellDue,
    AbsenceReportSettled,
    AbsenceReportWritten,
    AbsenceWithdrawn,
    AbsentDayCounted,
    AbsentDaysRecounted,
    AgeAnswered,
    AttendanceNoted,
    ContactFellDue,
    ContactRecorded,
    DropoutConfirmed,
    LeaverWithoutSchool,
    PupilEnrolled,
    PupilGraduated,
    PupilRecordWritten,
    PupilRegistered,
    PupilReturned,
    PupilStruckOff,
    PupilSuspected,
    PupilTransferred,
    RegistrationExpected,
    ReturnLost,
    ReturnRestored,
    SchoolAgeEnded,
    SchoolVisitFellDue,
    SchoolVisitRecorded,
    SchoolVisitSettled,
    StrikeOffWithdrawn,
    SuspicionLifted,
    TransferCancelled,
    TransferCompleted,
    TransferStarted,
    UpperAgeReached,
)

RollEvent = (
    PupilEnrolled
    | PupilRecordWritten
    | AgeAnswered
    | PupilTransferred
    | RegistrationExpected
    | PupilRegistered
    | LeaverWithoutSchool
    | PupilGraduated
    | SchoolAgeEnded
    | UpperAgeReached
    | TransferStarted
    | TransferCompleted
    | TransferCancelled
)
AbsenceEvent = (
    AttendanceNoted
    | AbsenceNoticed
    | AbsenceConfirmed
    | ContactRecorded
    | AbsenceExcused
    | AbsenceWithdrawn
    | AbsentDayCounted
    | AbsentDaysRecounted
    | ContactFellDue
    | SchoolVisitFellDue
    | SchoolVisitRecorded
    | SchoolVisitSettled
    | AbsenceReportFellDue
    | AbsenceReportWritten
    | AbsenceReportSettled
    | AbsenceEnded
)
LedgerEvent = (
    PupilSuspected
    | SuspicionLifted
    | DropoutConfirmed
    | PupilReturned
    | ReturnLost
    | ReturnRestored
    | PupilStruckOff
    | StrikeOffWithdrawn
)
PupilEvent = RollEvent | AbsenceEvent | LedgerEvent
