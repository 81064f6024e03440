"""A GPU that was proved once and is gone: the CPU takes over, and the person hears which it was.

No machine of ours has a GPU to lose; one that never had it answers the same.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.converter import Converter
from converter.errors import Code, ConversionError
from converter.limits import Limits
from converter.nvidia.cards import CardPool
from converter.observer import Observer
from converter.planning.plan import Device, Plan
from converter.request import Request
from tests.support.engines import DOCKER, Engine
from tests.support.facts import CARD


@pytest.mark.parametrize("name", [DOCKER, "bwrap"])
async def test_the_cpu_takes_over(name: str, tmp_path: Path, clip: Callable[[str], Path]) -> None:
    engine = Engine(name)
    cards = CardPool([CARD])
    converter = Converter(engine.runner(), tmp_path / "work", engine.capabilities(), cards)
    tried: list[Plan] = []
    setbacks: list[ConversionError] = []
    watch = Observer(on_plan=tried.append, on_setback=setbacks.append)
    async with converter.open("job") as conversion:
        shutil.copyfile(clip("avi"), conversion.workspace.input_path)
        result = await conversion.run(Request(), Limits(), watch)
        assert result.plan.device is Device.CPU
        assert result.path.stat().st_size > 0
    assert [plan.device for plan in tried] == [Device.NVENC, Device.CPU]
    assert [error.code for error in setbacks] == [Code.GPU_FAILED]
