"""Small real proxies: one that speaks HTTP (CONNECT and plain requests), one SOCKS5."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

USER, PASSWORD = "someone", "s3cret-w0rd"


@dataclass(slots=True)
class Proxy:
    """Where it listens, and which hosts it was asked for."""

    port: int
    scheme: str
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address, with the right password."""
        return f"{self.scheme}://{USER}:{PASSWORD}@127.0.0.1:{self.port}"


@contextlib.asynccontextmanager
async def proxy(scheme: str, *, refuses: bool = False) -> AsyncIterator[Proxy]:
    """A proxy that listens; `refuses` takes no password for the right one."""
    made = Proxy(0, scheme)
    speak = _socks if scheme == "socks5" else _http

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
            await speak(made, reader, writer, refuses)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


async def _http(
    made: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refuses: bool
) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    right = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if refuses or not any(right in line for line in lines):
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        return
    parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    made.asked.append(str(parts.hostname))
    to_reader, to_writer = await asyncio.open_connection(parts.hostname, parts.port)
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    else:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        kept = [line for line in lines if not line.lower().startswith("proxy-")]
        to_writer.write("\r\n".join([f"{method} {path} HTTP/1.1", *kept]).encode("latin-1"))
    await _both_ways(reader, writer, to_reader, to_writer)


async def _socks(
    made: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refuses: bool
) -> None:
    _, count = await reader.readexactly(2)
    await reader.readexactly(count)
    writer.write(b"\x05\x02")
    _, length = await reader.readexactly(2)
    user = await reader.readexactly(length)
    (length,) = await reader.readexactly(1)
    password = await reader.readexactly(length)
    right = not refuses and (user.decode(), password.decode()) == (USER, PASSWORD)
    writer.write(b"\x01\x00" if right else b"\x01\x01")
    await writer.drain()
    if not right:
        return
    _, _, _, kind = await reader.readexactly(4)
    if kind == 1:
        host = ".".join(map(str, await reader.readexactly(4)))
    else:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode()
    port = int.from_bytes(await reader.readexactly(2), "big")
    made.asked.append(host)
    to_reader, to_writer = await asyncio.open_connection(host, port)
    writer.write(b"\x05\x00\x00\x01\0\0\0\0\0\0")
    await _both_ways(reader, writer, to_reader, to_writer)


async def _both_ways(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    to_reader: asyncio.StreamReader,
    to_writer: asyncio.StreamWriter,
) -> None:
    ways = [
        asyncio.create_task(_pour(reader, to_writer)),
        asyncio.create_task(_pour(to_reader, writer)),
    ]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    to_writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
