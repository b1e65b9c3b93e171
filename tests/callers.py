"""Officers who call a service's routes: appointed by identity's events, signed in with real tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.chassis.web.tokens import TokenSigner, TokenVerifier, key_set
from services.contracts.codes import Department, Role
from services.contracts.identity import OfficerAppointed, SubstituteNamed
from services.contracts.ids import AppointmentId, BodyId, ClassId, OfficerId, SubstitutionId
from tests.neighbours import COUNTY, Neighbours

_keys: Iterator[int] = count(1)


class SignedTokens:
    """One signer for all callers of a test."""

    def __init__(self) -> None:
        self._signer = TokenSigner.generate()
        self.verifier = TokenVerifier(lambda: key_set(self._signer))

    def of(self, subject: str) -> str:
        return self._signer.sign(subject)


class Caller:
    """Somebody with a token, speaking to one app."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self._client: FlaskClient = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, headers: Mapping[str, str] | None = None, **query: str | int) -> TestResponse:
        return self._client.get(path, headers={**self._headers, **(headers or {})}, query_string=query)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> TestResponse:
        named = {"Idempotency-Key": f"test-key-{next(_keys)}", **self._headers, **(headers or {})}
        return self._client.post(path, headers=named, json={} if body is None else body)

    def post_form(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> TestResponse:
        """A form as OAuth sends it."""
        return self._client.post(path, headers=headers, data=dict(form), content_type="application/x-www-form-urlencoded")

    def upload(self, path: str, form: Mapping[str, Any]) -> TestResponse:
        named = {"Idempotency-Key": f"test-key-{next(_keys)}", **self._headers}
        return self._client.post(path, headers=named, data=dict(form), content_type="multipart/form-data")


def stand_in(others: Neighbours, officer: str, appointment: str, substitute: str, office: str, *, until: date) -> None:
    """Tell everybody that a substitute acts in an officer's appointment."""
    named = SubstituteNamed(
        officer_id=OfficerId(officer),
        substitution_id=SubstitutionId(f"{officer}-{substitute}"),
        appointment_id=AppointmentId(appointment),
        substitute_id=OfficerId(substitute),
        office_id=AppointmentId(office),
        from_on=date(2020, 1, 1),
        until_on=until,
    )
    others.tell(f"officer-{officer}", named)


def appoint(
    others: Neighbours,
    officer: str,
    role: Role,
    body_id: str,
    *,
    division: str = COUNTY,
    class_id: str | None = None,
    department: Department | None = None,
) -> None:
    """Tell everybody that an officer holds a role."""
    event = OfficerAppointed(
        officer_id=OfficerId(officer),
        appointment_id=AppointmentId(f"{officer}-{role}-{body_id}"),
        role=role,
        body_id=BodyId(body_id),
        division=division,
        from_on=date(2020, 1, 1),
        class_id=None if class_id is None else ClassId(class_id),
        department=department,
    )
    others.tell(f"officer-{officer}", event)
