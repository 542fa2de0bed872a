"""How fast the memory of well-known graphics devices is, as their makers publish it.

Only for estimates of how fast a model writes; a device that is not here has no estimate.
"""

_GIGABYTES_PER_SECOND: dict[str, float] = {
    # A longer name stands before the shorter that it holds.
    "rtx 5090": 1792,
    "rtx 5080": 960,
    "rtx 5070 ti": 896,
    "rtx 5070": 672,
    "rtx 4090": 1008,
    "rtx 4080 super": 736,
    "rtx 4080": 717,
    "rtx 4070 ti super": 672,
    "rtx 4070": 504,
    "rtx 4060 ti": 288,
    "rtx 4060": 272,
    "rtx 3090 ti": 1008,
    "rtx 3090": 936,
    "rtx 3080 ti": 912,
    "rtx 3070": 448,
    "rtx a6000": 768,
    "h200": 4800,
    "l40s": 864,
    "l40": 864,
    "l4": 300,
    "a40": 696,
    "a10": 600,
    "t4": 320,
    "p40": 347,
    "rx 7900 xtx": 960,
    "rx 7900 xt": 800,
    "rx 6900 xt": 512,
    "rx 6800": 512,
    "apple m1 ultra": 800,
    "apple m2 ultra": 800,
    "apple m1 pro": 200,
    "apple m2 pro": 200,
    "apple m3 pro": 150,
    "apple m4 pro": 273,
    "apple m1 max": 400,
    "apple m2 max": 400,
    "apple m1": 68,
    "apple m2": 100,
    "apple m3": 100,
    "apple m4": 120,
}


def published_bandwidth(device: str) -> float | None:
    """Bytes a second; None for a device that is not known, or sold with several speeds."""
    words = f" {device.lower()} "
    for name, gigabytes in _GIGABYTES_PER_SECOND.items():
        if f" {name} " in words:
            return gigabytes * 1e9
    return None
