"""What is written about metrics, and what reads them: docs/metrics.md, the dashboard, the alerts.
That the list itself is what a bot exports, tests/e2e/test_metrics.py says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.web import names, reference
from tests.support.composed import parsed
from tests.support.stage import ROOT

DASHBOARD = ROOT / "docker" / "grafana" / "dashboard.json"
ALERTS = ROOT / "docker" / "prometheus" / "alerts.yml"
PROMETHEUS = ROOT / "docker" / "prometheus" / "prometheus.yml"
# Prometheus' own, and prometheus-client's of the process.
USUAL = {
    "up",
    "process_start_time_seconds",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
}
SERIES = {series: named for named in names.ALL for series in named.series}
# A selector's name and labels; functions have a bracket behind them.
SELECTOR = re.compile(r"\b((?:video_bot|process)_\w+|up)\b(?:\{([^}]*)\})?")
GROUPED = re.compile(r"\bby \(([^)]*)\)")
OF_PROMETHEUS = {"instance", "job", "le"}


def _expressions() -> Iterator[tuple[str, str]]:
    """Every question that is asked of Prometheus, and where it stands."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            yield f"{panel['id']} {panel['title']} {target['refId']}", target["expr"]
    for rule in _rules():
        yield rule["alert"], rule["expr"]


def _rules() -> list[dict[str, Any]]:
    [group] = parsed(ALERTS)["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


EXPRESSIONS = dict(_expressions())


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_only_what_is_exported_is_asked_for(where: str) -> None:
    text = EXPRESSIONS[where]
    asked = SELECTOR.findall(text)
    assert asked
    assert {name for name, _ in asked} <= SERIES.keys() | USUAL
    known = {label for name, _ in asked if name in SERIES for label in SERIES[name].labels}
    chosen = {one for _, selected in asked for one in re.findall(r"(\w+)=", selected)}
    grouped = {one.strip() for labels in GROUPED.findall(text) for one in labels.split(",")}
    assert chosen | grouped <= known | OF_PROMETHEUS


def test_every_metric_is_shown() -> None:
    shown = {name for text in EXPRESSIONS.values() for name, _ in SELECTOR.findall(text)}
    assert {named.name for named in names.ALL if not named.series & shown} == set()


def test_a_dashboard_as_grafana_imports_it() -> None:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    panels = board["panels"]
    ids = [panel["id"] for panel in panels]
    assert len(set(ids)) == len(ids)
    assert board["uid"]
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "prometheus", "as provisioning names it"
    spots = {(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels}
    assert len(spots) == len(panels), "none lies on another"


def test_alerts_that_say_something() -> None:
    rules = _rules()
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"]


def test_names_and_units_as_prometheus_wants_them() -> None:
    for named in names.ALL:
        assert re.fullmatch(r"video_bot_[a-z]+(_[a-z]+)*", named.name)
        if named.kind is names.Kind.HISTOGRAM:
            assert named.name.endswith(("_seconds", "_bytes", "_ratio")), named.name
        assert "|" not in named.help, "it stands in a Markdown table"
        assert not set(named.labels) & {"user", "chat", "job", "file", "name"}


def test_the_table_in_the_documents() -> None:
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    table = text.partition("<!-- metrics -->")[2].partition("<!-- /metrics -->")[0]
    assert table.strip() == reference.markdown().strip(), "python -m bot.web.reference"
