"""The code lists of the field (domain.md §1–§8); a code is stored, its Chinese and English names are shown."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

COUNTY_DIGITS, TOWNSHIP_DIGITS, VILLAGE_DIGITS = 6, 9, 12
"""Digits of a division code (GB/T 2260 and below): each level begins with the code of the one above."""


class Role(StrEnum):
    """What an officer is appointed as (domain.md §1)."""

    BUREAU_LEAD = "bureau_lead"
    BUREAU_CLERK = "bureau_clerk"
    PRINCIPAL = "principal"
    VICE_PRINCIPAL = "vice_principal"
    HOMEROOM_TEACHER = "homeroom_teacher"
    TEACHER = "teacher"
    DORM_SUPERVISOR = "dorm_supervisor"
    PARENT_REPRESENTATIVE = "parent_representative"
    TOWNSHIP_OFFICER = "township_officer"
    VILLAGE_CADRE = "village_cadre"
    DEPARTMENT_OFFICER = "department_officer"
    ROLL_ADMINISTRATOR = "roll_administrator"
    AID_OFFICER = "aid_officer"
    CENTRAL_SCHOOL = "central_school"
    COUNTY_LEADER = "county_leader"
    ACCOUNT_ADMIN = "account_admin"
    OPERATOR = "operator"


class BodyKind(StrEnum):
    """What a body is."""

    BUREAU = "bureau"
    SCHOOL = "school"
    TOWNSHIP = "township"
    VILLAGE = "village"
    DEPARTMENT = "department"
    COUNTY_OFFICE = "county_office"


class Department(StrEnum):
    """The linked departments 联控联保; rural revitalisation is 农业农村局（乡村振兴） since the merger."""

    PUBLIC_SECURITY = "public_security"
    CIVIL_AFFAIRS = "civil_affairs"
    HUMAN_RESOURCES = "human_resources"
    TOWNSHIP = "township"
    RURAL_REVITALISATION = "rural_revitalisation"
    DISABLED_FEDERATION = "disabled_federation"
    HEALTH = "health"
    MARKET_REGULATION = "market_regulation"
    JUSTICE = "justice"
    YOUTH_LEAGUE = "youth_league"
    WOMENS_FEDERATION = "womens_federation"
    FINANCE = "finance"
    EDUCATION = "education"


class SchoolKind(StrEnum):
    """小学, 初中, 九年一贯, 教学点."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    NINE_YEAR = "nine_year"
    TEACHING_POINT = "teaching_point"


