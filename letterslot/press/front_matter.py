"""The front matter of a story file: YAML between two lines of three hyphens."""

from __future__ import annotations

import re
from collections.abc import Hashable

import yaml

from letterslot.press.faults import StoryFault

_WHOLE = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL | re.MULTILINE)


class _Loader(yaml.SafeLoader):
    """YAML's safe loader that does not let a second key overwrite the first in silence."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise StoryFault(f"`{key}` stands there twice; leave one.")
        return super().construct_mapping(node, deep)


def split(text: str) -> tuple[dict[str, object], str]:
    """The fields of the front matter and the Markdown below it. Raises StoryFault."""
    found = _WHOLE.match(text.replace("\r\n", "\n"))
    if found is None:
        raise StoryFault("begin the file with front matter between two lines of `---`.")
    fields = _fields(found[1])
    if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
        raise StoryFault("the front matter has a field and its value on each line: `slug: …`.")
    return fields, found[2]


def _fields(source: str) -> object:
    try:
        return yaml.load(source, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 2 if fault.problem_mark else 1
        raise StoryFault(
            f"the front matter cannot be read at line {line}; a value with a colon, a hash or a "
            "question mark stands in quotes."
        ) from None
    except (yaml.YAMLError, RecursionError):
        raise StoryFault("the front matter cannot be read; write it as YAML.") from None
    except (ValueError, TypeError) as fault:
        if isinstance(fault, StoryFault):
            raise
        raise StoryFault("the front matter holds a day or number that does not exist.") from None
