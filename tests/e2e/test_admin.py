"""The operator's pages: what is going on, who may do how much, what is stopped, how the bot comes
to rest."""

from standin import SeenMessage, User
from tests.support.footage import Footage
from tests.support.running import job_of, jobs, until
from tests.support.stage import Stage, reaches, status_of


async def board_of(admin: User) -> SeenMessage:
    """A fresh /admin."""
    sent = await admin.send_text("/admin")
    return await admin.wait_for_message("The bot", after=sent)


async def turned(admin: User, board: SeenMessage, button: str, words: str) -> None:
    """Tap a button of the board and wait until it says so."""
    await admin.tap(board, button)
    await admin.wait_until(lambda: words in board.text, what=f"{words!r} on the board")


async def answered(user: User, words: str, answer: str) -> SeenMessage:
    sent = await user.send_text(words)
    return await user.wait_for_message(lambda m: answer in m.text, after=sent)


async def converting(user: User, footage: Footage) -> SeenMessage:
    """The status message of a job that takes long and has begun."""
    status = await status_of(user, await user.send_document(footage.slow))
    return await reaches(user, status, "Converting")


async def test_the_pages_turn_in_one_message(stage: Stage, footage: Footage) -> None:
    admin, user = stage.standin.user(), stage.standin.user()
    async with stage.bot(admins=(str(admin.id),)):
        await user.send_document(footage.remux)
        await user.wait_for_result()
        await until(lambda: job_of(stage, user.id).phase == "done", "the end")
        board = await board_of(admin)
        assert "done 1 · failed 0" in board.text
        assert "GB" in board.text
        for page, words in (
            ("Jobs", "Nothing waits and nothing runs."),
            ("Users", f"1. {user.id}: 1 job"),
            ("Errors", "Nothing has failed."),
        ):
            await turned(admin, board, page, words)
            await turned(admin, board, "Back", "__The bot__".strip("_"))
        await turned(admin, board, "Users", "Most active")
        await turned(admin, board, f"1. {user.id}", "Nothing is said of them.")
        await turned(admin, board, "Quotas", "jobs_per_day = no bound (usual)")
        await turned(admin, board, "Back", "Nothing is said of them.")
        await turned(admin, board, "Ban", "Banned.")
        await turned(admin, board, "Unban", "Nothing is said of them.")
        assert len(admin.bot_messages) == 1


async def test_an_admin_stops_a_job_and_its_person_hears_by_whom(
    stage: Stage, footage: Footage
) -> None:
    admin, ann, bob = (stage.standin.user() for _ in range(3))
    async with stage.bot(admins=(str(admin.id),), max_concurrent_conversions=2):
        first, second = await converting(ann, footage), await converting(bob, footage)
        board = await board_of(admin)
        await turned(admin, board, "Jobs", "2 jobs")
        assert str(ann.id) in board.text
        assert "converting" in board.text
        assert footage.slow.name not in board.text
        trace = job_of(stage, ann.id).id[:8]
        await turned(admin, board, f"№ {trace}", "1 job\n")
        await reaches(ann, first, "stopped by the operator")
        other = job_of(stage, bob.id).id
        await answered(admin, f"/stop № {other[:8]}", f"№ {other[:8]} is stopped.")
        await reaches(bob, second, "stopped by the operator")
        await answered(admin, f"/stop {other}", "No such job waits or runs")
        await answered(admin, "/stop", "Which job?")
        await answered(admin, "/stop ../../etc", "Which job?")
        assert {row.phase for row in jobs(stage)} == {"cancelled"}
        # What a person stops is told as before.
        third = await converting(ann, footage)
        await ann.tap(third, "Cancel")
        await reaches(ann, third, "slow.mkv: stopped")
        assert "operator" not in third.text


async def test_quotas_of_one_person(stage: Stage, footage: Footage) -> None:
    admin, ann, bob = (stage.standin.user() for _ in range(3))
    async with stage.bot(admins=(str(admin.id),), quota_jobs_per_day=1):
        told = await answered(admin, f"/quota {ann.id} jobs_per_day=2", "jobs_per_day = 2 (own)")
        for words, answer in (
            ("/quota", "Whose quotas?"),
            ("/quota ann jobs_per_day=2", "Whose quotas?"),
            (f"/quota {ann.id} 50", "I can't read “50”"),
            (f"/quota {ann.id} jobs=50", "There is no quota “jobs”; there are: jobs_per_hour,"),
            (f"/quota {ann.id} jobs_per_day=many", "jobs_per_day takes a whole number from 0"),
            (f"/quota {ann.id} bytes_per_day=x", "bytes_per_day takes a size like 2GB"),
            (f"/quota {ann.id}", "jobs_per_day = 2 (own)"),
        ):
            await answered(admin, words, answer)
        for person, refused in ((ann, "2 conversions within a day"), (bob, "1 conversions")):
            for path in (footage.remux, footage.fine)[: 2 if person is ann else 1]:
                await person.send_document(path)
                await person.wait_for_result()
            await person.send_document(footage.quick)
            await person.wait_for_message(refused)
        await turned(admin, told, "As usual", "jobs_per_day = 1 (usual)")
        await answered(admin, f"/quota {ann.id} jobs_per_day=0", "jobs_per_day = no bound (own)")
    async with stage.bot(admins=(str(admin.id),), quota_jobs_per_day=1):
        await ann.send_document(footage.quick)
        await ann.wait_for_result()


