"""The operator's pages of a front end that works with others on PostgreSQL, and the command that
opens them."""

import pytest

from bot.storage.beside import open_beside
from bot.web.dashboard.links import Links
from tests.support.cluster import Cluster
from tests.support.commands import command
from tests.support.dashboard import Operator, listen, until_told
from tests.support.footage import Footage
from tests.support.running import until
from tests.support.stage import Stage, greeted, status_of

pytestmark = pytest.mark.timeout(400)


async def test_a_front_end_shows_what_workers_do(house: Cluster, footage: Footage) -> None:
    place = listen()
    await house.frontend(web_listen=place, admins=("7",))
    await house.worker(slots=1)
    transactions = await open_beside(house.url, writes=True)
    word = await Links(transactions).make("7")
    async with transactions.last():
        pass
    async with Operator(place) as me:
        assert (await me.by_link(word)).status == 204
        await me.sees("/", "front end")
        await me.sees("/", "worker")
        user = await greeted(house.standin)
        await status_of(user, await user.send_document(footage.slow), timeout=90)
        events = me.events("/events/now")
        told = await until_told(
            events, lambda _, data: "<progress" in str(data.get("lists", {}).get("running"))
        )
        [item] = told["lists"]["running"]["order"]
        job_id = item.removeprefix("job-")
        assert (await me.act(f"stop.{job_id}")).headers["Location"] == "/?note=tap-cancelled"
        await until(lambda: house.phases() == ["cancelled"], "the end")
        await me.sees("/history?outcome=cancelled", footage.slow.name)
        page = await me.sees(f"/jobs/{job_id}", "stopped")
        assert "converting" in page


async def test_the_command_prints_a_link_that_opens_it(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7", "8")):
        settings = stage.settings(web_listen=place, admins=("7", "8"))
        said = await command(settings, "dashboard", "--admin", "8")
        assert said.status == 0, said.err
        address = said.out.split()[0]
        assert address.startswith(f"http://{place}/login#key=")
        async with Operator(place) as me:
            assert (await me.by_link(address.partition("#key=")[2])).status == 204
            assert (await me.get("/people/8")).status == 200
            page = await me.get("/")
            assert page.status == 200
        wrong = await command(settings, "dashboard", "--admin", "9")
        assert (wrong.status, wrong.err) == (2, "9 is none of ADMINS\n")
        off = await command(stage.settings(), "dashboard")
        assert off.status == 1
        assert "WEB_LISTEN" in off.err
    nothing = await command(stage.settings(web_listen="0.0.0.0:8092"), "dashboard")
    assert nothing.status == 1
    assert "WEB_URL" in nothing.err
