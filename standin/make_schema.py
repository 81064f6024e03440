"""Trim a machine-readable Bot API schema to the facts that the stand-in checks.

The source is `.butcher/schema/schema.json` of aiogram's source distribution. Kept are names,
types, what is required, fixed values ("must be video") and the members of unions; every
sentence is left out. Run: `python -m standin.make_schema path/to/schema.json`.

The notation of a field: `Integer|String!` is an integer or a string that is required,
`Array<PhotoSize>` a list, `String=video!` a string that can only be "video".
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("schema.json")
_FIXED = re.compile(r"(?:must be|always) [“\"']?([a-z_0-9]+)[”\"']?$")
_MEMBER = re.compile(r"^\s*- (\w+)\s*$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z]\w*")


def trim(source: dict[str, Any]) -> dict[str, Any]:
    """The trimmed schema: `version`, `methods`, `types` (fields), `unions` (member names)."""
    items = [child for group in source["items"] for child in group["children"]]
    known = {item["name"]: item for item in items}
    methods = {i["name"]: _fields(i) for i in items if i["category"] == "methods"}
    types, unions = _reachable(methods, known)
    return {
        "version": source["api"]["version"],
        "methods": methods,
        "types": types,
        "unions": unions,
    }


def _fields(item: dict[str, Any]) -> dict[str, str]:
    return {a["name"]: _notation(a) for a in item["annotations"]}


def _notation(annotation: dict[str, Any]) -> str:
    text = _type(annotation["type"])
    fixed = _FIXED.search(annotation["description"]) if text == "String" else None
    if fixed and annotation["required"] and annotation["name"] in {"type", "source"}:
        text = f"String={fixed.group(1)}"
    return text + ("!" if annotation["required"] else "")


def _type(text: str) -> str:
    if text.startswith("Array of "):
        return f"Array<{_type(text.removeprefix('Array of '))}>"
    return "|".join(re.split(r" or |, | and ", text))


def _reachable(
    methods: dict[str, dict[str, str]], known: dict[str, dict[str, Any]]
) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    types: dict[str, dict[str, str]] = {}
    unions: dict[str, list[str]] = {}
    todo = [name for fields in methods.values() for name in _names(fields)]
    while todo:
        name = todo.pop()
        item = known.get(name)
        if item is None or name in types or name in unions or name == "InputFile":
            continue
        members = [] if item["annotations"] else _MEMBER.findall(item["description"])
        if members:
            unions[name] = members
            todo += members
        else:
            types[name] = _fields(item)
            todo += _names(types[name])
    return types, unions


def _names(fields: dict[str, str]) -> Iterator[str]:
    for notation in fields.values():
        yield from _NAME.findall(notation.partition("=")[0])


def main(arguments: list[str]) -> int:
    """Write schema.json beside this module; 2 when no source was named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m standin.make_schema path/to/schema.json\n")
        return 2
    schema = trim(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    text = json.dumps(schema, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # One line per table, so that a new API version shows up as a readable difference.
    text = text.replace('},"', '},\n"')
    TARGET.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(
        f"Bot API {schema['version']}: {len(schema['methods'])} methods, "
        f"{len(schema['types'])} types, {len(schema['unions'])} unions\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
