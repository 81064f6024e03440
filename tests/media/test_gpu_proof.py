"""Cards proved, kept, lost and found again, with stubs in the place of the driver and of the card.

No machine of ours has a card: what a real one answers is in no test, see docs/gpu.md.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.cli.doctor import gpu as doctor
from bot.cli.doctor.finding import Level, Problem
from bot.settings import load_settings
from converter.converter import Converter
from converter.engines.capabilities import Capabilities, Gpu
from converter.engines.host_runner import HostRunner
from converter.engines.process import Completed
from converter.engines.runner import GpuAccess, Session
from converter.engines.workspace import Workspace
from converter.nvidia import gpu
from converter.nvidia.cards import CardPool
from converter.nvidia.proof import Prover
from converter.nvidia.store import GpuStore
from tests.support.engines import DOCKER, Engine, unique
from tests.support.stub_gpu import ANOTHER, GONE, L4, NO_ENCODER, SESSIONS, WITHOUT_CARD, StubGpu

# Few, so that each proof is quick: an encoder of each depth, a decoder, a filter.
ABLE = Capabilities(
    "7.1",
    filters=frozenset({"scale_cuda"}),
    encoders=frozenset({"libx264", "aac", "h264_nvenc", "hevc_nvenc"}),
)
ENCODES = frozenset({("h264_nvenc", 8), ("hevc_nvenc", 8), ("hevc_nvenc", 10)})
DECODES = frozenset({("h264", 8)})
WHOLE = Gpu(0, "NVIDIA L4", "580.65.06", ENCODES, DECODES, frozenset({"scale_cuda"}))
NONE: frozenset[tuple[str, int]] = frozenset()
CHIP_WITHOUT_ENCODER = {("*", "nvenc"): NO_ENCODER}


@dataclass(slots=True)
class Clock:
    """Time that passes when told."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stub(tmp_path: Path) -> StubGpu:
    return StubGpu(tmp_path / "stub")


def prover(runner: HostRunner, folder: Path, able: Capabilities = ABLE) -> Prover:
    return Prover(runner, folder / "work", GpuStore(folder / "gpu.json"), able)


# --- proved


async def test_a_card_is_proved_by_each_thing_it_does(stub: StubGpu, tmp_path: Path) -> None:
    assert await prover(stub.runner(), tmp_path).cards() == (WHOLE,)
    assert len(stub.calls) == len(ENCODES) + len(DECODES) + 1
    assert list((tmp_path / "work").iterdir()) == []


async def test_a_chip_without_encoder_keeps_its_decoder_and_filters(
    stub: StubGpu, tmp_path: Path
) -> None:
    runner = stub.runner(["0, NVIDIA H200, 580.65.06"], CHIP_WITHOUT_ENCODER)
    (card,) = await prover(runner, tmp_path).cards()
    assert card == replace(WHOLE, name="NVIDIA H200", encoders=NONE)
    assert card.works


async def test_what_this_ffmpeg_lacks_is_not_tried(stub: StubGpu, tmp_path: Path) -> None:
    bare = Capabilities("5.1", filters=frozenset(), encoders=frozenset({"libx264"}))
    (card,) = await prover(stub.runner(), tmp_path, bare).cards()
    assert card == replace(WHOLE, encoders=NONE, filters=frozenset())
    assert all("hwaccel" in call for call in stub.calls)


async def test_each_of_several_cards_is_proved_alone(stub: StubGpu, tmp_path: Path) -> None:
    runner = stub.runner([L4, ANOTHER], {("1", "hevc_nvenc"): NO_ENCODER})
    first, second = await prover(runner, tmp_path).cards()
    assert first == WHOLE
    assert second == replace(WHOLE, index=1, encoders=frozenset({("h264_nvenc", 8)}))


async def test_a_machine_without_a_card_has_none(stub: StubGpu, tmp_path: Path) -> None:
    assert await prover(stub.runner(["No devices were found"]), tmp_path).cards() == ()
    assert stub.calls == []
    assert not (tmp_path / "gpu.json").exists()


@WITHOUT_CARD
@pytest.mark.parametrize("name", [DOCKER, "bwrap"])
async def test_an_ordinary_machine_has_none(name: str, tmp_path: Path) -> None:
    engine = Engine(name)
    asking = Prover(
        engine.runner(), tmp_path / "work", GpuStore(tmp_path / "gpu.json"), engine.capabilities()
    )
    assert await asking.cards() == ()


# --- kept


async def test_it_is_asked_once(stub: StubGpu, tmp_path: Path) -> None:
    asking = prover(stub.runner(), tmp_path)
    first = await asking.cards()
    asked = len(stub.calls)
    assert await asking.cards() == first
    assert len(stub.calls) == asked
    await asking.cards(anew=True)
    assert len(stub.calls) == 2 * asked
    await asking.forget()
    await asking.cards()
    assert len(stub.calls) == 3 * asked


async def test_another_driver_is_asked_anew(stub: StubGpu, tmp_path: Path) -> None:
    await prover(stub.runner(), tmp_path).cards()
    newer = stub.runner(["0, NVIDIA L4, 590.48.01"], CHIP_WITHOUT_ENCODER)
    (card,) = await prover(newer, tmp_path).cards()
    assert card == replace(WHOLE, driver="590.48.01", encoders=NONE)


