"""The script for other sites is small."""

from letterslot.pages.threadscript import thread_script


def test_the_script_has_less_than_two_thousand_bytes():
    assert 0 < len(thread_script()) < 2000
