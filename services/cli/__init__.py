"""`fuxue …`: the command line. It speaks HTTP to the process that owns the data, or is that process when none runs."""

from services.cli.main import main

__all__ = ["main"]
