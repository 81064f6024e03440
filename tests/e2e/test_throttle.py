"""A person who asks a lot gets no flood of answers, and no file of theirs is lost for it."""

from structlog.testing import capture_logs

from standin import User
from tests.support.footage import Footage
from tests.support.running import jobs, until
from tests.support.stage import Stage, status_of

KEPT_BACK = "not answered: too much at once"


def greetings(user: User) -> int:
    return sum("Hi!" in message.text for message in user.bot_messages)


async def test_fifty_starts_get_one_answer_and_the_file_behind_them_its_result(
    stage: Stage, footage: Footage
) -> None:
    user, other = stage.standin.user(), stage.standin.user()
    async with stage.bot():
        with capture_logs() as log:
            for _ in range(50):
                await user.send_text("/start")
            await other.send_text("/start")
            status = await status_of(user, await user.send_document(footage.remux))
            await user.wait_for_result()
        assert status.kind == "video"
        # On a slow machine some seconds may have passed meanwhile.
        assert 1 <= greetings(user) <= 5
        assert greetings(other) == 1
        assert 1 <= sum(e["event"] == KEPT_BACK for e in log) <= greetings(user)


async def test_a_flood_of_words_ends_but_files_and_stopping_never_do(
    stage: Stage, footage: Footage
) -> None:
    user = stage.standin.user()
    async with stage.bot(max_concurrent_conversions=1):
        for number in range(60):
            await user.send_text(f"word {number}")
        paths = (footage.slow, footage.medium, footage.quick)
        files = [await user.send_document(path) for path in paths]
        for sent in files:
            await status_of(user, sent, timeout=60.0)
        told = sum(message.text.startswith("🎬") for message in user.bot_messages)
        assert 10 <= told < 60
        for number in range(60):
            await user.send_text(f"word {number}")
        await user.send_text("/cancel")
        await user.wait_for_message("Which one to stop?")
        await user.tap(user.bot_messages[-1], "Cancel all")
        await until(lambda: {row.phase for row in jobs(stage)} == {"cancelled"}, "the end of all")


async def test_admins_are_always_answered(stage: Stage) -> None:
    admin = stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        for _ in range(20):
            await admin.send_text("/admin")
        await admin.wait_until(lambda: len(admin.bot_messages) == 20, what="all answers")


async def test_asking_how_is_no_way_around_and_people_may_talk_in_groups(
    stage: Stage, footage: Footage
) -> None:
    user = stage.standin.user()
    group = stage.standin.group([user])
    async with stage.bot():
        for number in range(30):
            await user.send_text(f"/convert gif {number + 1}MB")
            await group.member(user).send_text(f"we talk about {number}")
        await group.member(user).send_text("/status")
        await group.member(user).wait_for_message("Nothing is being converted")
        film = await user.send_document(footage.remux)
        await user.wait_for_result()
        assert 1 <= sum("☝️" in m.text for m in user.bot_messages) < 20
        await user.send_text("/convert mp3", reply_to=film)
        await user.wait_for_result(kinds=("audio",))
