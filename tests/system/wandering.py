"""People who wander over every address of the house and ask for all that they find: what they may read shows, else nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import msgspec

from services.chassis.decider import derived_id
from services.chassis.envelope import Context
from services.contracts.codes import BodyKind, Department, Role
from services.contracts.ids import AppointmentId, BodyId, ClassId, OfficerId
from services.contracts.services import SERVICES
from services.demo.county.officers import homeroom_login
from services.embedded import House
from services.identity.domain.officer import AppointOfficer, RegisterOfficer
from services.identity.domain.policies import PLACES_OF_ROLES
from tests.system.played import Played, roster_row

SET_UP = Context(actor="service:tests")
PAGES_AT_MOST = 20

STATIC = re.compile(r"^/(docs|openapi\.json|health|metrics|keys)")
"""Addresses that are the same for everybody: one caller asks for them."""

Needles = Sequence[tuple[str, bytes]]
"""What is looked for: the column of the roster, and one of the forms in which its text may be written."""

Ids = Mapping[str, Sequence[str]]
"""What the databases know of the child, by the name of the column."""


@dataclass(frozen=True)
class Wanderer:
    """Somebody with a token; `name` says who, as the tests' tables do."""

    name: str
    subject: str


@dataclass(frozen=True)
class Child:
    """The canary, and the places whose officers have to do with it."""

    pupil_id: str
    school_id: str
    school_code: str
    division: str
    homeroom: str

    @property
    def places(self) -> tuple[str, ...]:
        """The codes by which login names say an office of its own school, village or township."""
        return (self.school_code, self.division, self.division[:9])


@dataclass(frozen=True)
class Address:
    """An address to be asked for; `rule` is the route that serves it."""

    rule: str
    path: str
    accept: str = "application/json"


@dataclass
class Walk:
    """What a walk met: statuses by route, the canary's columns that were shown by route and path, and names beside its id."""

    statuses: dict[str, set[int]] = field(default_factory=dict)
    shown: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


# --- who wanders ------------------------------------------------------------------------------------------------------


def canary_of(county: Played, pupil_id: str) -> Child:
    """The canary by its id."""
    with county.house.services["registry"].engine.connect() as connection:
        pupil = connection.exec_driver_sql("SELECT * FROM pupils WHERE pupil_id = ?", (pupil_id,)).mappings().one()
        school = connection.exec_driver_sql("SELECT * FROM schools WHERE school_id = ?", (pupil["school_id"],)).mappings().one()
    row = roster_row(county.county, county.roll_number)
    homeroom = homeroom_login(school["code"], int(row["年级"]), int(row["班号"]))
    return Child(pupil_id, pupil["school_id"], school["code"], pupil["residence_division"], homeroom)


def officers_of_the_demo(house: House, child: Child) -> list[Wanderer]:
    """The county's offices and those of the child's own places, by their login names, which say the office."""
    with house.services["identity"].engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT login, officer_id FROM accounts ORDER BY login").all()
    return [Wanderer(login, officer_id) for login, officer_id in rows if "." not in login or login.split(".")[1] in child.places]


def strangers(house: House, child: Child) -> list[Wanderer]:
    """Officers of every role who have nothing to do with the child: of another school, class, township, village, division."""
    other = other_places(house, child)
    made = [
        _appointed(house, f"stranger.{role}", role, other["school"], child.division[:9], other["class"])
        for role, kinds in PLACES_OF_ROLES.items()
        if BodyKind.SCHOOL in kinds
    ]
    made += [
        _appointed(house, f"stranger.{department}", Role.DEPARTMENT_OFFICER, other["school"], other["township"], None, department)
        for department in (Department.PUBLIC_SECURITY, Department.CIVIL_AFFAIRS, Department.TOWNSHIP, Department.EDUCATION)
    ]
    made.append(
        _appointed(
            house, "next_county.police", Role.DEPARTMENT_OFFICER, other["school"], "570199", None, Department.PUBLIC_SECURITY
        )
    )
    made.append(_appointed(house, "stranger.township_officer", Role.TOWNSHIP_OFFICER, other["school"], other["township"]))
    made.append(_appointed(house, "stranger.village_cadre", Role.VILLAGE_CADRE, other["school"], other["village"]))
    own = child.school_id
    made.append(_appointed(house, "own_school.parent_representative", Role.PARENT_REPRESENTATIVE, own, other["township"]))
    made.append(_appointed(house, "own_school.dorm_supervisor", Role.DORM_SUPERVISOR, own, other["township"]))
    made.append(_appointed(house, "own_school.teacher", Role.TEACHER, own, other["township"]))
    made.append(_appointed(house, "own_school.other_class", Role.HOMEROOM_TEACHER, own, other["township"], other["class"]))
    house.settle()
    return made


