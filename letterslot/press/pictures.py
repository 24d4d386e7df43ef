"""A story's picture: drawn anew from its pixels, so that nothing of its metadata is left."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from letterslot.press.faults import StoryFault

WIDE: Final = 1280  # pixels, of the picture on the story's page
SMALL: Final = 640
MOST_PIXELS: Final = 80_000_000
LARGEST_FILE: Final = 40_000_000  # bytes
DRAWN: Final = 24  # colours; a PNG of no more is a drawing, and stays one when made smaller
_ENDINGS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@dataclass(frozen=True)
class KeptPicture:
    """A clean picture in the data folder, named by its content. `small_name` is empty where the
    picture is no wider than the small one would be. Sizes in pixels."""

    name: str
    width: int
    height: int
    small_name: str = ""
    small_width: int = 0


def folder(data: Path, slug: str) -> Path:
    """Where the pictures of a story lie in the data folder."""
    return data / "stories" / slug


def read(data: Path, slug: str, name: str) -> bytes | None:
    """A kept picture; None where it is gone, as after a restore of the databases alone."""
    try:
        return (folder(data, slug) / name).read_bytes()
    except FileNotFoundError:
        return None


def keep(original: Path, into: Path) -> KeptPicture:
    """Draw `original` anew in at most two widths into the folder `into`. Raises StoryFault.

    The same original gives the same bytes and names. The original is not kept: it may say where
    and when it was taken, and by whom.
    """
    clean, form = _clean(original)
    wide, wide_bytes = _sized(clean, WIDE, form)
    name = _name(wide_bytes, wide.width, form)
    small_name, small_width = "", 0
    into.mkdir(parents=True, exist_ok=True)
    (into / name).write_bytes(wide_bytes)
    if wide.width > SMALL:
        small, small_bytes = _sized(clean, SMALL, form)
        small_name, small_width = _name(small_bytes, small.width, form), small.width
        (into / small_name).write_bytes(small_bytes)
    return KeptPicture(name, wide.width, wide.height, small_name, small_width)


def _clean(original: Path) -> tuple[Image.Image, str]:
    """The pixels alone, upright and in sRGB, and the format to keep them in."""
    if original.stat().st_size > LARGEST_FILE:
        raise StoryFault(f"{original.name} is larger than {LARGEST_FILE // 1_000_000} MB.")
    try:
        with Image.open(original, formats=list(_ENDINGS)) as picture:
            _require_few_pixels(picture)
            form = picture.format if picture.format in _ENDINGS else "JPEG"  # MPO: a phone's JPEG
            upright = ImageOps.exif_transpose(picture)
            drawn = _srgb(upright, _mode(upright))
    except Image.DecompressionBombError:
        most = MOST_PIXELS // 1_000_000
        raise StoryFault(f"{original.name} has more than {most} million pixels.") from None
    except UnidentifiedImageError:
        raise StoryFault(f"{original.name} is not a JPEG, PNG or WebP picture.") from None
    except (OSError, SyntaxError, ValueError):
        raise StoryFault(f"{original.name} is damaged and cannot be read.") from None
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    return bare, str(form)


def _require_few_pixels(picture: Image.Image) -> None:
    """Before anything is unpacked: a small file may unpack to more than there is memory."""
    if picture.width * picture.height > MOST_PIXELS:
        raise Image.DecompressionBombError


def _mode(picture: Image.Image) -> str:
    """RGB, or RGBA where something shows through."""
    return "RGBA" if picture.has_transparency_data else "RGB"


def _srgb(picture: Image.Image, mode: str) -> Image.Image:
    """Colours as browsers take them without a profile, since the profile does not stay."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            turned = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError):
            turned = None  # a broken profile: its colours are as good as none
        if turned is not None:
            return turned.convert(mode)
    return picture.convert(mode)


def _sized(picture: Image.Image, most: int, form: str) -> tuple[Image.Image, bytes]:
    """The picture at most `most` pixels wide, and its bytes.

    Smoothing gives a line drawing thousands of greys, and the small picture would weigh more than
    the wide one: a drawing keeps few colours.
    """
    drawn = form == "PNG" and picture.mode == "RGB" and picture.getcolors(DRAWN) is not None
    if picture.width > most:
        height = max(1, round(picture.height * most / picture.width))
        picture = picture.resize((most, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if form == "JPEG":
        picture.convert("RGB").save(out, "JPEG", quality=82, optimize=True, progressive=True)
    elif form == "WEBP":
        picture.save(out, "WEBP", quality=82, method=4)
    else:
        if drawn:  # this method keeps a small patch of a colour of its own
            picture = picture.quantize(DRAWN, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        picture.save(out, "PNG", optimize=True)
    return picture, out.getvalue()


def _name(content: bytes, width: int, form: str) -> str:
    """A name that tells nothing of the original's, and may be kept for ever by caches."""
    digest = hashlib.sha256(content).hexdigest()[:12]
    return f"picture-{digest}-{width}.{_ENDINGS[form]}"
