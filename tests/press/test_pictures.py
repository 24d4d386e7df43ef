"""Pictures: drawn anew, with nothing of their metadata, in two widths."""

from __future__ import annotations

import io
import re
import shutil

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from letterslot.discussion.models import Story
from letterslot.press import pictures, stories
from letterslot.press.faults import StoryFault

CANARY = b"canary-camera"


def photograph(width=1600, height=1000):
    """Something with shapes, so that packing it has work to do."""
    picture = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    picture.paste("red", (0, 0, width // 4, height // 4))
    return picture


def exif():
    tags = Image.Exif()
    tags[0x010F] = CANARY.decode()  # the camera's maker
    tags[0x0132] = "2026:11:20 09:41:07"
    tags.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)  # where it was taken
    return tags


def save(path, form):
    picture = photograph()
    if form == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Author", CANARY.decode())
        picture.save(path, pnginfo=notes, exif=exif())
    else:
        more = {"comment": CANARY} if form == "JPEG" else {"xmp": CANARY}
        picture.save(path, form, exif=exif(), **more)
    assert CANARY in path.read_bytes()
    return path


@pytest.mark.parametrize(("ending", "form"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
def test_nothing_of_the_metadata_is_left(tmp_path, ending, form):
    kept = pictures.keep(save(tmp_path / f"a.{ending}", form), tmp_path / "kept")
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {kept.name, kept.small_name}
    for path in (tmp_path / "kept").iterdir():
        content = path.read_bytes()
        assert CANARY not in content
        assert b"Exif" not in content
        assert b"2026:11:20" not in content
        with Image.open(path) as picture:
            assert picture.format == form
            assert not picture.getexif()
            assert not picture.info.keys() & {"exif", "comment", "xmp", "icc_profile", "Author"}


def test_a_wide_picture_gets_two_widths(tmp_path):
    kept = pictures.keep(save(tmp_path / "a.jpg", "JPEG"), tmp_path / "kept")
    assert (kept.width, kept.height, kept.small_width) == (1280, 800, 640)
    with Image.open(tmp_path / "kept" / kept.small_name) as small:
        assert small.size == (640, 400)


def test_a_narrow_picture_keeps_its_one_width(tmp_path):
    photograph(640, 480).save(tmp_path / "a.jpg")
    kept = pictures.keep(tmp_path / "a.jpg", tmp_path / "kept")
    assert (kept.width, kept.height, kept.small_name, kept.small_width) == (640, 480, "", 0)


def test_names_tell_the_content_and_nothing_of_the_original(tmp_path):
    one = pictures.keep(save(tmp_path / "IMG_20261120_0941.jpg", "JPEG"), tmp_path / "kept")
    same = pictures.keep(save(tmp_path / "b.jpg", "JPEG"), tmp_path / "kept")
    assert one == same
    assert re.fullmatch(r"picture-[0-9a-f]{12}-1280\.jpg", one.name)


def test_a_picture_lying_on_its_side_is_set_upright(tmp_path):
    tags = exif()
    tags[0x0112] = 6  # turn it a quarter to the right
    photograph(400, 200).save(tmp_path / "a.jpg", exif=tags)
    kept = pictures.keep(tmp_path / "a.jpg", tmp_path / "kept")
    assert (kept.width, kept.height) == (200, 400)


def test_a_picture_that_something_shows_through_stays_so(tmp_path):
    picture = photograph(100, 100)
    picture.putalpha(128)
    picture.save(tmp_path / "a.png")
    kept = pictures.keep(tmp_path / "a.png", tmp_path / "kept")
    with Image.open(tmp_path / "kept" / kept.name) as clean:
        assert clean.mode == "RGBA"


def test_print_colours_become_colours_of_the_screen(tmp_path):
    photograph(100, 100).convert("CMYK").save(tmp_path / "a.jpg")
    kept = pictures.keep(tmp_path / "a.jpg", tmp_path / "kept")
    with Image.open(tmp_path / "kept" / kept.name) as clean:
        assert clean.mode == "RGB"


def test_a_colour_profile_is_applied_and_not_kept(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photograph(100, 100).save(tmp_path / "a.jpg", icc_profile=profile)
    photograph(100, 100).save(tmp_path / "b.jpg", icc_profile=b"broken")
    for name in ("a.jpg", "b.jpg"):
        kept = pictures.keep(tmp_path / name, tmp_path / "kept")
        assert b"ICC_PROFILE" not in (tmp_path / "kept" / kept.name).read_bytes()


def truncated():
    out = io.BytesIO()
    photograph(300, 300).save(out, "JPEG")
    return out.getvalue()[:2000]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.jpg", b"<svg/>", "a.jpg is not a JPEG, PNG or WebP picture."),
        ("a.gif", b"GIF89a" + bytes(20), "a.gif is not a JPEG, PNG or WebP picture."),
        ("a.jpg", b"", "a.jpg is not a JPEG, PNG or WebP picture."),
        ("a.jpg", truncated(), "a.jpg is damaged and cannot be read."),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StoryFault) as fault:
        pictures.keep(tmp_path / name, tmp_path / "kept")
    assert str(fault.value) == sentence


def test_a_picture_of_too_many_pixels_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 5_000_000)
    Image.new("L", (2500, 2500)).save(tmp_path / "a.png")
    with pytest.raises(StoryFault, match=r"a\.png has more than 5 million pixels\."):
        pictures.keep(tmp_path / "a.png", tmp_path / "kept")


def with_picture(newsroom, folder, name):
    source = (
        "---\nslug: market\nlanguage: en\nheadline: Market\ndate: 2026-11-20\n"
        f"picture: {{file: {name}, alt: A market., caption: Stalls}}\n---\nWords.\n"
    )
    stories.add(source, folder=folder, data=newsroom.data)
    newsroom.print_stories("market")
    return Story.objects.get(pk="market").picture


def test_a_printed_picture_is_in_the_page_and_on_the_shelf(newsroom, tmp_path):
    kept = with_picture(newsroom, tmp_path, save(tmp_path / "a.jpg", "JPEG").name)
    files = newsroom.files()
    assert {f"stories/market/{kept[key]}" for key in ("name", "small_name")} <= files.keys()
    assert not any(CANARY in content for content in files.values())
    page = newsroom.page("stories/market/index.html")
    assert f'src="{kept["name"]}"' in page
    assert 'alt="A market."' in page
    assert "<figcaption>Stalls" in page
    lite = newsroom.page("stories/market/lite/index.html")
    assert f'href="../{kept["name"]}"' in lite
    assert "<img" not in lite
    assert newsroom.faults() == []


def test_a_picture_gone_from_the_data_folder_stays_on_the_shelf(newsroom, tmp_path):
    kept = with_picture(newsroom, tmp_path, save(tmp_path / "a.jpg", "JPEG").name)
    shutil.rmtree(newsroom.data / "stories")
    newsroom.print_stories("market")
    assert f"stories/market/{kept['name']}" in newsroom.files()
    shutil.rmtree(newsroom.shelf)
    with pytest.raises(StoryFault, match="The picture of market is gone: add the story again"):
        newsroom.print_stories("market")


def test_a_replaced_picture_leaves_the_shelf(newsroom, tmp_path):
    before = with_picture(newsroom, tmp_path, save(tmp_path / "a.jpg", "JPEG").name)
    photograph(900, 900).save(tmp_path / "b.jpg")
    after = with_picture(newsroom, tmp_path, "b.jpg")
    files = newsroom.files()
    assert f"stories/market/{after['name']}" in files
    assert f"stories/market/{before['name']}" not in files
    assert newsroom.faults() == []


def test_a_drawing_of_few_colours_stays_one_when_made_smaller(tmp_path):
    hatched = Image.new("RGB", (1280, 640), "white")
    for x in range(0, 1280, 7):
        hatched.paste("black", (x, 0, x + 3, 640))
    hatched.paste("#17498a", (300, 200, 700, 400))
    hatched.save(tmp_path / "a.png")
    kept = pictures.keep(tmp_path / "a.png", tmp_path / "kept")
    with Image.open(tmp_path / "kept" / kept.name) as wide:
        assert wide.convert("RGB").tobytes() == hatched.tobytes()
    with Image.open(tmp_path / "kept" / kept.small_name) as small:
        assert len(small.convert("RGB").getcolors()) <= 24
