"""What an image is made of, as CycloneDX 1.5: packages of Debian and Alpine, Python distributions, jars.

    docker export CONTAINER | python3 sbom.py NAME DIGEST >NAME.cdx.json

It reads the image's files as a tar stream and runs nothing of them; the standard library is enough for it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from typing import IO, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

Component = dict[str, Any]
FORM, VERSION = "CycloneDX", "1.5"
DPKG, APK = "var/lib/dpkg/status", "lib/apk/db/installed"
METADATA = re.compile(r"\.(dist|egg)-info/(METADATA|PKG-INFO)$")
MAVEN = re.compile(r"^META-INF/maven/[^/]+/[^/]+/pom\.properties$")
JAR_NAME = re.compile(r"^(?P<name>.+?)-(?P<version>\d[\w.+-]*)\.jar$")


def component(kind: str, name: str, version: str, *, group: str = "", **more: Any) -> Component:
    """One part; `kind` is the purl type, a namespace stands before the name in the purl."""
    within = f"{quote(group)}/" if group else ""
    purl = f"pkg:{kind}/{within}{quote(name)}@{quote(version)}"
    return {
        "type": "library",
        **({"group": group} if kind == "maven" and group else {}),
        "name": name,
        "version": version,
        "purl": purl,
        **more,
    }


def debian(status: str) -> Iterator[Component]:
    """The installed packages of a dpkg status file."""
    for stanza in status.split("\n\n"):
        fields = HeaderParser().parsestr(stanza)
        if fields["Status"] == "install ok installed":
            yield component("deb", fields["Package"], fields["Version"], group="debian")


def alpine(installed: str) -> Iterator[Component]:
    """The packages of an apk database."""
    for stanza in installed.strip().split("\n\n"):
        fields = dict(line.split(":", 1) for line in stanza.splitlines() if ":" in line)
        yield component("apk", fields["P"], fields["V"], group="alpine")


def python(metadata: str) -> Component:
    """A distribution by its METADATA; names are told as PyPI normalises them (PEP 503)."""
    fields = HeaderParser().parsestr(metadata)
    return component("pypi", re.sub(r"[-_.]+", "-", fields["Name"]).lower(), fields["Version"])


def jar(path: str, content: bytes) -> Component:
    """A jar by what Maven put into it, else by its file's name."""
    file_name = path.rpartition("/")[2]
    by_name = JAR_NAME.match(file_name)
    name, version = (by_name["name"], by_name["version"]) if by_name else (file_name.removesuffix(".jar"), "unknown")
    hashes = [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}]
    group = ""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in filter(MAVEN.match, archive.namelist()):
            told = dict(line.split("=", 1) for line in archive.read(entry).decode().splitlines() if "=" in line)
            if told.get("artifactId") == name:  # a jar may carry others in itself
                group, version = told.get("groupId", ""), told.get("version", version)
    return component("maven", name, version, group=group, hashes=hashes)


def components(files: IO[bytes]) -> list[Component]:
    """Everything in a tar stream of an image's files, in one order, each part once."""
    found: dict[str, Component] = {}
    with tarfile.open(fileobj=files, mode="r|") as archive:
        for entry in archive:
            content = archive.extractfile(entry) if entry.isfile() else None
            if content is not None:
                for part in parts_of(entry.name.removeprefix("./"), content):
                    found[part["purl"]] = part
    return [found[purl] for purl in sorted(found)]


def parts_of(path: str, content: IO[bytes]) -> Iterator[Component]:
    """What one file tells."""
    if path == DPKG:
        yield from debian(content.read().decode())
    elif path == APK:
        yield from alpine(content.read().decode())
    elif METADATA.search(path):
        yield python(content.read().decode(errors="replace"))
    elif path.endswith(".jar"):
        yield jar(path, content.read())


def sbom(name: str, digest: str, files: IO[bytes]) -> dict[str, Any]:
    """The bill of an image; the same image has the same bill."""
    image, _, tag = name.rpartition(":")
    return {
        "bomFormat": FORM,
        "specVersion": VERSION,
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": image, "version": tag, "bom-ref": digest}},
        "components": components(files),
    }


if __name__ == "__main__":
    json.dump(sbom(sys.argv[1], sys.argv[2], sys.stdin.buffer), sys.stdout, ensure_ascii=False, indent=1)
