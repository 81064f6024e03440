"""What demo and sandbox go by of this machine's settings, and what they keep their hands off."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.borrowed import apart, as_variables, without
from bot.settings import Settings, load_settings, variable
from standin import StandIn
from tests.support import operators

# How a bot converts and how much it takes: the only settings that hold. A new one belongs here, or
# `apart` says what it is before a stand-in.
HOLD = {
    *("conversion_timeout", "max_concurrent_conversions", "max_running", "max_queued_per_user"),
    *("max_queued", "max_input_bytes", "max_kept_bytes", "min_free_bytes", "reuse_results"),
    *("max_duration", "max_pixels", "quota_jobs_per_hour", "quota_jobs_per_day"),
    *("quota_bytes_per_day", "quota_minutes_per_day", "download_idle_timeout", "runner"),
    *("ffmpeg_image", "gpu", "log_level", "webhook_max_connections", "webhook_proxies"),
    *("polling_timeout", "polling_limit", "ffmpeg_memory", "ffmpeg_cpus", "ffmpeg_pids"),
}


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    async with StandIn() as server:
        yield server


def test_every_setting_holds_or_is_the_stand_ins(standin: StandIn, tmp_path: Path) -> None:
    given = set(apart(standin, tmp_path))
    assert given | HOLD == set(Settings.model_fields)
    assert not given & HOLD
    assert set(operators.VARIABLES) == {variable(field) for field in given}


def test_a_machine_full_of_somebody_elses_settings_changes_nothing(
    standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = json.loads(json.dumps(apart(standin, tmp_path)))
    plain = load_settings(**given)
    for name, value in operators.VARIABLES.items():
        monkeypatch.setenv(name, value)
    (tmp_path / ".env").write_text(operators.env_file(), encoding="utf-8")
    settings = load_settings(**given)
    assert settings == plain
    assert settings.admins == settings.allowed == ()
    assert (settings.web_listen, settings.metrics_listen) == ("off", "off")
    said = repr(settings.model_dump()).lower()
    assert "operator" not in said
    assert "nowhere" not in said


def test_a_program_of_the_demos_is_told_the_same(
    standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = apart(standin, tmp_path)
    plain = load_settings(**given)
    by_file = {f"{name}_FILE": "/nowhere" for name in operators.VARIABLES}
    machine = {"PATH": "/bin"} | operators.VARIABLES | by_file
    environment = without(machine, given)
    assert environment == {"PATH": "/bin"}
    for name, value in as_variables(given).items():
        monkeypatch.setenv(name, value)
    assert load_settings() == plain
