"""Where conversions are opened: a workspace, a card, a session of the runner, and what its ffmpeg
and that card can do."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from converter.capabilities import Capabilities, Gpu
from converter.cards import CardPool
from converter.convert import Conversion
from converter.runner import Runner
from converter.workspace import Workspace

Prove = Callable[[], Awaitable[tuple[Gpu, ...]]]


@dataclass(frozen=True, slots=True)
class Converter:
    """Opens conversions in workspaces under `base`, run by `runner`.

    `capabilities` are ffmpeg's alone; each conversion gets the card that `cards` lends it. `prove`
    finds the cards anew once one was lost.
    """

    runner: Runner
    base: Path
    capabilities: Capabilities = field(repr=False)
    cards: CardPool = field(default_factory=CardPool, repr=False)
    prove: Prove | None = field(default=None, repr=False)

    @contextlib.asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[Conversion]:
        """A workspace and a session of that name; on leaving both are gone, with everything in
        them, and the card is free. Raises Unavailable (ENGINE) or OSError."""
        if self.prove is not None and self.cards.claim_proof():
            self.cards.renew(await self.prove())
        workspace = await Workspace.create(self.base, name, owner=self.runner.owner)
        try:
            with self.cards.lend() as lent:
                able = replace(self.capabilities, gpu=lent.card if lent else None)
                access = lent.access if lent else None
                async with self.runner.open(workspace, gpu=access) as session:
                    yield Conversion(workspace, session, able)
        finally:
            await workspace.remove()
