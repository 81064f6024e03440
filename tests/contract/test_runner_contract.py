"""What every engine that runs ffmpeg must do, with real programs. An engine joins by one name in
`tests.support.engines`."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from converter.converter import Converter
from converter.engines import abilities as asking
from converter.engines.docker_runner import (
    LABEL,
    DockerRunner,
    container_name,
    default_user,
    docker,
)
from converter.engines.host_runner import HostRunner, without_broken_bwrap
from converter.engines.process import MAX_STDERR, Completed
from converter.engines.runner import GpuAccess, Resources, Runner, Session
from converter.engines.workspace import Workspace
from converter.errors import Code, ConversionError, Failed, Unavailable
from converter.limits import Limits
from converter.request import Request
from tests.support.engines import (
    CLOSED,
    EVERY,
    IMAGE,
    RESOURCES,
    Engine,
    containers,
    host_tools,
    unique,
)
from tests.support.victim import endless
from tests.support.waiting import eventually, processes

ROOT = Path(__file__).parents[2]
# Ends only by SIGKILL, and its child would survive a kill of the shell alone.
DEAF = "trap '' TERM INT HUP; echo up; while :; do tail -f /dev/null \"$0\"; done"


@pytest.fixture(params=EVERY)
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.param)


@pytest.fixture(params=CLOSED)
def closed(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.param)


@dataclass(frozen=True, slots=True)
class Place:
    """An open session and where it stands."""

    session: Session
    workspace: Workspace

    @property
    def name(self) -> str:
        return self.workspace.root.name

    async def run(self, *argv: str, max_stdout: int = 1024 * 1024) -> Completed:
        return await self.session.run(argv, max_stdout=max_stdout)

    async def begin(self, argv: Sequence[str]) -> "asyncio.Task[Completed]":
        """Start a program; returns once it has printed its first line."""
        up = asyncio.Event()
        task = asyncio.create_task(self.session.run(argv, on_line=lambda _: up.set()))
        waiting = asyncio.create_task(up.wait())
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        assert not task.done(), task
        return task

    def alive(self) -> list[int]:
        return processes(self.name)


@asynccontextmanager
async def place(runner: Runner, base: Path, content: bytes = b"input") -> AsyncIterator[Place]:
    workspace = await Workspace.create(base, unique("place"), owner=runner.owner)
    workspace.input_path.write_bytes(content)
    async with runner.open(workspace) as session:
        yield Place(session, workspace)


async def swept(runner: Runner, keep: Sequence[str] = ()) -> int:
    """Remove what is left of a runner's sessions, but for those of these workspaces."""
    removed = [left for left in await runner.left() if left.name not in keep]
    for left in removed:
        await runner.remove(left)
    return len(removed)


def path_of(url: str) -> str:
    return url.removeprefix("file:")


# --- programs run


