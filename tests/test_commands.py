"""The commands people live in: documented, and honest about what they did."""

import re
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, filled, python, run, succeed
from warehouse.store import Store

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.M)


def test_every_target_has_a_line_in_help():
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)[1].split()
    assert sorted(TARGETS) == sorted(phony)
    done = run(["make", "help"], ROOT)
    assert [line.split()[0] for line in done.stdout.splitlines()] == TARGETS


def test_the_readme_names_every_command_and_its_first_two_are_demo_and_test():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in TARGETS:
        assert f"make {target}" in readme or target in ("help", "lock", "clean", "format"), target
    assert re.findall(r"^make (\w+)", readme, re.M)[:2] == ["demo", "test"]


@pytest.mark.parametrize("module", ["ingest", "inference", "warehouse"])
def test_every_command_line_explains_itself(tmp_path, module):
    for arguments in (
        ["--help"],
        ["run", "--help"] if module != "warehouse" else ["sql", "--help"],
    ):
        done = succeed(python(tmp_path, "-m", module, *arguments))
        assert "usage: python -m" in done.stdout
    assert python(tmp_path, "-m", module).returncode == 2
    assert python(tmp_path, "-m", module, "nonsense").returncode == 2


def test_the_registries_can_be_listed(tmp_path):
    corpora = succeed(python(tmp_path, "-m", "ingest", "list")).stdout
    for name in ("demo", "nemo", "ravdess", "emodb", "emovo", "tess", "turev-db", "urdu"):
        assert re.search(rf"^{name} ", corpora, re.M)
    assert re.search(
        r"^acoustic ", succeed(python(tmp_path, "-m", "inference", "list")).stdout, re.M
    )


def test_make_runs_the_whole_chain_and_prints_the_leaderboard(tmp_path):
    if not Path(ROOT, ".venv/.run").exists():
        pytest.skip("the environment was not set up by make")
    command = "make --no-print-directory ingest infer build leaderboard"
    done = succeed(run(command.split(), tmp_path / "data"))
    assert "224 clips stored" in done.stdout
    assert "672 answers stored" in done.stdout
    assert "published: " in done.stdout
    assert re.search(r"synthetic .*acoustic .*224", done.stdout)


def test_a_failed_build_is_not_published(tmp_path):
    if not Path(ROOT, ".venv/.run").exists():
        pytest.skip("the environment was not set up by make")
    Store(tmp_path / "data").append("utterances", [filled("utterances", emotion="glee")])
    done = run(["make", "build"], tmp_path / "data")
    assert done.returncode != 0
    assert "the build failed and is not published" in done.stderr
    assert "relationships_stg_utterances_emotion" in done.stdout
    assert not (tmp_path / "data" / "current").exists()


def test_no_file_holds_an_index_address_or_a_path_of_a_machine():
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    assert listed.returncode == 0, listed.stderr
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or path.suffix == ".flac":
            continue
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text, name
        if name.startswith("requirements"):
            assert "://" not in text, name
            assert "--index" not in text, name


def test_this_python_is_one_the_project_supports():
    assert sys.version_info >= (3, 11)


def test_the_queries_of_the_readme_run_and_print_what_it_shows(demo_warehouse, query):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```\n\n```\n(.*?)```", readme, re.S)
    assert len(blocks) == 3
    for sql, shown in blocks:
        done = succeed(python(demo_warehouse, "-m", "warehouse", "sql", sql))
        assert done.stdout.strip() == shown.strip()
