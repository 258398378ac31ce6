"""Shards: files of which each row is one document, as Parquet or JSON Lines; dumps of crawls are read likewise.

Belongs here: from a shard to its documents, row by row in bounded memory. Doesn't belong here: web archives
(``warc``), keeping documents (``landing``), what a document says (``extract``), or can say (``extract.first_pass``).

Shards are haystacks: most pages of a crawl are no reports. Those that can't be any are let go of and counted, but for
the first ones of a shard of rows, which may have been chosen by hand: they are documents like all others.

Columns are ``source_uri`` and ``media_type`` (text) and ``content`` (bytes or text); ``media_type`` may be
absent, and further columns are passed over. Text is taken as its UTF-8 bytes. Parquet is read by pyarrow and
not by polars: its batches are as small as we like, also within a row group that holds the whole file.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dagster_project.shard_rows import Refusal, Row, ShardError, printable, said_by, shortened
from dagster_project.warc import warc_rows
from extract.documents import Document, Rejection

if TYPE_CHECKING:
    import pyarrow
    from pyarrow import parquet

REQUIRED_COLUMNS = ("source_uri", "content")
COLUMNS = (*REQUIRED_COLUMNS, "media_type")

#: Rows that are in memory at once: documents may be as large as the limit allows.
BATCH_ROWS = 4
#: What is read from a file at once.
READ_BYTES = 1024 * 1024
#: A longer ``source_uri`` or ``media_type`` is none.
MAX_TEXT_LENGTH = 8192
#: Unusable rows that are listed one by one; any more are counted, as in a file of something else.
MAX_LISTED_ROWS = 10_000
#: Rows that are read at all: a few bytes of Parquet may stand for any number of NULLs.
MAX_ROWS = 10_000_000
#: A row group that is larger than this once unpacked, and so many times larger than the file, isn't unpacked.
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_RATIO = 100
#: More commas than this in a line could be as many small values: they take far more memory than the line.
MAX_COMMAS_OF_A_LINE = 4_000_000
#: So many documents of a Parquet or JSON Lines shard that can't be reports are passed on all the same.
MAX_PASSED_ON = 5000

#: Whether a document can be a report at all.
IsCandidate = Callable[[Document], bool]


def is_shard(path: Path) -> bool:
    """Whether a file's name says that it is a shard."""
    return shard_suffix(path) in READERS


def shard_suffix(path: Path) -> str:
    """The end of a file's name that tells its format, such as ``.parquet`` or ``.warc.gz``."""
    return "".join(path.suffixes[-2:]).lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def read_shard(path: Path, uri: str, largest: int, is_candidate: IsCandidate = lambda _: True) -> "Shard":
    """The documents of a shard, each once, and the rows that can't be used, as ``uri#number``.

    ``largest`` is the number of bytes that a document may have.

    Raises:
        OSError: at once, when the shard can't be opened.
        ShardError: while iterating, after the rows that could be read.

    """
    suffix = shard_suffix(path)
    passed_on = MAX_PASSED_ON if suffix in SHARDS_OF_ROWS else 0
    return Shard(path.open("rb"), READERS[suffix], uri, largest, is_candidate, passed_on)


