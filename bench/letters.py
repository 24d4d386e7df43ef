"""What is sent: texts of 300 characters, and bodies prepared in a file for the load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlencode

CHARACTERS = 300
NAMES = {"en": "Marguerite", "ko": "항구 사람"}
SENTENCES = {
    "en": (
        "The ferry still leaves from the east quay at seven, and whoever missed it knows the "
        "next one is never early. My neighbour keeps the old timetable on her kitchen wall. She "
        "says the clock at the market was right only once, in the summer when the tower was "
        "painted. I think the council should ask the people who use the boat every morning."
    ),
    "ko": (
        "동쪽 부두에서 떠나는 배는 아직도 일곱 시에 나갑니다. "
        "놓친 사람은 다음 배가 결코 일찍 오지 않는다는 것을 압니다. "
        "옆집 아주머니는 낡은 시간표를 부엌 벽에 붙여 두었습니다. "
        "시장의 시계는 탑을 칠하던 그해 여름에 딱 한 번 맞았다고 합니다. "
        "아침마다 배를 타는 사람들에게 먼저 물어보았으면 좋겠습니다. "
        "비가 오는 날에는 의자가 젖어 있어서 모두 서서 기다립니다. "
        "그래도 선장님은 언제나 먼저 인사를 건네고, 아이들은 갈매기에게 과자를 던집니다. "
        "봄이 되면 다리 옆에 새 정류장이 생긴다고 합니다. "
        "그때는 버스 시간도 배 시간에 맞추어 주면 참 고맙겠습니다."
    ),
}
BOUNDARY = "----WebKitFormBoundaryq7Lk2WxT9uRzYc4b"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
URLENCODED = "application/x-www-form-urlencoded"


def text(language: str, number: int) -> str:
    """A text of exactly `CHARACTERS` characters that no other number has."""
    serial = f"{number:07d} "
    return (serial + SENTENCES[language])[: CHARACTERS - 1].rstrip().ljust(
        CHARACTERS - 1, "."
    ) + "."


def multipart(fields: Mapping[str, str]) -> bytes:
    """The body a browser sends for a form of these fields; see `MULTIPART` for its type."""
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def urlencoded(fields: Mapping[str, str]) -> bytes:
    """The same as `URLENCODED`."""
    return urlencode(fields).encode("ascii")


def write_bodies(bodies: Iterable[bytes], file: Path) -> Path:
    """Writes bodies as load.lua reads them: eight hexadecimal digits of length, then the bytes."""
    with file.open("wb") as out:
        for body in bodies:
            out.write(b"%08x" % len(body))
            out.write(body)
    return file
