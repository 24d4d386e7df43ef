"""The desk's server writes no form and no page to a disk."""

from __future__ import annotations

from waitress.adjustments import Adjustments
from waitress.buffers import BytesIOBasedBuffer, OverflowableBuffer

from letterslot.project.deskserver import IN_MEMORY


def test_a_page_of_three_megabytes_reaches_no_temporary_file():
    page = OverflowableBuffer(Adjustments(**IN_MEMORY).outbuf_overflow)
    page.append(b"A held word. " * 250_000)
    assert type(page.buf) is BytesIOBasedBuffer


def test_the_largest_form_that_is_taken_reaches_no_temporary_file():
    taken = Adjustments(**IN_MEMORY)
    form = OverflowableBuffer(taken.inbuf_overflow)
    form.append(bytes(taken.max_request_body_size))
    assert type(form.buf) is BytesIOBasedBuffer
