"""A process that has a workspace open on a data folder, and waits to be killed.

``python -m tests.support.squatter DATA RUNNER NAME``; prints its keeper's name once it is there.
"""

import asyncio
import sys
from pathlib import Path

from converter.opening import EngineOptions, open_converter
from tests.support.engines import IMAGE
from tests.support.victim import endless


async def _main(data: str, runner: str, name: str) -> None:
    options = EngineOptions(Path(data), runner=runner, image=IMAGE, gpu="off")  # type: ignore[arg-type]  # the test's word
    converter = (await open_converter(options)).converter
    assert converter.keeper is not None

    def announce(_: str) -> None:
        assert converter.keeper is not None
        sys.stdout.write(f"{converter.keeper.name}\n")
        sys.stdout.flush()

    async with converter.open(name) as conversion:
        url = conversion.session.output_url("endless")
        await conversion.session.run(endless(url), on_line=announce)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
