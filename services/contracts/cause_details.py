"""The second level of the causes (domain.md §3): what of a main cause it is, where somebody says so."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.contracts.codes import Cause


class CauseDetail(StrEnum):
    """What of its main cause; a code of its own for each, so that it names the cause by itself."""

    COSTS_OF_SCHOOL = "costs_of_school"
    NEEDED_AT_HOME = "needed_at_home"
    CANNOT_FOLLOW = "cannot_follow"
    WEARY_OF_SCHOOL = "weary_of_school"
    SCHOOL_HELD_USELESS = "school_held_useless"
    GIRLS_HELD_BACK = "girls_held_back"
    BULLIED = "bullied"
    AT_ODDS_WITH_TEACHERS = "at_odds_with_teachers"
    TOO_FAR = "too_far"
    CHILD_LABOUR = "child_labour"
    LEFT_FOR_WORK = "left_for_work"
    MARRIAGE = "marriage"
    EARLY_CHILDBEARING = "early_childbearing"
    DISABILITY = "disability"
    ILLNESS = "illness"
    NO_GUARDIAN = "no_guardian"
    GUARDIAN_UNABLE = "guardian_unable"
    RELIGIOUS_SCHOOLING = "religious_schooling"
    RELIGIOUS_LIFE = "religious_life"
    WITHIN_PROVINCE = "within_province"
    OTHER_PROVINCE = "other_province"
    OUT_OF_REACH = "out_of_reach"
    MISSING = "missing"
    UNDER_INVESTIGATION = "under_investigation"
    IN_CUSTODY = "in_custody"


DETAILS: Mapping[Cause, tuple[CauseDetail, ...]] = {
    Cause.HARDSHIP: (
        CauseDetail.COSTS_OF_SCHOOL,
        CauseDetail.NEEDED_AT_HOME,
    ),
    Cause.LEARNING: (
        CauseDetail.CANNOT_FOLLOW,
        CauseDetail.WEARY_OF_SCHOOL,
    ),
    Cause.FAMILY_ATTITUDE: (
        CauseDetail.SCHOOL_HELD_USELESS,
        CauseDetail.GIRLS_HELD_BACK,
    ),
    Cause.SCHOOL_FACTOR: (
        CauseDetail.BULLIED,
        CauseDetail.AT_ODDS_WITH_TEACHERS,
        CauseDetail.TOO_FAR,
    ),
    Cause.LABOUR: (
        CauseDetail.CHILD_LABOUR,
        CauseDetail.LEFT_FOR_WORK,
    ),
    Cause.EARLY_MARRIAGE: (
        CauseDetail.MARRIAGE,
        CauseDetail.EARLY_CHILDBEARING,
    ),
    Cause.DISABILITY_ILLNESS: (
        CauseDetail.DISABILITY,
        CauseDetail.ILLNESS,
    ),
    Cause.NO_GUARDIANSHIP: (
        CauseDetail.NO_GUARDIAN,
        CauseDetail.GUARDIAN_UNABLE,
    ),
    Cause.RELIGION: (
        CauseDetail.RELIGIOUS_SCHOOLING,
        CauseDetail.RELIGIOUS_LIFE,
    ),
    Cause.MIGRATION: (
        CauseDetail.WITHIN_PROVINCE,
        CauseDetail.OTHER_PROVINCE,
    ),
    Cause.LOST_CONTACT: (
        CauseDetail.OUT_OF_REACH,
        CauseDetail.MISSING,
    ),
    Cause.OFFENCE: (
        CauseDetail.UNDER_INVESTIGATION,
        CauseDetail.IN_CUSTODY,
    ),
    Cause.OTHER: (),
}
"""The second level of each main cause."""

CAUSE_OF: Mapping[CauseDetail, Cause] = {detail: cause for cause, details in DETAILS.items() for detail in details}
"""The main cause of each."""
