"""
Persons as the text they are stored as.

Most turns come while a conversation is going on, so the person who was written a moment ago is kept in
memory with that text. What counts is the text from the database: only if it is the very same is the person
in memory used, so another process's turn is never overlooked.
"""

from collections import OrderedDict

import orjson

from core.conversation.person import Person

# About 5 kB each.
REMEMBERED_PERSONS = 2000


def to_text(person: Person) -> str:
    """As stored."""
    return orjson.dumps(person.dump()).decode()


def from_text(text: str) -> Person:
    """From what `to_text` gave."""
    return Person.load(orjson.loads(text))


class PersonMemory:
    """The persons written last, by their key. Not safe for two threads at once."""

    def __init__(self, most: int = REMEMBERED_PERSONS) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[str, Person]] = OrderedDict()

    def read(self, key: str, text: str) -> Person:
        """The person this text says."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] == text:
            return kept[1]
        return from_text(text)

    def write(self, key: str, person: Person) -> str:
        """The person's text, remembered."""
        text = to_text(person)
        self._kept[key] = (text, person)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return text
