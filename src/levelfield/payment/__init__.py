"""Contract terms × units × prices → an itemised statement, or a shadow beside what is paid."""

from levelfield.payment.contract import (
    ActivityTerm,
    BlockTerm,
    Contract,
    example_contracts,
    load_contract,
    service_name,
)
from levelfield.payment.files import (
    write_shadow_csv,
    write_statement_csv,
    write_statement_workbook,
)
from levelfield.payment.shadow import Shadow, ShadowMonth, ShadowService, shadow, shadow_key
from levelfield.payment.statement import STATEMENT_SCHEMA, Line, Statement, statement

__all__ = [
    "STATEMENT_SCHEMA",
    "ActivityTerm",
    "BlockTerm",
    "Contract",
    "Line",
    "Shadow",
    "ShadowMonth",
    "ShadowService",
    "Statement",
    "example_contracts",
    "load_contract",
    "service_name",
    "shadow",
    "shadow_key",
    "statement",
    "write_shadow_csv",
    "write_statement_csv",
    "write_statement_workbook",
]
