"""The operator's pages of a bot that runs: what they show, and what their buttons do."""

from tests.support.dashboard import listen, logged_in, until_told
from tests.support.footage import Footage
from tests.support.running import job_of, until
from tests.support.stage import Stage, reaches, status_of

PAGES = ("/", "/history", "/charts", "/people", "/people/123", "/say", "/setup")


async def test_every_page_is_there_in_both_languages(stage: Stage) -> None:
    place = listen()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        for path in PAGES:
            for lang, word in (("en", "Log out"), ("ru-RU,ru;q=0.9,en;q=0.5", "Выйти")):
                page = await me.get(path, **{"Accept-Language": lang})
                assert page.status == 200, (path, page.text)
                assert word in page.text
                assert page.headers["Cache-Control"] == "no-store"
                assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        chosen = await me.ask("POST", "/language", data={"locale": "ru", "back": "/history?code=x"})
        assert chosen.headers["Location"] == "/history?code=x"
        assert "Искать" in (await me.get("/history")).text


async def test_what_nobody_would_ask_for_narrows_nothing(stage: Stage) -> None:
    place = listen()
    odd = ["9999-12-31", "9998-12-31", "0001-01-01", "0000-00-00", "99999-01-01", "2026-02-30"]
    odd += [
        "-1",
        "9" * 40,
        "1e999",
        "nan",
        "%00",
        "%ff%fe",
        "%ed%a0%80",
        "٣",
        "２０２６-01-01",
        "%",
    ]
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        fields = ("text", "user_id", "outcome", "target", "action", "device", "code", "since")
        paths = [f"/history?{name}=" for name in (*fields, "until", "after")]
        paths += ["/charts?days=", "/charts.json?days=", "/people?user=", "/?note="]
        for path in paths:
            for value in odd:
                answer = await me.get(path + value)
                assert answer.status == 200 or answer.headers.get("Location"), (path, value)
        assert (await me.get(f"/people/{'9' * 20}")).status == 200
        assert (await me.get("/people/-0")).status == 200
        assert (await me.get(f"/jobs/{'f' * 64}")).status == 404
        for path, form in (
            ("/people/7", {"jobs_per_day": "9" * 40, "bytes_per_day": "1e400GB"}),
            ("/people/7", {"jobs_per_day": "٣", "bytes_per_day": "9" * 30 + "TB"}),
            ("/say", {"words": "\x00\ud800".encode("utf-8", "replace").decode()}),
            ("/act", {"do": "stop." + "f" * 64}),
        ):
            done = await me.ask("POST", path, data={"proof": await me.proof()} | form)
            assert done.status in {200, 303, 400}, (path, form)


async def test_a_job_from_the_queue_to_history(stage: Stage, footage: Footage) -> None:
    place, user = listen(), stage.standin.user()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        events = me.events("/events/now")
        first = await until_told(events, lambda kind, _: kind == "message")
        assert first["lists"]["running"]["order"] == []
        status = await status_of(user, await user.send_document(footage.slow))
        told = await until_told(
            events, lambda _, data: "converting" in str(data.get("lists", {}).get("running"))
        )
        [item] = told["lists"]["running"]["order"]
        job = job_of(stage, user.id)
        assert item == f"job-{job.id}"
        page = await me.sees("/", footage.slow.name)
        assert f'value="stop.{job.id}"' in page
        stopped = await me.act(f"stop.{job.id}", back=f"/jobs/{job.id}")
        assert stopped.headers["Location"] == f"/jobs/{job.id}?note=tap-cancelled"
        await reaches(user, status, "stopped by the operator")
        await until_told(
            events, lambda _, data: data.get("lists", {}).get("running", {}).get("order") == []
        )
        found = await me.sees("/history?outcome=cancelled", footage.slow.name)
        assert f"/jobs/{job.id}" in found
        assert footage.slow.name not in (await me.get("/history?outcome=done")).text
        page = await me.sees(f"/jobs/{job.id}", "stopped")
        assert "Timeline" in page
        assert f'value="retry.{job.id}"' in page
        again = await me.act(f"retry.{job.id}", back=f"/jobs/{job.id}")
        assert again.headers["Location"].endswith("note=tap-retry")
        await until(lambda: job_of(stage, user.id).phase == "converting", "the second try")
        await me.act(f"stop.{job.id}")
        await until(lambda: job_of(stage, user.id).phase == "cancelled", "its end")


