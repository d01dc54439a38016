"""Every query of the dashboards: selections from marts, with one filter on kind of speech in each.

A query opens the published database, reads and closes it, so it holds up neither a build nor a
writer. Results are cached per published file: a new publication has a new path.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from dashboards import terms
from warehouse.errors import SerError
from warehouse.publish import connect, published

NO_LABEL = "(no label)"

SLICES = {
    "dataset": "metrics_by_dataset",
    "language": "metrics_by_language",
    "emotion": "metrics_by_emotion",
}
"""What scores can be broken down by, and the mart that has them."""

# Short names of runs. `series` tells apart what shares a system by whatever differs between its
# runs; `run` adds the temperature, and the end of the run's id where that still is not enough.
NAMES = """
    series as (
        select
            run_id,
            temperature,
            concat_ws(
                ' · ',
                system,
                case when min(system_version) over same < max(system_version) over same
                    then 'v' || system_version end,
                case when min(prompt) over same < max(prompt) over same
                    then 'prompt ' || prompt end,
                case when min(condition) over same < max(condition) over same
                    then condition end,
                case when min(seed) over same < max(seed) over same
                    then 'seed ' || seed end
            ) as series
        from runs
        window same as (partition by system)
    ),

    names as (
        select
            run_id,
            series,
            concat_ws(
                ' · ',
                series,
                'T=' || temperature,
                case when count(*) over (partition by series, temperature) > 1
                    then right(run_id, 10) end
            ) as run
        from series
    )
"""


def build() -> str:
    """Name the build that is shown.

    Raises:
        SerError: nothing is published.
    """
    return published().parent.name


def extractions() -> pd.DataFrame:
    """Return the label extractions, the default first."""
    return _query(
        "select extraction, description from extractions order by not is_default, extraction"
    )


def has_clips(synthetic: bool) -> bool:
    """Tell whether there is any clip of one kind of speech."""
    return not _query(
        "select 1 from corpora where synthetic = $synthetic and clips > 0", synthetic=synthetic
    ).empty


def metrics() -> list[str]:
    """Return the names of all metrics over slices."""
    found = _query("select distinct metric from metrics")["metric"]
    return sorted(found, key=terms.known_first)


def leaderboard(extraction: str, synthetic: bool) -> pd.DataFrame:
    """Return all runs of one extraction and kind of speech, best first, incomplete ones last."""
    return _query(
        f"""
        with {NAMES}

        select names.run, names.series, leaderboard.*
        from leaderboard
        inner join names on leaderboard.run_id = names.run_id
        where leaderboard.extraction = $extraction and leaderboard.synthetic = $synthetic
        order by leaderboard.rank nulls last, leaderboard.macro_f1 desc, names.run
        """,
        extraction=extraction,
        synthetic=synthetic,
    )


def breakdown(by: str, extraction: str, synthetic: bool, runs: Sequence[str]) -> pd.DataFrame:
    """Return the scores of `runs` per dataset, language or emotion (the keys of `SLICES`)."""
    return _query(
        f"""
        with {NAMES}

        select names.run, names.series, scores.*
        from {SLICES[by]} as scores
        inner join names on scores.run_id = names.run_id
        where
            scores.extraction = $extraction
            and scores.synthetic = $synthetic
            and list_contains($runs, scores.run_id)
        order by lower(scores.{by}), names.run
        """,
        extraction=extraction,
        synthetic=synthetic,
        runs=list(runs),
    )


def cells(extraction: str, synthetic: bool, run: str) -> pd.DataFrame:
    """Return the scores of one run per dataset, language and emotion."""
    return _query(
        """
        select dataset || ' · ' || language as slice, *
        from metrics_by_dataset_language_emotion
        where extraction = $extraction and synthetic = $synthetic and run_id = $run
        order by lower(dataset), language, emotion
        """,
        extraction=extraction,
        synthetic=synthetic,
        run=run,
    )


def datasets(extraction: str, synthetic: bool, runs: Sequence[str]) -> list[str]:
    """Return the corpora that any of `runs` answered for."""
    found = _query(
        """
        select dataset
        from metrics_by_dataset
        where
            extraction = $extraction
            and synthetic = $synthetic
            and list_contains($runs, run_id)
        group by dataset
        order by lower(dataset)
        """,
        extraction=extraction,
        synthetic=synthetic,
        runs=list(runs),
    )
    return list(found["dataset"])


def confusion(extraction: str, synthetic: bool, run: str, dataset: str) -> pd.DataFrame:
    """Return the confusion matrix of one run over `dataset`, or over all corpora if that is empty.

    One row per true emotion and label, pairs that never occurred included; `share` is within the
    true emotion. Rows come in the order in which the matrix shows them: labels that are no class
    of the truth after those that are, and no label at all last.
    """
    return _query(
        """
        with

        pairs as (
            select emotion, label, sum(n)::bigint as n
            from confusion
            where
                extraction = $extraction
                and synthetic = $synthetic
                and run_id = $run
                and ($dataset = '' or dataset = $dataset)
            group by emotion, label
        ),

        truth as (
            select emotion, sum(n)::bigint as clips
            from pairs
            group by emotion
        ),

        labels as (
            select emotion as label from pairs
            union
            select label from pairs
            union
            select null
        )

        select
            truth.emotion,
            coalesce(labels.label, $no_label) as label,
            coalesce(pairs.n, 0) as n,
            coalesce(pairs.n, 0) / truth.clips as share,
            truth.clips
        from truth
        cross join labels
        left join pairs
            on truth.emotion = pairs.emotion and labels.label is not distinct from pairs.label
        order by
            truth.emotion,
            labels.label is null,
            labels.label not in (select emotion from truth),
            labels.label
        """,
        extraction=extraction,
        synthetic=synthetic,
        run=run,
        dataset=dataset,
        no_label=NO_LABEL,
    )


_ANSWERS = """
    from predictions
    where
        extraction = $extraction
        and synthetic = $synthetic
        and list_contains($runs, run_id)
        and ($dataset = '' or dataset = $dataset)
