"""Macros that are formulas, held against what they are formulas of."""

import duckdb
import pytest
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
