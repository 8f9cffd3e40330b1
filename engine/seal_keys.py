"""The key pair that signs seals and audit files (Ed25519, RFC 8032).

The signing key lies in a file of its own, is read at the moment of signing and never kept in
memory. Who only checks needs the public key, and those of earlier pairs: every `seal*.pub` in the
data folder counts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from engine.errors import IntegrityError

_PUBLIC_NAME: Final = "seal.pub"
_PRIVATE_NAME: Final = "seal.key"
#: What stands in front of an Ed25519 key where its kind has to be said (RFC 8410 4).
_KIND: Final = bytes.fromhex("302a300506032b6570032100")


@dataclass(frozen=True)
class SealKeys:
    """The keys of one installation's seals."""

    folder: Path

    @classmethod
    def open(cls, folder: Path, keep_first: Callable[[Path, str], str]) -> SealKeys:
        """Give the keys in `folder`; the pair is made on the first start.

        Args:
            keep_first: writes a secret file unless it is there, and gives what it holds.
        """
        private, public = folder / _PRIVATE_NAME, folder / _PUBLIC_NAME
        if not public.exists():
            key = SigningKey(bytes.fromhex(keep_first(private, bytes(SigningKey.generate()).hex())))
            keep_first(public, bytes(key.verify_key).hex())
        return cls(folder)

    def sign(self, message: bytes) -> tuple[str, bytes]:
        """Sign `message`; give the id of the key and the signature.

        Raises:
            IntegrityError: the signing key is missing, or is not the one of the public key.
        """
        try:
            key = SigningKey(bytes.fromhex(_read(self.folder / _PRIVATE_NAME)))
            known = bytes.fromhex(_read(self.folder / _PUBLIC_NAME))
            if bytes(key.verify_key) != known:
                raise ValueError
        except (OSError, ValueError, CryptoError) as error:
            raise IntegrityError(
                "不能签署封存：密钥文件 seal.key 缺失，或与 seal.pub 不匹配，"
                "请运维人员检查数据目录。",
                "Seals cannot be signed: the key file seal.key is missing or does not belong to "
                "seal.pub; the operator has to check the data folder.",
            ) from error
        return key_id(known), key.sign(message).signature

    def public(self) -> bytes:
        """Give the public key of the present pair."""
        return bytes.fromhex(_read(self.folder / _PUBLIC_NAME))

    def known(self) -> dict[str, bytes]:
        """Give the public keys, the present and earlier ones, by their ids."""
        found = [bytes.fromhex(_read(path)) for path in sorted(self.folder.glob("seal*.pub"))]
        return {key_id(key): key for key in found}


def key_id(public: bytes) -> str:
    """Give the short name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the holder of a key signed `message`; whatever is no key has signed nothing."""
    try:
        VerifyKey(public).verify(message, signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True


def pem(public: bytes) -> str:
    """Give a public key as other programs read it, such as OpenSSL."""
    body = base64.b64encode(_KIND + public).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def _read(path: Path) -> str:
    return path.read_text("ascii").strip()