"""


def statuses(extraction: str, synthetic: bool, runs: Sequence[str], dataset: str) -> pd.DataFrame:
    """Return how many answers the extraction gave each status, most frequent first."""
    return _query(
        f"select status, count(*) as n {_ANSWERS} group by all order by n desc, status",
        extraction=extraction,
        synthetic=synthetic,
        runs=list(runs),
        dataset=dataset,
    )


def answers(
    extraction: str,
    synthetic: bool,
    runs: Sequence[str],
    dataset: str,
    status: str,
    limit: int,
) -> tuple[int, pd.DataFrame]:
    """Return how many answers match, and the first `limit` of them.

    The order is that of `file_id`, a hash: it mixes corpora and emotions, is the same every time,
    and puts what several runs answered for one clip side by side.
    """
    matching = f"{_ANSWERS} and ($status = '' or status = $status)"
    chosen: dict[str, Any] = {
        "extraction": extraction,
        "synthetic": synthetic,
        "runs": list(runs),
        "dataset": dataset,
        "status": status,
    }
    total = _query(f"select count(*) as n {matching}", **chosen)["n"]
    rows = _query(
        f"""
        with {NAMES},

        matching as (
            select * {matching}
            order by file_id, run_id
            limit $limit
        )

        select names.run, matching.*
        from matching
        inner join names on matching.run_id = names.run_id
        order by matching.file_id, names.run
        """,
        **chosen,
        limit=limit,
    )
    return int(total.iloc[0]), rows


def corpora(synthetic: bool) -> pd.DataFrame:
    """Return what is in the warehouse of each corpus, beside what was published."""
    return _query(
        "select * from corpora where synthetic = $synthetic order by lower(dataset)",
        synthetic=synthetic,
    )


def rejects(synthetic: bool) -> pd.DataFrame:
    """Return why files could not be used, per corpus and reason."""
    return _query(
        """
        select
            rejects.dataset,
            rejects.reason,
            count(*) as files,
            any_value(rejects.remedy) as remedy
        from rejects
        inner join corpora on rejects.dataset = corpora.dataset
        where corpora.synthetic = $synthetic
        group by rejects.dataset, rejects.reason
        order by lower(rejects.dataset), files desc, rejects.reason
        """,
        synthetic=synthetic,
    )


def _query(sql: str, **parameters: Any) -> pd.DataFrame:  # noqa: ANN401
    return _rows(str(published()), sql, parameters)


@st.cache_data(show_spinner=False, max_entries=200)
def _rows(database: str, sql: str, parameters: dict[str, Any]) -> pd.DataFrame:
    with connect(Path(database)) as connection:
        try:
            return connection.execute(sql, parameters or None).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            cause = str(error).splitlines()[0]
            raise SerError(
                f"{database}: built by another version of this project ({cause}); run `make build`"
            ) from None
