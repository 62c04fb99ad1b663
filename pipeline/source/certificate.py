"""The name in the certificate that made a digital signature, out of its CMS container (RFC 5652).

A reader for the few DER structures on the way to that name; nothing is verified. Written here because it is
one name from one kind of file: a cryptography library would be the largest dependency of the program.
"""

from __future__ import annotations

from collections.abc import Iterator

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0
_COMMON_NAME = b"\x55\x04\x03"  # 2.5.4.3
_STRINGS = {
    0x0C: "utf-8",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
Element = tuple[int, bytes]


def signer_name(container: bytes) -> str:
    """Common name of the signer's certificate in a CMS SignedData; empty when there is none to be read."""
    try:
        return _signer_name(container)
    except (ValueError, IndexError):
        return ""


def _signer_name(container: bytes) -> str:
    _, content_info = next(_elements(container), (0, b""))  # what follows is padding
    _, explicit = _children(content_info)[1]
    signed_data = _children(_children(explicit)[0][1])
    certificates = next((content for tag, content in signed_data if tag == _CONTEXT_0), b"")
    signers = signed_data[-1][1]
    identifier = _children(_children(signers)[0][1])[1]
    if identifier[0] != _SEQUENCE:
        return ""  # named by key identifier: not met in practice
    issuer, serial = _children(identifier[1])[:2]
    for _, certificate in _children(certificates):
        fields = _children(_children(certificate)[0][1])
        fields = fields[1:] if fields[0][0] == _CONTEXT_0 else fields
        if fields[0] == serial and fields[2] == issuer:
            return _common_name(fields[4][1])
    return ""


def _common_name(name: bytes) -> str:
    for _, relative in _children(name):
        for _, attribute in _children(relative):
            (_, kind), (tag, value) = _children(attribute)[:2]
            if kind == _COMMON_NAME and tag in _STRINGS:
                return value.decode(_STRINGS[tag])
    return ""


def _children(content: bytes) -> list[Element]:
    return list(_elements(content))


def _elements(content: bytes) -> Iterator[Element]:
    """Tag and content of each element in `content`. Raises ValueError, IndexError when it is not DER."""
    position = 0
    while position < len(content):
        tag, length = content[position], content[position + 1]
        position += 2
        if length & 0x80:
            digits = length & 0x7F
            if not 1 <= digits <= 4:
                raise ValueError("length of unknown form")
            length = int.from_bytes(content[position : position + digits])
            position += digits
        if position + length > len(content):
            raise ValueError("element reaches beyond its container")
        yield tag, content[position : position + length]
        position += length
