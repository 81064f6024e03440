"""A broadcast's one message: the question, how far it has come, how it ended. Pure."""

from bot.dialog.screen import Button, Screen, Style
from bot.dialog.stores.broadcasts import Broadcast, Heard, Stage, Tally
from bot.texts import Texts


def ask(texts: Texts, broadcast: Broadcast, count: int) -> Screen:
    """Whether it shall go out to so many people."""
    if not count:
        return Screen(texts("broadcast-nobody"))
    send = Button(texts("broadcast-send", count=count), f"send.{broadcast.id}", Style.MAIN)
    no = Button(texts("broadcast-no"), f"stop.{broadcast.id}")
    return Screen(texts("broadcast-ask", count=count), ((send, no),))


def report(texts: Texts, broadcast: Broadcast, tally: Tally) -> Screen:
    """How far it has come."""
    count = {heard: tally.get(heard, 0) for heard in Heard}
    told = count[Heard.SENT]
    head = texts(f"broadcast-{broadcast.stage.value}", sent=told, all=sum(count.values()))
    others = [heard for heard in (Heard.BLOCKED, Heard.FAILED, Heard.UNSURE) if count[heard]]
    lines = [head, *(texts(f"broadcast-{one.value}", count=count[one]) for one in others)]
    if broadcast.stage is not Stage.SENDING:
        return Screen("\n".join(lines))
    stop = Button(texts("broadcast-stop"), f"stop.{broadcast.id}", Style.BAD)
    return Screen("\n".join(lines), ((stop,),))
