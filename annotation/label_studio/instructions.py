"""The guidelines as the instructions that annotators open in Label Studio."""

from __future__ import annotations

from ...schema.guidelines import guidelines


def instructions() -> str:
    """Return the guidelines in both languages as the HTML that Label Studio shows, the Arabic first, right to left."""
    from markdown_it import MarkdownIt

    render = MarkdownIt("commonmark", {"html": False}).enable("table").render
    arabic, english = render(guidelines("ar")), render(guidelines("en"))
    return f'<div dir="rtl" style="text-align: right">{arabic}</div><hr><div dir="ltr">{english}</div>'
