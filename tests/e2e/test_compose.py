"""docker/compose.yaml: valid for every profile, and as docs/deploy.md says it is."""

import re
from pathlib import Path

import pytest

from bot.version import version
from tests.support.composed import checkout, config, mounts, services

PROFILES = {
    "single": {"all-in-one"},
    "cluster": {"frontend", "worker", "postgres"},
    "worker": {"worker"},
    "gpu": {"worker-gpu"},
    "local-api": {"telegram-bot-api"},
    "monitoring": {"prometheus", "grafana"},
    "webhook": {"caddy"},
}
WITH_THE_SOCKET = {"all-in-one", "worker", "worker-gpu"}
# `latest`, `17` and the like name another image tomorrow.
EXACT = re.compile(r".+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?")


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """The folder docker/ of an installation."""
    return checkout(tmp_path, DOCKER_GID="999", CONVERTER_DIR="/srv/here")


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_is_valid_and_has_its_services(docker: Path, profile: str) -> None:
    found = services(docker, profile)
    assert found.keys() == PROFILES[profile]
    for name, service in found.items():
        assert EXACT.fullmatch(service["image"]), service["image"]
        sources = {source for source, _ in mounts(service)}
        assert ("/var/run/docker.sock" in sources) == (name in WITH_THE_SOCKET)
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("profile", ["single", "cluster", "gpu"])
def test_the_engine_finds_the_folders_of_a_conversion_where_the_bot_does(
    docker: Path, profile: str
) -> None:
    for name, service in services(docker, profile).items():
        if name in WITH_THE_SOCKET:
            assert ("/srv/here", "/srv/here") in mounts(service)
            assert service["environment"]["DATA_DIR"] == "/srv/here/data"
            assert service["group_add"] == ["999"]
            assert service["environment"]["RUNNER"] == "docker"


def test_the_bots_image_is_the_one_that_is_built_of_this_version(docker: Path) -> None:
    [image] = {service["image"] for service in services(docker, "single").values()}
    assert image == f"telegram-video-converter:{version()}"


@pytest.mark.parametrize("profile", PROFILES)
def test_secrets_are_files_and_stand_in_no_environment(docker: Path, profile: str) -> None:
    for service in services(docker, profile).values():
        for name, value in service.get("environment", {}).items():
            if re.search("TOKEN|PASSWORD|SECRET|HASH|DATABASE_URL", name):
                assert not value or value.startswith("/run/secrets/"), name


def test_the_group_of_the_socket_is_asked_for(tmp_path: Path) -> None:
    done = config(checkout(tmp_path), "single")
    assert done.returncode != 0
    assert "DOCKER_GID" in done.stderr
    assert "stat -c %g" in done.stderr
