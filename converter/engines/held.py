"""The docker client that keeps a container alive by holding its standard input open."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from converter.engines.process import kill_group
from converter.errors import STDERR_TAIL_CHARS, Code, Unavailable

_ANSWER_SECONDS = 60.0
_HELLO = b"ready\n"


@dataclass(frozen=True, slots=True)
class Held:
    """The client whose standard input keeps a container alive."""

    client: asyncio.subprocess.Process

    async def close(self) -> None:
        """Let go: the container ends."""
        kill_group(self.client)
        await self.client.wait()


async def hold(argv: Sequence[str], environment: Mapping[str, str]) -> Held:
    """Run ``docker`` with `argv`, which starts a container that echoes, and wait until it
    answers. Raises Unavailable (ENGINE)."""
    command = ["docker", *argv]
    try:
        client = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(Code.ENGINE, f"docker: {error}", command=command) from error
    if client.stdin is None or client.stdout is None or client.stderr is None:
        raise Unavailable(Code.ENGINE, "no pipes to the docker client", command=command)
    held, answer = Held(client), b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(_ANSWER_SECONDS):
            client.stdin.write(_HELLO)
            await client.stdin.drain()
            answer = await client.stdout.readline()
    if answer == _HELLO:
        return held
    if client.returncode is None and not answer:
        await held.close()
    stderr = (await client.stderr.read())[-STDERR_TAIL_CHARS:].decode("utf-8", "replace")
    await held.close()
    raise Unavailable(
        Code.ENGINE, "the container did not start", command=command, stderr_tail=stderr
    )
