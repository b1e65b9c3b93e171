"""The arguments of routes: webargs reads through the house's strict reading, and refuses as the house refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs import core
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from services.chassis.errors import FieldError, FormRejected
from services.chassis.web.bodies import beyond_64_bits, json_body, query_arguments, urlencoded_arguments
from services.chassis.web.problems import rejected_form
from services.chassis.web.refusals import MediaTypeNotAccepted
from services.chassis.web.sentences import Sentence

UPLOAD_TYPE = "multipart/form-data"
URLENCODED = "urlencoded"
"""The location of a form as OAuth and browsers without files send it, for `@arguments`."""
_ONCE = Sentence("只能给出一次。", "May be given once.")


class StrictParser(FlaskParser):
    """What `@arguments` of the house's blueprints reads with; unknown fields are refused everywhere."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012  so it is declared in webargs
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": None,
        "querystring": None,
        "form": None,
        "files": None,
        URLENCODED: None,
    }
    __location_map__: dict[str, str | Callable[..., Any]] = {  # noqa: RUF012  so it is declared in webargs
        **FlaskParser.__location_map__,
        URLENCODED: "load_urlencoded",
    }

    def __init__(self) -> None:
        super().__init__()
        self._schemas: dict[type[ma.Schema], ma.Schema] = {}

    def _get_schema(self, argmap: Any, req: Request) -> ma.Schema:
        if isinstance(argmap, type) and issubclass(argmap, ma.Schema):
            schema = self._schemas.get(argmap)  # building a schema costs more than loading with it
            if schema is None:
                schema = self._schemas[argmap] = argmap()
            return schema
        return super()._get_schema(argmap, req)

    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002  webargs' signature
        value = json_body(req)
        if value is None and not req.get_data(cache=True):
            return core.missing
        return value

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        return self._once_each(MultiDict(query_arguments(req)), schema)

    def load_form(self, req: Request, schema: ma.Schema) -> Any:
        if req.mimetype != UPLOAD_TYPE:
            raise MediaTypeNotAccepted(accepted=UPLOAD_TYPE)
        return self._once_each(req.form, schema)

    def load_files(self, req: Request, schema: ma.Schema) -> Any:
        if req.mimetype != UPLOAD_TYPE:
            raise MediaTypeNotAccepted(accepted=UPLOAD_TYPE)
        return self._once_each(req.files, schema)

    def load_urlencoded(self, req: Request, schema: ma.Schema) -> Any:
        return self._once_each(MultiDict(urlencoded_arguments(req)), schema)

    def _once_each(self, given: MultiDict[str, Any], schema: ma.Schema) -> MultiDictProxy:
        """What was given, for a form; raises FormRejected where a field of one value was given several."""
        arguments = MultiDictProxy(given, schema, tuple(self.KNOWN_MULTI_FIELDS))
        repeated = [name for name, values in given.lists() if len(values) > 1 and name not in arguments.multiple_keys]
        if repeated:
            raise rejected_form({name: [_ONCE] for name in repeated})
        return arguments

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        data = super().parse(*args, **kwargs)
        if beyond_64_bits(data):
            raise FormRejected(FieldError("", "数字过大。", "A number is too large."))
        return data

    def handle_error(self, error: ma.ValidationError, *_request: Any, **_answer: Any) -> NoReturn:
        of_location = error.messages  # webargs puts the location around what marshmallow says
        raise rejected_form(next(iter(of_location.values())) if isinstance(of_location, dict) else of_location)
