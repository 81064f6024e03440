"""The workspace's input understood: sniffed, read, held against the limits, looked at."""

import asyncio
from dataclasses import dataclass, replace

from converter.engines.capabilities import Capabilities
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, Refused
from converter.formats import TARGETS
from converter.input import boxes, reading, sniff, webp
from converter.limits import Limits, check
from converter.planning import choice
from converter.planning.cuts import length_of
from converter.request import Request
from converter.seen import Seen


@dataclass(frozen=True, slots=True)
class Place:
    """Where one conversion's input lies and its programs run, and what they can do."""

    workspace: Workspace
    session: Session
    capabilities: Capabilities

    async def understand(self, request: Request, limits: Limits) -> Seen:
        """What the input is. Raises Refused for what can't be converted, Failed or Unavailable."""
        source, session = self.workspace.input_path, self.session
        size = source.stat().st_size
        if size > limits.max_input_bytes:
            raise Refused(Code.TOO_LARGE, limit=limits.max_input_bytes, actual=size)
        await asyncio.to_thread(self.workspace.open_input)
        await asyncio.to_thread(sniff.sniff, source)
        unfolded = await webp.unfold(session, self.workspace, limits)
        info = await reading.read(session, session.input_url, source, limits)
        info = webp.as_it_came(info, size) if unfolded else info
        info = reading.decodable(info, self.capabilities.decoders)
        sealed = info.encrypted or await asyncio.to_thread(boxes.encrypted, source)
        pictured = TARGETS[request.target].picture is not None
        video = choice.picture(info) if pictured else None
        audio = choice.sound(info, request) if not sealed else None
        seconds = length_of(info, (video, audio))
        check(replace(info, encrypted=sealed), limits, video, seconds)
        info = await reading.glance_at(session, session.input_url, info, video, audio, limits)
        first = await asyncio.to_thread(boxes.moov_first, source)
        info = await asyncio.to_thread(reading.with_tables, info, source)
        return Seen(info, first)
