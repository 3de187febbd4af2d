"""The whole analysis through its door: files, numbers under the contract's names, named outcomes, no Django."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from analysis.__main__ import main
from analysis.errors import SettingRefused
from analysis.output.bundle import Bundle
from analysis.output.csv_files import WRITTEN
from analysis.run import analyse_csv
from tests.analysis.tables import CRITERIA, REQUIRED, as_csv, small, study

ROOT = Path(__file__).resolve().parents[2]
# Few figures: drawing all files of a study takes seconds.
LITTLE = study(raters=8, prompts=6, per_rater=12, criteria=("musicality",))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return analyse_csv(study(), seed=3, confidence=0.95)


@pytest.fixture(scope="module")
def little() -> Bundle:
    return analyse_csv(LITTLE, seed=3)


def run(data: bytes) -> dict[str, Any]:
    bundle = analyse_csv(data, seed=0, confidence=0.95)
    results: dict[str, Any] = json.loads(bundle.files["results.json"])
    return results


def codes(results: dict[str, Any]) -> set[str]:
    return {warning["code"] for warning in results["warnings"]}


def test_every_file_of_the_contract_is_made(bundle: Bundle) -> None:
    wanted = {
        "results.json",
        "report.html",
        "data_dictionary.csv",
        "pairs.csv",
        "systems.csv",
        "agreement.csv",
    }
    assert wanted | {"raters.csv", "diagnostics.csv"} <= set(bundle.files)
    assert {"methods.md", "references.bib", "contrasts.csv", "prompts.csv"} <= set(bundle.files)
    for kind in ("svg", "pdf", "png"):
        assert {f"figures/forest-musicality.{kind}", f"figures/forest-musicality-two-columns.{kind}"} <= set(
            bundle.files
        )


def test_results_have_the_contracts_names(bundle: Bundle) -> None:
    results = json.loads(bundle.files["results.json"])
    assert results["schema"] == 1
    assert set(results["criteria"]) == set(CRITERIA)
    criterion = results["criteria"]["musicality"]
    assert {
        "system_a", "system_b", "n", "wins_a", "wins_b", "ties", "win_rate_b", "ci_low", "ci_high", "se", "df",
        "p_value", "p_holm", "mean_preference", "mean_preference_ci_low", "mean_preference_ci_high",
    } <= set(criterion["pairs"][0])  # fmt: skip
    assert set(criterion["bradley_terry"]) >= {"systems", "contrasts", "position"}
    assert set(criterion["davidson"]) == {"systems", "tie_parameter"}
    assert {"krippendorff_alpha_ordinal", "ci_low", "ci_high", "gwet_ac2"} <= set(criterion["agreement"])


def test_pairs_are_oriented_by_the_alphabet_and_scores_sum_to_zero(bundle: Bundle) -> None:
    for criterion in bundle.results["criteria"].values():
        assert all(pair["system_a"] < pair["system_b"] for pair in criterion["pairs"])
        scores = [row["score"] for row in criterion["bradley_terry"]["systems"].values()]
        assert sum(scores) == pytest.approx(0, abs=1e-8)


def test_the_same_bytes_and_seed_give_the_same_files(little: Bundle) -> None:
    assert dict(analyse_csv(LITTLE, seed=3).files) == dict(little.files)


def test_excluded_ratings_are_left_out_and_reported_put_back(bundle: Bundle) -> None:
    criterion = bundle.results["criteria"]["musicality"]
    kept = sum(pair["n"] for pair in criterion["pairs"])
    lifted = sum(pair["n"] for pair in criterion["with_excluded_ratings"]["pairs"])
    assert lifted - kept == 60
    assert bundle.results["settings"]["excluded"] == {"failed_gold": 180}


def test_simulated_ratings_are_announced(bundle: Bundle) -> None:
    assert any(warning.code == "simulated_ratings" for warning in bundle.findings.warnings)
    assert b"Simulated ratings" in bundle.files["report.html"]


def test_only_main_ratings_count() -> None:
    rows = [("c", "p1", "a", "b", "r1", 1, "main"), ("c", "p2", "a", "b", "r1", -1, "gold")]
    results = run(as_csv((*REQUIRED, "role"), rows))
    assert results["criteria"]["c"]["n_ratings"] == 1
    assert results["input"]["rows"] == 2


def test_a_hand_counted_pair() -> None:
    results = run(small("c p1 x y r1 1", "c p1 y x r2 2", "c p2 x y r1 0", "c p2 y x r2 -1"))
    pair = results["criteria"]["c"]["pairs"][0]
    assert (pair["system_a"], pair["system_b"]) == ("x", "y")
    assert (pair["wins_a"], pair["ties"], pair["wins_b"]) == (1, 1, 2)
    assert pair["win_rate_b"] == 0.625
    assert pair["mean_preference"] == 0.0
    # residuals .375 -.625 -.125 .375; raters (.25, -.25), prompts (-.25, .25); every cell alone
    assert pair["se"] == pytest.approx((2 * 0.125 / 16) ** 0.5)
    assert pair["df"] == 1


def test_answers_lead_with_the_decided_ones_and_carry_their_numbers(bundle: Bundle) -> None:
    decided = [answer.decided for answer in bundle.findings.answers if answer.criterion == "musicality"]
    assert decided == sorted(decided, reverse=True)
    first = bundle.findings.answers[0]
    assert first.leader in first.headline
    assert first.share in first.text
    assert "raters on" in first.detail


def test_planned_contrasts_come_first_and_are_adjusted_among_themselves() -> None:
    rows = [
        (
            c,
            f"p{p}",
            "a",
            b,
            f"r{r}",
            int((p * 7 + r * 5) % 4 > 0),
            "true" if (b, c) == ("b", "d") else "false",
        )
        for c in ("c", "d")
        for b in ("b", "x")
        for p in range(12)
        for r in range(12)
    ]
    bundle = analyse_csv(as_csv((*REQUIRED, "planned"), rows), seed=0, confidence=0.95)
    (answer,) = bundle.findings.planned
    assert (answer.criterion, {answer.leader, answer.other}) == ("d", {"a", "b"})
    assert bundle.results["criteria"]["d"]["planned"] == [["a", "b"]]
    report = bundle.files["report.html"].decode()
    assert report.index(">Planned contrasts</h2>") < report.index(">Answers</h2>")
    assert "One contrast was declared beforehand" in report


def test_few_raters_are_called_a_rough_guide_where_the_answer_stands() -> None:
    rows = [f"c p{p} a b r{r} {(p + r) % 3 - 1}" for p in range(4) for r in range(4)]
    answer = analyse_csv(small(*rows), seed=0, confidence=0.95).findings.answers[0]
    assert answer.detail.endswith("few raters or prompts, so a rough guide")


def test_no_ratings_yet_still_make_a_report() -> None:
    bundle = analyse_csv(as_csv(REQUIRED, []), seed=0, confidence=0.95)
    assert bundle.results["criteria"] == {}
    assert [warning.code for warning in bundle.findings.warnings] == ["no_ratings"]
    assert b"No rating has been given yet" in bundle.files["report.html"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["c p1 a b r1 1", "c p2 a b r1 -1"], "single_rater"),
        (["c p1 a b r1 1", "c p1 a b r2 -1"], "single_prompt"),
        (["c p1 a b r1 1", "c p2 a b r2 1"], "perfect_record"),
        (["c p1 a b r1 1", "c p2 a b r2 1"], "no_variation"),
        (["c p1 a b r1 0", "c p2 a b r2 0"], "all_ties"),
        (["c p1 a b r1 1", "c p2 a b r2 -1"], "no_ties"),
        (["c p1 a b r1 1", "c p2 x y r2 -1"], "disconnected"),
        (["c p1 a b r1 1", "c p2 a b r2 -1"], "no_overlap"),
        (["c p1 a b r1 1", "c p1 a b r2 1"], "no_variation_in_ratings"),
        (["c p1 a b r1 1", "c p2 a b r2 1", "c p2 a b r3 0"], "position_not_estimable"),
    ],
)
def test_what_cannot_be_computed_is_null_with_a_named_warning(rows: list[str], code: str) -> None:
    assert code in codes(run(small(*rows)))


def test_a_confidence_out_of_range_is_refused() -> None:
    with pytest.raises(SettingRefused, match="confidence: got 95"):
        analyse_csv(small(), seed=0, confidence=95)


def test_figures_are_well_formed_and_carry_no_style_attribute(little: Bundle) -> None:
    for name, content in little.files.items():
        if name.endswith(".svg"):
            ET.fromstring(content)  # noqa: S314  # our own bytes
            assert b"style=" not in content


def test_the_report_needs_no_network_and_runs_no_script(bundle: Bundle) -> None:
    report = bundle.files["report.html"].decode()
    namespaces = ('xmlns="http://www.w3.org/2000/svg"', 'xmlns:xlink="http://www.w3.org/1999/xlink"')
    without_names = report.replace(namespaces[0], "").replace(namespaces[1], "")
    assert "http://" not in without_names
    assert "https://" not in without_names
    assert "<script" not in report
    assert " on" + "click" not in report


def test_hostile_names_are_escaped_and_neutralised() -> None:
    rows = [("<b>c</b>", "p1", "=evil()", "<script>", f"@r{r}", r % 3 - 1) for r in range(12)]
    bundle = analyse_csv(as_csv(REQUIRED, rows), seed=0, confidence=0.95)
    assert "<script>" not in bundle.files["report.html"].decode()
    assert b"'=evil()" in bundle.files["pairs.csv"]


def test_every_written_column_is_in_the_data_dictionary(bundle: Bundle) -> None:
    for table in (written.table for written in WRITTEN):
        header = bundle.files[table.file].decode().split("\r\n")[0]
        assert header == ",".join(table.meanings)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # our own module, arguments of this test
        [sys.executable, "-m", "analysis", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_command_writes_what_the_function_returns(tmp_path: Path, little: Bundle) -> None:
    (tmp_path / "ratings.csv").write_bytes(LITTLE)
    done = command(str(tmp_path / "ratings.csv"), "--out", str(tmp_path / "out"), "--seed", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in little.files} == dict(little.files)


def test_the_command_refuses_with_one_line_and_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(small("c p1 a a r1 1"))
    for arguments in (
        [str(path), "--out", str(tmp_path)],
        [str(tmp_path / "none.csv"), "--out", "x"],
        [str(path), "--out", "x", "--confidence", "95"],
    ):
        assert main(arguments) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_wrong_arguments_are_refused_in_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["ratings.csv"])
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unwritable_folder_is_a_failure_with_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ratings.csv").write_bytes(small("c p1 a b r1 1"))
    (tmp_path / "out").write_text("in the way")
    assert main([str(tmp_path / "ratings.csv"), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_three_lines_of_pandas_read_the_tables(tmp_path: Path, bundle: Bundle) -> None:
    (tmp_path / "pairs.csv").write_bytes(bundle.files["pairs.csv"])
    text = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    example = text.split("```python\n")[1].split("```")[0]
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "musicality" in done.stdout


@pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="no Rscript: the R lines of docs/statistics.md did not run"
)
def test_three_lines_of_r_read_the_tables(tmp_path: Path, bundle: Bundle) -> None:
    (tmp_path / "pairs.csv").write_bytes(bundle.files["pairs.csv"])
    text = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    (tmp_path / "example.R").write_text(text.split("```r\n")[1].split("```")[0])
    rscript = str(shutil.which("Rscript"))
    done = subprocess.run([rscript, "example.R"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "musicality" in done.stdout


def test_the_analysis_imports_neither_django_nor_a_plotting_library() -> None:
    code = "import sys, analysis.run; print(sorted({'django', 'torch', 'matplotlib', 'celery'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
