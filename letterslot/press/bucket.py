"""An S3-compatible store as a few verbs, each write on a condition, each fault one sentence."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from letterslot.newsroom.places import Store, StoreKeys

AT_ONCE: Final = 16  # requests under way
_CONNECT: Final = 10  # seconds
_ANSWER: Final = 60  # seconds of silence
_TRIES: Final = 3  # of a request whose answer is lost or that the store puts off

_CONDITION: Final = ("PreconditionFailed", "ConditionalRequestConflict", "OperationAborted", "412")
_NOTHING: Final = ("NoSuchKey", "404")
_UNKNOWN_KEYS: Final = (
    "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken",
)  # fmt: skip
_FORBIDDEN: Final = ("AccessDenied", "AllAccessDisabled", "AccountProblem", "403")
_ELSEWHERE: Final = ("PermanentRedirect", "AuthorizationHeaderMalformed", "301", "307")
_NOT_KNOWN_THERE: Final = ("NotImplemented", "MethodNotAllowed", "XNotImplemented", "405", "501")


class StoreFault(Exception):
    """The store did not do it. The message is one sentence that says what to do."""


class Changed(StoreFault):
    """What stands there is not what was thought to stand: somebody else writes."""


class Held(NamedTuple):
    """What stands at a path: its bytes, the mark of this state, its age by the store's clock."""

    content: bytes
    etag: str
    seconds: float


class Version(NamedTuple):
    """A state that a bucket with versions keeps of a path, or the mark that one was deleted."""

    path: str
    id: str
    is_newest: bool
    is_mark: bool


