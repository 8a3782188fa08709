"""Contract terms × units × prices → an itemised statement, or a shadow beside what is paid."""

from levelfield.payment.bridge import Bridge, bridge
from levelfield.payment.contract import (
    Contract,
    example_contracts,
    load_contract,
    service_line,
    service_name,
)
from levelfield.payment.files import (
    shadow_table,
    write_statement_csv,
    write_statement_workbook,
)
from levelfield.payment.flows import Flow
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.prices import ContractPrices
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.registered import (
    Group,
    RegisteredList,
    find_registered_lists,
    load_registered_list,
)
from levelfield.payment.shadow import (
    Shadow,
    ShadowMonth,
    ShadowService,
    ShadowTerm,
    shadow,
    shadow_key,
)
from levelfield.payment.statement import STATEMENT_SCHEMA, Line, Statement, line_key, statement
from levelfield.payment.terms import ActivityTerm, BlockTerm, CareTerm, Draft, PricedTerm, Term

__all__ = [
    "STATEMENT_SCHEMA",
    "ActivityTerm",
    "BlockTerm",
    "Bridge",
    "CareTerm",
    "Contract",
    "ContractPrices",
    "Draft",
    "Flow",
    "Group",
    "Line",
    "PaymentInputs",
    "PricedTerm",
    "Reckoning",
    "RegisteredList",
    "Shadow",
    "ShadowMonth",
    "ShadowService",
    "ShadowTerm",
    "Statement",
    "Term",
    "bridge",
    "example_contracts",
    "find_registered_lists",
    "line_key",
    "load_contract",
    "load_registered_list",
    "service_line",
    "service_name",
    "shadow",
    "shadow_key",
    "shadow_table",
    "statement",
    "write_statement_csv",
    "write_statement_workbook",
]
