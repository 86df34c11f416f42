"""What a process costs, and what machine it runs on."""
import os
import platform
import statistics
import subprocess
import time
from pathlib import Path


def process_tree(pid):
    """The process and its descendants (nginx: master and worker)."""
    found = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                found += process_tree(int(child))
    except FileNotFoundError:
        pass  # it ended meanwhile
    return found


def cpu_seconds(pid):
    """CPU time, user and system, of the process tree.

    From the process CPU clocks: they count threads that have ended, and in nanoseconds; the counters in /proc have neither.
    """
    total = 0.0
    for member in process_tree(pid):
        try:
            total += time.clock_gettime((~member << 3) | 2)  # the clock id of another process, as clock_getcpuclockid makes it
        except OSError:
            pass  # it ended meanwhile
    return total


def resident_kb(pid):
    """Resident memory of the process tree."""
    total = 0
    for member in process_tree(pid):
        for line in Path(f"/proc/{member}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total


def commit():
    """What was measured: the commit of this checkout, with "-dirty" when it has changes of its own."""
    here = Path(__file__).resolve().parent
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=here, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def machine(directory):
    """A description of this machine and of what runs on it; `directory` is where the servers keep their data."""
    text = Path("/proc/cpuinfo").read_text()
    model = next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")), platform.machine())
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    release = dict(line.partition("=")[::2] for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return {
        "commit": commit(),
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory_kb / 1024 / 1024),
        "system": release.get("PRETTY_NAME", "").strip('"'),
        "kernel": platform.release().partition("-")[0],
        "file_system": _file_system(directory),
        "fdatasync_p50_us": _fdatasync_p50_us(directory),
        "load_average_before": round(os.getloadavg()[0], 1),
    }


def _file_system(directory):
    best = ("", "")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, point, kind = line.split()[:3]
        if os.path.realpath(directory).startswith(point) and len(point) > len(best[0]):
            best = (point, kind)
    return best[1]


def _fdatasync_p50_us(directory):
    """One 4 KB write and fdatasync into a file that is already allocated: the floor under every acknowledged write."""
    path, times = Path(directory) / "fdatasync.probe", []
    block = b"x" * 4096
    try:
        with open(path, "wb") as file:
            file.write(bytes(1024 * len(block)))
            os.fsync(file.fileno())
            for i in range(500):
                start = time.perf_counter()
                os.pwrite(file.fileno(), block, i * len(block))
                os.fdatasync(file.fileno())
                times.append(time.perf_counter() - start)
    finally:
        path.unlink(missing_ok=True)
    return round(statistics.median(times) * 1e6)
