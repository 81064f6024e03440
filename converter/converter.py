"""Where conversions are opened: a workspace, a card, a session of the runner, and what its ffmpeg
and that card can do."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from converter.convert import Conversion
from converter.engines.capabilities import Capabilities
from converter.engines.keeper import Keeper
from converter.engines.runner import Runner, Session
from converter.engines.workspace import Workspace
from converter.nvidia.cards import CardPool, Lent
from converter.nvidia.proof import Prover
from converter.nvidia.watch import WatchedSession


@dataclass(frozen=True, slots=True)
class Converter:
    """Opens conversions in workspaces under `base`, run by `runner`.

    `capabilities` are ffmpeg's alone; each conversion gets the card that `cards` lends it. A card
    that fails is lent no more until `prover`, asked now and then, finds it working again. `keeper`
    is whose `base` is, None where nobody else has workspaces near it. `open_names` are those that
    are open now.
    """

    runner: Runner
    base: Path
    capabilities: Capabilities = field(repr=False)
    cards: CardPool = field(default_factory=CardPool, repr=False)
    prover: Prover | None = field(default=None, repr=False)
    keeper: Keeper | None = field(default=None, repr=False)
    open_names: set[str] = field(default_factory=set, init=False, repr=False)

    @contextlib.asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[Conversion]:
        """A workspace and a session of that name; on leaving both are gone, with everything in
        them, and the card is free. Raises Unavailable (ENGINE) or OSError."""
        if self.prover is not None and self.cards.claim_proof():
            self.cards.renew(await self.prover.cards(anew=True))
        self.open_names.add(name)
        try:
            async with self._opened(name) as conversion:
                yield conversion
        finally:
            self.open_names.discard(name)

    def close(self) -> None:
        """Nothing is opened here any more: what its keeper has may be removed by others."""
        if self.keeper is not None:
            with contextlib.suppress(OSError):
                self.base.rmdir()
            self.keeper.release()

    @contextlib.asynccontextmanager
    async def _opened(self, name: str) -> AsyncIterator[Conversion]:
        workspace = await Workspace.create(self.base, name, owner=self.runner.owner)
        try:
            with self.cards.lend() as lent:
                able = replace(self.capabilities, gpu=lent.card if lent else None)
                access = lent.access if lent else None
                async with self.runner.open(workspace, gpu=access) as session:
                    yield Conversion(workspace, self._watched(session, lent), able)
        finally:
            await workspace.remove()

    def _watched(self, session: Session, lent: Lent | None) -> Session:
        if lent is None:
            return session
        index = lent.card.index

        async def lost() -> None:
            self.cards.set_aside(index)
            if self.prover is not None:
                await self.prover.forget()

        return WatchedSession(session, lost)
