"""The answer to an inline query."""

from typing import Any

from standin import texts
from standin.answers import CACHED
from standin.context import Call, Method
from standin.errors import bad_request
from standin.methods_bot import STALE_QUERY

Json = dict[str, Any]

_MOST_RESULTS = 50
_LONGEST_ID = 64


async def answer_inline_query(call: Call) -> bool:
    """Offer results, once; files among them must be known and of the right kind."""
    state, params = call.state, call.params
    query = state.inline_queries.get(params["inline_query_id"])
    too_late = query is None or state.now() - query.asked_at > state.limits.callback_seconds
    if query is None or too_late or query.answer is not None:
        raise bad_request(STALE_QUERY)
    results = params["results"]
    if len(results) > _MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [result["id"] for result in results]
    if not all(1 <= len(number.encode()) <= _LONGEST_ID for number in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    query.answer = params | {"results": [_checked(call, result) for result in results]}
    state.changed.fire()
    return True


def _checked(call: Call, result: Json) -> Json:
    """The result with its caption parsed."""
    texts.inline_keyboard(result)
    field, kind = CACHED.get(result["type"], ("", ""))
    file_id = result.get(field)
    if file_id is not None and call.state.files.named(file_id).kind != kind:
        raise bad_request("type of file mismatch")
    rest = {name: value for name, value in result.items() if not name.startswith("caption")}
    return rest | texts.caption_content(call, result)


METHODS: dict[str, Method] = {"answerInlineQuery": answer_inline_query}
