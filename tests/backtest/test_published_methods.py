"""Credibility and false discovery against published worked examples."""

import numpy as np
import pytest

from levelfield.statistics import adjusted_p_values, buhlmann_straub

# Hachemeister (1975): average claims and their number, five states by twelve quarters.
CLAIMS = [
    [1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517],
    [1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471],
    [1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059],
    [1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306],
    [1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690],
]
NUMBER = [
    [7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077],
    [1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861],
    [1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121],
    [407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342],
    [2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425],
]


def test_credibility_of_hachemeister_s_states() -> None:
    """As the R package actuar prints it (vignette on credibility), to all digits shown there."""
    found = buhlmann_straub(CLAIMS, NUMBER)
    assert np.sum(NUMBER, axis=1).tolist() == [100155, 19895, 13735, 4152, 36110]
    assert round(found.collective) == 1684
    assert round(found.between) == 89639
    assert round(found.within) == 139120026
    assert found.mean.round().tolist() == [2061, 1511, 1806, 1353, 1600]
    assert found.factor.round(4).tolist() == [0.9847, 0.9276, 0.8985, 0.7279, 0.9588]
    assert found.estimate.round().tolist() == [2055, 1524, 1793, 1443, 1603]


def test_credibility_without_weights_is_buhlmann_s() -> None:
    found = buhlmann_straub(CLAIMS, 1)
    assert [round(found.collective), round(found.between), round(found.within)] == [
        1671,
        72310,
        46040,
    ]


def test_false_discoveries_of_benjamini_and_hochberg_s_example() -> None:
    """Their fifteen p-values of a trial of thrombolysis (1995, section 4): four are rejected."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    adjusted = adjusted_p_values(p)
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted[3] == pytest.approx(0.0095 * 15 / 4)
