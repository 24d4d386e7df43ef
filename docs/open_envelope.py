"""Opens one envelope without Letterslot: python open_envelope.py ENVELOPE-FILE PRIVATE-KEY-FILE

The key file holds the 32 bytes of the epoch's private key, raw or in hex. Needs PyNaCl and cbor2.
See formats.md.
"""

import pathlib
import sys

import cbor2
import nacl.public


def open_envelope(envelope: bytes, private_key: bytes) -> dict:
    """The letter in an envelope: its fields, "kind" among them."""
    if envelope[:1] != b"\x01":
        sys.exit("This is not an envelope of version 1.")
    box = nacl.public.SealedBox(nacl.public.PrivateKey(private_key))
    packed = box.decrypt(envelope[1:])
    length = int.from_bytes(packed[:4], "big")
    return cbor2.loads(packed[4 : 4 + length])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    envelope, key = (pathlib.Path(name).read_bytes() for name in sys.argv[1:])
    if len(key) != 32:
        key = bytes.fromhex(key.decode())
    for name, value in open_envelope(envelope, key).items():
        print(f"{name}: {value.hex() if isinstance(value, bytes) else value}")  # noqa: T201