async def test_what_was_done_is_counted_and_explained(stage: Stage, footage: Footage) -> None:
    place, user = listen(), stage.standin.user()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        await user.send_document(footage.quick)
        await user.wait_for_result()
        await until(lambda: job_of(stage, user.id).phase == "done", "the end")
        job = job_of(stage, user.id)
        page = await me.sees(f"/jobs/{job.id}", "ffmpeg ")
        for words in ("Plan", "Commands", "accepted", "converting", "sending", "done", job.id):
            assert words in page
        charts = await me.ask("GET", "/charts.json?days=7")
        assert charts.headers["Content-Type"].startswith("application/json")
        assert '"jobs"' in charts.text
        page = await me.sees("/charts?days=7", "As a table")
        assert page.count('class="chart"') >= 5


async def test_the_door_and_who_comes_through(stage: Stage, footage: Footage) -> None:
    place, user = listen(), stage.standin.user()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        await me.act("pause")
        await me.sees("/", "New files are not accepted.")
        sent = await user.send_document(footage.quick)
        await user.wait_for_message("takes no new files", after=sent)
        await me.act("resume")
        await me.sees("/", "New files are accepted.")
        who = f"/people/{user.id}"
        assert (await me.act(f"ban.{user.id}", back=who)).headers["Location"].startswith(who)
        assert "Banned." in (await me.get(who)).text
        await me.act(f"unban.{user.id}")
        assert "Nothing is said of them." in (await me.get(who)).text
        form = {"proof": await me.proof(), "jobs_per_day": "3", "bytes_per_day": "2GB"}
        assert (await me.ask("POST", who, data=form)).status == 303
        page = (await me.get(who)).text
        assert 'value="3"' in page
        assert 'value="2000000000"' in page
        form["jobs_per_day"] = "many"
        wrong = await me.ask("POST", who, data=form)
        assert wrong.status == 400
        assert "many" in wrong.text
        assert (await me.get(f"/people?user={user.id}")).headers["Location"] == who


async def test_a_worker_begins_nothing_more_until_it_may(stage: Stage, footage: Footage) -> None:
    place, user = listen(), stage.standin.user()
    async with stage.bot(web_listen=place, admins=("7",)), logged_in(stage, place, "7") as me:
        page = await me.sees("/", "Begin nothing more")
        holder = page.partition('value="rest.')[2].partition('"')[0]
        await me.act(f"rest.{holder}")
        assert "draining" in await me.sees("/", "Work again")
        await user.send_document(footage.quick)
        await user.wait_for_message(lambda message: message.reply_to is not None)
        assert (await me.act("rest.0123456789abcdef")).headers["Location"] == (
            "/?note=dash-worker-gone"
        )
        assert job_of(stage, user.id).phase == "queued"
        await me.act(f"work.{holder}")
        await user.wait_for_result()


async def test_a_broadcast_is_asked_for_twice(stage: Stage, footage: Footage) -> None:
    place, admin, user = listen(), stage.standin.user(), stage.standin.user()
    mine = str(admin.id)
    async with stage.bot(web_listen=place, admins=(mine,)), logged_in(stage, place, mine) as me:
        await admin.send_text("/start")
        await user.send_document(footage.remux)
        await user.wait_for_result()
        form = {"proof": await me.proof(), "words": "We pause at noon."}
        asked = await me.ask("POST", "/say", data=form)
        assert "1 person would get this" in asked.text
        [path] = {part.split('"')[0] for part in asked.text.split('action="')[1:]} - {
            "/language",
            "/logout",
            "/act",
        }
        sent = await me.ask("POST", path, data={"proof": form["proof"], "do": "begin"})
        assert sent.headers["Location"] == "/say?note=dash-said"
        await user.wait_for_message("We pause at noon.")
        await admin.wait_for_message(lambda m: "Sent: 1 of 1" in m.text)
        again = await me.ask("POST", path, data={"proof": form["proof"], "do": "begin"})
        assert again.headers["Location"] == "/say?note=dash-said-over"


async def test_settings_and_where_they_are_from(stage: Stage) -> None:
    place = listen()
    stage.environment["LOG_LEVEL_FILE"] = str(stage.data.parent / "level")
    stage.data.parent.mkdir(parents=True, exist_ok=True)
    (stage.data.parent / "level").write_text("DEBUG")
    (stage.data.parent / ".env").write_text("")
    stage.environment["LOG_LEVEL"] = ""
    async with (
        stage.program(web_listen=place, admins=("7",)),
        logged_in(stage, place, "7") as me,
    ):
        page = (await me.get("/setup")).text
        assert stage.standin.token not in page
        assert "set, not shown" in page
        row = page.split("<code>LOG_LEVEL</code>")[1].split("</tr>")[0]
        assert "DEBUG" in row
        assert "environment" in row
        assert "level</code>" in row
        data = await until_told(
            me.events("/events/setup"), lambda _, data: "doctor" in data.get("pieces", {})
        )
        assert "Python" in data["pieces"]["doctor"]
        assert stage.standin.token not in data["pieces"]["doctor"]
