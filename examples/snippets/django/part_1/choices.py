"""What a snippet may be written in, and how it may be shown. The tutorial asks Pygments; here is a short list."""
LANGUAGES = [("bash", "Bash"), ("javascript", "JavaScript"), ("python", "Python"), ("rust", "Rust"), ("sql", "SQL")]
STYLES = [(name, name) for name in ("default", "friendly", "monokai")]
