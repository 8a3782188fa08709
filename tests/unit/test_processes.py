"""What the processes of the program import, and what not."""

import subprocess
import sys

_ASK = """
import sys
from levelfield.core.processes import leave_pandas_out
leave_pandas_out()
import pyarrow as pa
made = pa.table({"of a list": [1, None], "as": pa.array(["a", "b"], pa.string())})
print("pandas" in sys.modules, len(made.to_pandas()), "pandas" in sys.modules)
"""


def test_pandas_is_left_out_until_a_frame_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    assert done.stdout == "False 2 True\n"
