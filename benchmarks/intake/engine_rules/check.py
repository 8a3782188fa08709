"""The contact table through the data-validation-engine: `python check.py CONTACTS.csv OUT`.

Runs in the engine's own environment, not in levelfield's. Three of the engine's steps: the file to
Parquet, the data contract, the business rules. Its workbook of errors is left out, since the others
write none. Findings come out as row number, rule and field, as the others give them.
"""

import json
import shutil
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from dve.core_engine.backends.implementations.duckdb.auditing import DDBAuditingManager
from dve.core_engine.models import SubmissionInfo
from dve.pipeline.duckdb_pipeline import DDBDVEPipeline

RULES = Path(__file__).with_name("contacts.dischema.json")
SUBMISSION = "benchmark"


def main(contacts: Path, out: Path) -> None:
    held = out / SUBMISSION
    held.mkdir(parents=True)
    shutil.copyfile(contacts, held / "contacts.csv")
    connection = duckdb.connect(config={"threads": 2})
    pipeline = DDBDVEPipeline(
        processed_files_path=str(out),
        audit_tables=DDBAuditingManager(":memory:", connection=connection),
        connection=connection,
        rules_path=str(RULES),
        submitted_files_path=None,
    )
    info = SubmissionInfo(
        submission_id=SUBMISSION,
        dataset_id="contacts",
        file_name="contacts",
        file_extension="csv",
    )
    info, status = pipeline.file_transformation(info)
    info, status = pipeline.apply_data_contract(info, status)
    info, status = pipeline.apply_business_rules(info, status)
    found = []
    for file in sorted((held / "errors").glob("*.jsonl")):
        for line in file.read_text().splitlines():
            error = json.loads(line)
            field = "" if error["ErrorCode"] == "DUPLICATE" else error["ReportingField"]
            found.append((error["RecordIndex"], error["ErrorCode"], field))
    names = ["row_number", "rule", "field"]
    columns = [list(column) for column in zip(*found, strict=True)]
    pq.write_table(pa.table(columns, names=names), out / "findings.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
