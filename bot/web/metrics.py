"""What happens, as Prometheus' metrics, in a registry of one bot's own."""

import time
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bot.jobs.meter import Again
from bot.jobs.model import ALLOWED, Job, Phase
from bot.storage.clock import utc_now
from bot.web import names
from bot.web.names import Named
from converter.planning.plan import Action, Plan

_UNKNOWN: Final = "unknown"
_REQUEST: Final = "request"
_CREATED: Final = "_created"


class Metrics:
    """Hears of jobs (`jobs.meter.Meter`) and of requests to a messenger, by its own names of
    methods. `role` is which part of a bot this process is."""

    def __init__(self, version: str, role: str) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._accepted = self._counter(names.ACCEPTED)
        self._running = self._gauge(names.RUNNING)
        self._ended = self._counter(names.ENDED)
        self._errors = self._counter(names.ERRORS)
        self._recovered = self._counter(names.FOUND)
        self._phases = self._histogram(names.PHASES)
        self._estimates = self._histogram(names.ESTIMATES)
        self._fetched = self._counter(names.FETCHED)
        self._delivered = self._counter(names.DELIVERED)
        self._conversions = self._histogram(names.CONVERSIONS)
        self._speed = self._histogram(names.SPEED)
        self._requests = self._counter(names.REQUESTS)
        self._heard = self._gauge(names.HEARD)
        self._retries = self._counter(names.RETRIES)
        self._lag = self._histogram(names.LAG)
        # Where each job in our hands stands, and since when.
        self._held: dict[str, tuple[Phase, float]] = {}
        self._gauge(names.BUILD).labels(version, role).set(1)
        self._begin_with_nothing()

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(_Plain(self._registry))

    def add(self, collector: Collector) -> None:
        """Tell of something else beside."""
        self._registry.register(collector)

    # --- see jobs.meter.Meter

    def accepted(self, count: int) -> None:
        """See Meter."""
        self._accepted.inc(count)

    def entered(self, job: Job, phase: Phase) -> None:
        """See Meter."""
        if job.id not in self._held and job.attempt == 1:
            waited = (utc_now() - job.created_at).total_seconds()
            # Another host's clock may differ.
            self._phases.labels(Phase.QUEUED).observe(max(0.0, waited))
        self.let_go(job)
        self._held[job.id] = phase, time.monotonic()
        self._running.labels(phase).inc()

    def let_go(self, job: Job) -> None:
        """See Meter."""
        if (stood := self._held.pop(job.id, None)) is not None:
            phase, since = stood
            self._running.labels(phase).dec()
            self._phases.labels(phase).observe(time.monotonic() - since)

    def ended(self, during: Phase | None, outcome: Phase, code: str | None) -> None:
        """See Meter."""
        self._ended.labels(during or _UNKNOWN, outcome).inc()
        if code:
            self._errors.labels(code).inc()

    def found(self, count: int) -> None:
        """See Meter."""
        self._recovered.inc(count)

    def again(self, what: Again) -> None:
        """See Meter."""
        self._retries.labels(what).inc()

    def fetched(self, size: int) -> None:
        """See Meter."""
        self._fetched.inc(size)

    def delivered(self, size: int) -> None:
        """See Meter."""
        self._delivered.inc(size)

    def converted(self, plan: Plan, seconds: float) -> None:
        """See Meter."""
        path, device = _path(plan.action), plan.device.value
        self._conversions.labels(path, device).observe(seconds)
        if plan.seconds and seconds > 0:
            self._speed.labels(path, device).observe(plan.seconds / seconds)

    def note_estimate(self, expected: float, actual: float) -> None:
        """See Meter."""
        direction = "late" if actual > expected else "early"
        self._estimates.labels(direction).observe(abs(actual - expected))

    # --- requests to a messenger

    def answered(self, method: str, answer: str) -> None:
        """A request ended so; both of few values."""
        self._requests.labels(method, answer).inc()
        if answer == "ok":
            self._heard.set_to_current_time()

    def tried_again(self, method: str) -> None:  # noqa: ARG002 - counted by what, not by method
        """A request that failed is made once more."""
        self._retries.labels(_REQUEST).inc()

    # --- ourselves

    def late(self, seconds: float) -> None:
        """The event loop came so late to what was due."""
        self._lag.observe(seconds)

    def _begin_with_nothing(self) -> None:
        """Series that are there from the start: a first event is a rise then, and is seen."""
        for phase, nexts in ALLOWED.items():
            if phase.running:
                self._running.labels(phase)
            for outcome in nexts:
                if outcome.final:
                    self._ended.labels(phase, outcome)
        for what in (*Again, _REQUEST):
            self._retries.labels(what)

    def _counter(self, named: Named) -> Counter:
        return Counter(named.name, named.help, named.labels, registry=self._registry)

    def _gauge(self, named: Named) -> Gauge:
        return Gauge(named.name, named.help, named.labels, registry=self._registry)

    def _histogram(self, named: Named) -> Histogram:
        return Histogram(
            named.name, named.help, named.labels, buckets=named.buckets, registry=self._registry
        )


class _Plain(CollectorRegistry):
    """A registry's metrics without the moments at which their series began, which nobody asks
    for."""

    def __init__(self, inner: CollectorRegistry) -> None:
        super().__init__()
        self._inner = inner

    def collect(self) -> Iterator[Metric]:
        """See CollectorRegistry."""
        for metric in self._inner.collect():
            metric.samples = [one for one in metric.samples if not one.name.endswith(_CREATED)]
            yield metric


def _path(action: Action) -> str:
    return action.name.lower()
