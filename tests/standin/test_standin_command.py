"""The stand-in as a program of its own."""

import asyncio
import signal
import sys

import aiohttp

from standin import TEST_TOKEN


async def test_it_serves_and_shows_the_chat_until_it_is_stopped(
    http: aiohttp.ClientSession,
) -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "standin", "--port", "0", "--lang", "ru"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    try:
        first = (await program.stdout.readline()).decode()
        api = f"{first.split('TELEGRAM_API_URL=')[1].split()[0]}/bot{TEST_TOKEN}"
        await program.stdout.readline()
        program.stdin.write("привет\n".encode())
        async with http.get(f"{api}/getUpdates", params={"timeout": 10}) as response:
            message = (await response.json())["result"][0]["message"]
        assert (message["text"], message["from"]["language_code"]) == ("привет", "ru")
        answer = {"chat_id": message["chat"]["id"], "text": "и тебе"}
        async with http.post(f"{api}/sendMessage", json=answer) as response:
            assert response.status == 200
        assert (await program.stdout.readline()).decode() == "  #2 bot: и тебе\n"
    finally:
        program.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(program.wait(), 10) == 0
