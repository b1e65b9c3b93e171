"""The image and the compose files are of one release, or the bootstrap changes nothing: an old image would find all well."""

from __future__ import annotations

from services.chassis.errors import Misconfigured
from services.version import VERSION


class OtherRelease(Misconfigured):
    """The image is of another release than the compose files beside it."""


def must_be_of(release: str | None) -> None:
    """Raises OtherRelease, unless the files are of this image's release or do not say of which they are."""
    if release not in (None, VERSION):
        raise OtherRelease(
            f"镜像是 {VERSION} 版，compose 文件是 {release} 版：先取得 {release} 版的镜像（docker compose build 或 pull，"
            "或 deploy/images/build.sh，或 load.sh），再运行。什么也没有改动。\n"
            f"The image is of release {VERSION}, the compose files of {release}: first get the image of {release}"
            " (docker compose build or pull, or deploy/images/build.sh, or load.sh), then run this again. Nothing was changed."
        )
