"""A bill of materials is read from an image's files: packages, distributions and jars, and nothing is run for it."""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.compose import ROOT

DIGEST = "sha256:" + "0" * 64
DPKG = """Package: libc6
Status: install ok installed
Version: 2.36-9+deb12u10

Package: gone
Status: deinstall ok config-files
Version: 1
"""
APK = "C:Q1x=\nP:musl\nV:1.2.5-r9\n\nP:zlib\nV:1.3.1-r2\n"


@pytest.fixture
def sbom(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script, which lies with the deployment and not in a package."""
    monkeypatch.syspath_prepend(ROOT / "deploy")
    monkeypatch.delitem(sys.modules, "sbom", raising=False)
    import sbom  # noqa: PLC0415

    return sbom.sbom


def image(files: Mapping[str, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    stream.seek(0)
    return stream


def jar(**properties: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for artifact, text in properties.items():
            archive.writestr(f"META-INF/maven/g/{artifact}/pom.properties", text)
    return stream.getvalue()


def purls(sbom: Any, files: Mapping[str, bytes]) -> list[str]:
    return [part["purl"] for part in sbom("fuxue/some:1", DIGEST, image(files))["components"]]


def test_installed_packages_of_debian_and_alpine_are_told(sbom: Any) -> None:
    assert purls(sbom, {"var/lib/dpkg/status": DPKG.encode()}) == ["pkg:deb/debian/libc6@2.36-9%2Bdeb12u10"]
    assert purls(sbom, {"./lib/apk/db/installed": APK.encode()}) == ["pkg:apk/alpine/musl@1.2.5-r9", "pkg:apk/alpine/zlib@1.3.1-r2"]


def test_python_distributions_are_told_as_pypi_names_them(sbom: Any) -> None:
    metadata = b"Metadata-Version: 2.1\nName: Flask_Smorest\nVersion: 0.46.1\n\nA description.\nName: not this\n"
    assert purls(sbom, {"opt/venv/lib/flask_smorest-0.46.1.dist-info/METADATA": metadata}) == ["pkg:pypi/flask-smorest@0.46.1"]


def test_a_jar_is_told_by_what_maven_put_into_it_and_with_its_hash(sbom: Any) -> None:
    own = "groupId=org.apache.kafka\nartifactId=kafka-clients\nversion=4.1.2\n"
    shaded = "groupId=com.other\nartifactId=other\nversion=9\n"
    bill = sbom("fuxue/some:1", DIGEST, image({"opt/kafka/libs/kafka-clients-4.1.2.jar": jar(clients=own, other=shaded)}))
    (part,) = bill["components"]
    assert (part["purl"], part["group"]) == ("pkg:maven/org.apache.kafka/kafka-clients@4.1.2", "org.apache.kafka")
    assert len(part["hashes"][0]["content"]) == 64


def test_a_jar_of_another_build_is_told_by_its_name(sbom: Any) -> None:
    assert purls(sbom, {"opt/kafka/libs/zstd-jni-1.5.6-10.jar": jar()}) == ["pkg:maven/zstd-jni@1.5.6-10"]


def test_the_same_image_has_the_same_bill(sbom: Any, tmp_path: Path) -> None:
    files = {"var/lib/dpkg/status": DPKG.encode()}
    bill = sbom("fuxue/some:1", DIGEST, image(files))
    assert bill == sbom("fuxue/some:1", DIGEST, image(files))
    assert (bill["bomFormat"], bill["specVersion"], bill["metadata"]["component"]["version"]) == ("CycloneDX", "1.5", "1")