def other_places(house: House, child: Child) -> dict[str, str]:
    """A school, class, township and village that are not the child's."""
    with house.services["registry"].engine.connect() as connection:
        ask = connection.exec_driver_sql
        school = ask("SELECT school_id FROM schools WHERE school_id <> ?", (child.school_id,)).scalars().first()
        of_class = ask("SELECT class_id FROM classes WHERE school_id = ?", (school,)).scalars().first()
    with house.services["identity"].engine.connect() as connection:
        divisions = connection.exec_driver_sql("SELECT division FROM bodies ORDER BY division").scalars().all()
    township = next(each for each in divisions if len(each) == 9 and each not in child.places)
    village = next(each for each in divisions if len(each) == 12 and each not in child.places)
    return {"school": str(school), "class": str(of_class), "township": township, "village": village}


def _appointed(
    house: House,
    name: str,
    role: Role,
    body: str,
    division: str,
    class_id: str | None = None,
    department: Department | None = None,
) -> Wanderer:
    officer = OfficerId(derived_id("wanderer", name))
    identity = house.services["identity"]
    identity.execute(RegisterOfficer(officer_id=officer, staff_number=name, name="路人", body_id=BodyId(body)), SET_UP)
    appointment = AppointOfficer(
        officer_id=officer,
        appointment_id=AppointmentId(derived_id("appointment", officer)),
        role=role,
        body_id=BodyId(body),
        body_kind=min(PLACES_OF_ROLES[role]),
        division=division,
        from_on=date(2020, 9, 1),
        class_id=ClassId(str(class_id)) if role is Role.HOMEROOM_TEACHER else None,
        department=department,
    )
    identity.execute(appointment, SET_UP)
    return Wanderer(name, officer)


# --- where to -----------------------------------------------------------------------------------------------------------


def known_of(house: House, pupil_id: str) -> Ids:
    """Every id and number that a database holds in a row about the child or its case, by column; other things' ids beside."""
    found: dict[str, set[str]] = {"service": set(SERVICES), "position": {"1"}, "pupil_id": {pupil_id}}
    for _ in range(2):  # the second time by what the first has found: rows that know the case but not the child
        about = {value for column in ("pupil_id", "case_id", "class_id") for value in found.get(column, ())}
        for service in house.services.values():
            _gather(service, about, found)
    found["reference"] = set().union(*(found.get(column, ()) for column in REFERENCES))
    return {column: sorted(values) for column, values in found.items()}


REFERENCES = ("pupil_id", "case_id", "number", "duty_id", "application_id", "notification_id", "episode_id", "event_id")
OTHERS = ("import_id", "officer_id")
"""Ids of things that are about no one child: a few of each."""

ROWS_OF_A_KIND = 12


def _gather(service: Any, about: set[str], found: dict[str, set[str]]) -> None:
    tables = {model.table.name: model.table for model in (*service.model.projections, *service.model.indexes)}
    with service.engine.connect() as connection:
        for name, table in tables.items():
            columns = [column.name for column in table.columns]
            keys = [column for column in ("pupil_id", "case_id", "class_id", "subject") if column in columns]
            for row in connection.exec_driver_sql(f"SELECT * FROM {name}").mappings():  # noqa: S608  own names
                if keys and not any(row[key] in about for key in keys):
                    continue
                for column in columns:
                    wanted = column.endswith("_id") or column in ("number", "day", "session")
                    if wanted and isinstance(row[column], str) and (keys or column in OTHERS):
                        values = found.setdefault(column, set())
                        if len(values) < ROWS_OF_A_KIND:
                            values.add(row[column])


