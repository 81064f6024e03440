"""Where conversions are opened: a workspace, a session of the runner in it, and what its ffmpeg can
do."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from converter.capabilities import Capabilities
from converter.convert import Conversion
from converter.runner import Runner
from converter.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Converter:
    """Opens conversions in workspaces under `base`, run by `runner`."""

    runner: Runner
    base: Path
    capabilities: Capabilities = field(repr=False)

    @contextlib.asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[Conversion]:
        """A workspace and a session of that name; on leaving both are gone, with everything in
        them. Raises Unavailable (ENGINE) or OSError."""
        workspace = await Workspace.create(self.base, name, owner=self.runner.owner)
        try:
            gpu = self.capabilities.gpu is not None
            async with self.runner.open(workspace, gpu=gpu) as session:
                yield Conversion(workspace, session, self.capabilities)
        finally:
            await workspace.remove()
