"""The emotion names that exist, for corpora to map their labels to."""

from warehouse.emotions import EMOTIONS_CSV, canonical_emotions

__all__ = ["EMOTIONS_CSV", "canonical_emotions"]
