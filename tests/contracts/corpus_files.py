"""The frozen corpus: one stored event of every type and version ever written, a file each."""

from __future__ import annotations

from pathlib import Path

import msgspec

from services.chassis.envelope import Envelope

CORPUS = Path(__file__).parent / "corpus"


class Kept(msgspec.Struct, frozen=True):
    """A file of the corpus: the envelope without its data, and the data as the text whose bytes were hashed."""

    envelope: dict[str, str | int | None]
    data: str

    def stored(self) -> Envelope:
        """The event as it stood in a log."""
        without_data = msgspec.convert({**self.envelope, "data": b""}, Envelope)
        return msgspec.structs.replace(without_data, data=self.data.encode())


def file_of(type_: str, version: int) -> Path:
    """Where the example of a type and version is kept."""
    return CORPUS / f"{type_}.v{version}.json"


def written(envelope: Envelope) -> bytes:
    """The bytes of the file that keeps an event."""
    fields = {name: getattr(envelope, name) for name in envelope.__struct_fields__ if name != "data"}
    return msgspec.json.format(msgspec.json.encode(Kept(fields, envelope.data.decode())), indent=2) + b"\n"


def kept(path: Path) -> Envelope:
    """The event in a file."""
    return msgspec.json.decode(path.read_bytes(), type=Kept).stored()
