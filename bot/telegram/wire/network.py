"""Requests to the Bot API on our own HTTP client, and a proxy's trouble told from Telegram's."""

from typing import Any, Final

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType

from bot.telegram.wire.proxy import PROXY_TROUBLE, client
from bot.telegram.wire.uploads import ByAddress

_PROXY_WANTS_PASSWORD: Final = 407


class ProxyRefusedError(TelegramNetworkError):
    """The proxy is the trouble, not Telegram."""


class Session(AiohttpSession):
    """aiogram's session on our client. No error of it quotes the proxy, which may hold a
    password."""

    def __init__(self, api_url: str, proxy: str | None, timeout: float) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url.rstrip("/")), timeout=timeout)
        self._way = proxy

    async def create_session(self) -> aiohttp.ClientSession:
        """The one client, made when it is first needed."""
        if self._session is None or self._session.closed:
            self._session = client(self._way)
        return self._session

    async def close(self) -> None:
        """Close it; at the end of the program nobody waits for the last goodbyes of TLS."""
        if self._session is not None and not self._session.closed:
            await self._session.close()

    def prepare_value(
        self, value: object, bot: Bot, files: dict[str, Any], _dumps_json: bool = True
    ) -> Any:  # noqa: ANN401 - aiogram's signature
        """See BaseSession; a file that the server finds by itself is its address."""
        if isinstance(value, ByAddress):
            return value.address
        return super().prepare_value(value, bot, files, _dumps_json)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """See BaseSession; only a proxy asks for its own password."""
        if status_code == _PROXY_WANTS_PASSWORD:
            raise ProxyRefusedError(method, "407 Proxy Authentication Required")
        return super().check_response(bot, method, status_code, content)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """See AiohttpSession; a proxy's refusal is told from Telegram's silence."""
        try:
            return await super().make_request(bot, method, timeout)
        except PROXY_TROUBLE as error:
            raise ProxyRefusedError(method, type(error).__name__) from None
        except TelegramNetworkError as error:
            if isinstance(error.__cause__, PROXY_TROUBLE):
                cause = type(error.__cause__).__name__
                raise ProxyRefusedError(method, cause) from None
            raise
