"""Corpora that travel inside the repository: the synthetic ``demo`` corpus and its maker."""
