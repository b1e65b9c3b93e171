"""How a service comes to its store: each way to run the house brings its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from services.chassis.storage.port import EventStore

OpenStore = Callable[[str, Path], EventStore]
"""Opens the store of a service by its name, with its Alembic history."""
