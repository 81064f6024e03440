"""What a bot tells operators over HTTP, read as Prometheus reads it."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from prometheus_client.parser import text_string_to_metric_families


def free_port() -> int:
    """A port of loopback's that was free a moment ago."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Scrape:
    """One answer of /metrics: values by name and labels, and the type of each metric."""

    values: dict[tuple[str, frozenset[tuple[str, str]]], float]
    types: dict[str, str]

    @classmethod
    def of(cls, text: str) -> "Scrape":
        """Parse it."""
        values: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
        types = {}
        for family in text_string_to_metric_families(text):
            types[family.name + ("_total" if family.type == "counter" else "")] = family.type
            for sample in family.samples:
                key = sample.name, frozenset(sample.labels.items())
                assert key not in values, f"{key} twice"
                values[key] = sample.value
        return cls(values, types)

    def __call__(self, name: str, **labels: str) -> float:
        """The sum of what has these labels, 0 where nothing has; the prefix is ours."""
        wanted = set(labels.items())
        return sum(
            value
            for (found, has), value in self.values.items()
            if found == f"video_bot_{name}" and wanted <= has
        )

    def has(self, name: str, **labels: str) -> bool:
        """Whether there is a sample."""
        wanted = set(labels.items())
        return any(found == f"video_bot_{name}" and wanted <= has for found, has in self.values)


@dataclass(frozen=True, slots=True)
class Door:
    """A bot's door for operators."""

    port: int

    @classmethod
    def free(cls) -> "Door":
        """Where a bot may be."""
        return cls(free_port())

    @property
    def listen(self) -> str:
        """As METRICS_LISTEN has it."""
        return f"127.0.0.1:{self.port}"

    async def get(self, path: str) -> tuple[int, str]:
        """The status and the body of an answer."""
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://{self.listen}{path}") as response,
        ):
            return response.status, await response.text()

    async def scrape(self) -> Scrape:
        """What /metrics says now."""
        status, text = await self.get("/metrics")
        assert status == 200, text
        return Scrape.of(text)

    async def until(self, condition: Callable[[Scrape], bool], *, seconds: float = 60.0) -> Scrape:
        """Ask again and again until it is so."""
        scrape = await self.scrape()
        try:
            async with asyncio.timeout(seconds):
                while not condition(scrape):
                    await asyncio.sleep(0.05)
                    scrape = await self.scrape()
        except TimeoutError:
            raise AssertionError(f"it did not come: {scrape.values}") from None
        return scrape

    async def until_ready(self, lacking: list[str], *, seconds: float = 60.0) -> None:
        """Ask /ready again and again until these parts, and no others, are lacking."""
        body = '{"ready": true}'
        if lacking:
            body = f'{{"ready": false, "not_ready": {lacking}}}'.replace("'", '"')
        wanted, latest = (503 if lacking else 200, body), (0, "")
        try:
            async with asyncio.timeout(seconds):
                while latest != wanted:
                    await asyncio.sleep(0.05)
                    latest = await self.get("/ready")
        except TimeoutError:
            raise AssertionError(f"{latest} instead of {wanted}") from None
