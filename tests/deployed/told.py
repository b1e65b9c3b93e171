"""What a service's container is told, for tests."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.keys import signing_key
from services.chassis.signing import CheckpointKey
from services.deployed.data_keys import KeyIds
from services.deployed.settings import DatabaseSettings, ServiceSettings


def pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def told(
    service: str, database: DatabaseSettings, *, token_key: bytes | None = None, erasures: Path | None = None
) -> ServiceSettings:
    """What a service's container is told; nobody else is there."""
    return ServiceSettings(
        service=service,
        county="990126",
        database=database,
        kafka=KafkaSettings(servers=("nobody:9092",)),
        wrapping_keys={"k1": os.urandom(32)},
        checkpoint_key=pem(),
        identity_url="http://127.0.0.1:1",
        registry_url="http://127.0.0.1:1",
        client_secret="invented-secret",
        workers=("127.0.0.1", 1),
        token_key=token_key,
        erasures=erasures,
    )


def key_ids(settings: ServiceSettings) -> KeyIds:
    """What the bootstrap is told of its keys."""
    return KeyIds(tuple(settings.wrapping_keys), CheckpointKey(signing_key(settings.checkpoint_key, "told")).key_id)