async def test_what_others_kept_from_being_proved_is_asked_again(
    stub: StubGpu, tmp_path: Path
) -> None:
    busy = stub.runner([L4], {("*", "nvenc"): SESSIONS})
    (card,) = await prover(busy, tmp_path).cards()
    assert card.encoders == NONE
    assert await prover(stub.runner(), tmp_path).cards() == (WHOLE,)


# --- lost and found again


async def test_a_lost_card_is_given_to_nobody_until_it_works_again(
    stub: StubGpu, tmp_path: Path
) -> None:
    clock = Clock()
    asking = prover(stub.runner(), tmp_path)
    cards = CardPool(await asking.cards(), now=clock)
    converter = Converter(asking.runner, tmp_path / "work", ABLE, cards, asking)

    async def given() -> Gpu | None:
        async with converter.open("job") as conversion:
            await conversion.session.run(gpu.encode_argv("h264_nvenc", 8))
            return conversion.capabilities.gpu

    assert await given() == WHOLE
    stub.runner([L4], {("*", "nvenc"): NO_ENCODER})
    assert await given() == WHOLE  # a card that can't do this one thing is not lost
    stub.runner([L4], {("*", "nvenc"): GONE})
    assert await given() == WHOLE
    assert not (tmp_path / "gpu.json").exists()
    assert await given() is None
    stub.runner()
    assert await given() is None
    clock.seconds += 300
    assert await given() == WHOLE
    assert (tmp_path / "gpu.json").exists()


# --- real programs


@pytest.mark.parametrize("name", [DOCKER, "bwrap"])
async def test_samples_can_be_made_and_a_silent_decode_on_the_cpu_fails_the_proof(
    name: str, tmp_path: Path
) -> None:
    engine = Engine(name)
    able, runner = engine.capabilities(), engine.runner()
    workspace = await Workspace.create(tmp_path, unique("proof"), owner=runner.owner)
    async with runner.open(workspace, gpu=GpuAccess()) as session:
        for sample in gpu.SAMPLES:
            maker = next(one for one in sample.encoders if one in able.encoders)
            url = session.output_url("sample.mkv")
            made = await session.run(gpu.sample_argv(sample, maker, url))
            assert made.returncode == 0, (sample, made.stderr)
        assert await _silently_on_the_cpu(session, gpu.SAMPLES[0]) != 0


async def _silently_on_the_cpu(session: Session, sample: gpu.Sample) -> int:
    """The proof's exit status where ffmpeg gives up the card without a word: the very call, less
    what asks for it."""
    url = session.output_url("sample.mkv")
    await session.run(gpu.sample_argv(sample, sample.encoders[0], url))
    argv = gpu.decode_argv(sample, url)
    at = argv.index("-hwaccel")
    failed = await session.run([*argv[:at], *argv[at + 4 :]])
    assert "Impossible to convert between the formats" in failed.stderr
    chain = argv.index("-vf")
    fine = await session.run([*argv[:at], *argv[at + 4 : chain], *argv[chain + 2 :]])
    assert fine.returncode == 0, fine.stderr
    return failed.returncode


# --- what the doctor makes of it


async def test_the_doctor_has_a_row_for_each_card_and_keeps_what_it_found(
    stub: StubGpu, tmp_path: Path
) -> None:
    kept = tmp_path / "gpu.json"
    runner = stub.runner([L4], {("*", "av1"): NO_ENCODER, ("*", "hevc"): NO_ENCODER})
    rows = await doctor.examine_cards(load_settings(), runner, tmp_path / "work", kept)
    assert [(row.name, row.level) for row in rows] == [("GPU 0", Level.OK)]
    assert "encodes H.264 (8 bit);" in rows[0].detail
    assert "VP9 (8 and 10 bit), MPEG-1 (8 bit)" in rows[0].detail
    assert kept.exists()


async def test_the_doctor_without_cards(stub: StubGpu, tmp_path: Path) -> None:
    runner = stub.runner([])
    for wanted, level in (("auto", Level.OK), ("required", Level.FAULT)):
        (row,) = await doctor.examine_cards(
            load_settings(gpu=wanted), runner, tmp_path / "work", tmp_path / "gpu.json"
        )
        assert (row.level, row.detail) == (level, "none that conversions can reach")
    (row,) = await doctor.examine_cards(
        load_settings(gpu="off"), runner, tmp_path / "work", tmp_path / "gpu.json"
    )
    assert row.detail == "not tried: GPU=off"


@pytest.mark.parametrize(
    ("stderr", "level", "words"),
    [
        (NO_ENCODER, Level.OK, "this chip has no encoder: the CPU encodes"),
        (GONE, None, "the driver's libcuda is missing where conversions run"),
        ("[h264_nvenc @ 0x1] 10 bit encode not supported", None, "10 bit encode not supported"),
        ("", None, "exit status 1"),
    ],
)
def test_the_doctor_says_plainly_what_failed(stderr: str, level: Level | None, words: str) -> None:
    with pytest.raises(Problem) as told:
        doctor.check(Completed(1, b"", stderr))
    assert words in told.value.detail
    assert told.value.level is level