class Shard:
    """What is read of an open shard, once; ``turned_away`` counts the documents let go of so far."""

    def __init__(
        self, file: BinaryIO, reader: "RowReader", uri: str, largest: int, is_candidate: IsCandidate, passed_on: int
    ) -> None:
        self.turned_away = 0
        self._file, self._rows = file, reader(file, largest)
        self._uri, self._largest = uri, largest
        self._is_candidate, self._passed_on = is_candidate, passed_on

    def __iter__(self) -> Iterator[Document | Rejection]:
        """As ``read_shard`` says."""
        seen: set[tuple[str, str]] = set()
        rejected = 0
        with self._file:
            for outcome in self._outcomes():
                if isinstance(outcome, Rejection):
                    rejected += 1
                    if rejected <= MAX_LISTED_ROWS:
                        yield outcome
                elif (key := (outcome.source_uri, outcome.content_sha256)) not in seen:
                    seen.add(key)
                    yield outcome
        if rejected > MAX_LISTED_ROWS:
            unlisted = f"{rejected - MAX_LISTED_ROWS} more rows that can't be used, besides those listed"
            raise ShardError("unreadable", unlisted)

    def _outcomes(self) -> Iterator[Document | Rejection]:
        for count, row in enumerate(self._rows, start=1):
            if count > MAX_ROWS:
                raise ShardError("too_large", f"more than {MAX_ROWS} rows")
            outcome = _outcome(row, self._uri, self._largest)
            # of a row that is refused for what came to its content the content tells whether that matters
            document = _document(row) if row.content is not None and row.refusal else outcome
            if isinstance(document, Rejection) or self._is_candidate(document):
                yield outcome
            elif self._passed_on:
                self._passed_on -= 1
                yield outcome
            else:
                self.turned_away += 1


def _outcome(row: Row, uri: str, largest: int) -> Document | Rejection:
    """The row's document, or why it has none; only one that is too large is listed under its own URI."""
    if refusal := row.refusal or _refusal(row):
        return Rejection(f"{uri}#{row.number}", "", *refusal)
    document = _document(row)
    if len(document.content) > largest:
        return Rejection(document.source_uri, "", "too_large", f"more than {largest // 1024**2} MiB")
    return document


def _document(row: Row) -> Document:
    return Document(printable(row.source_uri or ""), bytes(row.content or b""), printable(row.media_type or "") or None)


def _refusal(row: Row) -> Refusal | None:
    if not (row.source_uri or "").strip():
        return "unreadable", "no source_uri"
    if row.content is None:
        return "unreadable", "no content"
    if max(len(row.source_uri or ""), len(row.media_type or "")) > MAX_TEXT_LENGTH:
        return "unreadable", f"a source_uri or media_type of more than {MAX_TEXT_LENGTH} characters"
    return None


