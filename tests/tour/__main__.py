"""`make tour`: play the tour and write docs/tour.md."""

import asyncio
import sys
from pathlib import Path

from bot.telegram.wire.lazy_models import import_aiogram

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "tour.md"


def main() -> None:
    """Write it."""
    import_aiogram()
    from tests.tour.play import play  # noqa: PLC0415 - seconds less

    text = asyncio.run(play())
    DOCUMENT.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT}: {text.count(chr(10) + '## ')} conversations\n")


if __name__ == "__main__":
    main()
