"""Which card a conversion gets, by plain bookkeeping, and what the proofs are made of."""

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.doctor.gpu_words import EXPLAINED, abilities
from converter.engines.capabilities import Gpu
from converter.engines.runner import GpuAccess
from converter.nvidia import gpu
from converter.nvidia.cards import CardPool, Use, session_limit
from converter.nvidia.faults import GpuFault, Retry, advice
from converter.nvidia.store import GpuStore

CAN = frozenset({("h264_nvenc", 8)})
L4 = Gpu(0, "NVIDIA L4", "580.65.06", CAN, frozenset({("h264", 8)}))
OTHER = replace(L4, index=1)
H200 = Gpu(2, "NVIDIA H200", "580.65.06", decoders=frozenset({("h264", 8), ("hevc", 10)}))
GEFORCE = replace(L4, name="NVIDIA GeForce RTX 3080", driver="525.105.17")
BROKEN = Gpu(3, "NVIDIA L4", "580.65.06")


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


# --- the driver's list


@pytest.mark.parametrize(
    ("listing", "cards"),
    [
        ("0, NVIDIA H200, 580.65.06\n", [(0, "NVIDIA H200", "580.65.06")]),
        (
            "0, NVIDIA GeForce RTX 4090, 550.54.14\n1, Tesla T4, 550.54.14\n",
            [(0, "NVIDIA GeForce RTX 4090", "550.54.14"), (1, "Tesla T4", "550.54.14")],
        ),
        ("3, NVIDIA A10, Inc. edition, 535.1\r\n", [(3, "NVIDIA A10, Inc. edition", "535.1")]),
        ("No devices were found\n", []),
        (
            (
                "Unable to determine the device handle for GPU0000:01:00.0: Unknown Error\n"
                "1, Tesla T4, 550.54.14"
            ),
            [(1, "Tesla T4", "550.54.14")],
        ),
        ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", []),
        ("", []),
    ],
)
def test_the_list_of_cards(listing: str, cards: list[tuple[int, str, str]]) -> None:
    found = gpu.parse_cards(listing)
    assert [(card.index, card.name, card.driver) for card in found] == cards
    assert not any(card.works for card in found)


@given(st.text())
def test_any_text_is_a_list_of_cards(listing: str) -> None:
    assert all(card.index >= 0 for card in gpu.parse_cards(listing))


# --- the proofs


def test_a_decode_on_the_cpu_is_no_proof() -> None:
    for sample in gpu.SAMPLES:
        argv = gpu.decode_argv(sample, "file:/out/sample.mkv")
        assert argv[argv.index("-hwaccel") + 1] == "cuda"
        assert argv[argv.index("-hwaccel_output_format") + 1] == "cuda"
        assert argv[argv.index("-c:v") + 1] == sample.codec
        assert argv.index("-c:v") < argv.index("-i")
        assert argv[argv.index("-vf") + 1].startswith("hwdownload,")


def test_ten_bits_stay_ten() -> None:
    for encoder, depths in gpu.ENCODERS:
        for bits in depths:
            wanted = "format=p010le" if bits == 10 else "format=nv12"
            assert wanted in gpu.encode_argv(encoder, bits)
    assert dict(gpu.ENCODERS)["h264_nvenc"] == (8,)
    ten = next(one for one in gpu.SAMPLES if (one.codec, one.bits) == ("hevc", 10))
    assert "yuv420p10le" in gpu.sample_argv(ten, "libx265", "out")
    assert "hwdownload,format=p010le" in gpu.decode_argv(ten, "in")


# --- who gets which


def test_jobs_are_spread_over_the_cards() -> None:
    pool = CardPool([L4, OTHER, H200, BROKEN])
    with ExitStack() as stack:
        lent = [stack.enter_context(pool.lend()) for _ in range(5)]
        assert [one.card.index for one in lent if one] == [0, 1, 2, 0, 1]
        assert [one.access for one in lent if one][:2] == [GpuAccess(0), GpuAccess(1)]
    with pool.lend() as again:
        assert again is not None
        assert again.card == L4


def test_a_card_that_is_free_again_is_next() -> None:
    pool = CardPool([L4, OTHER])
    first, second = pool.lend(), pool.lend()
    first.__enter__()
    second.__enter__()
    second.__exit__(None, None, None)
    with pool.lend() as lent:
        assert lent is not None
        assert lent.card == OTHER


def test_the_only_card_needs_no_number_and_one_of_two_does() -> None:
    for cards, access in (([L4], GpuAccess()), ([L4, BROKEN], GpuAccess(0))):
        with CardPool(cards).lend() as lent:
            assert lent is not None
            assert lent.access == access


def test_no_card_and_a_card_of_no_use_are_the_same() -> None:
    for cards in ([], [BROKEN]):
        with CardPool(cards).lend() as lent:
            assert lent is None


@pytest.mark.parametrize(
    ("name", "driver", "limit"),
    [
        ("NVIDIA GeForce GTX 1060 6GB", "525.105.17", 3),
        ("NVIDIA GeForce RTX 3080", "530.41.03", 5),
        ("NVIDIA GeForce RTX 4090", "550.54.14", 8),
        ("NVIDIA GeForce RTX 5090", "590.48.01", 12),
        ("NVIDIA TITAN Xp", "535.183.01", 5),
        ("Quadro P620", "", 3),
        ("NVIDIA T1000 8GB", "580.65.06", 8),
        ("NVIDIA RTX A4000", "525.105.17", None),
        ("NVIDIA RTX 4000 Ada Generation", "580.65.06", None),
        ("Tesla T4", "470.57.02", None),
        ("NVIDIA L4", "580.65.06", None),
    ],
)
def test_the_drivers_limit(name: str, driver: str, limit: int | None) -> None:
    assert session_limit(name, driver) == limit


