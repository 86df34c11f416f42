"""Changes the first record of the state's files, which RocksDB writes with checksums of its own.

A table file begins with a block of records, uncompressed on level 0, and ends with a footer of 53 bytes that says where the
index lies; the index's first entry says how long that block is. Source: RocksDB's table format, version 5; XXH3 of 64 bits.
"""

import struct

FOOTER_BYTES = 53
TABLE_MAGIC = 0x88E241B785F4CFF7
FORMAT_VERSION = 5
XXH3 = 4  # the kind of checksum
UNCOMPRESSED = b"\0"

_MASK = 2**64 - 1
_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
    "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e")
_PRIME_32 = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
_PRIME_64 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)
_STRIPE = 64
_STRIPES_OF_A_BLOCK = (len(_SECRET) - _STRIPE) // 8


def raise_version(path, name):
    """Adds one to the first byte of the value of the file's first record, which must be called so. Errors: ValueError."""
    with open(path, "rb") as file:
        content = bytearray(file.read())
    size = _first_block(content)
    record = struct.pack("<BB", 0, len(name) + 8)  # nothing shared with a record before; 8 bytes of RocksDB's follow the name
    _, at = _varint(content, 2)
    if content[:2] != record or content[at:at + len(name)] != name.encode():
        raise ValueError(f"{path} does not begin with the record {name}")
    _check(content, size, path)
    content[at + len(name) + 8] += 1
    content[size + 1:size + 5] = _checksum(content, size)
    with open(path, "wb") as file:
        file.write(content)


def _first_block(content):
    """Its length, without the trailer: a byte that says how it is compressed, and the checksum."""
    footer = content[-FOOTER_BYTES:]
    version, magic = struct.unpack_from("<IQ", footer, FOOTER_BYTES - 12)
    if (footer[0], version, magic) != (XXH3, FORMAT_VERSION, TABLE_MAGIC):
        raise ValueError(f"a table file of another kind: checksum {footer[0]}, version {version}")
    at = 1
    for _ in range(2):
        _, at = _varint(footer, at)  # of another index
    index, _ = _varint(footer, at)
    _, at = _varint(content, index)  # the entry shares nothing with one before
    name_bytes, at = _varint(content, at)
    offset, at = _varint(content, at + name_bytes)
    size, _ = _varint(content, at)
    if offset != 0:
        raise ValueError(f"the first block begins at {offset}")
    return size


def _check(content, size, path):
    if content[size:size + 1] != UNCOMPRESSED or content[size + 1:size + 5] != _checksum(content, size):
        raise ValueError(f"the first block of {path} does not check")


def _checksum(content, size):
    return struct.pack("<I", xxh3_long(content[:size]) & 0xFFFFFFFF)  # and of the byte behind it, which is zero


def _varint(content, at):
    """(number, where it ends)."""
    number = shift = 0
    while True:
        byte = content[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def xxh3_long(data):
    """XXH3 of 64 bits, seed 0, of more than 240 bytes. Errors: ValueError for fewer."""
    if len(data) <= 240:
        raise ValueError(f"{len(data)} bytes are hashed otherwise")
    sums = [_PRIME_32[2], *_PRIME_64[:4], _PRIME_32[1], _PRIME_64[4], _PRIME_32[0]]
    stripes = (len(data) - 1) // _STRIPE
    for number in range(stripes):
        _accumulate(sums, data, number * _STRIPE, number % _STRIPES_OF_A_BLOCK * 8)
        if number % _STRIPES_OF_A_BLOCK == _STRIPES_OF_A_BLOCK - 1:
            for lane, secret in enumerate(struct.unpack_from("<8Q", _SECRET, len(_SECRET) - _STRIPE)):
                sums[lane] = (sums[lane] ^ sums[lane] >> 47 ^ secret) * _PRIME_32[0] & _MASK
    _accumulate(sums, data, len(data) - _STRIPE, len(_SECRET) - _STRIPE - 7)
    total = len(data) * _PRIME_64[0]
    for lane, secret in zip(range(0, 8, 2), struct.iter_unpack("<2Q", _SECRET[11:11 + _STRIPE])):
        product = (sums[lane] ^ secret[0]) * (sums[lane + 1] ^ secret[1])
        total += product & _MASK ^ product >> 64
    total &= _MASK
    total = (total ^ total >> 37) * 0x165667919E3779F9 & _MASK
    return total ^ total >> 32


def _accumulate(sums, data, at, secret_at):
    values, secrets = struct.unpack_from("<8Q", data, at), struct.unpack_from("<8Q", _SECRET, secret_at)
    for lane, value in enumerate(values):
        key = value ^ secrets[lane]
        sums[lane ^ 1] = sums[lane ^ 1] + value & _MASK
        sums[lane] = sums[lane] + (key & 0xFFFFFFFF) * (key >> 32) & _MASK
