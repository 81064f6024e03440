"""axe-core on a page: what keeps people from using it who don't see it, or have no mouse."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

_SCRIPT = Path(__file__).parent / "vendor" / "axe.min.js"
_RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
_SERIOUS = frozenset({"serious", "critical"})


@cache
def _source() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


async def findings(page: Page) -> list[str]:
    """What axe calls serious or critical, each with where it is."""
    # The page's own policy lets no script in; the browser's driver may.
    await page.evaluate(_source())
    found: list[dict[str, Any]] = await page.evaluate(_RUN)
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]
