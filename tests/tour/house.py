"""Conversations of those who run the bot."""

from tests.support.running import jobs
from tests.tour.alone import answers, says
from tests.tour.theatre import Theatre


async def who_may_come_in(theatre: Theatre) -> None:
    """A stranger, an invitation."""
    olga, carl = theatre.person("Olga"), theatre.person("Carl")
    async with theatre.stage.bot(access="invite", admins=(str(olga.user.account.id),)):
        theatre.tells("ACCESS=invite, and Olga is an admin.")
        await carl.sends(theatre.footage.remux, "film.mkv")
        await carl.sees(says("🔒"))
        asked = await olga.writes("/invite")
        link = (await olga.sees(answers(asked))).text
        came = await carl.writes("/start " + link.rpartition("start=")[2])
        await carl.sees(answers(came))
        await carl.sends(theatre.footage.remux, "film.mkv")
        await carl.gets("video")


async def operators_day(theatre: Theatre) -> None:
    """What runs, a job that is stopped, a failure by its number."""
    olga, bob = theatre.person("Olga"), theatre.person("Bob")
    async with theatre.stage.bot(admins=(str(olga.user.account.id),)):
        await bob.sends(theatre.footage.slow, "concert.mkv")
        status = await bob.sees(says("re-encoded"))
        asked = await olga.writes("/admin")
        board = await olga.sees(answers(asked))
        await olga.taps(board, "Jobs")
        await olga.sees_it(board, "converting")
        await olga.taps(board, "✖️ №")
        await bob.sees_it(status, "stopped by the operator")
        await theatre.rests()

        theatre.standin.faults.add("getFile", status=400, description="Bad Request: wrong file_id")
        await bob.sends(theatre.footage.remux, "film.mkv")
        await bob.sees(says("❌"))
        await theatre.rests()
        asked = await olga.writes(f"/error {jobs(theatre.stage)[-1].id[:8]}")
        await olga.sees(answers(asked), rows=3)
