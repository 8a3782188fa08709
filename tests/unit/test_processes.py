"""Workers end with the process that they work for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PARENT = """
import os, time
from levelfield.core.processes import workers

if __name__ == "__main__":
    with workers(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(60)
"""


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has asked after is there in name alone.
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert runs(worker)
    parent.send_signal(signal.SIGTERM)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 20
    while runs(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not runs(worker)
