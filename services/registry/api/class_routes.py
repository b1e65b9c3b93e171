"""Classes: the caller's own with their rolls, and what any class is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.chassis.web.access import allowed, signed_in
from services.chassis.web.forms import PageQuery
from services.chassis.web.frame import Blueprint, current_service
from services.chassis.web.paging import page
from services.registry import queries
from services.registry.api import roll_call_schemas
from services.registry.api.scope import CLASS_READERS, acting_as
from services.registry.domain.errors import NoSuchClass

CLASS_ROUTES = Blueprint("classes", __name__, description="班级 · classes")


@CLASS_ROUTES.route("/classes", methods=["GET"])
@allowed(*CLASS_READERS)
@CLASS_ROUTES.arguments(PageQuery, location="query")
@CLASS_ROUTES.response(200, roll_call_schemas.ClassesPage)
def classes(query: Mapping[str, Any]) -> dict[str, Any]:
    """班级 · The caller's classes."""
    service = current_service()
    now = service.today
    return page(
        service.engine,
        queries.classes(acting_as(CLASS_READERS)),
        keys=queries.CLASS_KEYS,
        asked=query,
        item=lambda row: {**row, "grade": queries.grade_on(row["cohort"], now)},
    )


@CLASS_ROUTES.route("/classes/<class_id>", methods=["GET"])
@signed_in  # what a class is called is nobody's data; whoever sees a child's case is told where the child belongs
@CLASS_ROUTES.response(200, roll_call_schemas.ClassShown)
def class_(class_id: str) -> dict[str, Any]:
    """一个班级：学校、年级、班号；凡登录者均可查 · One class: its school, grade and number, for everybody who is signed in."""
    service = current_service()
    row = queries.class_called(service.engine, class_id)
    if row is None:
        raise NoSuchClass
    return {**row, "grade": queries.grade_on(row["cohort"], service.today)}
