"""A deployed house whose certificate is not believed: every command says so, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import fuxue
from tests.deployed.listener import authority, imported, listening


@pytest.mark.parametrize("command", ["verify", "parked list", "republish", "rebuild registry", "summary --as somebody"])
def test_a_certificate_that_is_not_believed_is_told_by_name_and_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("FUXUE_CA_FILE", str(authority(tmp_path)))
    monkeypatch.setenv("FUXUE_OPERATOR_SECRET", "invented")
    monkeypatch.setenv("FUXUE_PASSWORD", "invented")
    with listening(*imported(tmp_path, "127.0.0.1")) as port:
        url = f"https://127.0.0.1:{port}"
        monkeypatch.setenv("FUXUE_URL", url)
        told = fuxue(tmp_path, *command.split())
    assert told.exit_code == 1
    assert f"{url} 出示的证书不可信" in told.output
    assert f"{url} shows a certificate that is not believed" in told.output
    assert "FUXUE_CA_FILE" in told.output
    assert "docker compose run --rm secrets" in told.output
