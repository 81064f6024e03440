"""aiogram with its validators postponed is the same aiogram."""

import subprocess
import sys

# In processes of their own: here aiogram was imported long ago.
_LOOK = """
from pydantic import BaseModel
from bot.telegram.wire.lazy_models import import_aiogram

config, rebuild = dict(BaseModel.model_config), BaseModel.__dict__["model_rebuild"]
import_aiogram()
import aiogram.methods, aiogram.types
assert BaseModel.model_config == config and BaseModel.__dict__["model_rebuild"] is rebuild

models = [
    model
    for room in (aiogram.types, aiogram.methods)
    for model in (getattr(room, name) for name in room.__all__)
    if isinstance(model, type) and issubclass(model, BaseModel)
]
"""
_POSTPONED = """
built = [model.__name__ for model in models if model.__pydantic_complete__]
assert len(models) > 500 and len(built) < 20, (len(models), built)
"""
_BY_HAND = """
for model in models:
    assert model.model_rebuild() is not False, model
    assert model.__pydantic_complete__, model
"""
_AT_USE = """
from aiogram.methods.base import Response
from aiogram.types import Message, Update

person = {"id": 1, "is_bot": False, "first_name": "A"}
message = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "from": person,
           "video": {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1,
                     "duration": 1, "thumbnail": {"file_id": "c", "file_unique_id": "d",
                                                  "width": 1, "height": 1}},
           "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}}
update = Update.model_validate({"update_id": 7, "message": message})
assert update.message.video.thumbnail.file_id == "c", update
assert Response[Message].model_validate({"ok": True, "result": message}).result.video, message
try:
    Update.model_validate({"update_id": 7, "message": {**message, "video": 3}})
except ValueError:
    pass
else:
    raise AssertionError("a video that is none was taken")
"""


def _runs(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOOK + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_validators_are_not_built_at_the_import() -> None:
    _runs(_POSTPONED)


def test_every_model_can_be_built() -> None:
    _runs(_BY_HAND)


def test_a_model_is_built_when_it_is_used_and_refuses_as_ever() -> None:
    _runs(_AT_USE)


def test_who_imported_aiogram_before_keeps_it() -> None:
    _runs(
        "before = aiogram.types.Message\nimport_aiogram()\nassert aiogram.types.Message is before"
    )