async def test_minutes_of_video_are_bounded_before_anything_is_encoded(
    stage: Stage, footage: Footage
) -> None:
    admin, user = stage.standin.user(), stage.standin.user()
    async with stage.bot(admins=(str(admin.id),), quota_minutes_per_day=1):
        status = await status_of(user, await user.send_document(footage.slow))
        await reaches(user, status, "❌")
        assert "1.3 min long" in status.text
        assert "of the 1 min that one may" in status.text
        assert "used 0." in status.text
        assert not any("Converting" in text for text in status.texts)
        assert status.buttons == []
        await until(lambda: job_of(stage, user.id).phase == "refused", "the refusal")
        await user.send_document(footage.quick)
        await user.wait_for_result()
        await converting(admin, footage)
        board = await board_of(admin)
        await turned(admin, board, "Users", f"{user.id}: 2 jobs")
        assert "1 min" in board.text


async def test_what_is_cancelled_counts_in_minutes(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    async with stage.bot(quota_minutes_per_day=2):
        status = await converting(user, footage)
        await user.tap(status, "Cancel")
        await reaches(user, status, "stopped")
        again = await status_of(user, await user.send_document(footage.slow))
        await reaches(user, again, "❌")
        assert "used 1.3." in again.text


async def test_the_bot_comes_to_rest_and_says_so(stage: Stage, footage: Footage) -> None:
    admin, ann, bob = (stage.standin.user() for _ in range(3))
    async with stage.bot(admins=(str(admin.id),), max_concurrent_conversions=1):
        running = await converting(ann, footage)
        waiting = await status_of(bob, await bob.send_document(footage.remux))
        board = await board_of(admin)
        await turned(admin, board, "Drain", "I tell you when everything")
        for person in (ann, bob, admin):
            await person.send_document(footage.fine)
            await person.wait_for_message("takes no new files")
        assert (await ann.tap(running, "Change…")).text.startswith("The operator accepts nothing")
        assert "Converting" in running.text
        assert not any("Drained" in m.text for m in admin.bot_messages)
        await ann.tap(running, "Cancel")
        result = await bob.wait_for_result()
        assert result.id == waiting.id, "what waits is finished"
        await admin.wait_for_message("Drained: nothing is running; you can stop the bot now")
        await turned(admin, board, "🔄", "Nothing new is accepted, and nothing is running.")
        await bob.send_document(footage.quick)
        await until(lambda: len(jobs(stage)) == 2, "nothing more")
        await turned(admin, board, "Accept new files", "New files are accepted.")
        await bob.send_document(footage.quick)
        await bob.wait_for_result()
        await turned(admin, board, "Drain", "I tell you when everything")
        await admin.wait_until(
            lambda: sum("Drained" in m.text for m in admin.bot_messages) == 2, timeout=30.0
        )
    async with stage.bot(admins=(str(admin.id),)):
        await ann.send_document(footage.remux)
        await ann.wait_for_result()


async def test_nobody_else_learns_of_any_of_it(stage: Stage, footage: Footage) -> None:
    admin, user = stage.standin.user(), stage.standin.user()
    group = stage.standin.group([admin, user])
    commands = ("/admin", "/stop 3fccbd80", "/quota 1 usual", "/error 3fccbd80", "/broadcast hi")
    async with stage.bot(admins=(str(admin.id),)):
        board = await board_of(admin)
        for command in commands:
            sent = await user.send_text(command)
            told = await user.wait_for_message(after=sent)
            assert told.text.startswith("🎬"), "as any other words"
            await group.member(admin).send_text(command)
            await group.member(user).send_text(command)
        for data in ("adm:drain", "adm:p.jobs", f"adm:ban.{admin.id}", "all:send:0000000000000000"):
            answer = await user.tap(board, callback_data=data)
            assert answer.text == "This button is out of date"
        await group.member(user).send_document(footage.remux)
        await group.member(user).wait_for_result()
        assert len(group.member(user).bot_messages) == 1
        assert "New files are accepted." in board.text
