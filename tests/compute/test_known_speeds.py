"""How fast well-known graphics memory is, found by the name that drivers give a device."""

import pytest

from arcano.compute import published_bandwidth


@pytest.mark.parametrize(
    ("name", "gigabytes"),
    [
        ("NVIDIA GeForce RTX 4070 Ti SUPER", 672),
        ("NVIDIA GeForce RTX 4070", 504),
        ("NVIDIA GeForce RTX 3090", 936),
        ("NVIDIA L40S", 864),
        ("NVIDIA L4", 300),
        ("Tesla T4", 320),
        ("Apple M2", 100),
        ("Apple M2 Max", 400),
        ("AMD Radeon RX 7900 XTX", 960),
    ],
)
def test_a_longer_name_is_not_taken_for_a_shorter_one(name: str, gigabytes: int) -> None:
    assert published_bandwidth(name) == gigabytes * 1e9


@pytest.mark.parametrize("name", ["", "AMD graphics", "NVIDIA GeForce RTX 40700", "Some device"])
def test_what_is_not_known_has_no_speed(name: str) -> None:
    assert published_bandwidth(name) is None
