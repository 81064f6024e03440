"""A chat page in the browser, beside the stand-in and never through its Bot API.

async with StandIn() as standin, sandbox(standin, words) as page:
    print(page.url)
"""

from standin.web.hood import Section, Subject
from standin.web.pages import Words
from standin.web.server import Backstage, Bounds, Page, PortTakenError, sandbox

__all__ = [
    "Backstage",
    "Bounds",
    "Page",
    "PortTakenError",
    "Section",
    "Subject",
    "Words",
    "sandbox",
]
