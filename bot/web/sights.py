"""What is looked at when Prometheus asks, as its metrics."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.jobs.house.waiting import Waiting
from bot.web import names
from bot.web.names import Named
from converter.nvidia.cards import Use

Sample = tuple[Sequence[str], float]


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes by folder: what is `free` where each lies, and what is `used` by what lies in it."""

    free: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sights:
    """How it looks now; None for what can't be had, which is left out. `sessions` by the runner's
    kind."""

    ready: Mapping[str, bool] = field(default_factory=dict)
    waiting: Waiting | None = None
    backlog: int | None = None
    sessions: Mapping[str, int] = field(default_factory=dict)
    containers: int | None = None
    disk: Disk | None = None
    cards: Sequence[Use] = ()


class SightsCollector(Collector):
    """Tells the latest of them."""

    def __init__(self) -> None:
        self.sights = Sights()

    def collect(self) -> Iterator[Metric]:
        """See Collector: every metric, with or without samples."""
        now = self.sights
        waiting, disk = now.waiting, now.disk or Disk()
        yield _gauge(names.READY, [([part], float(is_so)) for part, is_so in now.ready.items()])
        yield _gauge(names.WAITING, _states(waiting) if waiting else [])
        yield _gauge(names.OLDEST, [] if waiting is None else [((), waiting.oldest)])
        yield _gauge(names.BACKLOG, _one(now.backlog))
        yield _gauge(names.SESSIONS, [([kind], n) for kind, n in now.sessions.items()])
        yield _gauge(names.CONTAINERS, _one(now.containers))
        yield _gauge(names.FREE, [([folder], n) for folder, n in disk.free.items()])
        yield _gauge(names.USED, [([folder], n) for folder, n in disk.used.items()])
        yield _gauge(names.CARD, [([str(one.index)], one.works) for one in now.cards])
        yield _gauge(names.CARD_JOBS, [([str(one.index)], one.conversions) for one in now.cards])
        yield _gauge(names.CARD_ENCODES, [([str(one.index)], one.encodes) for one in now.cards])


def _states(waiting: Waiting) -> list[Sample]:
    return [
        (["ready"], waiting.ready),
        (["behind"], waiting.behind),
        (["delayed"], waiting.delayed),
    ]


def _one(value: float | None) -> list[Sample]:
    return [] if value is None else [((), value)]


def _gauge(named: Named, samples: Sequence[Sample]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(named.name, named.help, labels=named.labels)
    for labels, value in samples:
        family.add_metric(labels, value)
    return family
