"""What people see in the end, beside what the database says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from standin import SeenMessage, User
from tests.chaos.ledger import Row

# How a last word of a job begins, and what is said beside a result.
_LAST_WORDS = ("❌", "✖️")
_BESIDE = "👆"


@dataclass(slots=True)
class Verdict:
    """Files by what became of them. `lost`: accepted, and no end is seen; `unheard`: sent, and
    neither accepted nor answered; `left_over`: a message that still tells of work on what has
    ended."""

    sent: int = 0
    accepted: int = 0
    delivered: int = 0
    lost: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)


def judge(
    people: Sequence[User], sent: Mapping[int, Sequence[SeenMessage]], jobs: Sequence[Row]
) -> Verdict:
    """`sent` are the files by the id of who sent them."""
    by_message = {(job.user_id, job.message_id): job for job in jobs}
    verdict = Verdict()
    for person in people:
        answers: dict[int, list[SeenMessage]] = {}
        for message in person.bot_messages:
            if message.reply_to is not None:
                answers.setdefault(message.reply_to, []).append(message)
        for file in sent[person.id]:
            job = by_message.get((str(person.id), file.id))
            _judge_one(verdict, f"{person.id}/{file.id}", job, answers.get(file.id, []))
    return verdict


def _judge_one(verdict: Verdict, name: str, job: Row | None, answers: list[SeenMessage]) -> None:
    results = [message for message in answers if message.kind != "text"]
    texts = [m for m in answers if m.kind == "text" and not m.text.startswith(_BESIDE)]
    last_words = [m for m in texts if m.text.startswith(_LAST_WORDS)]
    verdict.sent += 1
    verdict.delivered += bool(results)
    if len(results) > 1:
        verdict.twice.append(name)
    if job is None:
        if answers:
            verdict.ends["not accepted: " + answers[0].text.partition("\n")[0][:40]] += 1
        else:
            verdict.unheard.append(name)
        return
    verdict.accepted += 1
    verdict.ends[job.error_code or job.phase] += 1
    seen = bool(results) if job.phase == "done" else bool(last_words or results)
    if not job.ended or not seen:
        verdict.lost.append(f"{name} ({job.id}, {job.phase} {job.error_code or ''})")
    elif len(texts) > len(last_words):
        verdict.left_over.append(f"{name} ({job.id}): {texts[-1].text.splitlines()[0]}")
