"""What the dialog keeps in the database: drafts, preferences, states, who may come in, quotas."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialog.draft import LIFETIME, Draft
from bot.dialog.screens.preferences import Preferences
from bot.dialog.stores.conversations import Conversations
from bot.dialog.stores.doorkeeper import INVITE, Doorkeeper, Rules, Verdict, Word
from bot.dialog.stores.drafts import DraftStore
from bot.dialog.stores.people import People
from bot.jobs.answers import Accepted, OverQuota, Repeated
from bot.jobs.desk import Person
from bot.jobs.model import NewJob, Phase, Source
from bot.jobs.store.admission import Terms
from bot.jobs.store.archive import Archive
from bot.jobs.store.quota import Quota
from bot.jobs.store.store import JobStore
from converter.request import Request
from converter.seen import Seen
from tests.support.clock import Clock
from tests.support.facts import INFO


def new(user: int = 1, message: int = 1, size: int = 1000) -> NewJob:
    source = Source(f"file{message}", f"unique{message}", "a\0b\ud800.mov", size)
    return NewJob(str(user), str(user), str(message), "ru", source, Request(height=720))


def drafted(clock: Clock, **changes: object) -> Draft:
    return replace(Draft.of(new(), clock()), **changes)  # type: ignore[arg-type]  # a test's words


# --- drafts


async def test_a_draft_comes_back_as_it_was(store: JobStore, clock: Clock) -> None:
    drafts = DraftStore(store.transactions, clock)
    draft = await drafts.add(drafted(clock))
    await drafts.saw(draft.id, Seen(INFO, moov_first=True))
    await drafts.carded(draft.id, "77")
    await drafts.save(replace(draft, page="more", as_file=True, request=Request(target="mp3")))
    back = await drafts.get(draft.id)
    assert back is not None
    assert back.source.name == "a\ufffdb?.mov", "as every database can hold it"
    assert back.seen == Seen(INFO, moov_first=True), "what was seen meanwhile stays"
    assert (back.card_id, back.page, back.as_file) == ("77", "more", True)
    assert back.request == Request(target="mp3")
    assert (back.owner, back.created_at) == (draft.owner, draft.created_at)


async def test_the_same_update_makes_one_draft_and_who_asks_anew_gets_another(
    store: JobStore, clock: Clock
) -> None:
    drafts = DraftStore(store.transactions, clock)
    first = await drafts.add(drafted(clock))
    assert (await drafts.add(drafted(clock))).id == first.id
    other = await drafts.add(drafted(clock), anew=True)
    assert other.id != first.id
    await drafts.close(other.id)
    closed = await drafts.get(other.id)
    assert closed is not None
    assert not closed.open


async def test_a_draft_lives_for_a_day(store: JobStore, clock: Clock) -> None:
    drafts = DraftStore(store.transactions, clock)
    draft = await drafts.add(drafted(clock))
    clock.now += LIFETIME
    assert await drafts.get(draft.id) is not None
    clock.move(seconds=1)
    assert await drafts.get(draft.id) is None
    assert (await drafts.add(drafted(clock))).id != draft.id


async def test_a_draft_becomes_one_job_and_is_closed_in_the_same_transaction(
    store: JobStore, clock: Clock
) -> None:
    drafts = DraftStore(store.transactions, clock)
    draft = replace(await drafts.add(drafted(clock)), card_id="77")
    answers = [await store.add(draft.job(), Terms(9), also=drafts.used(draft.id)) for _ in range(2)]
    assert isinstance(answers[0], Accepted)
    assert isinstance(answers[1], Repeated)
    job = answers[0].job
    assert (job.origin, job.status_message_id) == (draft.id, "77")
    closed = await drafts.get(draft.id)
    assert closed is not None
    assert not closed.open


async def test_a_draft_whose_job_is_not_taken_stays_open(store: JobStore, clock: Clock) -> None:
    drafts = DraftStore(store.transactions, clock)
    await store.add(new(message=2), Terms(0))
    draft = await drafts.add(drafted(clock))
    answer = await store.add(draft.job(), Terms(0), also=drafts.used(draft.id))
    assert not isinstance(answer, Accepted)
    still = await drafts.get(draft.id)
    assert still is not None
    assert still.open


async def test_only_what_somebody_may_wait_for_is_looked_at_again(
    store: JobStore, clock: Clock
) -> None:
    drafts = DraftStore(store.transactions, clock)
    old = await drafts.add(drafted(clock))
    clock.move(minutes=16)
    young, seen, failed, closed = [
        await drafts.add(Draft.of(new(message=n), clock())) for n in (2, 3, 4, 5)
    ]
    await drafts.saw(seen.id, Seen(INFO, moov_first=True))
    await drafts.saw(failed.id, None, "text")
    await drafts.close(closed.id)
    for draft in (old, young, seen, failed):
        await drafts.carded(draft.id, "7")
    assert [draft.id for draft in await drafts.unfinished()] == [young.id]
    await drafts.carded(seen.id, None)
    await drafts.carded(old.id, None)
    never_shown = {draft.id for draft in await drafts.unfinished()}
    assert never_shown == {young.id, seen.id, old.id}, "their people would wait for ever"


# --- quotas


async def ask(store: JobStore, message: int, allowed: Quota, size: int = 1000) -> str:
    answer = await store.add(new(1, message, size), Terms(100, allowed))
    return answer.which if isinstance(answer, OverQuota) else "taken"


async def test_jobs_of_an_hour_and_of_a_day(store: JobStore, clock: Clock) -> None:
    allowed = Quota(jobs_per_hour=2, jobs_per_day=3)
    assert [await ask(store, n, allowed) for n in range(3)] == ["taken", "taken", "hour"]
    clock.move(minutes=59)
    assert await ask(store, 3, allowed) == "hour"
    clock.move(minutes=2)
    assert [await ask(store, n, allowed) for n in (4, 5)] == ["taken", "day"]
    clock.move(hours=23)
    assert await ask(store, 6, allowed) == "taken"


async def test_bytes_of_a_day(store: JobStore, clock: Clock) -> None:
    allowed = Quota(bytes_per_day=1000)
    asked = [await ask(store, n, allowed, size) for n, size in enumerate((600, 500, 400))]
    assert asked == ["taken", "bytes", "taken"]


async def test_to_cancel_retry_or_be_forgotten_buys_nothing(store: JobStore, clock: Clock) -> None:
    allowed = Quota(jobs_per_hour=2)
    answer = await store.add(new(), Terms(9, allowed))
    assert isinstance(answer, Accepted)
    await store.cancel(answer.job.id)
    assert isinstance(await store.retry(answer.job.id, Terms(9, allowed)), Accepted)
    await store.cancel(answer.job.id)
    again = await store.retry(answer.job.id, Terms(9, allowed))
    assert isinstance(again, OverQuota)
    await Archive(store.transactions).forget("telegram", "1")
    await People(store.transactions).forget("telegram", "1")
    assert await ask(store, 2, allowed) == "hour"
    other = await store.add(new(2, 3), Terms(9, allowed))
    assert isinstance(other, Accepted), "everybody has a quota of their own"


# --- what was


async def test_history_and_numbers(store: JobStore, clock: Clock) -> None:
    archive = Archive(store.transactions)
    for message in (1, 2, 3):
        await store.add(new(1, message), Terms(9))
        clock.move(seconds=1)
    await store.add(new(2, 4), Terms(9))
    last = await archive.history("telegram", "1", "1", 2)
    assert [job.message_id for job in last] == ["3", "2"]
    assert await archive.history("telegram", "1", "another chat", 2) == []
    await store.cancel(last[0].id)
    numbers = await archive.numbers(clock() - timedelta(hours=1))
    assert numbers.jobs == {Phase.QUEUED: 3, Phase.CANCELLED: 1}
    assert numbers.users == 2
    assert (await archive.numbers(clock() + timedelta(hours=1))).users == 0
    assert await archive.forget("telegram", "1") == 1, "what is alive stays"
    assert len(await archive.history("telegram", "1", "1", 9)) == 2


# --- people


async def test_preferences_are_kept_and_forgotten(store: JobStore, clock: Clock) -> None:
    people = People(store.transactions)
    assert await people.preferences("telegram", "1") == Preferences()
    mine = Preferences(ask=True, quiet=True, locale="ru", request=Request(target="gif"))
    await people.set("telegram", "1", replace(mine, quiet=False))
    await people.set("telegram", "1", mine)
    assert await people.preferences("telegram", "1") == mine
    assert await people.preferences("telegram", "2") == Preferences()
    drafts = DraftStore(store.transactions, clock)
    await drafts.add(drafted(clock))
    conversations = Conversations(store.transactions, clock)
    await conversations.set("key", "1", "state", {})
    assert await people.forget("telegram", "1") == (1, 1)
    assert await people.preferences("telegram", "1") == Preferences()
    assert await conversations.get("key") == (None, {})
    assert await people.forget("telegram", "1") == (0, 0)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"ask": "yes", "locale": "tlh", "request": {"target": "of the future"}},
        {"request": {"no such option": 1}},
    ],
)
def test_preferences_of_another_version_are_as_usual(data: dict[str, object]) -> None:
    assert Preferences.load(data) == Preferences()


async def test_states_are_kept_for_a_day(store: JobStore, clock: Clock) -> None:
    conversations = Conversations(store.transactions, clock)
    await conversations.set("key", "1", "typing", {"draft": "a"})
    await conversations.set("key", "1", "typing", {"draft": "b"})
    assert await conversations.get("key") == ("typing", {"draft": "b"})
    clock.move(hours=25)
    assert await conversations.get("key") == (None, {})
    await conversations.set("other", "1", None, {})
    assert await conversations.get("other") == (None, {})


# --- the door


@pytest.mark.parametrize(
    ("access", "said", "verdict"),
    [
        ("public", None, Verdict.ADMITTED),
        ("public", Word.BANNED, Verdict.BANNED),
        ("allowlist", None, Verdict.STRANGER),
        ("allowlist", Word.ALLOWED, Verdict.ADMITTED),
        ("allowlist", Word.BANNED, Verdict.BANNED),
        ("invite", None, Verdict.STRANGER),
        ("invite", Word.ALLOWED, Verdict.ADMITTED),
    ],
)
async def test_who_is_served(
    store: JobStore, clock: Clock, access: str, said: Word | None, verdict: Verdict
) -> None:
    rules = Rules(access, frozenset({"9"}), frozenset({"5"}))
    keeper = Doorkeeper(store.transactions, rules, clock)
    for user in ("1", "5", "9"):
        await keeper.say("telegram", user, said, "9")
    assert await keeper.verdict(Person("1", "1")) == verdict
    assert await keeper.verdict(Person("9", "1")) == Verdict.ADMITTED, "admins always"
    if said is None:
        assert await keeper.verdict(Person("5", "1")) == Verdict.ADMITTED
    await keeper.say("telegram", "1", None, "9")
    again = Verdict.ADMITTED if access == "public" else Verdict.STRANGER
    assert await keeper.verdict(Person("1", "1")) == again


async def test_an_invitation_holds_once_also_when_two_come_at_once(
    store: JobStore, clock: Clock
) -> None:
    keeper = Doorkeeper(store.transactions, Rules("invite"), clock)
    code = await keeper.invite("9")
    assert code is not None
    assert len(code) <= 64
    people = [Person(str(user), str(user)) for user in range(1, 6)]
    came = await asyncio.gather(*(keeper.enter(one, code) for one in people))
    assert came.count(True) == 1
    verdicts = [await keeper.verdict(one) for one in people]
    assert [verdict is Verdict.ADMITTED for verdict in verdicts] == came
    for forged in ("", INVITE, code.removeprefix(INVITE), INVITE + "x"):
        assert not await keeper.enter(people[came.index(False)], forged)


async def test_only_an_inviting_house_invites(store: JobStore, clock: Clock) -> None:
    inviting = Doorkeeper(store.transactions, Rules("invite"), clock)
    code = await inviting.invite("9")
    assert code is not None
    strict = Doorkeeper(store.transactions, Rules("allowlist"), clock)
    assert await strict.invite("9") is None
    assert not await strict.enter(Person("1", "1"), code)
