"""Passwords and keys of a deployment, made once: what is there stays what it is.

A directory for each container, which is all that it gets of them; in `deploy/secrets/` as it stands on the operator's machine:

postgres/    superuser_password; postgres-<service>/ the same of a server that is this service's own
kafka/       admin_password · tls.pem (key as PKCS #8 and chain) · cluster_id (what several brokers know each other by)
gateway/     tls.key · tls.crt (towards outside) · inside.key · inside.crt (towards the operator's commands)
grafana/     admin_password
ca/          ca.key · ca.crt (the deployment's own authority; ca.crt is for those who connect from outside)
             shown.crt (what gateway and brokers show them)
             kafka.crt · postgres.crt (put there by hand: the authorities of a Kafka and a PostgreSQL elsewhere)
bootstrap/   a copy of every password that it sets, the ids of the services' keys, and the first account's one-time code
operator/    client_secret · database_password
<service>/   database_password · kafka_password · client_secret · wrapping_keys · checkpoint_key (identity: token_key · clients)
             kafka.crt · postgres.crt (copies)
departments/ one password for each department's system that may connect to the bus

Wrapping keys open the children's data and exist nowhere else: they are to be backed up, apart from the data.
"""

from __future__ import annotations

import base64
import codecs
import fcntl
import os
import secrets as random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import msgspec

from services.chassis.errors import Misconfigured
from services.chassis.files import put_in_place, put_once
from services.chassis.keys import new_signing_key, new_wrapping_key
from services.chassis.web.tokens import OPERATOR
from services.chassis.wrapping import WRAPPING_KEYS
from services.contracts.services import SERVICES
from services.contracts.topics import Desk
from services.deployed.certificates import Authority, issue_where_needed, keystore
from services.deployed.data_keys import CHECKPOINT_KEY, KeyIds, ids_of

PASSWORD_BYTES = 32
ONE_TIME_BYTES = 16
DIRECTORY_MODE, FILE_MODE, PUBLIC_MODE = 0o755, 0o600, 0o644

AUTHORITY_KEY = "ca/ca.key"
"""Where neither this nor a service's own keys are, no secrets have ever been made."""

CLIENTS = (*SERVICES, OPERATOR)
"""Who may ask identity for a token of the house."""

OWNERS = {"postgres": 999, "kafka": 1000, "gateway": 101, "grafana": 472, **{f"postgres-{service}": 999 for service in SERVICES}}
"""As whom the official images, and ours, run; everything else is Fuxue's."""

FUXUE_USER = 10001

ELSEWHERE = ("kafka.crt", "postgres.crt")
"""By which services believe servers that are no containers of the deployment."""

INSIDE_NAMES = ("gateway",)
"""By which the operator's commands reach the gateway, whatever certificate is shown to those outside."""

Make = Callable[[], bytes]


class KeysMissing(Misconfigured):
    """Data are there whose keys are not."""


class NoSecretsYet(Misconfigured):
    """A directory in which no secrets have ever been made: of another name, or before the first start."""


class Wanted(msgspec.Struct, frozen=True):
    """What the deployment is called from outside, and which departments' systems connect to it."""

    names: tuple[str, ...]
    desks: tuple[Desk, ...] = ()


def make_secrets(root: Path, wanted: Wanted, *, data_there: bool, owners: Mapping[str, int] = OWNERS) -> list[str]:
    """Make what is missing, hand each container its own; answers what was made, by its place under `root`.

    Raises KeysMissing where there are data already, but not the keys that open them.
    """
    root.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    with _alone(root):
        return _made(_Cupboard(root, data_there=data_there, owners=owners), wanted, data_there=data_there)


