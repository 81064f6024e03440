"""A session that says when its card fails, whatever becomes of the conversion meanwhile."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from converter.engines.process import Completed, OnLine
from converter.engines.runner import Session
from converter.nvidia import faults
from converter.nvidia.faults import Retry

OnLost = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WatchedSession:
    """`session` as it is, but `on_lost` hears of a run whose failure says that nothing on its card
    will work any more. A video that the card merely can't do is no such failure."""

    session: Session
    on_lost: OnLost

    @property
    def input_url(self) -> str:
        """What ffmpeg opens to read the workspace's input."""
        return self.session.input_url

    def output_url(self, name: str) -> str:
        """What ffmpeg opens to write `name` into the workspace's output folder."""
        return self.session.output_url(name)

    async def run(
        self, argv: Sequence[str], *, on_line: OnLine | None = None, max_stdout: int = 1024 * 1024
    ) -> Completed:
        """Run one program to its end, as `Session.run` does."""
        done = await self.session.run(argv, on_line=on_line, max_stdout=max_stdout)
        if done.returncode > 0 and faults.uses_gpu(argv):
            fault = faults.classify(done.returncode, done.stderr)
            if fault is not None and faults.advice(fault) is Retry.CPU:
                await self.on_lost()
        return done
