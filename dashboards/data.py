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

ALL = "all"
"""The slice of all clips."""

SLICES = ["dataset", "language", "emotion", "gender", "age_band"]
"""What scores can be broken down by. An emotion is a class, everything else is a set of clips."""

COMPARED = ["macro_f1", "weighted_f1", "accuracy", "uar"]
"""Metrics in which runs and groups are compared."""

UNITS = ["clip", "speaker"]
"""What a bootstrap draws."""

WAREHOUSE = "warehouse"
"""The source of contamination evidence that is not a document."""

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


def as_of() -> str | None:
    """Return the moment that the build describes, in words; None where nothing was ingested."""
    found = _query(
        "select strftime(max(as_of) at time zone 'UTC', '%Y-%m-%d %H:%M UTC') as as_of from corpora"
    )["as_of"]
    return None if found.isna().all() else str(found.iloc[0])


def extractions() -> pd.DataFrame:
    """Return the label extractions, the default first; a sweep's variants are none to choose."""
    return _query(
        """
        select extraction, method, description
        from extractions
        where not is_sweep
        order by not is_default, extraction
        """
    )


def conditions(extraction: str, synthetic: bool) -> list[str]:
    """Return what the runs of one extraction and kind of speech heard, the clip itself first."""
    found = _query(
        """
        select condition
        from leaderboard
        where extraction = $extraction and synthetic = $synthetic
        group by condition
        order by condition != 'clip', condition
        """,
        extraction=extraction,
        synthetic=synthetic,
    )
    return list(found["condition"])


def has_clips(synthetic: bool) -> bool:
    """Tell whether there is any clip of one kind of speech."""
    return not _query(
        "select 1 from corpora where synthetic = $synthetic and clips > 0", synthetic=synthetic
    ).empty


def has_answers(synthetic: bool) -> bool:
    """Tell whether any extraction read any answer for one kind of speech."""
    return not _query(
        "select 1 from leaderboard where synthetic = $synthetic limit 1", synthetic=synthetic
    ).empty


def metrics() -> list[str]:
    """Return the names of all metrics over slices."""
    found = _query("select distinct metric from metrics")["metric"]
    return sorted(found, key=terms.known_first)


def leaderboard(extraction: str, synthetic: bool, condition: str) -> pd.DataFrame:
    """Return all runs of one board, best first, incomplete ones last.

    `ranks` is the rank in words: from which to which, where runs do not really differ.
    """
    return _query(
        f"""
        with {NAMES}

        select
            names.run,
            names.series,
            leaderboard.*,
            case
                when rank not between rank_from and rank_to or rank_from = rank_to
                    then rank::varchar
                else coalesce(rank_from || '–' || rank_to, rank::varchar)
            end as ranks
        from leaderboard
        inner join names on leaderboard.run_id = names.run_id
        where
            leaderboard.extraction = $extraction
            and leaderboard.synthetic = $synthetic
            and leaderboard.condition = $condition
        order by leaderboard.rank nulls last, leaderboard.macro_f1 desc, names.run
        """,
        extraction=extraction,
        synthetic=synthetic,
        condition=condition,
    )


def without_flagged(
    extraction: str, synthetic: bool, condition: str, runs: Sequence[str]
) -> pd.DataFrame:
    """Return the scores of `runs` with and without flagged corpora, the best without first."""
    return _query(
        f"""
        with {NAMES}

        select names.run, names.series, scores.*
        from leaderboard_without_flagged as scores
        inner join names on scores.run_id = names.run_id
        where
            scores.extraction = $extraction
            and scores.synthetic = $synthetic
            and scores.condition = $condition
            and scores.language is null
            and list_contains($runs, scores.run_id)
        order by scores.macro_f1_without desc nulls last, names.run
        """,
        extraction=extraction,
        synthetic=synthetic,
        condition=condition,
        runs=list(runs),
    )


def scores(
    by: str, extraction: str, synthetic: bool, runs: Sequence[str], metric: str, unit: str
) -> pd.DataFrame:
    """Return all scores of `runs` per value of `by` (one of `SLICES`, or `ALL`).

    `low` and `high` are the 95 % interval of `metric` over `unit`, NULL where there is none.
    """
    by_class = by == "emotion"
    if by_class:
        source = "select * from metrics_by_emotion"
    else:
        columns = "".join(
            f", max(value) filter (where metric = '{name}') as {name}" for name in metrics()
        )
        source = f"""
            select
                run_id, system, temperature, extraction, synthetic,
                {"" if by == ALL else f"{by},"}
                any_value(n) as n
                {columns}
            from metrics
            where slice = $slice
            group by all
            """
    key = "true" if by == ALL else f"scores.{by} is not distinct from intervals.{by}"
    order = "" if by == ALL else f"scores.{by} not like 'under %', lower(scores.{by}),"
    return _query(
        f"""
        with {NAMES},

        scores as ({source})

        select names.run, names.series, scores.*, intervals.low, intervals.high, intervals.n_units
        from scores
        inner join names on scores.run_id = names.run_id
        left join intervals
            on
                scores.run_id = intervals.run_id
                and scores.extraction = intervals.extraction
                and scores.synthetic = intervals.synthetic
                and intervals.slice = $slice
                and intervals.metric = $metric
                and intervals.unit = $unit
                and {"intervals.emotion is not null" if by_class else "intervals.emotion is null"}
                and {key}
        where
            scores.extraction = $extraction
            and scores.synthetic = $synthetic
            and list_contains($runs, scores.run_id)
        order by {order} list_position($runs, scores.run_id)
        """,
        slice=ALL if by_class else by,
        extraction=extraction,
        synthetic=synthetic,
        runs=list(runs),
        metric=metric,
        unit=unit,
    )


