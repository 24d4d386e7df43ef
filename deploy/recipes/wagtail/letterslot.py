"""Letterslot in a Wagtail site: `YOURAPP/templatetags/letterslot.py`.

In the settings: LETTERSLOT_URL = "https://courier.example", LETTERSLOT_STORIES = a folder. In a
page's template: `{% load letterslot %}` and `{% letterslot_thread page %}`. In the `ready` of your
app's AppConfig: `page_published.connect(tell)`, with both from here and from wagtail.signals.

A page is the story page-ID for ever. Each time it is published its story file is written into the
folder; `letterslot story add FOLDER/*.md`, by a timer, makes it known.
"""

import json
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def letterslot_thread(page):
    """The place of a page's thread: a link, and the script that shows the thread when reached."""
    story = f"{settings.LETTERSLOT_URL}/stories/page-{page.pk}/"
    return format_html(
        '<div data-letterslot="{0}"><a href="{0}#comments">{1}</a></div>'
        '<script defer src="{2}/thread.js"></script>',
        story,
        _("Read and write comments"),
        settings.LETTERSLOT_URL,
    )


def tell(sender, instance, **more):
    """Write the story file of a page that was published."""
    fields = {
        "slug": f"page-{instance.pk}",
        "language": instance.locale.language_code,
        "headline": instance.title,
        "canonical": instance.full_url,
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    lines.append(f"date: {instance.first_published_at:%Y-%m-%d}")
    file = Path(settings.LETTERSLOT_STORIES) / f"page-{instance.pk}.md"
    new = file.with_suffix(".new")
    new.write_text("---\n" + "\n".join(lines) + "\n---\n", "utf-8")
    new.replace(file)
