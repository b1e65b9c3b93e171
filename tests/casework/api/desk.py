"""Casework's app, and everybody who calls it."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from services.casework.app import app
from services.contracts.codes import Department, Role
from tests.callers import Caller, SignedTokens, appoint
from tests.casework.conftest import World
from tests.casework.invented import SCHOOL_ID, TOWNSHIP

OTHERS = (
    ("vice", Role.VICE_PRINCIPAL, SCHOOL_ID, TOWNSHIP, None, None),
    ("tutor", Role.TEACHER, SCHOOL_ID, TOWNSHIP, None, None),
    ("parent", Role.PARENT_REPRESENTATIVE, SCHOOL_ID, TOWNSHIP, None, None),
    ("other-parent", Role.PARENT_REPRESENTATIVE, SCHOOL_ID, TOWNSHIP, None, None),
    ("next-schools-parent", Role.PARENT_REPRESENTATIVE, "school-2", TOWNSHIP, None, None),
    ("other-leader", Role.COUNTY_LEADER, "county", "990126", None, None),
    ("aid", Role.AID_OFFICER, "bureau", "990126", None, None),
    ("roll", Role.ROLL_ADMINISTRATOR, SCHOOL_ID, TOWNSHIP, None, None),
    ("labour", Role.DEPARTMENT_OFFICER, "labour", "990126", None, Department.HUMAN_RESOURCES),
    ("other-principal", Role.PRINCIPAL, "school-2", TOWNSHIP, None, None),
    ("other-teacher", Role.HOMEROOM_TEACHER, SCHOOL_ID, TOWNSHIP, "class-2", None),
    ("other-township", Role.TOWNSHIP_OFFICER, "township-2", "990126101", None, Department.TOWNSHIP),
    ("police-station", Role.DEPARTMENT_OFFICER, "police-2", TOWNSHIP, None, Department.PUBLIC_SECURITY),
    ("next-county", Role.DEPARTMENT_OFFICER, "police-3", "990127", None, Department.PUBLIC_SECURITY),
    ("other-cadre", Role.VILLAGE_CADRE, "village-2", "990126100202", None, None),
)
"""Those beside the officers of the case."""


class Desk:
    """The app with all officers appointed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._tokens = SignedTokens()
        self.app: Flask = app(world.service, self._tokens.verifier, version="test")
        world.staff()
        for name, role, body, division, class_id, department in OTHERS:
            appoint(world.others, name, role, body, division=division, class_id=class_id, department=department)
        world.settle()

    def by(self, name: str) -> Caller:
        """An officer, signed in."""
        return Caller(self.app, self._tokens.of(name))

    def versioned(self, name: str, path: str, form: dict[str, Any], on_behalf_of: str | None = None) -> TestResponse:
        """An act with the version that was just read; whoever may not read it names one all the same."""
        caller = self.by(name)
        absent = {} if on_behalf_of is None else {"On-Behalf-Of": on_behalf_of}
        read = caller.get(path.rpartition("/")[0], absent)
        return caller.post(path, form, {"If-Match": read.headers.get("ETag", '"1"'), **absent})

    def propose(self, case: str, form: dict[str, Any]) -> TestResponse:
        """The principal proposes to close."""
        return self.versioned("principal", f"/cases/{case}/closing:propose", form)

    def fill_in(self, case: str, words: str) -> None:
        """Everything that can be typed into an open case."""
        plan = {
            "measures": [
                {"cause": "hardship", "kind": "aid", "note": words},
                {"cause": "hardship", "kind": "livelihood_talk", "responsible_id": "township"},
            ]
        }
        visit = dict.fromkeys(("parents_words", "childs_words", "policy_explained", "next_step"), words)
        for path, form in (
            ("causes", {"primary": "hardship", "note": words}),
            ("whereabouts", {"place": words, "employer": words, "contact": words}),
            ("commitments", {"signed_on": "2026-09-08", "signed_by": "guardian", "note": words}),
            ("visits", {"visited_on": "2026-09-08", "result": "will_return", "accompanied_by": ["cadre"], **visit}),
            ("return-agreements", {"return_on": "2026-09-09"}),
        ):
            assert self.versioned("principal", f"/cases/{case}/{path}", form).status_code == 201, path
        assert self.versioned("principal", f"/cases/{case}/plans", plan).status_code == 201
        self.world.settle()
