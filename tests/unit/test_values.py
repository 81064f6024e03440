"""Numbers out of somebody else's JSON are numbers that ffmpeg could have meant, or unknown."""

import pytest

from converter.input.values import positive, seconds, whole


@pytest.mark.parametrize(
    "said", ["1e305", "-3.5e305", "inf", "nan", 1e19, -1e19, 10**400, "9" * 5000, None, [], {}, ""]
)
def test_no_number_that_ffmpeg_could_not_count(said: object) -> None:
    assert seconds(said) is None
    assert whole(said) == 0


@pytest.mark.parametrize("said", ["0", "-1", "5e-324", "0.0000009", -0.0, "nan"])
def test_no_length_shorter_than_a_microsecond(said: object) -> None:
    assert positive(said) is None


@pytest.mark.parametrize(("said", "number"), [("0.000001", 1e-6), ("12.5", 12.5), (3, 3.0)])
def test_what_makes_sense_stays(said: object, number: float) -> None:
    assert positive(said) == seconds(said) == number