ARGUMENTS: Mapping[str, Sequence[str]] = {
    "key": ("case_id", "number", "duty_id"),
    "own_id": ("application_id",),
}
"""Arguments of routes that are not named as the column is in which their values stand."""


def addresses(house: House, ids: Ids, specs: Mapping[str, Any]) -> Iterator[Address]:
    """Every address of every GET route, for every id, and each list by each filter that knows the child; raises KeyError."""
    for name, app in house.apps.items():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or STATIC.match(rule.rule):
                continue
            route = f"/{name}{rule.rule}"
            for path in _filled(route, sorted(rule.arguments), ids):
                operation = specs[name].get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {}).get("get", {})
                for query in _queries(operation, ids):
                    for accept in operation.get("responses", {}).get("200", {}).get("content") or ("application/json",):
                        yield Address(route, path + query, accept)


def _filled(route: str, arguments: Sequence[str], ids: Ids) -> Iterator[str]:
    if not arguments:
        yield route
        return
    first, *others = arguments
    for column in ARGUMENTS.get(first, (first,)):
        for value in ids[column]:
            yield from _filled(re.sub(rf"<(?:\w+:)?{first}>", value, route), others, ids)


def _queries(operation: Mapping[str, Any], ids: Ids) -> Iterator[str]:
    asked = {parameter["name"]: parameter for parameter in operation.get("parameters", ()) if parameter.get("in") == "query"}
    page = "limit=200&" if "limit" in asked else ""
    required = [name for name, parameter in asked.items() if parameter.get("required")]
    if required:
        (name,) = required
        yield from (f"?{page}{name}={value}" for value in asked[name]["schema"]["enum"])
        return
    yield f"?{page}"
    for column in ("pupil_id", "case_id", "class_id", "school_id", "episode_id", "person_id"):
        if column in asked:
            yield f"?{page}{column}={ids['pupil_id' if column == 'person_id' else column][0]}"


# --- walking ------------------------------------------------------------------------------------------------------------


def walk(county: Played, who: Wanderer, pupil_id: str, places: Sequence[Address], needles: Needles) -> Walk:
    """Ask for every address in somebody's name, page by page."""
    met = Walk()
    with county.house.client(county.house.signer.sign(who.subject)) as client:
        for place in places:
            for response in _pages(client, place):
                met.statuses.setdefault(place.rule, set()).add(response.status_code)
                told = response.content + str(sorted(response.headers.items())).encode()
                columns = {column for column, needle in needles if needle in told}
                if columns:
                    met.shown.setdefault(place.rule, {}).setdefault(place.path.partition("?")[0], set()).update(columns)
                if "json" in response.headers["content-type"]:
                    met.names.update(names_of(pupil_id, msgspec.json.decode(response.content)))
    return met


def names_of(pupil_id: str, answer: Any) -> Iterator[str]:
    """The names that stand beside the child's id, anywhere in an answer."""
    if isinstance(answer, dict):
        if answer.get("pupil_id") == pupil_id and answer.get("name"):
            yield answer["name"]
        for part in answer.values():
            yield from names_of(pupil_id, part)
    elif isinstance(answer, list):
        for part in answer:
            yield from names_of(pupil_id, part)


def _pages(client: httpx.Client, place: Address) -> Iterator[httpx.Response]:
    path = place.path
    for _ in range(PAGES_AT_MOST):
        response = client.get(path, headers={"Accept": place.accept})
        yield response
        following = _next(response)
        if following is None:
            return
        path = f"{place.path}cursor={following}"
    raise AssertionError(f"{place.path} has no end")


def _next(response: httpx.Response) -> str | None:
    if not response.is_success or "json" not in response.headers["content-type"]:
        return None
    body = msgspec.json.decode(response.content)
    following = body.get("next") if isinstance(body, dict) else None
    return str(following) if following else None
