"""Methods about the bot itself: updates, files, callback answers, commands and its profile."""

import re
from typing import Any

from standin.context import Call, Method
from standin.errors import ApiError, bad_request
from standin.hooks import hook_of

Json = dict[str, Any]

_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_MOST_COMMANDS = 100
_LONGEST_DESCRIPTION = 256
_LONGEST_ANSWER = 200
STALE_QUERY = "query is too old and response timeout expired or query ID is invalid"
LOGGED_OUT = ApiError(400, "Logged out")
_ABOUT = ("name", "description", "short_description")


async def get_me(call: Call) -> Json:
    """The bot as a User, with what only getMe tells."""
    return call.state.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": call.state.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(call: Call) -> list[Json]:
    """Wait for updates."""
    queue, params = call.state.updates, call.params
    queue.allow(params.get("allowed_updates"))
    return await queue.take(
        params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0)
    )


async def set_webhook(call: Call) -> bool:
    """Bring updates there from now on; nobody may poll. Without an address: as deleteWebhook."""
    queue, params = call.state.updates, call.params
    hook = None
    if params.get("url"):
        upload = call.upload(params.get("certificate", ""))
        certificate = None if upload is None else upload.path.read_bytes()
        hook = hook_of(params, certificate, anywhere=call.state.hooks_anywhere)
    queue.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        queue.drop_pending()
    queue.hook = hook
    if hook is not None:
        queue.interrupt(ApiError(409, "Conflict: terminated by setWebhook request"))
    return True


async def delete_webhook(call: Call) -> bool:
    """Go back to polling."""
    if call.params.get("drop_pending_updates"):
        call.state.updates.drop_pending()
    call.state.updates.hook = None
    return True


async def get_webhook_info(call: Call) -> Json:
    """The address and how many updates wait."""
    queue = call.state.updates
    nowhere: Json = {"url": "", "has_custom_certificate": False}
    told = nowhere if queue.hook is None else queue.hook.as_json()
    return told | {"pending_update_count": len(queue.pending)}


async def leave(call: Call) -> bool:
    """`close`: nothing to release here, but a waiting poll ends."""
    call.state.updates.interrupt(ApiError(401, "Unauthorized"))
    return True


async def log_out(call: Call) -> bool:
    """The bot moves to another server: this one answers nothing any more."""
    call.state.logged_out = True
    call.state.updates.interrupt(LOGGED_OUT)
    return True


async def get_file(call: Call) -> Json:
    """A link to a file, if it is small enough; where the server is the bot's own, its path."""
    state = call.state
    stored, path = state.files.link(call.params["file_id"])
    if state.disk is not None:
        path = state.disk.bring(stored.path, path)
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.real_size if stored.size is None else stored.size,
        "file_path": path,
    }


async def answer_callback_query(call: Call) -> bool:
    """Answer a tap, once."""
    state, params = call.state, call.params
    query = state.queries.get(params["callback_query_id"])
    too_late = query is None or state.now() - query.asked_at > state.limits.callback_seconds
    if query is None or too_late or query.answer is not None:
        raise bad_request(STALE_QUERY)
    if len(params.get("text", "")) > _LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {k: v for k, v in params.items() if k != "callback_query_id"}
    state.changed.fire()
    return True


async def set_commands(call: Call) -> bool:
    """Keep a list of commands for a scope and a language."""
    commands = call.params["commands"]
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= _LONGEST_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.state.profile[_commands_key(call)] = [
        {"command": c["command"].removeprefix("/"), "description": c["description"]}
        for c in commands
    ]
    return True


async def get_commands(call: Call) -> list[Json]:
    """The list for exactly this scope and language."""
    return list(call.state.profile.get(_commands_key(call), []))


async def delete_commands(call: Call) -> bool:
    """Forget the list for this scope and language."""
    call.state.profile.pop(_commands_key(call), None)
    return True


def _commands_key(call: Call) -> str:
    scope = call.params.get("scope", {"type": "default"})
    where = ":".join(str(value) for _, value in sorted(scope.items(), reverse=True))
    return f"commands/{where}/{call.params.get('language_code', '')}"


def _setter(name: str) -> Method:
    async def set_it(call: Call) -> bool:
        call.state.profile[f"{name}/{call.params.get('language_code', '')}"] = call.params.get(
            name, ""
        )
        return True

    return set_it


def _getter(name: str) -> Method:
    async def get_it(call: Call) -> Json:
        profile = call.state.profile
        own = profile.get(f"{name}/{call.params.get('language_code', '')}")
        default = call.state.bot.first_name if name == "name" else ""
        return {name: own or profile.get(f"{name}/") or default}

    return get_it


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "close": leave,
    "deleteMyCommands": delete_commands,
    "deleteWebhook": delete_webhook,
    "getFile": get_file,
    "getMe": get_me,
    "getMyCommands": get_commands,
    "getUpdates": get_updates,
    "getWebhookInfo": get_webhook_info,
    "logOut": log_out,
    "setMyCommands": set_commands,
    "setWebhook": set_webhook,
    **{f"setMy{_camel(name)}": _setter(name) for name in _ABOUT},
    **{f"getMy{_camel(name)}": _getter(name) for name in _ABOUT},
}
