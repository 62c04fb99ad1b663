"""datapackage.json: what the tables are, for machines (Frictionless Data Package, Table Schema)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.export.schema import Column, TableSchema, tables
from pipeline.export.writing import write_file

DATAPACKAGE = "datapackage.json"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
}


def write_datapackage(out: Path, *, excel_bom: bool = False) -> None:
    """Write datapackage.json to `out`. Raises OutputError."""
    text = json.dumps(descriptor(excel_bom=excel_bom), ensure_ascii=False, indent=1)
    write_file(out / DATAPACKAGE, text + "\n")


def descriptor(*, excel_bom: bool = False) -> dict[str, Any]:
    """The data package as plain values."""
    return {
        "profile": "tabular-data-package",
        "name": "sohoa-tables",
        "title": "Vietnamese administrative documents, digitised",
        "title_vi": "Văn bản hành chính đã số hóa",
        "version": __version__,
        "resources": [_resource(schema, excel_bom=excel_bom) for schema in tables().values()],
    }


def _resource(schema: TableSchema, *, excel_bom: bool) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": schema.name,
        "path": f"{schema.name}.csv",
        "description": schema.description_en,
        "description_vi": schema.description_vi,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if excel_bom else "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
        "schema": _table_schema(schema),
    }


def _table_schema(schema: TableSchema) -> dict[str, Any]:
    foreign = [
        {"fields": [column.name], "reference": {"resource": table, "fields": [name]}}
        for column in schema.columns
        if column.refers_to
        for table, name in [column.refers_to]
    ]
    return {
        "fields": [_field(column) for column in schema.columns],
        "missingValues": [""],
        **({"primaryKey": list(schema.primary_key)} if schema.primary_key else {}),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.kind,
        "description": column.description_en,
        "description_vi": column.description_vi,
    }
    if column.kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.example:
        field["example"] = column.example
    if column.standard:
        field["standard"] = column.standard
    if column.dublin_core:
        prefix, _, term = column.dublin_core.partition(":")
        field["rdfType"] = _NAMESPACES[prefix] + term
    constraints = _constraints(column)
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(column: Column) -> dict[str, Any]:
    number = int if column.kind == "integer" else float
    found: dict[str, Any] = {}
    if column.required == "always":
        found["required"] = True
    if column.enum:
        found["enum"] = list(column.enum)
    if column.pattern:
        found["pattern"] = column.pattern
    if column.least is not None:
        found["minimum"] = number(column.least)
    if column.most is not None:
        found["maximum"] = number(column.most)
    return found
