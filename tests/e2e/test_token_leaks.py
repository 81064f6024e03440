"""The token is nowhere but in the requests, whatever goes wrong; and a program that Telegram knows
no more says so and ends."""

import asyncio
from pathlib import Path

from standin import FaultOptions
from tests.support.footage import Footage
from tests.support.stage import Stage
from tests.support.waiting import processes

DOWNLOADS: list[FaultOptions] = [
    {"status": 404},
    {"status": 502, "body": "<html>Bad Gateway</html>"},
    {"reset_after": 1000},
    {"cut_after": 1000},
    {"drop_request": True},
]
# The errors that come of these are the ones that like to tell an address.
ANSWERS: dict[str, FaultOptions] = {
    "getUpdates": {"drop_reply": True},
    "setMyCommands": {"drop_reply": True},
    "getFile": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "sendMessage": {"truncate": 20},
    "editMessageText": {"drop_request": True},
    "editMessageMedia": {"drop_reply": True},
}


async def test_a_run_full_of_faults_tells_the_token_to_nobody(
    stage: Stage, footage: Footage
) -> None:
    standin = stage.standin
    for method, fault in ANSWERS.items():
        standin.faults.add(method, **fault)
    async with stage.program(log_level="DEBUG") as program:
        arguments = _arguments([program.process.pid])
        users = [standin.user(name=f"user{number}") for number in range(3)]
        for fault, user in zip(DOWNLOADS, [*users, *users], strict=False):
            standin.faults.add("download", **fault)
            await user.send_document(footage.quick)
        for user in users:
            await user.wait_for_result(timeout=60.0)
            arguments += _arguments(processes(stage.data.parent.parent.name))
        # A handler that breaks, too.
        standin.faults.add("sendMessage", times=5, status=400, description="Bad Request: fault")
        await users[0].send_text("/start")
        await standin.wait_for_call("sendMessage", standin.count("sendMessage") + 2)

        standin.revoke_token()
        assert await asyncio.wait_for(program.process.wait(), 25.0) == 1
    last = program.stderr.rstrip().splitlines()[-1]
    assert last == "Telegram does not know this token any more"
    assert "tried again" in stage.log(), "or there was nothing to leak"

    places = {
        "the arguments": arguments,
        "stderr": program.stderr.encode(),
        "the chats": standin.listing().encode(),
        **{str(path): path.read_bytes() for path in _files(stage)},
    }
    assert {"bot.log", "error.log", "jobs.sqlite3"} <= {Path(name).name for name in places}
    secret = standin.token.partition(":")[2].encode()
    assert [name for name, text in places.items() if secret in text] == []


def _files(stage: Stage) -> list[Path]:
    return [path for folder in (stage.logs, stage.data) for path in folder.rglob("*.*")]


def _arguments(pids: list[int]) -> bytes:
    found = [Path("/proc") / str(pid) / "cmdline" for pid in pids]
    return b"\n".join(path.read_bytes() for path in found if path.exists())
