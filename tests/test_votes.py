"""CAMEO's votes are added up per answer, wherever in a column the answer stands."""

import pyarrow as pa

from warehouse.udf import label_votes


def test_answers_in_the_middle_of_a_column_are_read_as_alone():
    places = pa.array([[2, 2], [0, 1, 0], [], [1]], pa.list_(pa.int32()))
    ratios = pa.array([[0.9, 0.9], [0.6, 0.8, 0.7], [], [0.5]], pa.list_(pa.float64()))
    thresholds = pa.array([[0.5, 0.75]] * 4, pa.list_(pa.float64()))
    whole = label_votes(places, ratios, thresholds).to_pylist()
    part = label_votes(*(column.slice(1, 3) for column in (places, ratios, thresholds)))
    assert part.to_pylist() == whole[1:]
    assert [[vote["place"] for vote in answer] for answer in whole] == [
        [2, 2],
        [0, 1],
        [-1, -1],
        [1, -1],
    ]
