"""Asks the cards of this machine what they can do, inside a session of the runner, as a conversion
would use them."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from converter.engines.capabilities import Capabilities, Gpu
from converter.engines.runner import GpuAccess, Runner, Session
from converter.engines.workspace import Workspace
from converter.errors import ConversionError
from converter.nvidia import faults, gpu
from converter.nvidia.faults import Retry
from converter.nvidia.store import GpuStore

# A card that wakes up, or a driver that compiles filters for it, takes seconds the first time.
_TRY_SECONDS: Final = 20.0
_CARD_SECONDS: Final = 90.0
_LISTING_SECONDS: Final = 30.0
_WORKSPACE: Final = "probe-gpu"
_SAMPLE: Final = "sample.mkv"


@dataclass(frozen=True, slots=True)
class Prover:
    """Proves the cards that `runner` can reach; what was found is kept in `store`.

    `base` is a folder for a temporary workspace, `capabilities` are what its ffmpeg lists.
    """

    runner: Runner
    base: Path
    store: GpuStore
    capabilities: Capabilities

    async def cards(self, *, anew: bool = False) -> tuple[Gpu, ...]:
        """Every card that the driver lists, with what it does; empty on an ordinary machine.

        What was proved before counts as long as cards, driver and ffmpeg are the same, unless
        `anew`. Never raises for a fault of a card: it merely lacks that ability.
        """
        try:
            name = f"{_WORKSPACE}-{secrets.token_hex(3)}"
            workspace = await Workspace.create(self.base, name, owner=self.runner.owner)
        except OSError:
            return ()
        try:
            return await self._cards(workspace, anew=anew)
        except (ConversionError, TimeoutError):
            return ()
        finally:
            await workspace.remove()

    async def forget(self) -> None:
        """Let the next start prove everything anew: a card failed."""
        await asyncio.to_thread(self.store.forget)

    async def _cards(self, workspace: Workspace, *, anew: bool) -> tuple[Gpu, ...]:
        async with self.runner.open(workspace, gpu=GpuAccess()) as session:
            async with asyncio.timeout(_LISTING_SECONDS):
                listed = await list_cards(session)
            if not listed:
                return ()
            key = await self._key(listed)
            known = None if anew else await asyncio.to_thread(self.store.load, key)
            if known is not None:
                return known
            if len(listed) == 1:
                proofs = [await prove(session, listed[0], self.capabilities)]
        if len(listed) > 1:
            proofs = [await self._alone(workspace, card) for card in listed]
        found = tuple(one.card for one in proofs)
        if all(one.certain for one in proofs):
            await asyncio.to_thread(self.store.save, key, found)
        return found

    async def _alone(self, workspace: Workspace, card: Gpu) -> "Proof":
        """A card in a session that sees no other, as conversions get it."""
        try:
            access = GpuAccess(card.index)
            async with self.runner.open(workspace, gpu=access) as session:
                return await prove(session, card, self.capabilities)
        except ConversionError:
            return Proof(card, certain=False)

    async def _key(self, listed: Sequence[Gpu]) -> str:
        cards = [f"{card.index} {card.name} {card.driver}" for card in listed]
        ffmpeg = f"{await self.runner.identity()} {self.capabilities.version}"
        return "; ".join((self.runner.kind, ffmpeg, *cards))


@dataclass(frozen=True, slots=True)
class Proof:
    """What a card was seen to do. Not `certain`: something kept it from showing all that another
    time may not, so ask again."""

    card: Gpu
    certain: bool


async def list_cards(session: Session) -> tuple[Gpu, ...]:
    """The driver's cards, empty without a driver. Raises Unavailable when the place is gone or
    there is no nvidia-smi."""
    done = await session.run(gpu.cards_argv())
    return gpu.parse_cards(done.stdout.decode("utf-8", "replace"))


async def prove(session: Session, card: Gpu, able: Capabilities) -> Proof:
    """Try all that a conversion may ask of the card which this session sees, within 90 s. Never
    raises for what fails."""
    tries = _Tries(session, able)
    try:
        async with asyncio.timeout(_CARD_SECONDS):
            await tries.run()
    except (ConversionError, TimeoutError):
        tries.certain = False
    proved = replace(
        card,
        encoders=frozenset(tries.encoders),
        decoders=frozenset(tries.decoders),
        filters=frozenset(tries.filters),
    )
    return Proof(proved, tries.certain)


class _Tries:
    """Test after test on one card; what has passed stays when a later one hangs."""

    def __init__(self, session: Session, able: Capabilities) -> None:
        self._session = session
        self._able = able
        self.encoders: set[tuple[str, int]] = set()
        self.decoders: set[tuple[str, int]] = set()
        self.filters: set[str] = set()
        self.certain = True

    async def run(self) -> None:
        for encoder, depths in gpu.ENCODERS:
            for bits in depths:
                if encoder in self._able.encoders and await self._passes(
                    gpu.encode_argv(encoder, bits)
                ):
                    self.encoders.add((encoder, bits))
        for name in gpu.FILTERS:
            if name in self._able.filters and await self._passes(gpu.filter_argv(name)):
                self.filters.add(name)
        for sample in gpu.SAMPLES:
            if await self._decodes(sample):
                self.decoders.add((sample.codec, sample.bits))

    async def _decodes(self, sample: gpu.Sample) -> bool:
        makers = [name for name in sample.encoders if name in self._able.encoders]
        if not makers:
            return False
        url = self._session.output_url(_SAMPLE)
        async with asyncio.timeout(_TRY_SECONDS):
            made = await self._session.run(gpu.sample_argv(sample, makers[0], url))
        return made.returncode == 0 and await self._passes(gpu.decode_argv(sample, url))

    async def _passes(self, argv: list[str]) -> bool:
        async with asyncio.timeout(_TRY_SECONDS):
            done = await self._session.run(argv)
        if done.returncode != 0:
            fault = faults.classify(done.returncode, done.stderr)
            # Others use the card just now, or it is gone: this says nothing of what it can do.
            passing = fault is not None and faults.advice(fault) is not Retry.NEXT
            self.certain = self.certain and not passing
        return done.returncode == 0