class Bucket:
    """The files of a shelf in a store. Paths are the shelf's. Threads may share one.

    Raises StoreFault where no store can have such an address.
    """

    def __init__(self, store: Store, keys: StoreKeys) -> None:
        self._store = store
        try:
            self._client = _client(store.endpoint, store.region, keys)
        except (BotoCoreError, ValueError):
            raise StoreFault(
                f"No store can be at {store.endpoint} in the region {store.region}: mend `store` "
                "or `region` in `[shelf]`."
            ) from None

    def get(self, path: str, limit: int) -> Held | None:
        """What stands at a path, cut after `limit` + 1 bytes; None where nothing does."""
        with self._sentences("GetObject"):
            try:
                answer = self._client.get_object(**self._at(path))
            except ClientError as fault:
                if _code(fault) in _NOTHING:
                    return None
                raise
            with answer["Body"] as body:
                content = body.read(limit + 1)
            return Held(content, answer["ETag"], _age(answer))

    def etag(self, path: str) -> str:
        """The mark of what stands at a path; empty where nothing does."""
        head = self._head(path)
        return str(head["ETag"]) if head else ""

    def put(self, path: str, content: bytes, headers: dict[str, str], *, over: str) -> str:
        """Write where this mark stands, "" for nothing; the new mark. Raises Changed.

        `headers` are a call's own words: ContentType, CacheControl, ContentEncoding.
        """
        digest = hashlib.sha256(content).hexdigest()
        condition = {"IfMatch": over} if over else {"IfNoneMatch": "*"}
        try:
            with self._sentences("PutObject"):
                answer = self._client.put_object(
                    **self._at(path), **headers, **condition, Body=content,
                    Metadata={"sha256": digest},
                )  # fmt: skip
                return str(answer["ETag"])
        except Changed:
            # Our own, where the answer to the first try was lost.
            head = self._head(path) or {}
            if head.get("Metadata", {}).get("sha256") == digest:
                return str(head["ETag"])
            raise

    def delete(self, path: str, version: str = "") -> None:
        """Delete what stands at a path, or one version of it; nothing happens where nothing is."""
        of_version = {"VersionId": version} if version else {}
        with self._sentences("DeleteObject"):
            self._client.delete_object(**self._at(path), **of_version)

    def marks(self, before: str = "") -> Iterator[tuple[str, str]]:
        """Paths that begin so, in order, each with the mark of what stands there."""
        with self._sentences("ListBucket"):
            for page in self._pages("list_objects_v2", before):
                for found in page.get("Contents", ()):
                    yield self._path(found["Key"]), found["ETag"]

    def keeps_versions(self) -> bool:
        """Whether what is overwritten or deleted stays there as an older version."""
        with self._sentences("GetBucketVersioning"):
            try:
                answer = self._client.get_bucket_versioning(Bucket=self._store.bucket)
            except ClientError as fault:
                if _code(fault) in _NOT_KNOWN_THERE:
                    return False
                raise
            return bool(answer.get("Status"))

    def versions(self, before: str) -> Iterator[Version]:
        """All that is kept of the paths that begin so."""
        with self._sentences("ListBucketVersions"):
            for page in self._pages("list_object_versions", before):
                for kind, is_mark in (("Versions", False), ("DeleteMarkers", True)):
                    for one in page.get(kind, ()):
                        path = self._path(one["Key"])
                        yield Version(path, one["VersionId"], one["IsLatest"], is_mark)

    def _head(self, path: str) -> dict[str, Any] | None:
        """What is told of a path, the mark always; None where nothing stands."""
        with self._sentences("GetObject"):
            try:
                head: dict[str, Any] = self._client.head_object(**self._at(path))
            except ClientError as fault:
                if _code(fault) in _NOTHING:
                    return None
                raise
            head["ETag"] = str(head["ETag"])
            return head

    def _pages(self, verb: str, before: str) -> Iterator[dict[str, Any]]:
        place = {"Bucket": self._store.bucket, "Prefix": self._store.folder + before}
        yield from self._client.get_paginator(verb).paginate(**place)

    def _at(self, path: str) -> dict[str, str]:
        return {"Bucket": self._store.bucket, "Key": self._store.folder + path}

    def _path(self, key: str) -> str:
        return key.removeprefix(self._store.folder)

    @contextmanager
    def _sentences(self, action: str) -> Iterator[None]:
        """The client's faults as ours; `action` is what the store calls the right to do it."""
        try:
            yield
        except ClientError as fault:
            raise self._answered(_code(fault), action) from None
        except (BotoCoreError, OSError) as fault:
            raise StoreFault(
                f"The store at {self._store.endpoint} cannot be reached "
                f"({type(fault).__name__}): look at the line and at `store` in `[shelf]`."
            ) from None
        except (ResponseParserError, LookupError, TypeError, ValueError):
            raise StoreFault(
                f"What answers at {self._store.endpoint} is no S3-compatible store: look at "
                "`store` in `[shelf]`."
            ) from None

    def _answered(self, code: str, action: str) -> StoreFault:
        store = self._store
        if code in _CONDITION or (code in _NOTHING and action == "PutObject"):
            return Changed("Another press writes to the store: one alone may print there.")
        if code == "NoSuchBucket":
            return StoreFault(
                f"There is no bucket {store.bucket} at {store.endpoint}: make it, or mend "
                "`bucket` in `[shelf]`."
            )
        if code in _UNKNOWN_KEYS:
            return StoreFault(
                "The store does not take the keys: look at the access key and secret."
            )
        if code in _FORBIDDEN:
            return StoreFault(
                f"The store's keys may not do {action} in {store.bucket}: give them that right."
            )
        if code in ("RequestTimeTooSkewed", "RequestExpired"):
            return StoreFault("This machine's clock is far from the store's: set the clock.")
        if code in _ELSEWHERE:
            return StoreFault(
                f"The bucket {store.bucket} is elsewhere: mend `region` in `[shelf]`."
            )
        return StoreFault(f"The store answered {code} to {action}: ask whoever runs it.")


@lru_cache(maxsize=2)
def _client(endpoint: str, region: str, keys: StoreKeys) -> Any:
    """A client that knows what it is told here, and nothing of any other program's settings.

    Kept, because making one takes a third of a second; threads may share it.
    """
    session = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    config = Config(
        signature_version="s3v4",
        connect_timeout=_CONNECT,
        read_timeout=_ANSWER,
        max_pool_connections=AT_ONCE + 2,
        retries={"mode": "standard", "total_max_attempts": _TRIES},
        s3={"addressing_style": "path"},
        # Sums of its own are new to the format, and not every store knows them.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        user_agent="letterslot",
    )
    return session.create_client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=keys.key,
        aws_secret_access_key=keys.secret,
        config=config,
    )


def _code(fault: ClientError) -> str:
    return str(fault.response.get("Error", {}).get("Code", "nothing"))


def _age(answer: dict[str, Any]) -> float:
    """Seconds since it was written, by the store's own clock: ours may be wrong."""
    told = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        now = parsedate_to_datetime(told)
    except ValueError:
        now = datetime.now(UTC)
    written: datetime = answer["LastModified"]
    return (now - written).total_seconds()
