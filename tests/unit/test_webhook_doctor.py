"""The doctor's row about a webhook."""

from typing import Any

import pytest

from bot.cli.doctor.finding import Level, Problem
from bot.cli.doctor.hooked import judge
from bot.settings import Settings, load_settings

URL = "https://bot.example.org/hook"
NOW = 1_900_000_000.0


def known(more: dict[str, Any] | None = None) -> Settings:
    return load_settings(**{"updates": "webhook", "webhook_url": URL, **(more or {})})


def test_all_is_well() -> None:
    told = judge(known(), {"url": URL, "pending_update_count": 3}, NOW)
    assert told == f"webhook {URL}, 3 updates wait"
    old = {"url": URL, "last_error_message": "x", "last_error_date": int(NOW - 90_000)}
    assert judge(known(), old, NOW) == f"webhook {URL}, 0 updates wait"
    assert "to be set at start" in judge(known(), {"url": ""}, NOW)


def test_what_telegram_complains_of_is_told() -> None:
    said = "Wrong response from the webhook: 502 Bad Gateway"
    info = {"url": URL, "last_error_message": said, "last_error_date": int(NOW - 60)}
    with pytest.raises(Problem, match="502 Bad Gateway") as told:
        judge(known(), info, NOW)
    assert told.value.level is Level.WARNING
    assert "WEBHOOK_LISTEN" in told.value.fix


def test_somebody_else_s_webhook() -> None:
    with pytest.raises(Problem, match="another address") as told:
        judge(known(), {"url": "https://elsewhere.org"}, NOW)
    assert told.value.level is Level.WARNING


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"webhook_url": None}, "needs WEBHOOK_URL"),
        ({"webhook_url": "http://a.org"}, "443, 80, 88, 8443"),
        ({"webhook_url": "https://a.org:444"}, "443, 80, 88, 8443"),
        ({"database_url": "postgresql:///x"}, "WEBHOOK_SECRET is needed"),
    ],
)
def test_settings_that_can_t_work_are_a_fault(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(Problem, match=words) as told:
        judge(known(wrong), {}, NOW)
    assert told.value.level is None, "as bad as any"


def test_a_server_of_one_s_own_may_call_anywhere() -> None:
    local = known({"telegram_local": True, "webhook_url": "http://127.0.0.1:9999/x"})
    assert judge(local, {"url": "http://127.0.0.1:9999/x"}, NOW).startswith("webhook http://127")
