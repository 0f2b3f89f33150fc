"""An immutable mapping of which one entry is cheap to change, however large it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, ValuesView
from typing import Generic, TypeVar, overload
from zlib import crc32

V = TypeVar("V")
D = TypeVar("D")

_SMALL = 64
_BUCKETS = 128


class Table(Mapping[str, V], Generic[V]):
    """A mapping from text that cannot change; `put` and `drop` give a new one and copy little.

    Up to 64 entries it is one dict. Above, entries lie in 128 dicts: replacing one of 10,000 copies 80, not all
    (a copied dict of 10,000 costs a hundred times as much). Which dict is told by the key's CRC-32, so that the order
    does not change from process to process as Python's own hash of text does.
    """

    __slots__ = ("_buckets", "_size")

    def __init__(self, given: Mapping[str, V] | Iterable[tuple[str, V]] = ()) -> None:
        items = dict(given)
        self._size = len(items)
        self._buckets: tuple[dict[str, V], ...] = (items,) if len(items) <= _SMALL else _spread(items)

    def put(self, key: str, value: V) -> Table[V]:
        """Give the table with *key* set to *value*."""
        if len(self._buckets) == 1:
            items = {**self._buckets[0], key: value}
            return _made((items,), len(items)) if len(items) <= _SMALL else Table(items)
        index = crc32(key.encode()) % _BUCKETS
        old = self._buckets[index]
        grown = self._size + (key not in old)
        return _made((*self._buckets[:index], {**old, key: value}, *self._buckets[index + 1 :]), grown)

    def drop(self, key: str) -> Table[V]:
        """Give the table without *key*; the same table where it is not in it."""
        if key not in self:
            return self
        if len(self._buckets) == 1:
            items = self._buckets[0].copy()
            del items[key]
            return _made((items,), len(items))
        if self._size <= _SMALL // 2:
            return Table((name, value) for name, value in self.items() if name != key)
        index = crc32(key.encode()) % _BUCKETS
        kept = {name: value for name, value in self._buckets[index].items() if name != key}
        return _made((*self._buckets[:index], kept, *self._buckets[index + 1 :]), self._size - 1)

    def _bucket(self, key: str) -> dict[str, V]:
        return self._buckets[0] if len(self._buckets) == 1 else self._buckets[crc32(key.encode()) % _BUCKETS]

    def __getitem__(self, key: str) -> V:
        return self._bucket(key)[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._bucket(key)

    # The two that the machine asks for most, without the detours of `Mapping`.

    @overload
    def get(self, key: str, default: None = None, /) -> V | None: ...
    @overload
    def get(self, key: str, default: V | D, /) -> V | D: ...
    def get(self, key: str, default: object = None, /) -> object:
        """Give the entry of *key*, or *default*."""
        return self._bucket(key).get(key, default)

    def values(self) -> ValuesView[V]:
        """Give all entries."""
        return self._buckets[0].values() if len(self._buckets) == 1 else super().values()

    def __iter__(self) -> Iterator[str]:
        for bucket in self._buckets:
            yield from bucket

    def __len__(self) -> int:
        return self._size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __repr__(self) -> str:
        return f"Table({dict(self)!r})"


def _spread(items: dict[str, V]) -> tuple[dict[str, V], ...]:
    buckets: tuple[dict[str, V], ...] = tuple({} for _ in range(_BUCKETS))
    for key, value in items.items():
        buckets[crc32(key.encode()) % _BUCKETS][key] = value
    return buckets


def _made(buckets: tuple[dict[str, V], ...], size: int) -> Table[V]:
    table: Table[V] = Table.__new__(Table)
    table._buckets, table._size = buckets, size
    return table
