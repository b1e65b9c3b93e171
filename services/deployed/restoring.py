"""The way back of a backup, into empty clusters: all of them or none, and however often it must be begun again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from services.chassis.errors import Misconfigured
from services.deployed.backups import MANIFEST, SERVERS, backups_in
from services.deployed.postgres_programs import ProgramFailed, run

VERIFY, TAR = "pg_verifybackup", "tar"

RESTORING = "restoring"
"""The directory of a restore under way, in each cluster's own: it is there until every cluster of the restore is whole."""

FILES, OF = "files", "of"
"""In it: what is to be moved into the cluster, and the name of the backup that it is of."""

A_CLUSTER = "PG_VERSION"
A_VOLUMES_OWN = "lost+found"


class NothingToRestore(Misconfigured):
    """There is no such backup."""


class OtherServers(Misconfigured):
    """The backup is of other servers than those that it is to be put into."""


class NotEmpty(Misconfigured):
    """The place holds a cluster already, which a backup must not be mixed with."""


class BackupDamaged(Misconfigured):
    """A file of the backup is not as it was written."""


def restore(backups: Path, name: str | None, clusters: Mapping[str, Path], *, owner: int, part: bool = False) -> Path:
    """Put a backup, by default the newest, into empty cluster directories by server, and check every file; answers which it was.

    A backup of one server goes into any one cluster; of several, into those of the same names, or with `part` into some of them.
    `owner` is the user as which the servers will run. Raises NothingToRestore, OtherServers, NotEmpty, BackupDamaged. What was
    begun and not finished is no cluster: simply begin again.
    """
    backup = _chosen(backups, name)
    restored = [_Cluster(place, source, backup.name) for place, source in _sources(backup, clusters, part=part).items()]
    for cluster in restored:
        cluster.must_be_empty()
    begun = [cluster for cluster in restored if not cluster.whole]
    for cluster in begun:
        cluster.unpack(owner)
    for cluster in begun:
        cluster.move()
    for cluster in begun:  # what makes them clusters comes last, when nothing else is left to do
        cluster.sign()
    for cluster in restored:
        shutil.rmtree(cluster.beside)
    return backup


def _chosen(backups: Path, name: str | None) -> Path:
    whole = backups_in(backups)
    chosen = [path for path in whole if name in (None, path.name)]
    if not chosen:
        there = ", ".join(path.name for path in whole) or "–"
        raise NothingToRestore(f"没有这个备份，现有：{there}。\nThere is no such backup under {backups}; there are: {there}.")
    return chosen[-1]


def _sources(backup: Path, clusters: Mapping[str, Path], *, part: bool) -> Mapping[Path, Path]:
    """For each cluster the directory of its copy; raises OtherServers."""
    if not (backup / SERVERS).exists():
        if len(clusters) == 1:
            return {next(iter(clusters.values())): backup}
        raise _other_servers("1", clusters)
    copied = msgspec.json.decode((backup / SERVERS).read_bytes(), type=dict[str, list[str]])
    if not clusters.keys() <= copied.keys() or not (part or clusters.keys() == copied.keys()):
        raise _other_servers(", ".join(copied), clusters)
    return {place: backup / name for name, place in clusters.items()}


def _other_servers(copied: str, clusters: Mapping[str, Path]) -> OtherServers:
    named = ", ".join(clusters)
    return OtherServers(
        f"备份的服务器（{copied}）与要恢复到的（{named}）不一致；请用与备份时相同的叠加文件，或用 --part 只恢复其中几台。\n"
        f"The backup is of {copied}, to be put into {named}: give the same compose files as when it was made,"
        " or --part for some of them."
    )


class _Cluster:
    """One cluster directory, and the copy that goes into it."""

    def __init__(self, place: Path, source: Path, backup: str) -> None:
        self._place = place
        self._source = source
        self._backup = backup
        self.beside = place / RESTORING

    @property
    def whole(self) -> bool:
        """Whether this very restore has made it whole already, before it was cut short at another cluster."""
        of = self.beside / OF
        return (self._place / A_CLUSTER).exists() and of.exists() and of.read_text() == self._backup

    def must_be_empty(self) -> None:
        """Raises NotEmpty for anything but what a restore has left that was cut short."""
        there = [path for path in self._place.iterdir() if path.name != A_VOLUMES_OWN]
        begun = self.beside.exists() and not (self._place / A_CLUSTER).exists()
        if there and not begun and not self.whole:
            raise NotEmpty(
                f"{self._place} 中已有数据库；请恢复到空的部署：停止后以 docker volume rm 删除数据库和 Kafka 的卷"
                "（别处的 Kafka 删除主题），保留 backups、erasures。\n"
                f"{self._place} holds a cluster already; restore into an empty deployment: stop it and take the volumes of its"
                " databases and of Kafka away by docker volume rm (of a Kafka elsewhere its topics), never those of backups and"
                " erasures."
            )

    def unpack(self, owner: int) -> None:
        """The copy's files beside their place, checked; raises BackupDamaged."""
        self._clear()
        self._place.chmod(0o700)  # the server refuses one that others may enter
        self.beside.mkdir(mode=0o700)
        (self.beside / OF).write_text(self._backup)
        files = self.beside / FILES
        for archive, place in (("base.tar.gz", files), ("pg_wal.tar.gz", files / "pg_wal")):
            _unpack(self._source / archive, place)
        shutil.copyfile(self._source / MANIFEST, files / MANIFEST)
        _verify(files)
        _give(owner, self._place, self.beside, *self.beside.rglob("*"))

    def move(self) -> None:
        """Everything into its place but the sign of a cluster."""
        for each in (self.beside / FILES).iterdir():
            if each.name != A_CLUSTER:
                each.rename(self._place / each.name)

    def sign(self) -> None:
        """Make it a cluster."""
        (self.beside / FILES / A_CLUSTER).rename(self._place / A_CLUSTER)

    def _clear(self) -> None:
        """Take away what a restore that was cut short has left."""
        there = [path for path in self._place.iterdir() if path.name != A_VOLUMES_OWN]
        # the sign that something was begun goes last: clearing, too, may be cut short
        for path in sorted(there, key=lambda path: path.name == RESTORING):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _unpack(archive: Path, place: Path) -> None:
    """By the system's own program, which lets nothing out of the place; tarfile learned that after Debian 12's Python."""
    place.mkdir(mode=0o700, exist_ok=True)
    command = [TAR, "--extract", "--gzip", "--no-same-owner", "--file", str(archive), "--directory", str(place)]
    try:
        run(command)
    except ProgramFailed as broken:
        raise BackupDamaged(f"{archive} 已损坏。\n{archive} is damaged: {broken}") from broken


def _verify(directory: Path) -> None:
    """Every file's checksum against PostgreSQL's manifest; the log is not among them, the server checks it by itself."""
    try:
        run([VERIFY, "--no-parse-wal", "--exit-on-error", str(directory)])
    except ProgramFailed as wrong:
        raise BackupDamaged(f"备份校验不符。\nThe backup is not as its manifest says: {wrong}") from wrong


def _give(owner: int, *places: Path) -> None:
    if os.geteuid() != owner:
        for place in places:
            os.chown(place, owner, owner, follow_symlinks=False)
