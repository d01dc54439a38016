"""What became of a corpus in one job, and what has to be said about it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.corpus import Problem
from ingest.files import AUDIO_SUFFIXES, SourceFile
from ingest.sources import Source
from warehouse.errors import one_line

EXAMPLES = 3
"""Files that are named of each kind of problem."""


@dataclass
class Tally:
    """What became of one corpus in one job."""

    source: Source
    stored: int = 0
    known: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    """Reason → a line for each of the first files."""
    kept: list[str] = field(default_factory=list)
    """A line for every stored clip whose file could not be looked at."""
    withdrawn: list[str] = field(default_factory=list)
    """Paths of stored clips whose files are rejects today."""
    notes: list[str] = field(default_factory=list)

    def keep(self, file: SourceFile, problem: Problem) -> None:
        """Count a stored clip that stays, whatever is the matter with its file."""
        self.known += 1
        self.kept.append(_line(file, problem))

    def reject(self, file: SourceFile, problem: Problem) -> None:
        """Count a reject and keep the first lines of each kind for the report."""
        self.rejects[problem.reason] += 1
        lines = self.examples.setdefault(problem.reason, [])
        if len(lines) < EXAMPLES:
            lines.append(_line(file, problem))

    def explain(self, any_files: bool, missing: Sequence[str]) -> None:
        """Note what the counts alone do not say.

        Args:
            any_files: whether the folder holds any audio file.
            missing: paths of stored clips that stay although they are not in the folder.
        """
        root, corpus = self.source.root, self.source.corpus
        if not any_files:
            self.notes.append(f"{root}: holds no audio files ({' '.join(sorted(AUDIO_SUFFIXES))})")
        if self.kept:
            self.notes.append(
                f"{len(self.kept):,} clips stay as they are stored although their files could not "
                f"be looked at, like {self.kept[0]}"
            )
        if self.withdrawn:
            self.notes.append(
                f"{root}: {len(self.withdrawn):,} clips that were stored are rejected now (like "
                f"{self.withdrawn[0]}) and out of results from the next build on; bring their "
                "files back and ingest again to have them back"
            )
        if missing:
            command = [
                *(".venv/bin/python", "-m", "ingest", "run", "--drop-missing"),
                *("--corpora", corpus.name.lower(), "--sources", str(root.parent)),
            ]
            self.notes.append(
                f"{root}: {len(missing):,} clips that are stored are not here (like {missing[0]}); "
                "they stay in the warehouse. If they were renamed or withdrawn: "
                f"{shlex.join(command)}"
            )
        clips = self.stored + self.known
        if corpus.published_clips is not None and clips > corpus.published_clips:
            self.notes.append(
                f"{root}: {clips:,} clips where {corpus.name} was published with "
                f"{corpus.published_clips:,}; is there something in the folder that is not part "
                "of it?"
            )


def _line(file: SourceFile, problem: Problem) -> str:
    return one_line(f"{file.location}{file.part}: {problem.detail}; {problem.remedy}")
