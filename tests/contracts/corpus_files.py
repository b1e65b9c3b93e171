"""The frozen corpus: one stored event of every type and version ever written, a file each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from services.chassis.envelope import Envelope
from tests.contracts.example_events import Example
from tests.contracts.shapes import Shape, with_each_code

CORPUS = Path(__file__).parent / "corpus"


class Kept(msgspec.Struct, frozen=True):
    """A file of the corpus: the envelope without its data, and the data as the text whose bytes were hashed.

    `sparse` is the same event with everything left out that may be left out; `shape` what the class was when it was written.
    """

    envelope: dict[str, str | int | None]
    data: str
    sparse: str
    shape: Shape

    def stored(self) -> Envelope:
        """The event as it stood in a log."""
        without_data = msgspec.convert({**self.envelope, "data": b""}, Envelope)
        return msgspec.structs.replace(without_data, data=self.data.encode())

    def variants(self) -> Iterator[Envelope]:
        """The event as it may have been written too: with little in it, and once with each code that it may name."""
        stored = self.stored()
        yield msgspec.structs.replace(stored, data=self.sparse.encode())
        for document in with_each_code(msgspec.json.decode(self.data), self.shape):
            yield msgspec.structs.replace(stored, data=msgspec.json.encode(document))


def file_of(type_: str, version: int) -> Path:
    """Where the example of a type and version is kept."""
    return CORPUS / f"{type_}.v{version}.json"


def written(example: Example) -> bytes:
    """The bytes of the file that keeps an example."""
    envelope = example.envelope
    fields = {name: getattr(envelope, name) for name in envelope.__struct_fields__ if name != "data"}
    kept = Kept(fields, envelope.data.decode(), example.sparse.decode(), example.shape)
    return msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n"


def kept(path: Path) -> Kept:
    """What a file keeps."""
    return msgspec.json.decode(path.read_bytes(), type=Kept)
