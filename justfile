# Five words. Without `just`, run the line below the word.

# The sample API on http://127.0.0.1:8000
run *ARGS:
    cargo run -- {{ARGS}}

# Format, lints and docs, as the gate checks them
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Everything that needs no Python
test:
    cargo test --workspace

# The same requests to a real Django and to Belleville
conformance *ARGS:
    python3 conformance/run.py {{ARGS}}

# Requests a second next to Django under gunicorn
bench *ARGS:
    python3 bench/run.py {{ARGS}}
