"""Macros that are formulas, held against what they are formulas of."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from scipy.stats import t

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def macros():
    source = (ROOT / "dbt_project" / "macros" / "contamination.sql").read_text()
    return Environment(extensions=["jinja2.ext.do"]).from_string(source).module


def test_the_quantile_of_students_t_is_scipys_from_table_and_expansion(macros):
    sql = f"select df, {macros.t_quantile('df')} from range(1, 300) as d(df) order by df"
    for df, found in duckdb.sql(sql).fetchall():
        assert found == pytest.approx(t.ppf(0.975, df), rel=1e-4), df
    assert duckdb.sql(f"select {macros.t_quantile('0')}").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("given", "first", "final"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-11", "2020-11-01", "2020-11-30"),
        ("2020-02-03", "2020-02-03", "2020-02-03"),
    ],
)
def test_a_year_or_a_month_means_any_of_its_days(macros, given, first, final):
    # A column, as in the models: of a string that stands there DuckDB casts every branch.
    columns = f"{macros.first_day('given')}::varchar, {macros.final_day('given')}::varchar"
    found = duckdb.sql(f"select {columns} from (values ('{given}')) as g(given)").fetchall()
    assert found == [(first, final)]


@pytest.fixture(scope="module")
def texts():
    source = (ROOT / "dbt_project" / "macros" / "normalise_text.sql").read_text()
    environment = Environment()
    environment.globals["return"] = str  # dbt's own
    return environment.from_string(source).module


NASTY = (
    " \n\t\0\u00a0.,!-_aZé3ß\u0301\u0323\u094d\u200dİK\u212b\u0958রা怒り\u1112\u1161\u11abσΣ\u037e😀"
)


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(NASTY, max_size=60), st.text(max_size=60)))
def test_the_words_of_a_text_are_those_of_its_tokens_and_few_words_are_short(texts, text):
    given = duckdb.sql(
        f"select {texts.normalise_text('t')}, {texts.is_short_text('t')}, list_filter(flatten("
        f"list_transform({texts.tokens_of('t')}, lambda k: string_split("
        f"{texts.normalise_text('k')}, ' '))), lambda w: w != '') from (select $text as t)",
        params={"text": text},
    )
    [(whole, is_short, words)] = given.fetchall()
    assert words == whole.split(" ") or (words, whole) == ([], "")
    assert is_short or len(whole) > int(texts.longest_label())


def test_what_follows_a_nul_is_part_of_the_text(texts):
    said = texts.normalise_text("'sad é' || chr(0) || 'Anger'")
    assert duckdb.sql(f"select {said}").fetchall() == [("sad é anger",)]
