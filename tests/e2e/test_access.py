"""Who is served, and how much: allow-lists, invitations, bans, quotas, a door that admins close."""

import re

from standin import SeenMessage, User
from tests.support.footage import Footage
from tests.support.running import jobs, until
from tests.support.stage import Stage, status_of


async def answered(user: User, words: str) -> SeenMessage:
    """What the bot says to a text; that a result is ready comes whenever it does."""
    sent = await user.send_text(words)
    return await user.wait_for_message(lambda m: "Ready" not in m.text, after=sent)


async def test_a_stranger_gets_one_short_reply_and_no_download(
    stage: Stage, footage: Footage
) -> None:
    known, stranger = stage.standin.user(lang="en"), stage.standin.user(lang="en")
    async with stage.bot(access="allowlist", allowed=(str(known.id),)):
        told = await user_says(stranger, footage)
        assert told.text == "🔒 This bot serves only people whom its operator knows."
        await stranger.send_document(footage.quick)
        await stranger.send_text("/start")
        await known.send_document(footage.remux)
        await known.wait_for_result()
        assert stranger.bot_messages == [told], "one a day"
        assert {row.user_id for row in jobs(stage)} == {str(known.id)}
        assert stage.standin.count("getFile") == 1


async def user_says(user: User, footage: Footage) -> SeenMessage:
    sent = await user.send_document(footage.quick)
    return await user.wait_for_message(lambda m: "Ready" not in m.text, after=sent)


async def test_in_a_group_strangers_are_passed_over_in_silence(
    stage: Stage, footage: Footage
) -> None:
    known, stranger = stage.standin.user(lang="en"), stage.standin.user(lang="en")
    group = stage.standin.group([known, stranger])
    async with stage.bot(access="allowlist", allowed=(str(known.id),)):
        await group.member(stranger).send_video(footage.quick)
        await group.member(known).send_video(footage.remux)
        await group.member(known).wait_for_result()
        assert [row.user_id for row in jobs(stage)] == [str(known.id)]
        assert len(group.member(known).bot_messages) <= 2


async def test_an_invitation_lets_one_person_in(stage: Stage, footage: Footage) -> None:
    admin, friend, other = (stage.standin.user(lang="en") for _ in range(3))
    async with stage.bot(access="invite", admins=(str(admin.id),)):
        link = (await answered(admin, "/invite")).text
        code = re.search(r"start=(\S+)", link)
        assert code is not None
        assert (await answered(friend, f"/start {code[1]}")).text.startswith("👋 Hi!")
        assert (await answered(other, f"/start {code[1]}")).text.startswith("🔒")
        await other.send_text("/start inv_forged")
        await other.send_document(footage.remux)
    async with stage.bot(access="invite", admins=(str(admin.id),)):
        await friend.send_document(footage.remux)
        await friend.wait_for_result()
    assert {row.user_id for row in jobs(stage)} == {str(friend.id)}


async def test_admins_ban_and_allow_and_nobody_else_does(stage: Stage, footage: Footage) -> None:
    admin, user = stage.standin.user(lang="en"), stage.standin.user(lang="en")
    async with stage.bot(admins=(str(admin.id),)):
        await user.send_text(f"/ban {admin.id}")
        await user.send_text("/admin")
        for message in (await answered(user, "hello"), *user.bot_messages):
            assert "banned" not in message.text
            assert "waiting" not in message.text
        status = await status_of(user, await user.send_document(footage.slow))
        await user.wait_for(lambda: ("Converting" in status.text) or None)
        assert (await answered(admin, f"/ban {user.id}")).text == (
            f"{user.id} is banned; stopped: 1."
        )
        assert [row.phase for row in jobs(stage)] == ["cancelled"]
        await user.send_document(footage.quick)
        await user.send_text("/start")
        assert (await answered(admin, "/ban")).text.startswith("Whom?")
        assert (await answered(admin, f"/unban {user.id}")).text.startswith("Nothing is said")
        await user.send_text("/start")
        await user.wait_for_message("👋 Hi!")
        assert [m.text for m in user.bot_messages if "👋" in m.text][1:] == []
        assert len(jobs(stage)) == 1


async def test_the_door_can_be_closed_for_new_files(stage: Stage, footage: Footage) -> None:
    admin, user = stage.standin.user(lang="en"), stage.standin.user(lang="ru")
    async with stage.bot(admins=(str(admin.id),)):
        board = await answered(admin, "/admin")
        assert "waiting 0 · running 0" in board.text
        await admin.tap(board, "Accept no new files")
        await admin.wait_for(lambda: ("not accepted" in board.text) or None)
        told = await user_says(user, footage)
        assert told.text.startswith("⏸ Владелец бота сейчас не принимает")
        await admin.send_document(footage.remux)
        await admin.wait_for_result()
        await admin.tap(board, "Accept new files")
        await user.send_document(footage.remux)
        await user.wait_for_result()
        await admin.send_text("/admin")
        await admin.wait_for_message("people: 2")
        assert (await user.tap(board, "Accept no new files")).text != ""


async def test_a_quota_counts_what_was_asked_for(stage: Stage, footage: Footage) -> None:
    admin, user = stage.standin.user(lang="en"), stage.standin.user(lang="en")
    async with stage.bot(admins=(str(admin.id),), quota_jobs_per_hour=2):
        for path in (footage.remux, footage.fine):
            await user.send_document(path)
            await user.wait_for_result()
        # What is on its way can't be forgotten yet.
        await until(lambda: [row.phase for row in jobs(stage)] == ["done"] * 2, "both ends")
        ask = await answered(user, "/forget")
        await user.tap(ask, "delete everything")
        await user.wait_for(lambda: ("Deleted: 2" in ask.text) or None)
        await user.send_document(footage.quick)
        await user.wait_for_message("2 conversions within an hour")
        for path in (footage.remux, footage.fine, footage.quick):
            await admin.send_document(path)
            await admin.wait_for_result()
