"""A snippet as a page. The tutorial has Pygments colour it; here it is escaped, and its lines are numbered."""
from html import escape

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h2>{title}</h2>
<pre class="{language} {style}">{code}</pre>
</body>
</html>
"""


def highlight(snippet):
    lines = snippet.code.split("\n")
    if snippet.linenos:
        lines = [f"{number:4} {line}" for number, line in enumerate(lines, 1)]
    language, style = snippet.get_language_display(), snippet.get_style_display()
    return PAGE.format(title=escape(snippet.title), language=language, style=style, code=escape("\n".join(lines)))
