"""The headers that guard a page, for printed and for dynamic pages alike."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

Header = tuple[str, str]

_NOTHING_ALLOWED = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture",
        "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "payment", "serial",
        "usb",
    )
)  # fmt: skip

# On every answer whatever it is. Referrer-Policy keeps the story from other sites' logs; a server
# that names itself keeps the one below it from naming its own program.
SECURITY_HEADERS: tuple[Header, ...] = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", _NOTHING_ALLOWED),
    ("server", "letterslot"),
)


def origin(url: str) -> str:
    """The scheme, host and port of an address: "https://courier.example"; "" if it has none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


def content_security_policy(url: str, framed_by: Iterable[str] = ()) -> str:
    """The policy of a page whose forms go to the door at `url`.

    Styles and pictures come from where the page came from, forms go there or to the door (a
    page read from a mirror still reaches the newsroom), and nothing else is allowed. `framed_by`
    are the sources that may frame the page, nobody if empty.
    """
    door = origin(url)
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            f"form-action 'self' {door}".rstrip(),
            "base-uri 'none'",
            "frame-ancestors " + (" ".join(framed_by) or "'none'"),
        )
    )


def security_headers(
    url: str, *, framed_by: Iterable[str] = (), across_origins: bool = False
) -> list[Header]:
    """All guarding headers of an answer, lower-case, in a fixed order.

    `across_origins` is for what other sites may read or include; `framed_by` lists the origins
    that may frame the page and is only for the page made for it.
    """
    frames = tuple(framed_by)
    headers = [("content-security-policy", content_security_policy(url, frames))]
    headers += SECURITY_HEADERS
    policy = "cross-origin" if across_origins else "same-origin"
    headers.append(("cross-origin-resource-policy", policy))
    if not frames:
        headers.append(("x-frame-options", "DENY"))
    if across_origins:
        headers.append(("access-control-allow-origin", "*"))
    return headers
