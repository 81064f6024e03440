"""How loud a sound is, as ffmpeg reports it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.commands.loudness import Measured, first_pass, one_pass, parse, second_pass

# ffmpeg 7.1, at -v level+info.
REPORT = """[Parsed_loudnorm_1 @ 0x55a9] [info]
{
	"input_i" : "-27.61",
	"input_tp" : "-9.81",
	"input_lra" : "5.30",
	"input_thresh" : "-37.93",
	"output_i" : "-16.40",
	"output_tp" : "-1.50",
	"output_lra" : "4.20",
	"output_thresh" : "-26.58",
	"normalization_type" : "dynamic",
	"target_offset" : "0.40"
}
[out#0/null @ 0x55a9] [info] video:0KiB audio:1875KiB
"""
MEASURED = Measured(-27.61, -9.81, 5.3, -37.93, 0.4)


@pytest.mark.parametrize(
    ("stderr", "measured"),
    [
        (REPORT, MEASURED),
        ("noise { }\n" + REPORT, MEASURED),
        (REPORT.replace("-27.61", "-5.00") + REPORT, MEASURED),
        ("", None),
        (REPORT.replace("-27.61", "-inf"), None),
        (REPORT.replace("-27.61", "-70.00"), None),
        (REPORT.replace("-27.61", "nan"), None),
        (REPORT.replace('"5.30"', "[]"), None),
        (REPORT.replace('"input_lra"', '"x"'), None),
        (REPORT.replace(",", ""), None),
    ],
)
def test_reports(stderr: str, measured: Measured | None) -> None:
    assert parse(stderr) == measured


@given(st.text())
def test_any_text_is_a_report_or_none(stderr: str) -> None:
    assert parse(stderr) is None


def test_filters() -> None:
    usual = "loudnorm=I=-16.00:TP=-1.00:LRA=11.00"
    assert first_pass(-16) == f"{usual}:print_format=json"
    assert one_pass(-16) == usual
    assert second_pass(-16, None) == "anull"
    assert second_pass(-16, MEASURED) == (
        f"{usual}:measured_I=-27.61:measured_TP=-9.81:measured_LRA=5.30"
        ":measured_thresh=-37.93:offset=0.40:linear=true"
    )
