"""What a book's mapping says, in one short word: two lists made by different mappings do not speak of the same rows."""

import hashlib
import re
from pathlib import Path

from churnml.data.book import BookSettings

NOT_MAPPING = {
    "description",
    "params",
    "last_day",
}  # of book.yaml: what does not change how a raw row is read


def mapping_digest(mapping: Path, book: BookSettings) -> str:
    """A digest of the mapping's SELECTs, without their remarks and spacing, and of how book.yaml says that files are read."""
    queries = [f"{file.name} {_bare(file)}" for file in sorted(mapping.glob("*.sql"))]
    content = "\n".join([*queries, book.model_dump_json(exclude=NOT_MAPPING)])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _bare(file: Path) -> str:
    return " ".join(re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8")).split())
