"""What must stay secret: the key of all digests, the vault's key pair, and that of the seals.

The web process seals with the public key alone. The private key lies in a file of its own that is
read at the moment somebody with a reason opens an identity, and is never kept in memory.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from sqlalchemy.orm import Session

from engine.errors import IntegrityError
from engine.seal_keys import SealKeys

#: A digest key shorter than this can be guessed.
MINIMUM_KEY_BYTES: Final = 32
_PUBLIC_NAME: Final = "vault.pub"
_PRIVATE_NAME: Final = "vault.key"


@dataclass(frozen=True)
class Secrets:
    """The keys of one installation; `session.info["secrets"]` carries them into operations."""

    secret_key: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    private_key_file: Path
    #: Signs the daily seals of histories.
    seal_keys: SealKeys

    @classmethod
    def open(cls, secret_key: bytes, folder: Path) -> Secrets:
        """Give the secrets whose key pairs lie in `folder`, made on the first start."""
        if len(secret_key) < MINIMUM_KEY_BYTES:
            raise ValueError("the secret key is too short")
        private = folder / _PRIVATE_NAME
        public = folder / _PUBLIC_NAME
        known = public.read_text("ascii") if public.exists() else _make_pair(private, public)
        seal_keys = SealKeys.open(folder, keep_first)
        return cls(secret_key, bytes.fromhex(known.strip()), private, seal_keys)

    def digest(self, purpose: str, text: str) -> bytes:
        """Give the keyed digest (32 bytes) of `text`; two purposes never give the same one."""
        return hmac.digest(self.secret_key, f"{purpose}\0{text}".encode(), hashlib.sha256)

    def seal(self, plain: bytes) -> bytes:
        """Seal `plain` so that only the holder of the private key opens it."""
        return SealedBox(PublicKey(self.public_key)).encrypt(plain)

    def unseal(self, sealed: bytes) -> bytes:
        """Open what `seal` closed.

        Raises:
            IntegrityError: the private key is missing or is not the one of this vault.
        """
        try:
            key = PrivateKey(bytes.fromhex(self.private_key_file.read_text("ascii").strip()))
            return SealedBox(key).decrypt(sealed)
        except (OSError, ValueError, CryptoError) as error:
            raise IntegrityError(
                "身份保险箱打不开：密钥文件缺失或不匹配，请运维人员检查数据目录中的 vault.key。",
                "The identity vault does not open: its key file is missing or is another one; "
                "the operator has to check vault.key in the data folder.",
            ) from error


def of(session: Session) -> Secrets:
    """Give the secrets the session was opened with."""
    secrets: Secrets = session.info["secrets"]
    return secrets


def keep_first(path: Path, text: str) -> str:
    """Write `text` to a file of the owner's alone unless it is there; give what it holds.

    Of two processes that start at once one writes it, and whoever is killed meanwhile leaves
    the whole file or none.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(beside, path)
        Path(beside).unlink()
    return path.read_text("ascii").strip()


def _make_pair(private: Path, public: Path) -> str:
    """Give the public key of the pair; what is not there is made."""
    key = PrivateKey(bytes.fromhex(keep_first(private, bytes(PrivateKey.generate()).hex())))
    return keep_first(public, bytes(key.public_key).hex())
