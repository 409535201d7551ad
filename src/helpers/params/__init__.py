"""Params files: one agency's year as YAML, both ways, and the JSON Schema for editors."""

from helpers.params.read import Params, read_params, report_from
from helpers.params.schema import schema, schema_text
from helpers.params.write import params_data, write_params

__all__ = [
    "Params",
    "params_data",
    "read_params",
    "report_from",
    "schema",
    "schema_text",
    "write_params",
]