def _made(cupboard: _Cupboard, wanted: Wanted, *, data_there: bool) -> list[str]:
    cupboard.keep("postgres/superuser_password", _password, copies=("bootstrap/postgres_password",))
    cupboard.keep("kafka/admin_password", _password, copies=("bootstrap/kafka_admin_password",))
    cupboard.keep("kafka/cluster_id", _cluster_id)
    cupboard.keep("grafana/admin_password", _password)
    if not data_there:  # the account is open then, and whoever has spent the code takes it away
        cupboard.keep("bootstrap/first_account_code", _one_time_code)
    for service in SERVICES:
        cupboard.keep(f"postgres-{service}/superuser_password", _password, copies=(f"bootstrap/{service}_postgres_password",))
        cupboard.keep(f"{service}/database_password", _password, copies=(f"bootstrap/{service}_database_password",))
        cupboard.keep(f"bootstrap/{service}_migrator_password", _password)
        cupboard.keep(f"{service}/kafka_password", _password, copies=(f"bootstrap/{service}_kafka_password",))
        wrapping = cupboard.keep(f"{service}/{WRAPPING_KEYS}", new_wrapping_key, opens_data=True)
        checkpoint = cupboard.keep(f"{service}/{CHECKPOINT_KEY}", new_signing_key, opens_data=True)
        _tell_ids(cupboard, service, ids_of(wrapping, checkpoint, f"{service}/{WRAPPING_KEYS}"))
    cupboard.keep("identity/token_key", new_signing_key)
    clients = {client: cupboard.keep(f"{client}/client_secret", _password) for client in CLIENTS}
    cupboard.hand("identity/clients", b"".join(b"%s=%s\n" % (name.encode(), secret) for name, secret in clients.items()))
    for desk in wanted.desks:
        cupboard.keep(f"departments/{desk.topic}", _password, copies=(f"bootstrap/{desk.topic}_kafka_password",))
    _certificates(cupboard, wanted.names)
    for name in ELSEWHERE:
        _hand_to_services(cupboard, name)
    return cupboard.made


def put_wrapping_key_in_front(root: Path, service: str, *, owners: Mapping[str, int] = OWNERS) -> str:
    """Make a wrapping key for a service, which wraps from its next start on; answers its id.

    All that were there stay behind it, in their order: the last one keys the blind indexes. Raises NoSecretsYet, and KeysMissing
    where all but the keys is there.
    """
    if not any((root / name).exists() for name in (f"{service}/{WRAPPING_KEYS}", AUTHORITY_KEY)):
        raise NoSecretsYet(
            f"{root} 中还没有任何密钥：请写部署的 deploy/secrets（在 secrets 容器中为 /secrets）；若部署还从未启动，先运行"
            " docker compose up --wait，它会生成各服务的第一个包装密钥。\n"
            f"There are no secrets in {root} yet: name the deployment's deploy/secrets (in the container secrets it is /secrets);"
            " where it has never been started, run docker compose up --wait first, which makes each service's first wrapping key."
        )
    with _alone(root):
        return _put_in_front(_Cupboard(root, data_there=True, owners=owners), service)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One at a time: of two that read and write together one would lose its key, or tell the ids of a moment ago."""
    held = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _put_in_front(cupboard: _Cupboard, service: str) -> str:
    there = cupboard.keep(f"{service}/{WRAPPING_KEYS}", new_wrapping_key, opens_data=True)
    checkpoint = cupboard.keep(f"{service}/{CHECKPOINT_KEY}", new_signing_key, opens_data=True)
    ids_of(there, checkpoint, f"{service}/{WRAPPING_KEYS}")  # what is not in form is not written on
    wrapping = new_wrapping_key() + b"\n" + there.removeprefix(codecs.BOM_UTF8)
    ids = ids_of(wrapping, checkpoint)
    cupboard.hand(f"{service}/{WRAPPING_KEYS}", wrapping)
    _tell_ids(cupboard, service, ids)
    return ids.wrapping[0]


def _tell_ids(cupboard: _Cupboard, service: str, ids: KeyIds) -> None:
    """The bootstrap and the doctor hold a service's data against its keys, and need none of them for it."""
    cupboard.hand(f"bootstrap/{service}_wrapping_key_ids", "\n".join(ids.wrapping).encode())
    cupboard.hand(f"bootstrap/{service}_checkpoint_key_id", ids.checkpoint.encode())