def _json_rows(file: BinaryIO, largest: int) -> Iterator[Row]:
    """A row per line, numbered as an editor numbers them; blank lines are none."""
    # Chinese text takes twice its bytes when each character is escaped.
    longest = 2 * largest + READ_BYTES
    try:
        for number, line in enumerate(_lines(file, longest), start=1):
            if line is None:
                yield Row(number, refusal=("too_large", f"a line of more than {longest // 1024**2} MiB"))
            elif line.strip():
                yield _json_row(number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
    except OSError as error:
        raise ShardError("unreadable", said_by(error)) from error


def _lines(file: BinaryIO, longest: int) -> Iterator[bytes | None]:
    """The lines of a file; None for one that is too long, which isn't held in memory."""
    while line := file.readline(longest + 1):
        if len(line) <= longest or line.endswith(b"\n"):
            yield line
            continue
        while (rest := file.readline(READ_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield None


def _json_row(number: int, line: bytes) -> Row:
    if line.count(b",") > MAX_COMMAS_OF_A_LINE:
        return Row(number, refusal=("too_large", f"a line of more than {MAX_COMMAS_OF_A_LINE} commas"))
    try:
        record = json.loads(line.decode("utf-8"))
        if not isinstance(record, dict):
            return Row(number, refusal=("unreadable", "no JSON object"))
        values = {name: record.get(name) for name in COLUMNS}
        for name, value in values.items():
            if not isinstance(value, str | None):
                return Row(number, refusal=("unreadable", f"{name} isn't text"))
        content = values["content"]
        encoded = None if content is None else content.encode("utf-8")
    except (ValueError, RecursionError) as error:  # among them what can't be decoded or encoded
        return Row(number, refusal=("unreadable", f"not a line of JSON: {said_by(error)}"))
    return Row(number, values["source_uri"], encoded, values["media_type"])


def _parquet_rows(file: BinaryIO, largest: int) -> Iterator[Row]:  # noqa: ARG001 - the limit is applied to the rows
    """A row per row; a row group that is damaged costs its own rows only."""
    shard, columns = _open_parquet(file)
    packed = os.fstat(file.fileno()).st_size
    damage: list[ShardError] = []
    first = 1
    for group in range(shard.num_row_groups):
        try:
            _check_size(shard, group, packed)
            yield from _group_rows(shard, group, columns, first)
        except Exception as error:  # whatever pyarrow makes of damaged bytes
            reason = error.refusal[0] if isinstance(error, ShardError) else "unreadable"
            damage.append(ShardError(reason, f"row group {group + 1}: {said_by(error)}"))
        first += shard.metadata.row_group(group).num_rows
    if damage:
        more = f", and {len(damage) - 1} more row groups" if len(damage) > 1 else ""
        raise ShardError(damage[0].refusal[0], f"{damage[0]}{more}")


def _open_parquet(file: BinaryIO) -> tuple["parquet.ParquetFile", list[str]]:
    """The file, and which of our columns it has."""
    from pyarrow import parquet  # only where there is a shard: a tenth of a second

    try:
        # Without the two settings a column is read whole before its first row comes.
        shard = parquet.ParquetFile(file, buffer_size=READ_BYTES, pre_buffer=False, page_checksum_verification=True)
        return shard, _columns(shard.schema_arrow)
    except ShardError:
        raise
    except Exception as error:  # whatever pyarrow makes of damaged bytes
        raise ShardError("unreadable", said_by(error)) from error


def _columns(schema: "pyarrow.Schema") -> list[str]:
    for name in COLUMNS:
        count = schema.names.count(name)
        if count == 0 and name in REQUIRED_COLUMNS:
            raise ShardError("unreadable", shortened(f"no column {name} among: {', '.join(schema.names)}"))
        if count > 1:
            raise ShardError("unreadable", f"{count} columns are called {name}")
        if count and not _is_text_or_bytes(schema.field(name).type):
            raise ShardError("unreadable", shortened(f"{name} isn't text or bytes but {schema.field(name).type}"))
    return [name for name in COLUMNS if name in schema.names]


def _is_text_or_bytes(kind: "pyarrow.DataType") -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    # A column of NULLs only, as pandas writes it, has the type of none.
    checks = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    checks += (types.is_binary, types.is_large_binary, types.is_binary_view, types.is_fixed_size_binary)
    return any(check(kind) for check in checks)


def _group_rows(shard: "parquet.ParquetFile", group: int, columns: list[str], first: int) -> Iterator[Row]:
    number = first
    for batch in shard.iter_batches(BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False):
        for index in range(batch.num_rows):
            values = {name: _bytes_of(batch.column(name)[index]) for name in columns}
            yield Row(number, _text(values["source_uri"]), values["content"], _text(values.get("media_type")))
            number += 1


def _check_size(shard: "parquet.ParquetFile", group: int, packed: int) -> None:
    """Refuse what a small file unpacks to by far more than text ever does: pages are unpacked whole.

    Sizes are the row group's and the file's. pyarrow has the columns', too, but ends the process over a column
    whose metadata are damaged.
    """
    unpacked = shard.metadata.row_group(group).total_byte_size
    if unpacked > max(MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO * packed):
        raise ShardError("unsafe_input", f"{unpacked // 1024**2} MiB packed into a file of {packed // 1024} KiB")


def _bytes_of(value: "pyarrow.Scalar") -> memoryview | None:
    """The bytes of a text or of bytes, where pyarrow has them; None for NULL."""
    if hasattr(value, "dictionary"):
        value = value.value
    return memoryview(value.as_buffer()) if value.is_valid else None


def _text(value: memoryview | None) -> str | None:
    return None if value is None else bytes(value).decode("utf-8", "backslashreplace")


RowReader = Callable[[BinaryIO, int], Iterator[Row]]
SHARDS_OF_ROWS: dict[str, RowReader] = {".parquet": _parquet_rows, ".jsonl": _json_rows}
READERS = {**SHARDS_OF_ROWS, ".warc": warc_rows, ".warc.gz": warc_rows}
