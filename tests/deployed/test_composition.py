"""One service of a deployed house put together: its application under its path, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from werkzeug.test import Client

from services.assembly import ASSEMBLIES, MIGRATIONS
from services.chassis.chores import do_all
from services.chassis.errors import Misconfigured
from services.chassis.storage.migrate import SchemaTooOld
from services.chassis.storage.postgres_connections import AS_LONG_AS_IT_TAKES, WHILE_SOMEBODY_WAITS, Patience
from services.chassis.web.server import Opened
from services.chassis.web.tokens import TokenSigner
from services.contracts.services import SERVICES
from services.deployed import web
from services.deployed.composition import Composed, compose, web_of
from services.deployed.erasures import noted
from services.deployed.settings import ServiceSettings
from services.front_page import OUTBOX
from services.notifications.api.outbox_routes import DOOR
from tests.deployed.databases import settings_of
from tests.deployed.told import pem, told
from tests.postgres import PostgresServer

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@contextmanager
def served(service: str, postgres: PostgresServer) -> Iterator[Client]:
    database = settings_of(postgres.database(MIGRATIONS[service]))
    application, close = web_of(compose(told(service, database, token_key=pem() if service == "identity" else None)))
    try:
        yield Client(application)
    finally:
        close()


def test_every_service_of_the_house_stands_in_the_table_under_its_name() -> None:
    assert tuple(ASSEMBLIES) == SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_under_its_path_and_under_no_other(postgres: PostgresServer, service: str) -> None:
    with served(service, postgres) as client:
        assert client.get(f"/{service}/health").get_json()["status"] == "ok"
        other = "registry" if service != "registry" else "casework"
        assert client.get(f"/{other}/health").status_code == 404
        assert client.get("/").status_code == (200 if service == "identity" else 404), "identity's process serves the front page"


def test_a_browser_that_opens_the_page_of_texts_unsigned_is_sent_to_sign_in_and_a_program_told_so(postgres: PostgresServer) -> None:
    with served("notifications", postgres) as client:
        browser = client.get(OUTBOX, headers={"Accept": BROWSER})
        assert (browser.status_code, browser.headers["Location"]) == (303, DOOR)
        for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
            program = client.get(OUTBOX, headers=headers)
            assert (program.status_code, program.mimetype) == (401, "application/problem+json")


def test_while_identity_is_away_no_token_is_believed_and_the_caller_told_to_come_again(postgres: PostgresServer) -> None:
    token = TokenSigner.from_pem(pem()).sign("service:operator")
    with served("registry", postgres) as client:
        assert client.get("/registry/operator/rest", headers={"Authorization": f"Bearer {token}"}).status_code == 503


def test_a_service_does_not_start_on_an_older_schema(postgres: PostgresServer) -> None:
    with pytest.raises(SchemaTooOld):
        compose(told("registry", settings_of(postgres.owner_url(postgres.empty()))))


def test_who_is_erased_is_noted_each_minute_by_the_service_itself_in_a_directory_of_its_own(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    database = settings_of(postgres.database(MIGRATIONS["registry"]))
    composed = compose(told("registry", database, erasures=tmp_path))
    try:
        for subject, key in (("erased", b""), ("kept", b"wrapped")):
            with psycopg.connect(database.url) as connection:
                connection.execute("INSERT INTO subject_keys VALUES (%s, 'v1', 'k1', %s)", (subject, key))
        do_all(composed.service.each_minute, "registry")
        assert noted(tmp_path / "registry") == {"registry": {"erased"}}
    finally:
        composed.close()


def test_a_web_process_does_not_wait_for_its_database_as_a_worker_does(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[Patience] = []

    class Opens:
        """A server that opens its application, and closes it."""

        def __init__(self, _address: str, opening: Callable[[], Opened], **_options: int) -> None:
            self._opening = opening

        def run(self) -> None:
            _, close = self._opening()
            close()

    def seen(settings: ServiceSettings, given: Patience = AS_LONG_AS_IT_TAKES) -> Composed:
        patience.append(given)
        return compose(settings, given)

    monkeypatch.setattr(web, "Server", Opens)
    monkeypatch.setattr(web, "compose", seen)
    web.serve(told("registry", settings_of(postgres.database(MIGRATIONS["registry"]))), processes=1)
    assert patience == [WHILE_SOMEBODY_WAITS]


def test_identity_does_not_serve_without_its_token_key(postgres: PostgresServer) -> None:
    composed = compose(told("identity", settings_of(postgres.database(MIGRATIONS["identity"]))))
    with pytest.raises(Misconfigured, match="FUXUE_TOKEN_KEY"):
        web_of(composed)