class Session(StrEnum):
    """When the roll is called (sessions per school, domain.md §2)."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    DORMITORY = "dormitory"
    RETURN_DAY = "return_day"


class Group(StrEnum):
    """Groups a child may belong to (domain.md §2, §3)."""

    RELIEF_HOUSEHOLD = "relief_household"
    MONITORED = "monitored"
    MINIMUM_LIVING = "minimum_living"
    DESTITUTE = "destitute"
    ORPHAN = "orphan"
    UNSUPPORTED = "unsupported"
    DISABLED = "disabled"
    LEFT_BEHIND = "left_behind"
    MIGRANT = "migrant"
    IN_DIFFICULTY = "in_difficulty"
    INVOLVED_IN_CASE = "involved_in_case"
    MINIMUM_LIVING_MARGIN = "minimum_living_margin"
    EXPENSE_DRIVEN = "expense_driven"


RESTRICTED_GROUPS = frozenset({Group.INVOLVED_IN_CASE})
"""Groups that stand in the vault, are looked up with a purpose, and are in no event and no condition of a programme: an offence is
restricted (PIPL art. 28; domain.md §11)."""


class DisabilityKind(StrEnum):
    """What a disability certificate names (GB/T 26341); health data, which stand in the vault."""

    VISUAL = "visual"
    HEARING = "hearing"
    SPEECH = "speech"
    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    MENTAL = "mental"
    MULTIPLE = "multiple"


class DisabilityGrade(StrEnum):
    """Its grade, one the most severe (GB/T 26341)."""

    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"


class Ledger(StrEnum):
    """The three ledgers (domain.md §2); `struck_off` has left them with an outcome."""

    SCHOOL_AGE = "school_age"
    SUSPECTED = "suspected"
    DROPOUT = "dropout"
    STRUCK_OFF = "struck_off"


class ExcuseKind(StrEnum):
    """Why an absence does not count."""

    LEAVE = "leave"
    ILLNESS_WITH_PROOF = "illness_with_proof"


class ContactMeans(StrEnum):
    """How a household was contacted."""

    CALL = "call"
    HOME_VISIT = "home_visit"
    MESSAGE = "message"
    IN_PERSON = "in_person"


class Cause(StrEnum):
    """Main causes (domain.md §3)."""

    HARDSHIP = "hardship"
    LEARNING = "learning"
    FAMILY_ATTITUDE = "family_attitude"
    SCHOOL_FACTOR = "school_factor"
    LABOUR = "labour"
    EARLY_MARRIAGE = "early_marriage"
    DISABILITY_ILLNESS = "disability_illness"
    NO_GUARDIANSHIP = "no_guardianship"
    RELIGION = "religion"
    MIGRATION = "migration"
    LOST_CONTACT = "lost_contact"
    OFFENCE = "offence"
    OTHER = "other"


RESTRICTED_CAUSES = frozenset({Cause.EARLY_MARRIAGE, Cause.DISABILITY_ILLNESS, Cause.RELIGION, Cause.OFFENCE})
"""Causes that only those named in the case and the bureau may see (PIPL art. 28; domain.md §11)."""


def any_restricted(causes: Iterable[Cause]) -> bool:
    """Whether one of the causes is restricted."""
    return not RESTRICTED_CAUSES.isdisjoint(causes)


class Placement(StrEnum):
    """Where a returned child is taught (domain.md §6)."""

    ORIGINAL_CLASS = "original_class"
    OTHER_CLASS = "other_class"
    SEPARATE_CLASS = "separate_class"
    VOCATIONAL_BLEND = "vocational_blend"
    MAINSTREAM_WITH_DISABILITY = "mainstream_with_disability"
    SPECIAL_SCHOOL = "special_school"
    HOME_TEACHING = "home_teaching"
    SPECIALISED_SCHOOL = "specialised_school"


class Outcome(StrEnum):
    """How a case is closed (domain.md §6); `working` and `lost_contact` are not outcomes."""

    RETURNED = "returned"
    ENROLLED_ELSEWHERE = "enrolled_elsewhere"
    VOCATIONAL = "vocational"
    HOME_TEACHING = "home_teaching"
    DEFERRED = "deferred"
    MOVED_ABROAD = "moved_abroad"
    DECEASED = "deceased"
    INFORMATION_ERROR = "information_error"
    GRADUATED = "graduated"
    OVER_AGE = "over_age"


class DutyKind(StrEnum):
    """What a department is asked to do (domain.md §4)."""

    VERIFY_WHEREABOUTS = "verify_whereabouts"
    PROTECT_RETURNED = "protect_returned"
    DECIDE_RELIEF = "decide_relief"
    INSPECT_CHILD_LABOUR = "inspect_child_labour"
    INSPECT_EMPLOYER = "inspect_employer"
    PERSUADE = "persuade"
    VERIFY_HOUSEHOLD_STATUS = "verify_household_status"
    SUPPORT_FAMILY = "support_family"
    SCHOOL_VISIT = "school_visit"
    SUPERVISE_SCHOOL = "supervise_school"
    DETERMINE_CONDITION = "determine_condition"
    SUPPORT_GUARDIANSHIP = "support_guardianship"
    VERIFY_DESTINATION = "verify_destination"
    INDIVIDUAL_SUPPORT = "individual_support"
    FIND_CONTACT = "find_contact"


class HarmSign(StrEnum):
    """Signs that open a mandatory report 强制报告 (domain.md §3)."""

    ABUSE = "abuse"
    SEXUAL_ASSAULT = "sexual_assault"
    PREGNANCY = "pregnancy"
    COHABITATION = "cohabitation"
    TRAFFICKING = "trafficking"
    ABANDONMENT = "abandonment"
    SERIOUS_INJURY = "serious_injury"


class Evidence(StrEnum):
    """What a department's answer should rest on."""

    SEARCH_REPLY = "search_reply"
    SITUATION_REPLY = "situation_reply"
    RELIEF_DECISION = "relief_decision"
    LABOUR_INSPECTION = "labour_inspection"
    EMPLOYER_INSPECTION = "employer_inspection"
    PERSUASION_RECORD = "persuasion_record"
    SYSTEM_RESULT = "system_result"
    SUPPORT_RECORD = "support_record"
    HOME_VISIT_RECORD = "home_visit_record"
    SUPERVISION_OPINION = "supervision_opinion"
    DETERMINATION = "determination"
    GUARDIANSHIP_PAPERS = "guardianship_papers"
    ENROLMENT_REPLY = "enrolment_reply"
    NEW_CONTACT = "new_contact"
    TUTORING_RECORD = "tutoring_record"


class Promise(StrEnum):
    """What a household takes upon itself in the commitment 承诺书; each is checked afterwards."""

    SENDS_TO_SCHOOL = "sends_to_school"
    FINISHES_NINE_YEARS = "finishes_nine_years"
    NO_WORK = "no_work"
    KEEPS_CONTACT = "keeps_contact"


class VisitResult(StrEnum):
    """What a visit came to."""

    WILL_RETURN = "will_return"
    UNDECIDED = "undecided"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
