"""What the tests of collections have in common."""

from tests.conftest import python
from warehouse.inventory import inventory
from warehouse.store import Store


def ingest(warehouse, reader, sources, *arguments, **environment):
    command = ("-m", "ingest", "run", "--from", reader, "--sources", str(sources))
    return python(warehouse, *command, *arguments, **environment)


def current(warehouse, folder=""):
    """What is known today: path → emotion of a clip, or reason of a reject."""
    entries = inventory(Store(warehouse), ("emotion",), ("reason",), folder)
    return {
        path: entry.row["emotion" if entry.is_clip else "reason"]
        for (_, path), entry in entries.items()
    }