def test_beyond_the_limit_a_card_still_decodes() -> None:
    pool = CardPool([GEFORCE, replace(GEFORCE, index=1)])
    with ExitStack() as stack:
        lent = [stack.enter_context(pool.lend()) for _ in range(4)]
        # Three in the machine, not three on each card.
        assert [bool(one and one.card.encoders) for one in lent] == [True, True, True, False]
        assert all(one and one.card.decoders for one in lent)
    with pool.lend() as again:
        assert again is not None
        assert again.card.encoders == CAN


def test_what_each_card_is_doing() -> None:
    pool = CardPool([GEFORCE, OTHER, BROKEN])
    idle = (Use(0, 0, 0, works=True), Use(1, 0, 0, works=True), Use(3, 0, 0, works=False))
    assert pool.uses == idle
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(pool.lend())
        assert pool.uses[:2] == (Use(0, 4, 3, works=True), Use(1, 4, 4, works=True))
        pool.set_aside(1)
        assert pool.uses[1] == Use(1, 4, 4, works=False)
        pool.renew([GEFORCE, OTHER, BROKEN])
    assert pool.uses == idle


@given(st.lists(st.booleans(), max_size=40))
def test_the_books_balance(steps: list[bool]) -> None:
    pool = CardPool([GEFORCE, OTHER])
    running: list[ExitStack] = []
    for step in steps:
        if step:
            stack = ExitStack()
            stack.enter_context(pool.lend())
            running.append(stack)
        elif running:
            running.pop(0).close()
    for stack in running:
        stack.close()
    with pool.lend() as lent:
        assert lent is not None
        assert lent.card == GEFORCE


# --- cards that fail


def test_a_failed_card_is_lent_no_more_until_it_was_proved_anew() -> None:
    clock = Clock()
    pool = CardPool([L4, OTHER], now=clock)
    pool.set_aside(0)
    with pool.lend() as lent:
        assert lent is not None
        assert lent.card == OTHER
    assert not pool.claim_proof()
    clock.seconds += 300
    assert pool.claim_proof()
    assert not pool.claim_proof()
    pool.renew([L4, OTHER])
    with pool.lend() as lent:
        assert lent is not None
        assert lent.card == L4


def test_what_a_proof_did_not_find_is_asked_for_again_and_again() -> None:
    clock = Clock()
    pool = CardPool([L4], now=clock)
    pool.set_aside(0)
    for _ in range(3):
        clock.seconds += 300
        assert pool.claim_proof()
        pool.renew([])
    clock.seconds += 300
    assert pool.claim_proof()
    pool.renew([L4])
    clock.seconds += 300
    assert not pool.claim_proof()


def test_a_machine_without_a_card_is_left_alone() -> None:
    clock = Clock()
    pool = CardPool([], now=clock)
    clock.seconds += 1e6
    assert not pool.claim_proof()


def test_a_card_may_be_renewed_while_it_is_lent() -> None:
    pool = CardPool([L4])
    with pool.lend():
        pool.renew([OTHER])
    with pool.lend() as lent:
        assert lent is not None
        assert lent.card == OTHER


# --- what is kept


def test_what_was_proved_is_kept_for_the_same_cards_driver_and_ffmpeg(tmp_path: Path) -> None:
    clock = Clock()
    store = GpuStore(tmp_path / "data" / "gpu.json", clock)
    assert store.load("key") is None
    store.save("key", [L4, H200])
    assert store.load("key") == (L4, H200)
    assert store.load("another driver") is None
    assert [path.name for path in store.path.parent.iterdir()] == ["gpu.json"]
    clock.seconds += 7 * 86_400
    assert store.load("key") is None
    clock.seconds -= 8 * 86_400
    assert store.load("key") is None
    store.forget()
    store.forget()
    assert not store.path.exists()


@pytest.mark.parametrize(
    "content",
    ["", "{", "null", "[]", "{}", json.dumps({"version": 1, "key": "key", "proved": "soon"})],
)
def test_a_broken_file_is_none(tmp_path: Path, content: str) -> None:
    store = GpuStore(tmp_path / "gpu.json")
    store.path.write_text(content)
    assert store.load("key") is None
    store.save("key", [L4])
    assert store.load("key") == (L4,)


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    GpuStore(tmp_path / "file" / "gpu.json").save("key", [L4])


# --- what the doctor says


def test_the_doctors_words_for_a_card() -> None:
    card = Gpu(
        *(0, "NVIDIA L4", "580.65.06"),
        encoders=frozenset({("hevc_nvenc", 10), ("h264_nvenc", 8), ("hevc_nvenc", 8)}),
        decoders=frozenset({("vp9", 8)}),
        filters=frozenset({"scale_cuda", "hwupload_cuda"}),
    )
    assert abilities(card) == (
        "NVIDIA L4, driver 580.65.06: encodes H.264 (8 bit), HEVC (8 and 10 bit);"
        " decodes VP9 (8 bit); filters: hwupload_cuda, scale_cuda"
    )
    assert abilities(BROKEN).endswith("encodes nothing; decodes nothing; filters: none")


def test_the_doctor_can_name_all_that_is_proved() -> None:
    everything = Gpu(
        *(0, "all", "1"),
        encoders=frozenset((name, bits) for name, depths in gpu.ENCODERS for bits in depths),
        decoders=frozenset((one.codec, one.bits) for one in gpu.SAMPLES),
    )
    assert "nothing" not in abilities(everything)
    assert all(f in EXPLAINED for f in GpuFault if advice(f) is not Retry.NEXT)
