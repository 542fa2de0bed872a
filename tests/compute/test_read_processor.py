"""Reading a processor and its memory from what the kernel shows, in a container or out of one."""

from pathlib import Path

import pytest
from tests.support.recorded_machine import MEMINFO, a_tree, cpuinfo

from arcano.compute.machine import Memory
from arcano.compute.processor import read_memory, read_processor

GIB = 1024**3
TOTAL, AVAILABLE = 16_384_000 * 1024, 8_192_000 * 1024


def test_a_desktop_processor_has_half_as_many_cores_as_threads(tmp_path: Path) -> None:
    root = a_tree(tmp_path, {"proc/cpuinfo": cpuinfo(cores=4, threads=2)})

    processor = read_processor(root, architecture="x86_64", affinity=8)

    assert processor.name == "A fast processor"
    assert (processor.physical_cores, processor.logical_cores, processor.usable_cores) == (4, 8, 8)
    assert processor.features == ("AVX2", "F16C", "FMA")


@pytest.mark.parametrize(
    ("flags", "features"),
    [
        ("fpu sse2", ()),
        ("avx2 avx512f avx512_vnni", ("AVX2", "AVX-512", "AVX-512 VNNI")),
        ("avx2 amx_tile amx_int8", ("AVX2", "AMX", "AMX INT8")),
    ],
)
def test_what_speeds_a_model_up_is_told_and_nothing_else(
    tmp_path: Path, flags: str, features: tuple[str, ...]
) -> None:
    root = a_tree(tmp_path, {"proc/cpuinfo": cpuinfo(cores=1, flags=flags)})

    assert read_processor(root, architecture="x86_64", affinity=1).features == features


def test_an_arm_board_says_its_features_its_name_and_its_cores_in_other_places(
    tmp_path: Path,
) -> None:
    files = {
        "proc/cpuinfo": "processor\t: 0\nFeatures\t: fp asimd asimddp\n\nprocessor\t: 1\nFeatures\t: fp\n",
        "proc/device-tree/model": "A small board\0",
        "sys/devices/system/cpu/cpu0/topology/core_cpus_list": "0\n",
        "sys/devices/system/cpu/cpu1/topology/core_cpus_list": "1\n",
    }

    processor = read_processor(a_tree(tmp_path, files), architecture="aarch64", affinity=2)

    assert (processor.name, processor.physical_cores) == ("A small board", 2)
    assert processor.features == ("NEON", "dot product")


def test_a_container_has_as_many_cores_as_its_share_of_time(tmp_path: Path) -> None:
    files = {
        "proc/cpuinfo": cpuinfo(cores=16),
        "proc/self/cgroup": "0::/app/inner\n",
        "sys/fs/cgroup/app/cpu.max": "250000 100000\n",
        "sys/fs/cgroup/app/inner/cpu.max": "max 100000\n",
    }

    processor = read_processor(a_tree(tmp_path, files), architecture="x86_64", affinity=16)

    assert (processor.logical_cores, processor.usable_cores) == (16, 2)


def test_an_old_container_says_its_share_of_time_in_two_files(tmp_path: Path) -> None:
    files = {
        "proc/cpuinfo": cpuinfo(cores=16),
        "proc/self/cgroup": "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "300000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    }

    assert (
        read_processor(a_tree(tmp_path, files), architecture="x86_64", affinity=16).usable_cores
        == 3
    )


def test_a_core_that_the_process_may_not_use_does_not_count(tmp_path: Path) -> None:
    root = a_tree(tmp_path, {"proc/cpuinfo": cpuinfo(cores=8)})

    assert read_processor(root, architecture="x86_64", affinity=3).usable_cores == 3


def test_without_a_container_all_memory_counts(tmp_path: Path) -> None:
    assert read_memory(a_tree(tmp_path, {"proc/meminfo": MEMINFO})) == Memory(TOTAL, AVAILABLE)


def test_the_limit_of_any_group_above_counts_and_caches_that_can_go_do_not(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "0::/app/inner\n",
        "sys/fs/cgroup/app/inner/memory.max": "max\n",
        "sys/fs/cgroup/app/memory.max": f"{4 * GIB}\n",
        "sys/fs/cgroup/app/memory.current": f"{3 * GIB}\n",
        "sys/fs/cgroup/app/memory.stat": f"anon 1\ninactive_file {2 * GIB}\n",
    }

    memory = read_memory(a_tree(tmp_path, files))

    assert memory == Memory(4 * GIB, 3 * GIB, limited=True)


def test_inside_a_container_the_group_may_be_the_mount_itself(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "0::/../../somewhere/else\n",
        "sys/fs/cgroup/memory.max": f"{2 * GIB}\n",
        "sys/fs/cgroup/memory.current": f"{GIB}\n",
    }

    assert read_memory(a_tree(tmp_path, files)) == Memory(2 * GIB, GIB, limited=True)


def test_an_old_container_says_its_limit_in_other_words(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2 * GIB}\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{GIB}\n",
        "sys/fs/cgroup/memory/memory.stat": "total_inactive_file 0\n",
    }

    assert read_memory(a_tree(tmp_path, files)) == Memory(2 * GIB, GIB, limited=True)


def test_the_number_that_means_no_limit_is_none(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "3:memory:/\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    }

    assert read_memory(a_tree(tmp_path, files)) == Memory(TOTAL, AVAILABLE)


def test_a_system_that_does_not_say_its_memory_is_not_guessed_at_here(tmp_path: Path) -> None:
    assert read_memory(tmp_path) is None


def test_what_was_read_twice_can_go_too_as_a_model_that_was_downloaded_and_checked(
    tmp_path: Path,
) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "sys/fs/cgroup/memory.max": f"{4 * GIB}\n",
        "sys/fs/cgroup/memory.current": f"{4 * GIB}\n",
        "sys/fs/cgroup/memory.stat": f"anon 1\ninactive_file {GIB}\nactive_file {2 * GIB}\n",
    }

    assert read_memory(a_tree(tmp_path, files)) == Memory(4 * GIB, 3 * GIB, limited=True)