def _certificates(cupboard: _Cupboard, names: Iterable[str]) -> None:
    """Certificates by the deployment's own authority, renewed in time; one that was imported is left alone.

    Towards inside there always is one of the own authority, so that nothing there hangs on what was imported.
    """
    authority = Authority.kept(cupboard.path(AUTHORITY_KEY), cupboard.path("ca/ca.crt"))
    cupboard.own(AUTHORITY_KEY, FILE_MODE)
    cupboard.own("ca/ca.crt", PUBLIC_MODE)
    for shown, its_names in (("gateway/inside", INSIDE_NAMES), ("gateway/tls", tuple(names))):
        key, certificate = cupboard.path(f"{shown}.key"), cupboard.path(f"{shown}.crt")
        if issue_where_needed(authority, key, certificate, its_names):
            cupboard.made.append(f"{shown}.crt")
        cupboard.own(f"{shown}.key", FILE_MODE)
        cupboard.own(f"{shown}.crt", FILE_MODE)
    cupboard.hand("kafka/tls.pem", keystore(key, certificate))
    cupboard.hand("ca/shown.crt", certificate.read_bytes(), mode=PUBLIC_MODE)


def _hand_to_services(cupboard: _Cupboard, authority: str) -> None:
    """What the operator has put beside the deployment's own authority, or taken away from there."""
    source = cupboard.path(f"ca/{authority}")
    for service in SERVICES:
        if source.exists():
            cupboard.hand(f"{service}/{authority}", source.read_bytes(), mode=PUBLIC_MODE)
        else:
            cupboard.path(f"{service}/{authority}").unlink(missing_ok=True)
    if source.exists():
        cupboard.own(f"ca/{authority}", PUBLIC_MODE)


class _Cupboard:
    """The directory and what was put into it."""

    def __init__(self, root: Path, *, data_there: bool, owners: Mapping[str, int]) -> None:
        self._root = root
        self._data_there = data_there
        self._owners = owners
        self.made: list[str] = []

    def path(self, name: str) -> Path:
        """Where something stands; its directory is made."""
        path = self._root / name
        path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        return path

    def keep(self, name: str, make: Make, *, copies: Iterable[str] = (), opens_data: bool = False) -> bytes:
        """What stands there, made if it does not, with its copies; raises KeysMissing."""
        path = self.path(name)
        if not path.exists():
            if opens_data and self._data_there:
                raise KeysMissing(
                    f"{path} 不见了，而已有数据离不开它；请从备份放回，新的密钥打不开这些数据。\n"
                    f"{path} is missing, but there are data that need it. Put the key back from its backup; a new one would not"
                    " open what is there."
                )
            put_once(path, make(), mode=FILE_MODE)
            self.made.append(name)
        content = path.read_bytes().strip()
        self.own(name, FILE_MODE)
        for copy in copies:
            self.hand(copy, content)
        return content

    def hand(self, name: str, content: bytes, mode: int = FILE_MODE) -> None:
        """A copy that follows its original."""
        path = self.path(name)
        if not path.exists() or path.read_bytes() != content:
            put_in_place(path, content, mode=mode)
            self.made.append(name)
        self.own(name, mode)

    def own(self, name: str, mode: int) -> None:
        """Give a file to the one user that reads it, who must find the way to it: a clone may have been made for nobody else."""
        path = self._root / name
        path.chmod(mode)
        path.parent.chmod(DIRECTORY_MODE)
        if os.geteuid() == 0:  # a developer's own files stay the developer's
            user = self._owners.get(name.partition("/")[0], FUXUE_USER)
            if name.startswith("ca/"):
                user = self._root.stat().st_uid
            os.chown(path, user, user)


def _password() -> bytes:
    return random.token_urlsafe(PASSWORD_BYTES).encode()


def _cluster_id() -> bytes:
    """A UUID in Kafka's form; one that begins with a dash would be an option on its command line."""
    return next(made for made in iter(lambda: base64.urlsafe_b64encode(uuid4().bytes).rstrip(b"="), b"") if made[:1] != b"-")


def _one_time_code() -> bytes:
    return random.token_urlsafe(ONE_TIME_BYTES).encode()
