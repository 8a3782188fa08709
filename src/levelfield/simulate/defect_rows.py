"""Which rows of a submission can carry a kind of defect."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.simulate.draws import Bools

Tables = dict[str, pa.Table]


def _column(tables: Tables, table: str, field: str) -> pa.Array:
    return tables[table].column(field).combine_chunks()


def _mask(condition: pa.Array) -> Bools:
    """An Arrow condition as an array; unknown counts as no."""
    filled = pc.fill_null(condition, False)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.bool_)


def filled(tables: Tables, table: str, field: str) -> Bools:
    return _mask(pc.is_valid(_column(tables, table, field)))


def any_row(tables: Tables, table: str, field: str) -> Bools:
    return np.ones(tables[table].num_rows, dtype=np.bool_)


def _of_parent(tables: Tables, keys: pa.Array, parent: str, key: str, field: str) -> pa.Array:
    """A field of the parent row that each key names."""
    found = pc.index_in(keys, value_set=_column(tables, parent, key))
    return _column(tables, parent, field).take(found)


def received_dates(tables: Tables, table: str) -> pa.Array:
    keys = _column(tables, table, "ServiceRequestID")
    return _of_parent(
        tables, keys, "CYP101Referral", "ServiceRequestID", "ReferralRequest_ReceivedDate"
    )


def dates_of_death(tables: Tables) -> pa.Array:
    """The date of death of each contact's person."""
    keys = _column(tables, "CYP201CareContact", "ServiceRequestID")
    person = _of_parent(tables, keys, "CYP101Referral", "ServiceRequestID", "LocalPatientID")
    return _of_parent(tables, person, "CYP001MPI", "LocalPatientID", "DateOfDeath")


def _header(tables: Tables, field: str) -> str:
    return str(tables["CYP000Header"].column(field)[0].as_py())


def received_in_month(tables: Tables, table: str, field: str) -> Bools:
    return _mask(pc.greater(received_dates(tables, table), _header(tables, "RP_StartDate")))


def died_in_month(tables: Tables, table: str, field: str) -> Bools:
    death = dates_of_death(tables)
    patient = pc.equal(_column(tables, table, "CareContact_Subject"), "01")
    late_enough = pc.less(death, _header(tables, "RP_EndDate"))
    return _mask(pc.and_(patient, late_enough))


def seen(tables: Tables, table: str, field: str) -> Bools:
    status = _column(tables, table, "AttendanceStatus")
    return _mask(pc.is_in(status, value_set=pa.array(["5", "6"])))


def numbered(tables: Tables, table: str, field: str) -> Bools:
    return filled(tables, table, "NHSNumber")


def closed(tables: Tables, table: str, field: str) -> Bools:
    return filled(tables, table, "Referral_ClosureDate")


def procedure(tables: Tables, table: str, field: str) -> Bools:
    return filled(tables, table, "CodedProcedure")
