"""The house's blueprint: flask-smorest's, with strict reading and with what every route documents by itself."""

from __future__ import annotations

import http
from collections.abc import Callable, Mapping
from copy import deepcopy
from threading import Lock
from typing import Any, ClassVar

import flask_smorest  # type: ignore[import-untyped]  # it has no types
import marshmallow as ma
from flask import Flask
from flask_smorest.utils import deepupdate, prepare_response  # type: ignore[import-untyped]  # it has no types

from services.chassis.web.access import Access, View
from services.chassis.web.bodies import URLENCODED_TYPE
from services.chassis.web.caller import ON_BEHALF_OF
from services.chassis.web.forms import Form
from services.chassis.web.parser import UPLOAD_TYPE, URLENCODED, StrictParser
from services.chassis.web.problems import MEDIA_TYPE

OPENAPI_VERSION = "3.1.0"
SECURITY_SCHEME = "token"
_NO_BODY = (http.HTTPStatus.NO_CONTENT, http.HTTPStatus.NOT_MODIFIED)


class FieldProblem(Form):
    """One field that is not in the accepted form."""

    field = ma.fields.String(required=True, metadata={"examples": ["items.3.phone"]})
    message = ma.fields.String(required=True)


class Problem(Form):
    """RFC 9457: what went wrong, with a stable code and a sentence in the caller's language."""

    type = ma.fields.String(required=True, metadata={"examples": ["urn:fuxue:problem:case-already-closed"]})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True, metadata={"examples": ["case-already-closed"]})
    detail = ma.fields.String(required=True)
    errors = ma.fields.List(ma.fields.Nested(FieldProblem))
    instance = ma.fields.String(metadata={"description": "the trace id of the request, as a URN"})


class Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's API object, whose errors are documented as what they are: problems.

    The document is made when somebody asks for it: making it takes longer than all the rest of an app.
    """

    ERROR_SCHEMA = Problem

    def __init__(self, app: Flask, *, title: str, version: str) -> None:
        self._blueprints: list[Blueprint] = []
        self._document: dict[str, Any] | None = None
        self._at_the_document = Lock()
        super().__init__(app, spec_kwargs={"title": title, "version": version, "openapi_version": OPENAPI_VERSION})

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Its routes are served from now on, and stand in the document."""
        self._app.register_blueprint(blueprint)
        self._blueprints.append(blueprint)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document of all blueprints."""
        with self._at_the_document:
            if self._document is None:
                self._document = self._written()
            return self._document

    def _written(self) -> dict[str, Any]:
        super()._init_spec(**self._spec_kwargs)
        spec: Any = self.spec
        spec.components.security_scheme(SECURITY_SCHEME, {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
        for blueprint in self._blueprints:
            blueprint.register_views_in_doc(self, self._app, spec, name=blueprint.name, parameters=None)
            spec.tag({"name": blueprint.name, "description": blueprint.description})
        document: dict[str, Any] = spec.to_dict()
        return document

    def _init_spec(self, **_options: Any) -> None:
        """Nothing yet; see `document`."""

    def _register_error_handlers(self) -> None:
        """Errors are answered by `problems.py`, for all exceptions alike."""

    def _register_responses(self) -> None:
        for status in http.HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= http.HTTPStatus.OK and status not in _NO_BODY:
                response["schema"] = self.ERROR_SCHEMA
            prepare_response(response, self.spec, MEDIA_TYPE)
            self.spec.components.response(status.name, response, lazy=True)
        response = {"description": "What went wrong", "schema": self.ERROR_SCHEMA}
        prepare_response(response, self.spec, MEDIA_TYPE)
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, response, lazy=True)


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """A service's routes; `create_app` takes no other kind, because only this one reads strictly."""

    ARGUMENTS_PARSER: ClassVar[StrictParser] = StrictParser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        **flask_smorest.Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        URLENCODED: URLENCODED_TYPE,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._prepare_house_doc)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """See flask-smorest; typed, so that views stay typed."""
        decorator: Callable[[View], View] = super().route(rule, **options)
        return decorator

    def arguments(self, schema: type[ma.Schema] | ma.Schema, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """See flask-smorest: the form that `location` (default `json`) is read with; the view's first free argument."""
        decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = super().arguments(schema, **options)
        return decorator

    def response(
        self, status_code: int, schema: type[ma.Schema] | ma.Schema | None = None, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """See flask-smorest: what the view answers, and the form in which it is written."""
        decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = super().response(status_code, schema, **options)
        return decorator

    def alt_response(self, status_code: int, *reference: str, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """See flask-smorest: another answer, for the documentation."""
        decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = super().alt_response(status_code, *reference, **options)
        return decorator

    def doc(self, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """See flask-smorest: words for the documentation."""
        decorator: Callable[[Callable[..., Any]], Callable[..., Any]] = super().doc(**options)
        return decorator

    def _store_endpoint_docs(self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for name, documented in self._docs[endpoint].items():
            if name != "parameters":
                documented["view"] = obj

    @staticmethod
    def _prepare_house_doc(doc: Any, doc_info: Mapping[str, Any], *, method: str, **_others: Any) -> Any:
        """Who may call, and the headers that every act takes."""
        from services.chassis.web.route import route_of  # noqa: PLC0415  route_of asks access and acting, which know no blueprint

        route = route_of(doc_info["view"])
        access = route.access or Access()
        if access.anonymous:
            return deepupdate(doc, {"security": []})
        added: dict[str, Any] = {"security": [{SECURITY_SCHEME: []}]}
        if access.roles or access.services:
            added["x-callers"] = {"roles": sorted(access.roles), "services": sorted(access.services)}
        doc = deepupdate(doc, added)
        doc.setdefault("parameters", []).append(deepcopy(STANDING_IN))
        if method == "post" and not route.repeatable:
            doc.setdefault("parameters", []).append(deepcopy(IDEMPOTENCY_KEY))
        if route.needs_version:
            doc.setdefault("parameters", []).append(deepcopy(IF_MATCH))
        return doc

    def _prepare_arguments_doc(self, doc: Any, doc_info: Any, **others: Any) -> Any:
        """An upload's file and words are parts of one multipart body; flask-smorest would document the first of them only."""
        arguments = doc_info.get("arguments", {})
        parts = [parameter for parameter in arguments.get("parameters", ()) if parameter["in"] in ("form", "files")]
        if parts:
            forms = tuple(part["schema"] if isinstance(part["schema"], type) else type(part["schema"]) for part in parts)
            whole = forms[0] if len(forms) == 1 else type("And".join(form.__name__ for form in forms), forms, {})
            body = {"in": "files", "required": True, "schema": whole, "content_type": UPLOAD_TYPE}
            arguments["parameters"] = [body, *(other for other in arguments["parameters"] if other not in parts)]
        return super()._prepare_arguments_doc(doc, doc_info, **others)


IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The ETag with which the record was read; 412 if somebody has changed it since.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
}
STANDING_IN = {
    "in": "header",
    "name": ON_BEHALF_OF,
    "required": False,
    "description": "The officer for whom the caller, their substitute of these days, acts; 403 if they are not.",
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,128}$"},
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "A new one for each new act; the same one again gives the same answer, once only.",
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{8,128}$"},
}
