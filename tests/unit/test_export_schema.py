"""The columns of the tables: a stable order, and descriptions that hold what they promise."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline import dictionary
from pipeline.export import descriptor
from pipeline.export.cells import render
from pipeline.export.rows import DERIVED
from pipeline.export.schema import Column, schema_of, tables

EVIDENCE = "page_number line_number bbox raw_text confidence method char_start char_end"
# Programs of other people read these columns by name and by place: new ones come last in their table,
# and a change here is told in the CHANGELOG.
GOLDEN = {
    "documents": (
        "doc_id archive_code fonds_code inventory_no file_no sheet_no file_code doc_ordinal"
        " doc_type doc_type_abbr doc_type_code doc_type_standard system"
        " number_raw number symbol number_symbol number_status number_kind day_kind"
        " proposed_number_symbol proposed_issue_date place place_current"
        " issue_date issue_date_precision issue_date_raw"
        " issuer issuer_parent issuer_code issuer_source subject addressees"
        " signer_name signer_title signing_authority signing_for"
        " secrecy urgency circulation copy_form language page_count attachments_count keywords"
        " info_sign use_mode confidence_level autograph physical_condition retention description"
        " arrival_number arrival_date signature_status digital_signature_by digital_signature_time"
        " source_file source_sha256 source_pages text_file ocr_engine ocr_version pipeline_version"
        " mean_confidence needs_review review_columns review_reasons"
    ),
    "dates": f"doc_id date_id {EVIDENCE} date date_end precision kind raw",
    "references": (
        f"doc_id ref_id {EVIDENCE} ref_type number symbol number_symbol ref_date ref_issuer ref_title"
        " ref_system resolves_to list_member relation"
    ),
    "anniversaries": (
        f"doc_id ann_id {EVIDENCE} n_years event event_id date_from date_to target_year valid kind year_kind"
    ),
    "signers": (
        f"doc_id signer_id {EVIDENCE} role name title authority signing_for concurrent_title body name_score"
        " proposed_name"
    ),
    "recipients": f"doc_id recipient_id {EVIDENCE} list ordinal name purpose codes",
    "pages": f"doc_id {EVIDENCE} width_px height_px dpi rotation ocr_confidence text_file",
    "fields": f"doc_id field_id {EVIDENCE} column value value_normalised rule alternatives",
    "edits": f"doc_id edit_id {EVIDENCE} before after reason rule margin status",
    "files": "path doc_id source_sha256 bytes modified",
    "failures": "path code stage message",
    "corrections": "doc_id column machine_value value who when note",
}
COLUMNS = [column for schema in tables().values() for column in schema.columns]


def named(column: Column) -> str:
    return f"{column.table}.{column.name}"


def test_tables_and_columns_keep_their_order() -> None:
    assert {name: " ".join(schema.names) for name, schema in tables().items()} == GOLDEN
    assert list(tables()) == list(GOLDEN)


def test_primary_keys_are_columns_that_are_never_empty() -> None:
    keys = {name: schema.primary_key for name, schema in tables().items() if schema.primary_key}
    assert keys["documents"] == ("doc_id",)
    assert keys["pages"] == ("doc_id", "page_number")
    assert all(schema_of(name).column(key) for name, key_names in keys.items() for key in key_names)


def test_derived_columns_exist() -> None:
    assert set(schema_of("documents").names) >= DERIVED


@pytest.mark.parametrize("column", COLUMNS, ids=named)
def test_a_column_is_described_in_both_languages_and_its_example_fits(column: Column) -> None:
    assert column.kind in ("string", "integer", "number", "boolean")
    assert column.required in ("always", "standard", "")
    assert column.description_en.endswith(".")
    assert column.description_vi.endswith(".")
    assert not column.description_vi.isascii()
    if column.example:
        assert render(column, column.example) == column.example


@pytest.mark.parametrize("column", [one for one in COLUMNS if one.refers_to], ids=named)
def test_a_foreign_key_refers_to_a_primary_key_of_the_same_form(column: Column) -> None:
    table, name = column.refers_to
    assert schema_of(table).primary_key == (name,)
    assert schema_of(table).column(name).pattern == column.pattern


def test_the_dictionary_is_nfc_and_every_table_is_described() -> None:
    text = (dictionary.FOLDER / "columns.tsv").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert all(schema.description_en and schema.description_vi for schema in tables().values())


def test_dublin_core_terms_become_addresses() -> None:
    fields = descriptor()["resources"][0]["schema"]["fields"]
    assert fields[0]["rdfType"] == "http://purl.org/dc/elements/1.1/identifier"


@pytest.mark.parametrize("name", ["document", "", "evidence"])
def test_an_unknown_table_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="there is no table"):
        schema_of(name)