def gaps(
    by: str, extraction: str, synthetic: bool, runs: Sequence[str], metric: str, unit: str
) -> pd.DataFrame:
    """Return the gaps between every two values of `by`, the widest first.

    Per dataset they are those between genders in it.
    """
    return _query(
        f"""
        with {NAMES}

        select names.run, gaps.*, gaps.low > 0 or gaps.high < 0 as excludes_0
        from gaps
        inner join names on gaps.run_id = names.run_id
        where
            gaps.extraction = $extraction
            and gaps.synthetic = $synthetic
            and list_contains($runs, gaps.run_id)
            and gaps.metric = $metric
            and gaps.unit = $unit
            and case
                when $by = 'dataset' then gaps.dataset is not null
                else gaps.dimension = $by and gaps.dataset is null
            end
        order by abs(gaps.difference) desc, names.run, gaps.group_name, gaps.other_group
        """,
        by=by,
        extraction=extraction,
        synthetic=synthetic,
        runs=list(runs),
        metric=metric,
        unit=unit,
    )


def comparisons(
    extraction: str,
    synthetic: bool,
    condition: str,
    runs: Sequence[str],
    metric: str,
    unit: str,
) -> pd.DataFrame:
    """Return every two of `runs` compared, either way round, in the order of `runs`."""
    return _query(
        f"""
        with {NAMES}

        select
            comparisons.*,
            names.run,
            others.run as other_run,
            list_position($runs, comparisons.run_id)
            < list_position($runs, comparisons.other_run_id) as is_first
        from comparisons
        inner join names on comparisons.run_id = names.run_id
        inner join names as others on comparisons.other_run_id = others.run_id
        where
            comparisons.extraction = $extraction
            and comparisons.synthetic = $synthetic
            and comparisons.condition = $condition
            and comparisons.metric = $metric
            and comparisons.unit = $unit
            and list_contains($runs, comparisons.run_id)
            and list_contains($runs, comparisons.other_run_id)
        order by
            list_position($runs, comparisons.run_id),
            list_position($runs, comparisons.other_run_id)
        """,
        extraction=extraction,
        synthetic=synthetic,
        condition=condition,
        runs=list(runs),
        metric=metric,
        unit=unit,
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


def why(text: str, labels: Sequence[str], threshold: float) -> pd.DataFrame:
    """Return the Levenshtein ratio of every word of an answer to every label, as CAMEO's Figure 1.

    Rows come in the order of the text; `counts` says whether a ratio reaches `threshold`, `times`
    how often the word is said.
    """
    return _query(
        """
        with

        ratios as (
            select
                word,
                label,
                any_value(ratio) as ratio,
                min(position) as position,
                count(*) as times
            from why_cameo($text, $labels)
            group by word, label
        )

        select *, ratio >= $threshold as counts
        from ratios
        order by position, label
        """,
        text=text,
        labels="|".join(labels),
        threshold=threshold,
    )


def threshold(extraction: str) -> float:
    """Return the lowest ratio that counts in `extraction`, or in CAMEO's rule if it has none."""
    found = _query(
        """
        select threshold
        from extractions
        where method = 'cameo' and threshold is not null
        order by extraction != $extraction, is_sweep, not is_default, extraction
        limit 1
        """,
        extraction=extraction,
    )["threshold"]
    return float(found.iloc[0]) if len(found) else 0.0


def read_by_extraction(synthetic: bool, run: str) -> pd.DataFrame:
    """Return per extraction and status the number and share of a run's clips."""
    return _query(
        """
        with

        counts as (
            select extraction, status, sum(n)::bigint as n
            from extraction_statuses
            where synthetic = $synthetic and run_id = $run
            group by all
        )

        select
            counts.extraction,
            counts.status,
            counts.n,
            counts.n / sum(counts.n) over (partition by counts.extraction) as share
        from counts
        inner join extractions on counts.extraction = extractions.extraction
        order by not extractions.is_default, counts.extraction, counts.status
        """,
        synthetic=synthetic,
        run=run,
    )


def by_extraction(synthetic: bool, condition: str, runs: Sequence[str]) -> pd.DataFrame:
    """Return the scores of `runs` under every extraction that is not a variant of a sweep."""
    return _query(
        f"""
        with {NAMES}

        select names.run, leaderboard.*
        from leaderboard
        inner join names on leaderboard.run_id = names.run_id
        inner join extractions on leaderboard.extraction = extractions.extraction
        where
            leaderboard.synthetic = $synthetic
            and leaderboard.condition = $condition
            and list_contains($runs, leaderboard.run_id)
            and not extractions.is_sweep
        order by
            list_position($runs, leaderboard.run_id),
            not extractions.is_default,
            leaderboard.extraction
        """,
        synthetic=synthetic,
        condition=condition,
        runs=list(runs),
    )


def sweep(synthetic: bool, runs: Sequence[str]) -> pd.DataFrame:
    """Return the scores of `runs` by the threshold of CAMEO's rule; no rows without a sweep."""
    return _query(
        f"""
        with {NAMES}

        select
            names.run,
            names.series,
            leaderboard.*,
            extractions.threshold,
            extractions.is_sweep
        from leaderboard
        inner join names on leaderboard.run_id = names.run_id
        inner join extractions on leaderboard.extraction = extractions.extraction
        where
            leaderboard.synthetic = $synthetic
            and list_contains($runs, leaderboard.run_id)
            and extractions.method in (select method from extractions where is_sweep)
            and extractions.threshold is not null
        order by list_position($runs, leaderboard.run_id), extractions.threshold
        """,
        synthetic=synthetic,
        runs=list(runs),
    )


def readings() -> pd.DataFrame:
    """Return how often each extraction reads what a careful reader reads."""
    return _query(
        """
        select extraction_readings.*
        from extraction_readings
        inner join extractions on extraction_readings.extraction = extractions.extraction
        where not extractions.is_sweep
        order by
            extraction_readings.collection,
            not extractions.is_default,
            extraction_readings.extraction
        """
    )


def calibration(synthetic: bool, runs: Sequence[str]) -> pd.DataFrame:
    """Return how well the probabilities of `runs` fit, per corpus (NULL: all, which come first)."""
    return _query(
        f"""
        with {NAMES}

        select names.run, calibration.*
        from calibration
        inner join names on calibration.run_id = names.run_id
        where calibration.synthetic = $synthetic and list_contains($runs, calibration.run_id)
        order by
            list_position($runs, calibration.run_id),
            calibration.dataset is not null,
            lower(calibration.dataset)
        """,
        synthetic=synthetic,
        runs=list(runs),
    )


def reliability(synthetic: bool, run: str, dataset: str) -> pd.DataFrame:
    """Return the reliability diagram of one run on `dataset`, or on all if that is empty."""
    return _query(
        """
        select *, bin / 15 as bin_from, (bin + 1) / 15 as bin_to
        from reliability
        where
            synthetic = $synthetic
            and run_id = $run
            and coalesce(dataset, '') = $dataset
        order by bin
        """,
        synthetic=synthetic,
        run=run,
        dataset=dataset,
    )


def contamination_sources(extraction: str) -> list[str]:
    """Return whose scores contamination is judged by, the warehouse's own first."""
    found = _query(
        """
        select source
        from contamination
        where source != $warehouse or extraction = $extraction
        group by source
        order by source != $warehouse, source
        """,
        extraction=extraction,
        warehouse=WAREHOUSE,
    )
    return list(found["source"])


def contamination(source: str, extraction: str) -> pd.DataFrame:
    """Return all evidence of one source; a document's own extraction counts, whatever is chosen."""
    return _query(
        """
        select *, case when assessable then verdict else 'not assessable' end as judgement
        from contamination
        where source = $source and (source != $warehouse or extraction = $extraction)
        order by lower(dataset), system
        """,
        source=source,
        extraction=extraction,
        warehouse=WAREHOUSE,
    )


def disturbed(system: str, dataset: str, extraction: str) -> pd.DataFrame:
    """Return what a system scores on a corpus if it hears something else than the clip."""
    return _query(
        """
        select *
        from contamination_conditions
        where system = $system and dataset = $dataset and extraction = $extraction
        order by macro_f1 is null, condition
        """,
        system=system,
        dataset=dataset,
        extraction=extraction,
    )


def documents() -> list[str]:
    """Return the published documents."""
    found = _query(
        """
        select document from published_comparison
        union
        select document from published_audit
        order by document
        """
    )
    return list(found["document"])


def published_comparison(document: str) -> pd.DataFrame:
    """Return published numbers (of all documents if that is empty) beside ours, ours first."""
    return _query(
        f"""
        with {NAMES}

        select names.run, comparison.*
        from published_comparison as comparison
        left join names on comparison.run_id = names.run_id
        where $document = '' or comparison.document = $document
        order by
            comparison.ours is null,
            comparison.document,
            comparison.place,
            comparison.what,
            names.run
        """,
        document=document,
    )


def audit(document: str) -> pd.DataFrame:
    """Return the checks of the published documents, contradictions first."""
    return _query(
        """
        select *
        from published_audit
        where $document = '' or document = $document
        order by
            verdict = 'contradicts' desc,
            verdict = 'cannot be checked' desc,
            document,
            place,
            kind,
            subject
        """,
        document=document,
    )


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
