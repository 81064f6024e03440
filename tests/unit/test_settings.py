"""Settings as an operator gives them: a real process with real variables and files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.cli import settings_reference
from bot.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"

SHOW = """
import json, sys
from bot.settings import SettingsError, load_settings
try:
    settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))
token = settings.telegram_bot_token
print(json.dumps({
    **settings.model_dump(mode="json"),
    "telegram_bot_token": token and token.get_secret_value(),
    "repr": repr(settings),
}))
"""


def start(folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def read(folder: Path, **variables: str) -> dict[str, object]:
    process = start(folder, variables)
    assert process.returncode == 0, process.stderr
    values: dict[str, object] = json.loads(process.stdout)
    return values


def refusal(folder: Path, **variables: str) -> str:
    process = start(folder, variables)
    assert process.returncode == 1, process.stdout
    assert process.stderr.count("\n") == 1, "one line"
    return process.stderr.strip()


def test_the_defaults(tmp_path: Path) -> None:
    values = read(tmp_path)
    values.pop("repr")
    assert values == {
        "telegram_bot_token": None,
        "conversion_timeout": 300,
        "max_concurrent_conversions": 3,
        "max_running": 0,
        "max_queued_per_user": 5,
        "max_queued": 500,
        "max_input_bytes": 2_000_000_000,
        "max_kept_bytes": 2_000_000_000,
        "min_free_bytes": 500_000_000,
        "reuse_results": True,
        "max_duration": 10_800,
        "max_pixels": 40_000_000,
        "admins": [],
        "access": "public",
        "allowed": [],
        "quota_jobs_per_hour": 0,
        "quota_jobs_per_day": 0,
        "quota_bytes_per_day": 0,
        "quota_minutes_per_day": 0,
        "download_idle_timeout": 30,
        "runner": "auto",
        "ffmpeg_image": "telegram-video-converter-ffmpeg:7.1",
        "gpu": "auto",
        "database_url": None,
        "data_dir": "data",
        "log_dir": "logs",
        "log_level": "INFO",
        "log_json": False,
        "metrics_listen": "127.0.0.1:9108",
        "web_listen": "off",
        "web_url": None,
        "telegram_api_url": "https://api.telegram.org",
        "telegram_proxy": None,
        "telegram_local": False,
        "local_files_dir": None,
        "updates": "polling",
        "webhook_url": None,
        "webhook_listen": "127.0.0.1:8080",
        "webhook_secret": None,
        "webhook_max_connections": 40,
        "webhook_networks": [],
        "webhook_proxies": 0,
        "webhook_cert": None,
        "webhook_key": None,
        "polling_timeout": 30,
        "polling_limit": 100,
        "drop_pending_updates": False,
        "ffmpeg_memory": "2g",
        "ffmpeg_cpus": 0,
        "ffmpeg_pids": 256,
    }


def test_the_environment_goes_before_the_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MAX_PIXELS=5\nGPU=off\nUNKNOWN=1\nLOG_LEVEL=\n")
    values = read(tmp_path, MAX_PIXELS="6", NOT_OURS="x", RUNNER="", LOG_DIR="  ")
    assert (values["max_pixels"], values["gpu"]) == (6, "off")
    assert (values["runner"], values["log_level"], values["log_dir"]) == ("auto", "INFO", "logs")


def test_every_variable_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "pixels").write_text("77\n")
    (tmp_path / ".env").write_text("MAX_PIXELS_FILE=pixels\nTELEGRAM_BOT_TOKEN=\n")
    values = read(tmp_path, TELEGRAM_BOT_TOKEN_FILE=str(tmp_path / "token"))
    assert (values["telegram_bot_token"], values["max_pixels"]) == (TOKEN, 77)
    assert TOKEN not in str(values["repr"])


def test_a_value_of_the_environment_goes_before_a_file_named_in_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MAX_PIXELS_FILE=/nowhere\n")
    assert read(tmp_path, MAX_PIXELS="8")["max_pixels"] == 8
    assert "MAX_PIXELS_FILE: cannot read '/nowhere'" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("POLLING_TIMEOUT", "51", "got '51', takes a whole number from 1 to 50"),
        ("POLLING_TIMEOUT", "0", "got '0', takes a whole number from 1 to 50"),
        ("POLLING_LIMIT", "101", "got '101', takes a whole number from 1 to 100"),
        ("MAX_CONCURRENT_CONVERSIONS", "0", "got '0', takes a whole number from 1"),
        ("MAX_QUEUED_PER_USER", "-1", "got '-1', takes a whole number from 0"),
        ("MAX_PIXELS", "many", "got 'many', takes a whole number from 1"),
        ("CONVERSION_TIMEOUT", "0", "got '0', takes a number above 0"),
        ("CONVERSION_TIMEOUT", "inf", "got 'inf', takes a number above 0"),
        ("MAX_DURATION", "nan", "got 'nan', takes a number above 0"),
        ("FFMPEG_CPUS", "-1", "got '-1', takes a number from 0"),
        ("RUNNER", "podman", "got 'podman', takes auto, docker or host"),
        ("GPU", "yes", "got 'yes', takes auto, off or required"),
        ("LOG_LEVEL", "loud", "got 'loud', takes DEBUG, INFO, WARNING or ERROR"),
        ("LOG_JSON", "maybe", "got 'maybe', takes true or false"),
        ("METRICS_LISTEN", "9108", "got '9108', takes a host and a port such as 0.0.0.0:9108, or"),
        ("METRICS_LISTEN", "localhost:0", "got 'localhost:0', takes a host and a port"),
        ("METRICS_LISTEN", "::1:9108", "got '::1:9108', takes a host and a port"),
        ("METRICS_LISTEN", "x:99999", "got 'x:99999', takes a host and a port"),
        ("WEB_LISTEN", "8092", "got '8092', takes a host and a port"),
        ("WEB_URL", "http://bot.example", "takes an https:// address without a path"),
        ("WEB_URL", "https://bot.example/dash", "takes an https:// address without a path"),
        ("WEB_URL", "https://a:b@bot.example", "takes an https:// address without a path"),
        ("FFMPEG_MEMORY", "2 GB", "got '2 GB', takes a number of bytes, or one with k, m or g"),
        ("FFMPEG_MEMORY", "1m", "got '1m', takes a number of bytes"),
        ("FFMPEG_IMAGE", "-v /:/host", "got '-v /:/host', takes the name of a Docker image"),
        ("TELEGRAM_API_URL", "ftp://x", "got 'ftp://x', takes an http:// or https:// address"),
        ("TELEGRAM_API_URL", "http://h:x", "got 'http://h:x', takes an http:// or https://"),
        ("LOCAL_FILES_DIR", "out", "got 'out', takes the absolute path of a folder"),
        ("WEBHOOK_URL", "bot.example.org", "got 'bot.example.org', takes an https:// address"),
        ("WEBHOOK_URL", "https://a.org/a b", "takes an https:// address"),
        ("WEBHOOK_LISTEN", "8080", "got '8080', takes a host and a port (0.0.0.0:8080)"),
        ("WEBHOOK_LISTEN", "host:70000", "takes a host and a port"),
        ("WEBHOOK_SECRET", "a b", "(not shown), takes 1 to 256 of A-Z a-z 0-9 _ -"),
        ("WEBHOOK_SECRET", "a" * 257, "(not shown), takes 1 to 256"),
        ("WEBHOOK_NETWORKS", "telegram, 10.0.0.1/8", "takes networks (10.0.0.0/8)"),
        ("WEBHOOK_MAX_CONNECTIONS", "101", "takes a whole number from 1 to 100"),
        ("UPDATES", "push", "got 'push', takes polling or webhook"),
        ("GPU", "a\nb", r"got 'a\nb', takes auto"),
        ("GPU", "x" * 5000, "xxx…', takes auto"),
    ],
)
def test_a_wrong_value_is_one_line_that_says_what_to_do(
    name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(**{name.lower(): value})
    text = str(refused.value)
    assert text.startswith(f"{name}: ")
    assert expected in text
    assert "\n" not in text
    assert len(text) < 250


def test_a_wrong_variable_stops_a_real_start(tmp_path: Path) -> None:
    assert refusal(tmp_path, GPU="maybe") == "GPU: got 'maybe', takes auto, off or required"


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "LOG_LEVEL", "TELEGRAM_API_URL"])
@pytest.mark.parametrize("wrong", [f"bot{TOKEN}", f"{TOKEN} ok", f"{TOKEN}\n{TOKEN}"])
def test_a_token_is_never_printed_wherever_it_was_put(
    tmp_path: Path, name: str, wrong: str
) -> None:
    text = refusal(tmp_path, **{name: wrong})
    assert text.startswith(f"{name}: ")
    assert TOKEN.partition(":")[2] not in text


def test_what_should_be_a_token_and_is_not_is_never_printed(tmp_path: Path) -> None:
    text = refusal(tmp_path, TELEGRAM_BOT_TOKEN="hunter2")
    assert "hunter2" not in text
    assert "@BotFather" in text


def test_a_password_in_an_address_is_not_printed(tmp_path: Path) -> None:
    assert "hunter2" not in refusal(tmp_path, TELEGRAM_API_URL="http://me:hunter2@host")


def test_a_value_and_a_file_at_once_are_a_contradiction(tmp_path: Path) -> None:
    text = refusal(tmp_path, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_BOT_TOKEN_FILE="x")
    assert text == "TELEGRAM_BOT_TOKEN and TELEGRAM_BOT_TOKEN_FILE are both set: keep one of them"


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    text = refusal(tmp_path, TELEGRAM_BOT_TOKEN_FILE="/nowhere")
    assert text == "TELEGRAM_BOT_TOKEN_FILE: cannot read '/nowhere': No such file or directory"
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert "not UTF-8 text" in refusal(tmp_path, TELEGRAM_BOT_TOKEN_FILE="binary")


def test_a_dotenv_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"GPU=\xff\n")
    assert refusal(tmp_path) == ".env cannot be read: not UTF-8 text"


@pytest.mark.parametrize(
    ("written", "size"),
    [("2g", 2 * 2**30), ("512M", 2**29), ("6m", 6 * 2**20), ("8000000b", 8_000_000)],
)
def test_memory_in_bytes(written: str, size: int) -> None:
    assert load_settings(ffmpeg_memory=written).ffmpeg_memory_bytes == size


def test_case_and_a_last_slash_do_not_matter() -> None:
    settings = load_settings(
        runner="Docker", log_level="debug", telegram_api_url="http://127.0.0.1:8081/"
    )
    assert (settings.runner, settings.log_level) == ("docker", "DEBUG")
    assert settings.telegram_api_url == "http://127.0.0.1:8081"


def test_settings_are_frozen_and_overrides_must_be_settings() -> None:
    settings = load_settings(gpu="off")
    with pytest.raises(ValidationError):
        settings.gpu = "auto"  # type: ignore[misc]  # what the test is about
    with pytest.raises(TypeError, match="gpus"):
        load_settings(gpus="off")


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert "|" not in field.description, "it stands in a Markdown table"


def test_the_env_example_is_what_the_settings_say(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text()
    assert text == settings_reference.env_example(), (
        "python -m bot.cli.settings_reference --env > .env.example"
    )
    defaults = read(tmp_path)
    variables = [line for line in text.splitlines() if "=" in line and not line.startswith("# ")]
    assert len(variables) == len(Settings.model_fields)
    for lines in (variables, [line.removeprefix("#") for line in variables]):
        (tmp_path / ".env").write_text("\n".join(lines))
        assert read(tmp_path) == defaults


def test_the_readme_shows_the_table() -> None:
    text = (ROOT / "README.md").read_text()
    table = text.partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0]
    assert table.strip() == settings_reference.markdown().strip(), (
        "python -m bot.cli.settings_reference --markdown"
    )


def test_the_reference_is_a_program() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "bot.cli.settings_reference", "--markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert printed.stdout == settings_reference.markdown()