async def test_a_program_runs_and_its_output_arrives(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        done = await here.session.run(asking.sample_argv(here.session.output_url("sample")))
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", "")
        written = (here.workspace.output_dir / "sample").read_bytes()
        probed = await here.run(
            *("ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0"),
            here.session.output_url("sample"),
        )
    assert written[4:8] == b"ftyp"
    assert probed.stdout.split() == [b"h264", b"aac"]


async def test_the_input_is_readable(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path, b"what came") as here:
        done = await here.run("cat", path_of(here.session.input_url))
    assert done.stdout == b"what came"


async def test_lines_are_streamed_and_not_kept(engine: Engine, tmp_path: Path) -> None:
    lines: list[str] = []
    async with place(engine.runner(), tmp_path) as here:
        script = "printf 'one\\ntwo\\n\\377three\\nrest'"
        done = await here.session.run(["sh", "-c", script], on_line=lines.append)
    assert lines == ["one", "two", "\ufffdthree"]
    assert done.stdout == b"rest"


async def test_a_line_arrives_while_the_program_still_runs(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        task = await here.begin(endless(here.session.output_url("endless")))
        assert not task.done()
        await cancelled(task)


async def test_the_end_of_stderr_is_kept(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        script = "seq -f 'line %g' 0 59999 >&2; exit 3"
        done = await here.run("sh", "-c", script)
    assert done.returncode == 3
    assert done.stderr.endswith("line 59999\n")
    assert len(done.stderr) == MAX_STDERR


async def test_exit_statuses_come_through(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        for status in (0, 1, 42, 255):
            assert (await here.run("sh", "-c", f"exit {status}")).returncode == status


async def test_too_much_output_fails_and_leaves_nothing(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        with pytest.raises(Failed, match="standard output"):
            await here.run("sh", "-c", "while :; do echo 0123456789; done", max_stdout=5_000)
        assert await asyncio.to_thread(eventually, lambda: not here.alive())


async def test_several_programs_at_once(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        done = await asyncio.gather(*(here.run("sh", "-c", f"echo {n}") for n in range(4)))
    assert [d.stdout for d in done] == [b"0\n", b"1\n", b"2\n", b"3\n"]


# --- and are closed off


async def test_the_input_is_not_writable(closed: Engine, tmp_path: Path) -> None:
    async with place(closed.runner(), tmp_path, b"before") as here:
        path = path_of(here.session.input_url)
        done = await here.run("sh", "-c", f"echo after > {path}; rm -f {path}; touch /in/new")
        assert done.returncode != 0
        assert here.workspace.input_path.read_bytes() == b"before"
        assert [p.name for p in here.workspace.input_dir.iterdir()] == ["input"]


async def test_nothing_else_is_writable(closed: Engine, tmp_path: Path) -> None:
    async with place(closed.runner(), tmp_path) as here:
        name = unique("trace")
        places = ("/usr", "/etc", "/bin", "/var", "/home", "/root", str(tmp_path))
        script = "; ".join(f"echo x 2>/dev/null > {where}/{name}" for where in places)
        await here.run("sh", "-c", script)
        assert [where for where in places if (Path(where) / name).exists()] == []


async def test_a_secret_of_the_host_is_out_of_reach(engine: Engine, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the canary's own words")
    secret.chmod(0o644)
    async with place(engine.runner(), tmp_path) as here:
        done = await here.run("cat", str(secret))
        assert (b"canary" in done.stdout) is not engine.closed
        listed = await here.run("sh", "-c", "cat /proc/[0-9]*/environ")
        assert b"PYTEST_CURRENT_TEST" not in listed.stdout or not engine.closed


async def test_python_comes_without_its_surroundings(engine: Engine, tmp_path: Path) -> None:
    ours = str(ROOT / "converter")
    looks = f"import os, PIL.WebPImagePlugin as w; print(w.SUPPORTED, os.path.exists({ours!r}))"
    async with place(engine.runner(), tmp_path) as here:
        done = await here.run("python3", "-I", "-c", looks)
        shell = await here.run("sh", "-c", f"test -e {ROOT}/.venv/pyvenv.cfg")
    assert done.returncode == 0, done.stderr
    # The environment may lie in our folder; nothing else of that is seen.
    assert done.stdout.split() == [b"True", b"False" if engine.closed else b"True"]
    assert (shell.returncode != 0) is engine.closed


async def test_our_environment_stays_ours(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    async with place(engine.runner(), tmp_path) as here:
        done = await here.run("env")
    assert b"secret" not in done.stdout
    assert b"TELEGRAM" not in done.stdout


async def test_no_network(engine: Engine, tmp_path: Path) -> None:
    heard = 0

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard += 1
        writer.close()

    server = await asyncio.start_server(answer, "0.0.0.0", 0)  # noqa: S104 - to be found, if at all
    port = server.sockets[0].getsockname()[1]
    async with server, place(engine.runner(), tmp_path) as here:
        for address in {"127.0.0.1", own_address()}:
            url = f"tcp://{address}:{port}?timeout=2000000"
            done = await here.run("ffprobe", "-v", "error", url)
            assert done.returncode != 0
    # The open engine shows that this test would notice.
    assert (heard > 0) is not engine.closed


def own_address() -> str:
    """An address of this machine that other machines would use, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


# --- and end


async def cancelled(task: "asyncio.Task[Completed]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert task.cancelled()


@pytest.mark.parametrize("deaf", [False, True], ids=["ffmpeg", "deaf"])
async def test_cancelling_kills_the_program_itself(
    engine: Engine, tmp_path: Path, *, deaf: bool
) -> None:
    async with place(engine.runner(), tmp_path) as here:
        deaf_argv = ["sh", "-c", DEAF, here.name]
        task = await here.begin(deaf_argv if deaf else endless(here.session.output_url("endless")))
        assert here.alive()
        await cancelled(task)
        assert eventually(lambda: not here.alive(), seconds=1)


async def test_leaving_a_session_kills_what_still_runs(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        task = await here.begin(endless(here.session.output_url("endless")))
    assert eventually(lambda: not here.alive())
    with suppress(ConversionError):
        done = await task
        assert done.returncode != 0
    assert eventually(lambda: not here.alive())


async def test_leaving_by_cancellation_kills_what_still_runs(
    engine: Engine, tmp_path: Path
) -> None:
    up = asyncio.Event()
    name: list[str] = []

    async def job() -> None:
        async with place(engine.runner(), tmp_path) as here:
            name.append(here.name)
            argv = endless(here.session.output_url("endless"))
            await here.session.run(argv, on_line=lambda _: up.set())

    task = asyncio.create_task(job())
    await up.wait()
    task.cancel()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert eventually(lambda: not processes(name[0]), seconds=1)


async def test_a_session_that_ended_runs_nothing_more(engine: Engine, tmp_path: Path) -> None:
    instance = unique("test")
    async with place(engine.runner(instance=instance), tmp_path) as here:
        await here.run("true")
    with pytest.raises(Unavailable) as told:
        await here.run("true")
    assert told.value.code is Code.ENGINE
    assert engine.name != "docker" or containers(instance) == []


def test_our_own_death_ends_everything(engine: Engine, tmp_path: Path) -> None:
    name, instance = unique("victim"), unique("test")
    argv = [sys.executable, "-m", "tests.support.victim"]
    argv += [engine.name, str(tmp_path), name, instance]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"up\n"
        assert len(processes(name)) > 1
        os.kill(victim.pid, signal.SIGKILL)
    assert eventually(lambda: not processes(name))
    if engine.name == "docker":
        assert eventually(lambda: not containers(instance))


# --- within their limits


async def test_a_file_never_outgrows_its_limit(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(replace(RESOURCES, file_size=100_000)), tmp_path) as here:
        output = path_of(here.session.output_url("large"))
        done = await here.run("head", "-c", "1000000", "/dev/zero")
        assert len(done.stdout) == 1_000_000
        done = await here.run("sh", "-c", f"exec head -c 1000000 /dev/zero > {output}")
        assert done.returncode in {-signal.SIGXFSZ, 128 + signal.SIGXFSZ, 1}
        assert (here.workspace.output_dir / "large").stat().st_size <= 100_000


async def convert(engine: Engine, resources: Resources, base: Path, clip: bytes) -> None:
    converter = Converter(engine.runner(resources), base, engine.capabilities())
    async with converter.open(unique("limits")) as conversion:
        conversion.workspace.input_path.write_bytes(clip)
        await conversion.run(Request(), Limits())


@pytest.fixture(scope="module")
def large_picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    clip = tmp_path_factory.mktemp("large") / "large.mkv"
    source = "color=c=gray:size=6000x4000:rate=10:duration=0.3"
    argv = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "mpeg4", str(clip)]
    subprocess.run(argv, check=True)
    return clip.read_bytes()


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    clip = tmp_path_factory.mktemp("noise") / "noise.mkv"
    source = "nullsrc=size=320x240:rate=25:duration=1,geq=lum='random(1)*255':cb=128:cr=128"
    argv = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "ffv1", str(clip)]
    subprocess.run(argv, check=True)
    return clip.read_bytes()


async def test_too_little_memory_is_told_as_such(
    engine: Engine, tmp_path: Path, large_picture: bytes
) -> None:
    megabytes = 48 if engine.name == "docker" else 120
    with pytest.raises(Failed) as told:
        await convert(engine, replace(RESOURCES, memory=megabytes << 20), tmp_path, large_picture)
    assert told.value.code is Code.OUT_OF_MEMORY


async def test_an_output_over_the_file_limit_is_told_as_such(
    engine: Engine, tmp_path: Path, noise: bytes
) -> None:
    with pytest.raises(Failed) as told:
        await convert(engine, replace(RESOURCES, file_size=50_000), tmp_path, noise)
    assert told.value.code is Code.OUTPUT_TOO_LARGE


# --- and what is not there is told


async def test_an_engine_answers_what_it_can(engine: Engine) -> None:
    can = engine.capabilities()
    assert {"libx264", "aac"} <= can.encoders
    assert {"scale", "zscale", "tonemap", "bwdif", "select", "setpts", "premultiply"} <= can.filters
    assert can.version[0].isdigit()
    assert can.gpu is None


async def test_a_missing_program_is_the_engines_fault(engine: Engine, tmp_path: Path) -> None:
    async with place(engine.runner(), tmp_path) as here:
        with pytest.raises(Unavailable) as told:
            await here.run("/no/such/program")
    assert told.value.code is Code.ENGINE
    assert told.value.retryable


async def test_a_host_without_its_ffmpeg(tmp_path: Path) -> None:
    for name in ("bwrap", "plain"):
        tools = replace(host_tools(name), ffmpeg=tmp_path / "gone", ffprobe=tmp_path / "gone")
        with pytest.raises(Unavailable) as told:
            await asking.ask(HostRunner(tools, RESOURCES), tmp_path)
        assert told.value.code is Code.ENGINE


def test_host_programs_leave_the_processor_to_others(tmp_path: Path) -> None:
    for name in ("bwrap", "plain"):
        tools = host_tools(name)
        argv = HostRunner(tools, RESOURCES).argv(Workspace(tmp_path / "job-1"), ["ffmpeg"])
        assert argv[:3] == [str(tools.nice), "-n", "10"]
        without = HostRunner(replace(tools, nice=None), RESOURCES)
        assert without.argv(Workspace(tmp_path / "job-1"), ["ffmpeg"]) == argv[3:]


async def test_bubblewrap_is_kept_only_where_it_works(tmp_path: Path) -> None:
    tools = host_tools("bwrap")
    assert await without_broken_bwrap(tools) == tools
    broken = replace(tools, bwrap=tmp_path / "gone")
    assert (await without_broken_bwrap(broken)).bwrap is None
    refused = replace(tools, bwrap=Path("/bin/false"))
    assert (await without_broken_bwrap(refused)).bwrap is None


@pytest.mark.parametrize(
    ("missing", "lost"),
    [
        ((), ("container",)),
        (("bwrap",), ("container", "bubblewrap")),
        (("bwrap", "setpriv"), ("container", "bubblewrap", "setpriv")),
        (("prlimit",), ("container", "prlimit")),
    ],
)
def test_what_is_lost_is_named(missing: tuple[str, ...], lost: tuple[str, ...]) -> None:
    tools = replace(host_tools("bwrap"), **dict.fromkeys(missing))  # type: ignore[arg-type]
    assert tools.lost == lost


# --- containers alone


def docker_runner(instance: str = "here", **resources: float) -> DockerRunner:
    return DockerRunner(IMAGE, replace(RESOURCES, **resources), instance)  # type: ignore[arg-type]


def test_the_flags_of_a_container(tmp_path: Path) -> None:
    runner = replace(
        docker_runner("here", memory=1000, cpus=1.5, pids=77, file_size=2000, seconds=10),
        user="123:456",
        keeper="me",
        patience=20.5,
    )
    workspace = Workspace(tmp_path / "job-1")
    assert runner.run_argv("convert-here-job-1", workspace, gpu=None) == [
        *("run", "--interactive", "--rm", "--init", "--pull", "never"),
        *("--name", "convert-here-job-1", "--label", f"{LABEL}=here"),
        *("--label", f"{LABEL}.place=job-1", "--label", f"{LABEL}.keeper=me"),
        *("--network", "none", "--read-only", "--cap-drop", "ALL"),
        *("--security-opt", "no-new-privileges", "--user", "123:456"),
        *("--pids-limit", "77", "--memory", "1000", "--memory-swap", "1000"),
        *("--cpu-shares", "256", "--cpus", "1.500"),
        *("--ulimit", "fsize=2000", "--ulimit", "core=0"),
        *("--tmpfs", "/tmp:rw,noexec,nosuid,nodev,size=64m"),
        *("--log-driver", "none", "--workdir", "/out"),
        *("--mount", f"type=bind,source={tmp_path}/job-1/in,target=/in,readonly"),
        *("--mount", f"type=bind,source={tmp_path}/job-1/out,target=/out"),
        *(IMAGE, "timeout", "--signal=KILL", "31", "cat"),
    ]


def test_gpus_only_when_one_was_proved(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "job-1")
    without = docker_runner().run_argv("name", workspace, gpu=None)
    assert "--gpus" not in without
    for access, cards in ((GpuAccess(), "all"), (GpuAccess(3), "device=3")):
        argv = docker_runner().run_argv("name", workspace, gpu=access)
        at = argv.index("--gpus")
        words = ["--gpus", cards, "--env", "NVIDIA_DRIVER_CAPABILITIES=compute,video,utility"]
        assert argv[at : at + len(words)] == words
        assert argv[:at] + argv[at + len(words) :] == without
        assert at < argv.index(IMAGE)


@pytest.mark.docker
async def test_docker_reads_the_number_of_a_card_as_it_is_meant(tmp_path: Path) -> None:
    # Making a container asks for no GPU yet, starting it would.
    instance = unique("test")
    workspace = await Workspace.create(tmp_path, unique("place"))
    for access, count, ids in ((GpuAccess(), -1, None), (GpuAccess(3), 0, ["3"])):
        argv = docker_runner(instance).run_argv(unique("card"), workspace, gpu=access)
        made = await docker("create", *argv[1:])
        assert made.returncode == 0, made.stderr
        where = ("--format", "{{json .HostConfig.DeviceRequests}}", made.stdout.decode().strip())
        (request,) = json.loads((await docker("inspect", *where)).stdout)
        assert (request["Count"], request["DeviceIDs"]) == (count, ids)
        assert request["Capabilities"] == [["gpu"]]
    assert await swept(docker_runner(instance)) == 2


async def test_a_card_of_the_host_is_chosen_by_its_place_on_the_bus(tmp_path: Path) -> None:
    runner = Engine("bwrap").runner()
    workspace = await Workspace.create(tmp_path, unique("place"), owner=runner.owner)
    seen = {}
    for access in (None, GpuAccess(), GpuAccess(2)):
        async with runner.open(workspace, gpu=access) as session:
            printed = (await session.run(["env"])).stdout.decode().splitlines()
            seen[access] = sorted(line for line in printed if line.startswith("CUDA_"))
    one = ["CUDA_DEVICE_ORDER=PCI_BUS_ID", "CUDA_VISIBLE_DEVICES=2"]
    assert seen == {None: [], GpuAccess(): [], GpuAccess(2): one}


async def test_cuda_sees_the_machine_through_bubblewrap_only_when_it_is_wanted(
    tmp_path: Path,
) -> None:
    runner = HostRunner(host_tools("bwrap"), RESOURCES)
    workspace = await Workspace.create(tmp_path, unique("place"))
    for access in (None, GpuAccess()):
        async with runner.open(workspace, gpu=access) as session:
            listed = await session.run(["ls", "/sys/devices"])
            written = await session.run(["touch", "/sys/trace"])
        assert (listed.returncode == 0) is (access is not None)
        assert written.returncode != 0


async def test_the_identity_of_an_ffmpeg_stays_with_it(engine: Engine) -> None:
    first, second = [await engine.runner().identity() for _ in range(2)]
    assert first
    assert first == second


@pytest.mark.docker
async def test_programs_that_are_gone_have_no_identity(tmp_path: Path) -> None:
    image = replace(docker_runner(), image="no-such-image:0")
    program = HostRunner(replace(host_tools("bwrap"), ffmpeg=tmp_path / "gone"), RESOURCES)
    for runner in (image, program):
        with pytest.raises(Unavailable):
            await runner.identity()


def test_no_container_runs_as_root() -> None:
    uid, _, gid = default_user().partition(":")
    assert uid != "0"
    assert gid != "0"


@pytest.mark.docker
async def test_inside_a_container_there_is_no_power(tmp_path: Path) -> None:
    async with place(docker_runner(unique("test")), tmp_path) as here:
        status = (await here.run("cat", "/proc/self/status")).stdout.decode()
        facts = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        links = await here.run("ls", "/sys/class/net")
    assert facts["Uid"].split()[0] != "0"
    assert {int(facts[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert facts["NoNewPrivs"].strip() == "1"
    assert facts["Seccomp"].strip() in {"0", "2"}
    assert links.stdout.split() == [b"lo"]


@pytest.mark.docker
async def test_a_container_lives_while_its_session_does(tmp_path: Path) -> None:
    instance = unique("test")
    async with place(docker_runner(instance), tmp_path) as here:
        await here.run("true")
        assert containers(instance) == [container_name(instance, here.name)]
    assert containers(instance) == []


@pytest.mark.docker
async def test_a_session_left_at_once_leaves_no_container(tmp_path: Path) -> None:
    instance = unique("test")
    async with place(docker_runner(instance), tmp_path):
        pass
    assert containers(instance) == []


@pytest.mark.docker
async def test_a_container_past_its_patience_is_made_anew_once(tmp_path: Path) -> None:
    """As after a slow download, with the looks that a conversion takes side by side."""
    instance = unique("test")
    async with place(replace(docker_runner(instance), patience=0.0), tmp_path) as here:
        seen: list[set[bytes]] = []
        for _ in range(3):
            done = await asyncio.gather(*(here.run("hostname") for _ in range(4)))
            assert [one.returncode for one in done] == [0] * 4
            assert containers(instance) == [container_name(instance, here.name)]
            seen.append({one.stdout for one in done})
        # All at once share one; the next time it is past its patience again.
        assert [len(hosts) for hosts in seen] == [1, 1, 1]
        assert len(set().union(*seen)) == 3
    assert containers(instance) == []


@pytest.mark.docker
async def test_a_container_in_use_is_not_taken_away(tmp_path: Path) -> None:
    instance = unique("test")
    async with place(replace(docker_runner(instance), patience=0.0), tmp_path) as here:
        task = await here.begin(endless(here.session.output_url("endless")))
        hosts = [(await here.run("hostname")).stdout for _ in range(2)]
        assert hosts[0] == hosts[1]
        assert not task.done()
        await cancelled(task)
    assert containers(instance) == []


@pytest.mark.docker
async def test_a_container_killed_from_outside_is_the_engines_fault(tmp_path: Path) -> None:
    instance = unique("test")
    async with place(docker_runner(instance), tmp_path) as here:
        task = await here.begin(endless(here.session.output_url("endless")))
        name = container_name(instance, here.name)
        await asyncio.to_thread(
            subprocess.run, ["docker", "kill", name], check=True, capture_output=True
        )
        with suppress(ConversionError):
            assert (await task).returncode != 0
        with pytest.raises(Unavailable) as told:
            await here.run("true")
    assert told.value.code is Code.ENGINE


@pytest.mark.docker
async def test_a_sweep_takes_orphans_of_this_installation_alone(tmp_path: Path) -> None:
    mine, other = unique("test"), unique("test")
    async with (
        place(docker_runner(mine), tmp_path) as orphan,
        place(docker_runner(mine), tmp_path) as kept,
        place(docker_runner(other), tmp_path) as neighbour,
    ):
        for here in (orphan, kept, neighbour):
            await here.run("true")
        assert await swept(docker_runner(mine), keep=[kept.name]) == 1
        assert containers(mine) == [container_name(mine, kept.name)]
        assert containers(other) == [container_name(other, neighbour.name)]
        assert await swept(docker_runner(mine)) == 1
        assert await swept(docker_runner(mine)) == 0
        assert containers(mine) == []


@pytest.mark.docker
async def test_a_sweep_takes_a_container_that_never_started(tmp_path: Path) -> None:
    instance = unique("test")
    argv = ["docker", "create", "--name", container_name(instance, "half")]
    argv += ["--label", f"{LABEL}={instance}", IMAGE, "true"]
    await asyncio.to_thread(subprocess.run, argv, check=True, capture_output=True)
    assert await swept(docker_runner(instance)) == 1
    assert containers(instance) == []


async def test_a_sweep_of_the_host_finds_nothing() -> None:
    assert await swept(Engine("bwrap").runner()) == 0


@pytest.mark.docker
async def test_a_missing_image_is_told_at_once(tmp_path: Path) -> None:
    runner = replace(docker_runner(unique("test")), image="no-such-image:0")
    with pytest.raises(Unavailable) as told:
        async with place(runner, tmp_path) as here:
            await here.run("true")
    assert told.value.code is Code.ENGINE
    assert "no-such-image" in told.value.stderr_tail


@pytest.mark.docker
async def test_an_engine_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    runner = docker_runner(unique("test"))
    with pytest.raises(Unavailable) as told:
        async with place(runner, tmp_path) as here:
            await here.run("true")
    assert told.value.code is Code.ENGINE
    with pytest.raises(Unavailable):
        await runner.left()


async def test_a_machine_without_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable) as told:
        await asking.ask(docker_runner(unique("test")), tmp_path)
    assert told.value.code is Code.ENGINE
