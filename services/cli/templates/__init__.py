"""The files that a county brings, as templates: their sheets, what stands in each column, one invented example."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.cli.templates.form import Column, Sheet, Template
from services.cli.templates.of_county import bodies, calendar_government, calendar_schools, officers
from services.cli.templates.of_registry import rollcall, roster, schools

__all__ = ["TEMPLATES", "Column", "Sheet", "Template"]

TEMPLATES: Mapping[str, Callable[[], Template]] = {
    "bodies": bodies,
    "officers": officers,
    "calendar-government": calendar_government,
    "calendar-schools": calendar_schools,
    "schools": schools,
    "roster": roster,
    "rollcall": rollcall,
}
"""By the name under which `fuxue import` takes the file, in the order in which a county needs them."""
