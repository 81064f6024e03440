"""Forums, and topics of private chats: everything stays in the topic that it was asked for in."""

from tests.e2e.test_menus import asked, offers, tap
from tests.support.footage import Footage
from tests.support.stage import Stage


async def test_in_a_forum_all_stays_in_its_topic(stage: Stage, footage: Footage) -> None:
    ann = stage.standin.user(lang="en")
    group = stage.standin.group([ann], kind="supergroup")
    topic = group.topic("Holidays")
    member = group.member(ann)
    async with stage.bot():
        sent = await member.send_video(footage.remux, thread=topic)
        result = await member.wait_for_result()
        assert result.reply_to == sent.id
    assert {m.thread for m in member.bot_messages} == {topic.id}


async def test_what_is_sent_finds_its_topic_though_the_question_is_gone(
    stage: Stage, footage: Footage
) -> None:
    """A round note can't be edited into the status message: it is sent, by itself."""
    async with stage.bot():
        ann = await asked(stage)
        topic = ann.topic("Notes")
        sent = await ann.send_document(footage.quick, thread=topic)
        card = await ann.wait_for_message(lambda m: m.from_bot and m.reply_to == sent.id)
        await offers(ann, card, "Format")
        ann.delete(sent)
        await tap(ann, card, "Format")
        await offers(ann, card, "Round")
        await tap(ann, card, "Round")
        note = await ann.wait_for_message(lambda m: m.kind == "video_note")
        assert note.thread == card.thread == topic.id
        actions = [c for c in stage.standin.calls if c.method == "sendChatAction"]
        assert {str(c.params.get("message_thread_id")) for c in actions} == {str(topic.id)}
