"""Pictures that people and the bot have of themselves."""

from typing import Any

from standin.context import Call, Method
from standin.errors import bad_request
from standin.media import photo_size


async def get_profile_photos(call: Call) -> dict[str, Any]:
    """Somebody's own pictures: one at most, in one size."""
    state, number = call.state, call.params["user_id"]
    accounts = [state.bot, *(member for chat in state.chats.values() for member in chat.members)]
    found = next((account for account in accounts if account.id == number), None)
    if found is None:
        raise bad_request("user not found")
    photos = [] if found.photo is None else [[photo_size(state.files.get(found.photo))]]
    return {"total_count": len(photos), "photos": photos}


METHODS: dict[str, Method] = {"getUserProfilePhotos": get_profile_photos}
