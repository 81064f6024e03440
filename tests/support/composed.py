"""docker/compose.yaml as docker-compose reads it, in a copy of a checkout where the files are that
docs/deploy.md has its reader make."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.support.stage import ROOT

# What Debian 12's docker-compose prints is YAML alone, and it brings the module that reads that.
_TO_JSON = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"


def checkout(folder: Path, **variables: str) -> Path:
    """A copy in `folder`, with these variables in docker/.env."""
    docker = folder / "docker"
    shutil.copytree(ROOT / "docker", docker, ignore=shutil.ignore_patterns(".env", "secrets"))
    shutil.copy(ROOT / ".env.example", folder / ".env")
    example = (docker / "compose.env.example").read_text(encoding="utf-8")
    lines = [f"{name}={value}" for name, value in variables.items()]
    (docker / ".env").write_text("\n".join([example, *lines, ""]), encoding="utf-8")
    return docker


def config(docker: Path, profile: str | None = None) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` for a profile, else for what docker/.env says."""
    chosen = ["--profile", profile] if profile else []
    as_json = ["--format", "json"] if _is_second() else []
    return _compose(docker, *chosen, "config", *as_json)


def services(docker: Path, profile: str) -> dict[str, Any]:
    """The services by name; of the first docker-compose also those of other profiles."""
    done = config(docker, profile)
    assert done.returncode == 0, done.stderr
    text = done.stdout if _is_second() else _as_json(done.stdout)
    found: dict[str, Any] = json.loads(text)["services"]
    return {name: service for name, service in found.items() if profile in service["profiles"]}


def parsed(path: Path) -> Any:  # noqa: ANN401 - whatever it holds
    """What a YAML file holds."""
    return json.loads(_as_json(path.read_text(encoding="utf-8")))


def mounts(service: dict[str, Any]) -> list[tuple[str, str]]:
    """Which path or volume is where in the container."""
    found = []
    for volume in service.get("volumes", []):
        if isinstance(volume, str):
            source, target, *_ = volume.split(":")
            found.append((source, target))
        else:
            found.append((volume["source"], volume["target"]))
    return found


def _as_json(text: str) -> str:
    command = ["/usr/bin/python3", "-c", _TO_JSON]
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def _is_second() -> bool:
    return not _compose(ROOT, "version", "--short").stdout.startswith("1.")


def _compose(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert shutil.which("docker-compose"), "these tests need docker-compose: .ci/prepare"
    return subprocess.run(
        ["docker-compose", *arguments], cwd=folder, check=False, capture_output=True, text=True
    )
