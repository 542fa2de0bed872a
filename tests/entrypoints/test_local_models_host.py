"""What the engine hears of the machine: what a container leaves of it, and what its caches would give back."""

from pathlib import Path

from tests.support.recorded_machine import MEMINFO, a_detector, a_tree

from arcano.entrypoints.local_models import HostWithGraphics

GIB = 1024**3


async def test_a_full_cache_of_files_leaves_a_container_its_memory(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "sys/fs/cgroup/memory.max": f"{4 * GIB}\n",
        "sys/fs/cgroup/memory.current": f"{4 * GIB}\n",
        "sys/fs/cgroup/memory.stat": f"inactive_file {GIB}\nactive_file {2 * GIB}\n",
    }
    root = a_tree(tmp_path, files)
    async with a_detector(root) as detector:
        host = HostWithGraphics(detector, root=root)()

    assert (host.memory_bytes, host.free_memory_bytes) == (4 * GIB, 3 * GIB)


async def test_a_container_of_the_old_kind_limits_the_engine_too(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "100000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2 * GIB}\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{GIB}\n",
    }
    root = a_tree(tmp_path, files)
    async with a_detector(root) as detector:
        host = HostWithGraphics(detector, root=root)()

    assert (host.memory_bytes, host.free_memory_bytes, host.cores) == (2 * GIB, GIB, 1)
