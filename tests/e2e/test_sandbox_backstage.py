"""The sandbox's bot is a process of its own: what is known of it under the hood, and that it is
killed and comes again, and never outlives its sandbox."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.texts import Texts
from tests.support.footage import Footage
from tests.support.running import until
from tests.support.sandboxes import PROGRAM, alive, sandbox_program
from tests.support.visiting import Event, Visit, event

READY = Texts("en")("ready")
NAME, CAPTION = "My secret holiday.mkv", "nobody else's words"


async def converted(visit: Visit, film: Path, seat: str = "") -> Event:
    """The result of a film that is sent, as the page is told of it."""
    upload = await visit.upload(film, NAME)
    await visit.ask(f"/api/messages?{seat}", text=CAPTION, uploads=[upload])
    async with contextlib.aclosing(visit.events(seat=seat)) as events:
        return await event(events, is_result, seconds=150)


def is_result(told: Event) -> bool:
    return told.data.get("mine") is False and told.data.get("kind") == "video"


def sections(known: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["rows"] or one["lines"] for one in known["sections"]}


async def hood(visit: Visit, number: int, query: str = "") -> tuple[dict[str, Any], str]:
    response, body = await visit.get(f"/api/hood/{number}?{query}")
    assert response.status == 200, body
    return json.loads(body), body.decode()


@pytest.mark.timeout(400)
async def test_what_made_a_message_is_seen_and_saved_without_anything_private(
    tmp_path: Path, footage: Footage
) -> None:
    async with sandbox_program(tmp_path) as sandbox, Visit(sandbox.url) as visit:
        await visit.enter()
        result = (await converted(visit, footage.quick)).data["id"]
        await until_done(visit, result)
        known, whole = await hood(visit, result)
        methods = [call["method"] for call in known["calls"]]
        assert (methods[0], methods[-1]) == ("sendMessage", "editMessageMedia")
        assert "editMessageText" in methods
        assert NAME in whole
        told = sections(known)
        assert [row[0] for row in told["phases"]] == [
            *("accepted", "downloading", "converting", "sending", "done")
        ]
        assert any("libx264" in line for line in told["plan"])
        assert told["command"][0].startswith("ffmpeg ")
        assert any(" converted " in line for line in told["log"])
        async with contextlib.aclosing(visit.events()) as events:
            ready = await event(events, lambda e: e.data.get("text") == READY, seconds=60)
        answer, _ = await hood(visit, ready.data["id"])
        assert sections(answer)["job"] == told["job"], "the sound is made by the same job"
        _, mine = await hood(visit, 1)
        assert '"getFile"' in mine
        for number in (1, result):
            response, body = await visit.get(f"/api/hood/{number}?save")
            assert response.headers["Content-Disposition"].startswith("attachment")
            saved = body.decode()
            assert sections(json.loads(saved)).keys() == told.keys()
            for private in (NAME, "secret holiday", CAPTION, "Guest", str(tmp_path), "/tmp/"):
                assert private not in saved, (private, saved)
            assert "ffmpeg -hide_banner" in saved
            assert "converted" in saved


@pytest.mark.timeout(500)
async def test_a_bot_that_is_killed_comes_again_and_goes_on(
    tmp_path: Path, footage: Footage
) -> None:
    async with sandbox_program(tmp_path) as sandbox, Visit(sandbox.url) as visit:
        await visit.enter()
        [before] = sandbox.bots()
        upload = await visit.upload(footage.medium, NAME)
        await visit.ask("/api/messages", uploads=[upload])
        results = []
        async with contextlib.aclosing(visit.events()) as events:
            await event(events, lambda e: "Converting" in e.data.get("text", ""), seconds=60)
            status, house = await visit.ask("/api/restart")
            assert (status, house["away"]) == (200, True)
            assert (await visit.ask("/api/restart"))[0] == 409, "one at a time"
            await event(events, lambda e: e.kind == "house" and not e.data["away"], seconds=90)
            [after] = sandbox.bots()
            assert after != before
            assert not alive(before)
            async with asyncio.timeout(200):
                async for told in events:
                    results += [told.data["id"]] if is_result(told) else []
                    if READY in told.data.get("text", ""):
                        break
        [result] = set(results)
        await until_done(visit, result)
        known = sections((await hood(visit, result))[0])
        assert "lost" in [row[0] for row in known["phases"]]
        assert ["attempt", "2"] in known["job"]
        assert await sandbox.end() == 0
        assert not alive(after)


@pytest.mark.timeout(400)
async def test_one_result_comes_through_all_trouble(tmp_path: Path, footage: Footage) -> None:
    async with sandbox_program(tmp_path) as sandbox, Visit(sandbox.url) as visit:
        await visit.enter()
        for name in ("slow", "busy", "broken", "lost"):
            assert (await visit.ask("/api/troubles", name=name, on=True))[0] == 200
        upload = await visit.upload(footage.quick, NAME)
        await visit.ask("/api/messages", uploads=[upload])
        results, messages = set(), set()
        async with contextlib.aclosing(visit.events()) as events, asyncio.timeout(200):
            async for told in events:
                results |= {told.data["id"]} if is_result(told) else set()
                messages |= {told.data["id"]} if "id" in told.data else set()
                if READY in told.data.get("text", ""):
                    break
        assert len(results) == 1
        # Which trouble struck which message depends on how many edits there were time for.
        calls = [call for one in messages for call in (await hood(visit, one))[0]["calls"]]
        assert {429, 500} <= {call["status"] for call in calls}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_no_bot_outlives_its_sandbox(tmp_path: Path, number: signal.Signals) -> None:
    async with sandbox_program(tmp_path) as sandbox:
        [bot] = sandbox.bots()
        await sandbox.end(number)
        await until(lambda: not alive(bot), "the end of the bot", seconds=60)
        left = sandbox.log.parents[1]
    if number is signal.SIGKILL:
        await asyncio.to_thread(shutil.rmtree, left)
    assert not await asyncio.to_thread(left.exists)


async def test_a_sandbox_that_ends_while_its_bot_is_away_leaves_none(tmp_path: Path) -> None:
    async with sandbox_program(tmp_path) as sandbox, Visit(sandbox.url) as visit:
        await visit.enter()
        [before] = sandbox.bots()
        assert (await visit.ask("/api/restart"))[0] == 200
        await until(lambda: sandbox.bots() not in ([], [before]), "the next bot")
        [after] = sandbox.bots()
        await sandbox.end()
        assert not alive(after)


async def test_a_bot_that_ends_by_itself_ends_the_sandbox(tmp_path: Path) -> None:
    async with sandbox_program(tmp_path) as sandbox:
        [bot] = sandbox.bots()
        os.kill(bot, signal.SIGKILL)
        assert await asyncio.wait_for(sandbox.process.wait(), 60) == 1


async def until_done(visit: Visit, number: int) -> None:
    """The job behind a message has ended, which is a moment after its result is seen."""
    for _ in range(600):
        told = sections((await hood(visit, number))[0])
        if "done" in [row[0] for row in told.get("phases", [])]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the job doesn't end")


async def test_strangers_have_a_page_without_trouble(tmp_path: Path) -> None:
    public = sandbox_program(tmp_path, "--public", "--listen", "0.0.0.0")  # noqa: S104 - as asked
    async with public as sandbox, Visit(sandbox.url) as visit:
        assert sandbox.url.startswith("http://0.0.0.0:")
        await visit.enter()
        await visit.ask("/api/messages", text="/start")
        async with contextlib.aclosing(visit.events()) as events:
            answer = await event(events, lambda e: e.data.get("mine") is False, seconds=60)
        assert answer.data["text"]
        async with visit.http.post(f"{visit.url}/api/restart", json={}) as response:
            assert response.status == 404
        assert len(sandbox.bots()) == 1


async def test_only_a_public_page_is_served_elsewhere(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(PROGRAM), "sandbox", "--listen", "0.0.0.0"),  # noqa: S104 - refused
        cwd=tmp_path,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert "--public" in said.decode()
