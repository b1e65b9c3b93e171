"""The county's bodies and the officers appointed to them; login names say the office, so that a visitor can guess them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random

from services.contracts.codes import Session
from services.demo.county import names
from services.demo.county.places import COUNTY_CODE, COUNTY_ENGLISH, COUNTY_NAME, Township
from services.demo.county.schools import School, SchoolClass

BUREAU_CODE = f"{COUNTY_CODE}.education"
DEPARTMENTS = (
    ("public_security", "公安局", "Public Security Bureau"),
    ("civil_affairs", "民政局", "Civil Affairs Bureau"),
    ("human_resources", "人力资源和社会保障局", "Human Resources and Social Security Bureau"),
    ("disabled_federation", "残疾人联合会", "Disabled Persons' Federation"),
    ("health", "卫生健康局", "Health Bureau"),
    ("rural_revitalisation", "农业农村局（乡村振兴）", "Agriculture and Rural Affairs Bureau (Rural Revitalisation)"),
    ("womens_federation", "妇女联合会", "Women's Federation"),
)
_BUREAU = ("bureau_lead", "bureau_clerk", "aid_officer", "account_admin", "county_leader")
_SCHOOL = ("roll_administrator", "aid_officer")
PARENT = "parent_representative"
DORM_SUPERVISOR = "dorm_supervisor"
CENTRAL_SCHOOL = "central_school"
_TEACHERS_PER_SCHOOL = 2  # beside the homeroom teachers; they tutor and visit
_YEARS_IN_OFFICE_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Body:
    code: str
    name: str
    english: str
    kind: str
    department: str
    division: str
    superior: str


@dataclass(frozen=True, slots=True)
class Officer:
    number: str
    name: str
    login: str
    body_code: str
    role: str
    grade: int | None
    class_number: int | None
    since: date


def bodies(townships: Sequence[Township], schools: Sequence[School]) -> tuple[Body, ...]:
    """Every body after the one above it."""
    county = [
        Body(BUREAU_CODE, f"{COUNTY_NAME}教育局", f"{COUNTY_ENGLISH} Education Bureau", "教育局", "education", COUNTY_CODE, "")
    ]
    county += [
        Body(f"{COUNTY_CODE}.{name}", f"{COUNTY_NAME}{title}", f"{COUNTY_ENGLISH} {english}", "部门", name, COUNTY_CODE, "")
        for name, title, english in DEPARTMENTS
    ]
    for township in townships:
        title = f"{township.name}人民政府"
        english = f"{township.english} Government"
        county.append(Body(township.code, title, english, "乡镇", "township", township.code, ""))
        county += [
            Body(village.code, f"{village.name}村民委员会", f"{village.english} Committee", "村", "", village.code, township.code)
            for village in township.villages
        ]
    county += [
        Body(school.code, school.name, school.english, "学校", "", school.division, school.central_code or BUREAU_CODE)
        for school in schools
    ]
    return tuple(county)


def officers(
    chance: Random,
    townships: Sequence[Township],
    schools: Sequence[School],
    classes: Sequence[SchoolClass],
    *,
    first_day: date,
) -> tuple[Officer, ...]:
    """One appointment each; homeroom teachers begin with the school year."""
    numbers = count(1)

    def appoint(login: str, body: str, role: str, of_class: SchoolClass | None = None) -> Officer:
        years = chance.randrange(_YEARS_IN_OFFICE_AT_MOST)
        return Officer(
            number=f"YX{next(numbers):05d}",
            name=names.officer_name(chance),
            login=login,
            body_code=body,
            role=role,
            grade=of_class.grade if of_class else None,
            class_number=of_class.number if of_class else None,
            since=first_day - timedelta(days=7) if of_class else date(first_day.year - 1 - years, 9, 1),
        )

    offices = [*_county_offices(), *_local_offices(townships), *_school_offices(schools)]
    appointed = [appoint(*office) for office in offices]
    appointed += [
        appoint(homeroom_login(each.school_code, each.grade, each.number), each.school_code, "homeroom_teacher", each)
        for each in classes
    ]
    appointed += [appoint(parent_login(each.code), each.code, PARENT) for each in schools]
    return tuple(appointed)


def _county_offices() -> Iterator[tuple[str, str, str]]:
    for role in _BUREAU:
        yield office_login(role), BUREAU_CODE, role  # the leading group's office sits in the bureau
    for name, _, _ in DEPARTMENTS:
        yield office_login(name), f"{COUNTY_CODE}.{name}", "department_officer"


def _local_offices(townships: Sequence[Township]) -> Iterator[tuple[str, str, str]]:
    for township in townships:
        yield office_login("township_officer", township.code), township.code, "township_officer"
        for village in township.villages:
            yield office_login("village_cadre", village.code), village.code, "village_cadre"


def _school_offices(schools: Sequence[School]) -> Iterator[tuple[str, str, str]]:
    """A teaching point has no principal: an officer of the school above it acts for it."""
    leading = {school.central_code for school in schools}
    for school in schools:
        for role in _SCHOOL:
            yield office_login(role, school.code), school.code, role
        if not school.central_code:
            yield office_login("principal", school.code), school.code, "principal"
            yield office_login("vice_principal", school.code), school.code, "vice_principal"
        if school.code in leading:
            yield office_login(CENTRAL_SCHOOL, school.code), school.code, CENTRAL_SCHOOL
        if Session.DORMITORY in school.sessions:
            yield office_login(DORM_SUPERVISOR, school.code), school.code, DORM_SUPERVISOR
        for place in range(1, _TEACHERS_PER_SCHOOL + 1):
            yield teacher_login(school.code, place), school.code, "teacher"


def head_login(school_code: str, central_code: str) -> str:
    """Who acts for a school: its principal, for a teaching point its central school."""
    return office_login(CENTRAL_SCHOOL, central_code) if central_code else office_login("principal", school_code)


def parent_login(school_code: str) -> str:
    return office_login(PARENT, school_code)


def office_login(role: str, body_code: str = "") -> str:
    """`bureau_lead`, `civil_affairs`, `principal.2157126100`, `township_officer.570126100`."""
    return f"{role}.{body_code}" if body_code else role


BUREAU_LEAD = office_login("bureau_lead")
BUREAU_CLERK = office_login("bureau_clerk")


def homeroom_login(school_code: str, grade: int, class_number: int) -> str:
    return f"homeroom.{school_code}.{grade}.{class_number}"


def teacher_login(school_code: str, place: int) -> str:
    return f"teacher.{school_code}.{place}"
